// The colour model of DNG 1.7 (chapter 6) for one to three calibration illuminants.
#ifndef PETZVAL_COLOR_DNG_COLOR_H_
#define PETZVAL_COLOR_DNG_COLOR_H_

#include <optional>
#include <vector>

#include "petzval/color/spaces.h"

namespace petzval {

// What a profile states for one light. Matrices act on columns.
struct DngCalibration {
  double cct_k = 6500;                         // nominal, see NominalCct
  std::optional<Chromaticity> white;           // only looked at among three lights
  Mat3 camera_from_xyz = Mat3::Identity();     // ColorMatrix
  Mat3 camera_calibration = Mat3::Identity();  // CameraCalibration
  std::optional<Mat3> xyz_d50_from_camera;     // ForwardMatrix
};

// Temperature in kelvins that DNG gives to an EXIF LightSource; 0 when it has none.
double NominalCct(int light_source);
// Its chromaticity: of the CIE illuminants as standardised, of others by their temperature.
std::optional<Chromaticity> NominalWhite(int light_source);

// Camera RGB with the same ratios and green = 1.
inline Vec3 GreenToOne(const Vec3& v) { return {{v[0] / v[1], 1, v[2] / v[1]}}; }

class DngColorModel {
 public:
  // `calibrations`: one to three, in any order, with regular matrices (IsUsable); `analog_balance`
  // has no zero. Of two lights of the same temperature only the first counts.
  explicit DngColorModel(std::vector<DngCalibration> calibrations,
                         const Vec3& analog_balance = {{1, 1, 1}});

  // Whether a calibration can be computed with: finite, not singular, white is positive.
  static bool IsUsable(const DngCalibration& calibration);

  // Shares of the lights in the order they were given; their sum is 1. Of two lights linear in
  // 1 / CCT, clamped; of three by their distance in (1 / CCT, tint).
  std::vector<double> Weights(Chromaticity white) const;

  // XYZ -> camera for a scene under `white`: AnalogBalance * CameraCalibration * ColorMatrix.
  Mat3 CameraFromXyz(Chromaticity white) const;

  // Camera values of a white object under `white`, green = 1.
  Vec3 NeutralFromWhite(Chromaticity white) const;

  // The light under which `neutral` (all > 0) is what the camera sees of white: iterated from D50.
  Chromaticity WhiteFromNeutral(const Vec3& neutral) const;

  // Camera -> XYZ D50 (PCS): by the forward matrices when every light has one, else by Bradford
  // from `white`. The neutral maps to Y = 1.
  Mat3 XyzD50FromCamera(Chromaticity white, const Vec3& neutral) const;

 private:
  Mat3 Mix(Mat3 DngCalibration::*matrix, const std::vector<double>& weight) const;

  std::vector<DngCalibration> calibrations_;
  Vec3 analog_balance_;
};

}  // namespace petzval

#endif  // PETZVAL_COLOR_DNG_COLOR_H_
