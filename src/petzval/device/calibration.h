// What was measured on one camera: colour under several lights, noise, shading, black level.
#ifndef PETZVAL_DEVICE_CALIBRATION_H_
#define PETZVAL_DEVICE_CALIBRATION_H_

#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/base/toml_file.h"
#include "petzval/color/root_polynomial.h"
#include "petzval/color/spaces.h"
#include "petzval/device/noise_model.h"

namespace petzval {

// Lights whose spectra are alike, so that a calibration may be interpolated between two of them.
enum class LightClass {
  kThermal = 0,        // daylight, flames, incandescent
  kHalophosphate = 1,  // broad-band fluorescent
  kTriphosphor = 2,    // three-band fluorescent
  kLedPhosphor = 3,    // blue LED with phosphor
  kRgbLed = 4,
  kDischarge = 5,  // sodium, metal halide, mercury
};
inline constexpr int kLightClassCount = 6;
// "thermal", "halophosphate", "triphosphor", "led", "rgb-led", "discharge".
const char* LightClassName(LightClass light_class);
Result<LightClass> FindLightClass(const std::string& name);  // errors name the nearest

// How well a fit does, in CIEDE2000 over patches (or spectra) it was made from, and over those left
// out one at a time. NaN: not computed.
struct FitError {
  double train_mean = NAN, train_p95 = NAN, train_max = NAN;
  double loo_mean = NAN, loo_p95 = NAN, loo_max = NAN;
};

// Colour of one camera under one light.
struct LightCalibration {
  std::string light;  // "D65", "A", a lamp's name or what the user called it
  LightClass light_class = LightClass::kThermal;
  Chromaticity white = kWhiteD50;  // of the light
  Vec3 neutral{{1, 1, 1}};         // camera RGB of white under it, green = 1
  ColorFit matrix;                 // F1: always there, the fallback of the others
  std::optional<ColorFit> chosen;  // F2 or F3 where it is better than F1 (white-preserving, too)
  FitError matrix_error, chosen_error;
  int patches = 0;  // behind the fits
  // Chromaticities (r, g) / (r + g + b) of the balanced training colours: corners of their convex
  // hull in turn. Outside of it `chosen` fades to `matrix`. Empty: no limit.
  std::vector<std::array<double, 2>> hull;
  double glare = 0;  // taken off before the fit, as a share of white
};

// The matrix (white-balanced camera RGB -> XYZ D50) as a full quadratic in a = ln(R / G) and
// b = ln(B / G) of the camera's white: entry (i, j) = sum_k term[k][i][j] {1, a, b, aa, ab, bb}[k].
// The same for the coefficients of a fit with more terms, where there is one.
struct MatrixByWhite {
  std::array<Mat3, 6> term;
  ColorFitKind fit_kind = ColorFitKind::kMatrix;
  std::array<std::vector<Vec3>, 6> fit_term;  // [k][coefficient]; empty for kMatrix
  // Corners, in turn, of the convex hull of the (a, b) that the quadratic was fitted on. A white
  // outside counts as the point of the border towards the middle. Empty: no limit.
  std::vector<std::array<double, 2>> hull;

  Mat3 At(const Vec3& neutral) const;         // white-preserving: rows rescaled to the D50 white
  ColorFit FitAt(const Vec3& neutral) const;  // the same; At when fit_kind is kMatrix
};

// Colour of one camera.
struct ColorCalibration {
  std::string method;                     // "ssf" (from spectral sensitivities) or "chart"
  std::string source;                     // where it comes from: files, chart, edition
  std::string reference;                  // camera whose rendering is matched; "": colorimetric
  std::vector<LightCalibration> lights;   // at least one
  std::optional<MatrixByWhite> by_white;  // for lights of unknown class
};

// Noise lines (see NoiseLine) by ISO, of the mosaic scaled to black .. white.
struct NoiseCalibration {
  struct Entry {
    double iso = 100;
    NoiseModel noise;
    double full_scale_e = 0, read_noise_e = 0;  // 0: not known
  };
  std::vector<Entry> entries;  // ascending ISO
  std::string source;
  // Between entries s and o follow the logarithm of the ISO; outside s scales with the ISO, o with
  // its square.
  NoiseModel At(double iso) const;
};

// Gains that make a flat field flat: a grid over the whole mosaic, row by row, for the four sites
// of a 2 x 2 cell in the order of the mosaic. Centre of the frame: about 1.
struct ShadingCalibration {
  int columns = 0, rows = 0;
  std::array<std::vector<float>, 4> gain;  // [site]
  std::string light, source;
};

// Black level in DN of the file by ISO, for the four sites of a 2 x 2 cell.
struct BlackCalibration {
  struct Entry {
    double iso = 100, exposure_s = 0;
    std::array<double, 4> black_dn{};
    double noise_dn = 0;  // rms of one pixel in the dark
  };
  std::vector<Entry> entries;
  std::string source;
};

// Everything measured on one camera of a device.
struct CameraCalibration {
  std::optional<ColorCalibration> color;
  std::map<std::string, ColorCalibration> match;  // by reference camera
  std::optional<NoiseCalibration> noise;
  std::optional<ShadingCalibration> shading;
  std::optional<BlackCalibration> black;
};

// In a device file: tables `[calibration.CAMERA.color]`, `.match.REFERENCE`, `.noise`, `.shading`,
// `.black` (docs/howto/calibrate-a-phone.md). Errors: kInvalidInput "FILE: line N: ..".
Result<CameraCalibration> ReadCameraCalibration(const TomlTable& table);

// A part of the calibration as TOML text, tables with their full names: read back it is the same to
// 1e-9.
std::string ColorCalibrationToml(const std::string& camera, const ColorCalibration& color);
std::string NoiseCalibrationToml(const std::string& camera, const NoiseCalibration& noise);
std::string ShadingCalibrationToml(const std::string& camera, const ShadingCalibration& shading);
std::string BlackCalibrationToml(const std::string& camera, const BlackCalibration& black);

// Puts such a text into a device file in place of the same part, if there is one; every other line
// of the file stays as it is. A file that does not exist is made, with the calibration alone.
// Nothing is written unless the new text is a valid device. Errors: kIo, kInvalidInput.
Status WriteCalibration(const std::string& device_path, const std::string& toml);

// Where a colour is looked up for a light that is between those that were calibrated.
struct LightEstimate {
  Vec3 neutral{{1, 1, 1}};                // camera RGB of white, green = 1
  std::optional<LightClass> light_class;  // none: not known
};
// What develop needs for one picture: from balanced camera RGB to XYZ D50.
struct ColorTransform {
  ColorFit fit, matrix;  // matrix: where the signal is weak or the colour outside of the hull
  std::vector<std::array<double, 2>> hull;
  Chromaticity white = kWhiteD50;  // of the light
  std::string description;         // "D65 .. A, root2", for reports
};
// Without `by_white` (a chart was shot under a few lights): between the two nearest lights of the
// class in inverse colour temperature; without a class, or without lights of it, between the
// thermal lights, or between all when none is thermal. Beyond the outermost lights: as theirs.
// With `by_white` (sensitivities are known): what it says at the white point, moved by what the
// lights of the class, if it is known, deviate from it. The further the white point lies from those
// lights, the less they count; lamps of red, green and blue LEDs always count for little, because
// they have little in common with each other.
ColorTransform TransformFor(const ColorCalibration& color, const LightEstimate& light);

// The class of a light by where its white lies among those of the calibrated lights, in the plane
// of a = ln(R / G) and b = ln(B / G). None where several classes are about as near, or none is;
// never RGB LEDs, whose white can be any.
std::optional<LightClass> EstimateLightClass(const ColorCalibration& color, const Vec3& neutral);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CALIBRATION_H_
