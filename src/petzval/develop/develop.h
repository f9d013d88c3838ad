// Mosaic in, scene-linear Rec.2020 out, rectangle by rectangle.
#ifndef PETZVAL_DEVELOP_DEVELOP_H_
#define PETZVAL_DEVELOP_DEVELOP_H_

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/color/dcp_profile.h"
#include "petzval/device/calibration.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval {

struct WhiteBalance {
  enum class Mode { kAsShot, kAuto, kKelvin };
  Mode mode = Mode::kAsShot;
  double kelvin_k = 5500;  // kKelvin: correlated colour temperature of the light, 2000..25000
  double tint = 0;  // kKelvin: DNG tint, -150 (magenta light) .. 150 (green light); daylight 10
};

struct DevelopParams {
  WhiteBalance white_balance;
  double exposure_ev = 0;               // added to the baseline exposure of the file
  double luma_noise_reduction = 1.0;    // 0 (off) .. 2; 1 = what the noise model asks for
  double chroma_noise_reduction = 1.0;  // 0 (off) .. 2
  double sharpening = 1.0;              // 0 (off) .. 2: capture sharpening
  bool lens_correction = true;          // distortion, lateral colour and shading stated by the file
  // A lens baked for the sensor; corrects blur, distortion, lateral colour and, unless the file
  // brings gain maps, shading. Takes the place of the distortion that the file states.
  std::shared_ptr<const optics::LensProfile> lens_profile;
  double lens_focus_mm = std::numeric_limits<double>::infinity();  // from the first surface

  // What was measured on the camera. Its colour takes the place of the file's matrices; its noise,
  // shading and black level stand in where the file has none (see calibrated_frame.h).
  std::shared_ptr<const CameraCalibration> calibration;
  // Noise, shading and black level of the calibration also where the file states its own.
  bool prefer_calibration = false;
  std::string match;  // rendering of a reference camera that the calibration holds; "": none
  std::optional<LightClass> light_class;  // of the scene; none: estimated from the white point
  // A camera profile: takes the place of all other knowledge about colour. Its matrices and
  // HueSatMap are applied here, its LookTable and tone curve belong to the look.
  std::shared_ptr<const DcpProfile> dcp;
};

// Everything that develop decided, for reports.
struct DevelopInfo {
  Vec3 white_gain;  // multipliers of camera R, G, B, green = 1
  double kelvin_k = 0, tint = 0;
  // Where the light was estimated: 0..1, how sure that is. Where it is stated or asked for: 1.
  double light_confidence = 1;
  // A second light of another colour that the estimate found: its temperature and the share of the
  // picture that it lights, 0..0.5. NaN and 0: there is none, or nothing was estimated.
  double second_kelvin_k = std::numeric_limits<double>::quiet_NaN();
  double second_share = 0;
  // From white-balanced camera RGB; where colour is more than a matrix, what it fades to.
  Mat3 rec2020_from_camera;
  std::string color = "matrices of the file";  // what colour was made from
  std::optional<LightClass> light_class;       // given or estimated; with a calibration only
  // The most that taking off the blur of a lens profile amplifies noise anywhere.
  std::optional<double> lens_noise_gain;
  std::vector<std::string> warnings;
};

// A frame made ready for rendering: analysed once on a small proxy, then rendered in any
// rectangles.
class Developer {
 public:
  // `frame` (and `variance_ratio`, see MergedBurst, may be empty) must outlive the Developer.
  static Result<Developer> Create(const RawFrame& frame, ImageView<const uint8_t> variance_ratio,
                                  const DevelopParams& params);
  Developer(Developer&&) noexcept;
  Developer& operator=(Developer&&) noexcept;
  ~Developer();

  // Size of the rendered picture: the default crop, not yet turned (see RawFrame::orientation).
  // Quad-Bayer frames are binned: half the size of the crop.
  int width() const;
  int height() const;
  const DevelopInfo& info() const;

  // A small version of the picture, scene-linear Rec.2020, 3 planes, at most 1024 pixels wide or
  // high, box-filtered: what exposure and tone decisions are made on.
  const Image<float>& proxy() const;

  // Renders rectangle `r` of the picture into the top left of `out` (3 planes: R, G, B of linear
  // Rec.2020, 1.0 = white level of the sensor times the exposure; negative noise kept; highlights
  // beyond 1 where they could be reconstructed). `out` is at least as large as `r`.
  // Thread-safe; the result does not depend on how the picture is cut into rectangles.
  void Render(const Rect& r, Image<float>* out) const;

 private:
  struct State;
  explicit Developer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DEVELOP_H_
