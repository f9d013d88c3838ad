// From a colour calibration to a camera profile for other programs, and back.
#ifndef PETZVAL_CALIBRATE_DCP_MAKE_DCP_H_
#define PETZVAL_CALIBRATE_DCP_MAKE_DCP_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/color/dcp_profile.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

struct DcpOptions {
  std::string name = "petzval";  // shown in the menus of other programs
  std::string camera_model;      // UniqueCameraModel as the camera's DNGs state it; needed
  std::string copyright;
  // Lights of the calibration by name; "": the warmest and the coolest of the thermal ones, of
  // which A and D65 are taken first. Readers interpolate between them.
  std::string warm_light, cool_light;
  std::string third_light;          // "": none; only readers of DNG 1.6 and later use it
  int hues = 90, saturations = 30;  // of the map that holds what F2 or F3 does beyond the matrix
};

// How far the profile is from the fit it was made of, under that light.
struct DcpLightReport {
  std::string light;
  int illuminant = 0;  // EXIF LightSource written
  bool has_map = false;
  // CIEDE2000 inside the hull of the training colours, on a grid of chromaticities at L* = 50.
  double hull_mean = 0, hull_max = 0;
};
struct MadeDcp {
  DcpProfile profile;
  std::vector<DcpLightReport> lights;
  std::vector<std::string> warnings;
};

// ColorMatrix (inverse model, the most sensitive channel sees D50 as 1), ForwardMatrix (ones give
// D50) and HueSatMap (F2 or F3 over F1; neutrals stay) per light.
// Errors: kInvalidInput without a camera model, for a light that is not there, singular matrices.
Result<MadeDcp> MakeDcp(const ColorCalibration& color, const DcpOptions& options);

// The map that takes the matrix fit of a light to its chosen fit, inside the hull of its training
// colours; outside it fades to nothing, as develop does it. Identity when nothing was chosen.
HueSatMap MapOfLight(const LightCalibration& light, int hues, int saturations);

// What a profile does to balanced camera RGB under exactly that light: matrix, then map. XYZ D50.
Vec3 ApplyDcpLight(const DcpProfile::Light& light, const Vec3& rgb);
// What the calibration does: the chosen fit inside the hull, the matrix outside. XYZ D50.
Vec3 ApplyCalibration(const LightCalibration& light, const Vec3& rgb);

// CIEDE2000 between the two over balanced camera colours, relative to D50.
std::vector<double> DcpDifferences(const DcpProfile::Light& profile, const LightCalibration& light,
                                   std::span<const Vec3> rgb);

// The matrices of a profile as a calibration: one light each, F1 from the forward matrix or, when
// it has none, from the colour matrix by Bradford. Maps are left behind (DevelopParams::dcp uses
// them).
Result<ColorCalibration> CalibrationOfDcp(const DcpProfile& profile);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_DCP_MAKE_DCP_H_
