// Noise, lens shading and black level of a camera from its RAW flats and darks.
#ifndef PETZVAL_CALIBRATE_FRAMES_FRAMES_H_
#define PETZVAL_CALIBRATE_FRAMES_FRAMES_H_

#include <array>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/device/calibration.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// ---- Noise ----

// What photon transfer says of one ISO, with standard errors. Colours: red, green, blue; a
// monochrome sensor has green's numbers in all three.
struct NoiseOfIso {
  double iso = 0;
  int frames = 0, darks = 0;
  std::array<NoiseLine, 3> line;        // as in the calibration
  std::array<NoiseLine, 3> line_error;  // standard errors of s and o; NaN: not known
  std::array<bool, 3> known{};          // false: too few levels, the line is that of all colours
  double gain_e_per_dn = 0, full_scale_e = 0, read_noise_e = 0;  // read noise NaN: below rounding
};
struct NoiseFromFrames {
  NoiseCalibration noise;
  std::vector<NoiseOfIso> isos;       // ascending, one for each entry of `noise`
  std::vector<std::string> warnings;  // clipped levels, light that flickers, too few frames ..
};

// Photon transfer (measure/noise/photon_transfer.h) for each ISO by itself. `frames`: RAW flats (or
// any static scene) of one camera, at least two of equal exposure for each ISO, better several
// exposures; `darks`: without light, at the same ISO; may be empty. ISO 0 (not stated) counts as an
// ISO of its own and becomes 100, with a warning.
// Errors: kInvalidInput naming the file: no RAW, different sizes, mosaics or levels, no light in
// any flat, light in a dark, all levels clipped, no pair of equal exposure, too small a span.
Result<NoiseFromFrames> CalibrateNoise(std::vector<measure::Subject> frames,
                                       std::vector<measure::Subject> darks);

// ---- Shading ----

struct ShadingOptions {
  int columns = 17, rows = 13;  // of the grid, 2..64 each; nodes lie on the edges of the frame, too
  // Takes out a tilt of the light: the linear change across the frame that all colours share. Only
  // for lights that are known to be uneven; a lens that is decentred tilts its shading as well.
  bool remove_tilt = false;
  std::string light;  // what the calibration says of the light
};
struct ShadingFromFrames {
  ShadingCalibration shading;
  double tilt_x = 0, tilt_y = 0;  // of green: change from left to right and top to bottom, relative
  double corner_gain = 0;         // largest of green
  double color_shading = 0;       // largest deviation of red / green and blue / green from 1
  double noise = 0;  // standard error of a gain from the noise of the frames, relative, worst node
  double residual = 0;  // rms of the cells about the grid in the frames, relative
  int outliers = 0;     // cells left out: dust, hot pixels
  std::vector<std::string> warnings;
};

// Gains 1 / signal of the mean of all `flats`, each scaled to its own centre, smooth, normalised to
// 1 at the centre of each site. `darks` (may be empty): their mean is taken off first. Robust
// against dust and hot pixels: cells that differ from a smooth field are left out.
// Errors: kInvalidInput naming the file: no RAW, different sizes or mosaics, no light, clipped,
// not a flat field.
Result<ShadingFromFrames> CalibrateShading(std::span<const measure::Subject> flats,
                                           std::span<const measure::Subject> darks,
                                           const ShadingOptions& options = {});
// The gain at a place of the mosaic (pixel coordinates, centre of the first pixel at 0.5) for one
// of the four sites: bilinear between nodes.
double ShadingGainAt(const ShadingCalibration& shading, int site, double x, double y, int width,
                     int height);
// Which of the four sites pixel (x, y) is: the place in the 2 x 2 cell, of a quad Bayer mosaic the
// place of its square of 2 x 2 equal pixels.
int SiteOf(int x, int y, bool quad);

// ---- Black ----

struct BlackOfExposure {
  double iso = 0, exposure_s = 0;
  int frames = 0;
  std::array<double, 4> standard_error_dn{};
  double fixed_dn = NAN;   // rms of what stays from frame to frame (two frames or more)
  double hot_share = 0;    // pixels more than 8 robust deviations above
  double gradient_dn = 0;  // largest difference of a slow trend across the frame
};
struct BlackFromFrames {
  BlackCalibration black;
  std::vector<BlackOfExposure> exposures;  // one for each entry of `black`
  std::vector<std::string> warnings;
};

// Robust means of dark frames for each ISO and exposure time. noise_dn is the temporal noise of a
// pixel where two frames or more show it, else all noise of the frame without hot pixels.
// Errors: kInvalidInput naming the file: different sizes or mosaics, LinearRaw, light in a dark.
Result<BlackFromFrames> CalibrateBlack(std::span<const RawFrame> darks);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FRAMES_FRAMES_H_
