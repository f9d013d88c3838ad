// One RAW frame as the rest of the system sees it, whatever file it came from.
#ifndef PETZVAL_CAPTURE_RAW_FRAME_H_
#define PETZVAL_CAPTURE_RAW_FRAME_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/color/dcp_profile.h"
#include "petzval/device/noise_model.h"
#include "petzval/image/image.h"

namespace petzval {

enum class CfaColor : uint8_t { kRed = 0, kGreen = 1, kBlue = 2, kMono = 3 };

// The colour filter array, repeated over the mosaic from its top left pixel.
// 1x1 of kMono: monochrome. 2x2: Bayer of any phase. 4x4: quad Bayer.
struct Cfa {
  int size = 2;                      // 1, 2 or 4: side of the repeated square
  std::array<CfaColor, 16> color{};  // row major, size * size used

  CfaColor At(int x, int y) const { return color[(y % size) * size + x % size]; }
  bool IsMono() const { return size == 1; }
  bool IsBayer() const { return size == 2; }
  bool IsQuad() const { return size == 4; }
  std::string Name() const;  // "RGGB", "RRGGRRGGGGBBGGBB", "mono"
  friend bool operator==(const Cfa&, const Cfa&) = default;
};

// Lens shading as DNG's GainMap opcode states it: a grid of gains over an area of the mosaic.
struct GainMap {
  Rect area;                         // of the mosaic, in its pixels
  int row_pitch = 1, col_pitch = 1;  // applies to every pitch-th row and column of the area
  int points_v = 0, points_h = 0;
  double spacing_v = 0, spacing_h = 0;  // of the grid, relative to the size of the active area
  double origin_v = 0, origin_h = 0;
  int plane = 0, planes = 1;  // LinearRaw: first plane and number of planes it applies to
  int map_planes = 1;
  std::vector<float> gain;  // [v][h][map_plane]
};

// Lens distortion and lateral colour as DNG's WarpRectilinear opcode states it.
struct WarpRectilinear {
  struct Plane {
    std::array<double, 4> radial{1, 0, 0, 0};  // kr0..kr3
    std::array<double, 2> tangential{};        // kt0, kt1
  };
  std::vector<Plane> plane;               // 1 (all colours) or 3 (red, green, blue)
  double center_x = 0.5, center_y = 0.5;  // relative to the active area
};

// What the file says about colour, in DNG terms: matrices are XYZ -> camera or camera -> XYZ D50.
struct DngColor {
  struct Calibration {
    int illuminant = 0;    // EXIF LightSource: 17 = A, 21 = D65, 23 = D50, ... 255: white_xy
    Mat3 camera_from_xyz;  // ColorMatrix
    Mat3 camera_calibration = Mat3::Identity();
    std::optional<Mat3> xyz_d50_from_camera;        // ForwardMatrix
    std::optional<std::array<double, 2>> white_xy;  // IlluminantData
  };
  std::vector<Calibration> calibration;  // none (unknown) to three
  Vec3 analog_balance{{1, 1, 1}};
  std::optional<Vec3> as_shot_neutral;                    // camera RGB of white, green = 1
  std::optional<std::array<double, 2>> as_shot_white_xy;  // instead of the neutral
  // CameraCalibration1..3 as stated, and the signature of the profiles they belong to: for profiles
  // from elsewhere. `calibration` above holds them already where the file's own profile wants them.
  std::array<std::optional<Mat3>, 3> body_calibration;
  std::string calibration_signature;
};

struct ExifInfo {
  std::string make, model, lens, software, datetime_original, subsec_original;
  double exposure_s = 0, f_number = 0, iso = 0, focal_length_mm = 0;  // 0: not stated
  int focal_length_35mm = 0;

  // EV at ISO 100 of the exposure; NaN where time or ISO is not stated. A lens without an f-number
  // counts as f/1.8: phones have fixed, fast ones.
  double LightValue() const;
};

// A frame: mosaic in DN of the file (after its linearisation table and FixBadPixels opcodes;
// per-row and per-column black deltas already taken off), cut to the active area.
struct RawFrame {
  std::string path;
  Image<uint16_t> mosaic;  // 1 plane; 3 planes (R, G, B) for LinearRaw, where `cfa` means nothing
  Cfa cfa;
  // Black level of pixel (x, y): black_dn[(y % 4) * 4 + x % 4]; white level per colour (R, G, B).
  std::array<float, 16> black_dn{};
  std::array<float, 3> white_dn{};
  Rect default_crop;    // within the mosaic
  int orientation = 1;  // EXIF 1..8: how the picture is to be turned for viewing
  double baseline_exposure_ev = 0;
  DngColor color;
  // The profile that the file carries, when it has tables or a curve beside its matrices.
  std::shared_ptr<const DcpProfile> profile;
  std::string unique_camera_model;  // UniqueCameraModel: what profiles are found by
  NoiseModel noise;  // always usable: from the file or, if absent or absurd, estimated
  bool noise_from_file = false;
  std::vector<GainMap> gain_maps;          // to be applied by develop
  std::optional<WarpRectilinear> warp;     // to be applied by develop
  std::vector<std::string> other_opcodes;  // present in the file, not applied
  ExifInfo exif;
  std::vector<std::string> warnings;  // one sentence each: what was distrusted and replaced

  bool IsLinearRaw() const { return mosaic.planes() == 3; }
  int width() const { return mosaic.width(); }
  int height() const { return mosaic.height(); }
  float BlackAt(int x, int y) const { return black_dn[(y & 3) * 4 + (x & 3)]; }
};

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_RAW_FRAME_H_
