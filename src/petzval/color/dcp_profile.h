// A camera profile as DNG and DCP files carry it (DNG specification 1.7, chapter 6).
#ifndef PETZVAL_COLOR_DCP_PROFILE_H_
#define PETZVAL_COLOR_DCP_PROFILE_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "petzval/color/dng_color.h"

namespace petzval {

// HSV deltas over linear ProPhoto: value outer, hue middle, saturation inner; hue wraps.
struct HueSatMap {
  int hues = 0, saturations = 0, values = 1;
  bool srgb_values = false;  // ..Encoding: value is looked up sRGB-encoded
  struct Delta {
    float hue_shift_deg = 0, saturation_scale = 1, value_scale = 1;
  };
  std::vector<Delta> delta;  // hues * saturations * values
  bool empty() const { return delta.empty(); }
  Vec3 Apply(const Vec3& prophoto) const;  // linear, any finite value
};

struct DcpProfile {
  std::string name, copyright, camera_model;  // UniqueCameraModel the profile is made for
  struct Light {
    int illuminant = 21;  // EXIF LightSource; 255: `white`
    std::optional<Chromaticity> white;
    DngCalibration calibration;
    HueSatMap map;
  };
  std::vector<Light> lights;                      // 1 to 3
  HueSatMap look;                                 // LookTable
  std::vector<std::array<double, 2>> tone_curve;  // x, y of 0..1, ascending; empty: none
  double baseline_exposure_offset_ev = 0;
  int embed_policy = 3;
  int default_black_render = 0;
};

// The map for a light between the profile's: deltas are interpolated, in 1 / CCT.
HueSatMap InterpolateMaps(const DcpProfile& profile, Chromaticity white);

// The profile's tone curve, a natural cubic spline, on linear ProPhoto: largest and smallest
// channel go through the curve, the middle keeps its place between them.
class DcpToneCurve {
 public:
  explicit DcpToneCurve(const std::vector<std::array<double, 2>>& points);
  double At(double x) const;
  Vec3 Apply(const Vec3& prophoto) const;

 private:
  std::vector<double> x_, y_, second_;
};

}  // namespace petzval

#endif  // PETZVAL_COLOR_DCP_PROFILE_H_
