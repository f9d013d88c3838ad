// A camera profile as DNG and DCP files carry it (DNG specification 1.7, chapter 6).
#ifndef PETZVAL_COLOR_DCP_PROFILE_H_
#define PETZVAL_COLOR_DCP_PROFILE_H_

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/color/dng_color.h"

namespace petzval {

// Hue in sextants 0 .. 6 (red 0, green 2, blue 4), saturation (max - min) / max, value max.
struct HsvColor {
  double h = 0, s = 0, v = 0;
};
// `rgb` >= 0. Neutral colours have hue 0 and saturation 0.
HsvColor HsvFromRgb(const Vec3& rgb);
// Any hue (it wraps), saturation 0 .. 1.
Vec3 RgbFromHsv(const HsvColor& hsv);

// HSV deltas over linear ProPhoto: value outer, hue middle, saturation inner; hue wraps.
struct HueSatMap {
  static constexpr int kMaxHues = 720, kMaxSaturations = 256, kMaxValues = 128;
  static constexpr int kMaxEntries = 1 << 20;

  int hues = 0, saturations = 0, values = 1;
  bool srgb_values = false;  // ..Encoding: value is looked up sRGB-encoded; only when values > 1
  struct Delta {
    float hue_shift_deg = 0, saturation_scale = 1, value_scale = 1;
    friend bool operator==(const Delta&, const Delta&) = default;
  };
  std::vector<Delta> delta;  // hues * saturations * values
  bool empty() const { return delta.empty(); }

  static HueSatMap Identity(int hues, int saturations, int values = 1);
  Delta& At(int hue, int saturation, int value = 0) {
    return delta[(static_cast<size_t>(value) * hues + hue) * saturations + saturation];
  }
  const Delta& At(int hue, int saturation, int value = 0) const {
    return const_cast<HueSatMap*>(this)->At(hue, saturation, value);
  }
  // The delta at a colour: linear between entries, hues wrap, saturation and value end at 1.
  Delta Lookup(const HsvColor& hsv) const;
  // Linear, any finite value: negative parts are set aside and come back unchanged; values beyond
  // 1 take the deltas of value 1 and are not clipped. An empty map changes nothing.
  Vec3 Apply(const Vec3& prophoto) const;
  friend bool operator==(const HueSatMap&, const HueSatMap&) = default;
};

// Sizes within the limits and as many deltas: the errors are sentences for the user.
Status CheckHueSatMap(const HueSatMap& map);

struct DcpProfile {
  std::string name, copyright, camera_model;  // UniqueCameraModel the profile is made for
  // CameraCalibration matrices of a file count only when its signature is the same.
  std::string calibration_signature;
  struct Light {
    int illuminant = 21;                // EXIF LightSource; 255: `white`
    std::optional<Chromaticity> white;  // IlluminantData
    // cct_k and white are derived from the two above by ModelOf; camera_calibration belongs to the
    // body of the file, not to the profile.
    DngCalibration calibration;
    HueSatMap map;
  };
  std::vector<Light> lights;  // 1 to 3
  HueSatMap look;             // LookTable
  static constexpr size_t kMaxCurvePoints = 8192;
  std::vector<std::array<double, 2>> tone_curve;  // x, y of 0..1, ascending; empty: none
  double baseline_exposure_offset_ev = 0;
  int embed_policy = 3;
  int default_black_render = 0;
};

// What a profile must have to be used or written: 1 to 3 lights with regular matrices and known
// whites, maps within limits, a curve that ascends, finite numbers. One sentence each.
Status CheckDcpProfile(const DcpProfile& profile);

// Entries at saturation 0 that would move neutrals get value scale 1; returns how many there were.
int RepairNeutrals(HueSatMap* map);

// The colour model of the profile's matrices. `camera_calibration`: of the file, in the order of
// the lights, used when it is given and can be computed with.
DngColorModel ModelOf(const DcpProfile& profile, const Vec3& analog_balance = {{1, 1, 1}},
                      const std::vector<Mat3>& camera_calibration = {});

// The map for a light between the profile's: deltas are interpolated with the weights of the
// matrices (linear in 1 / CCT for two lights). Lights without a map, or with one of another size,
// make the first map count alone, as DNG demands of readers.
HueSatMap InterpolateMaps(const DcpProfile& profile, Chromaticity white);

// The largest and the smallest channel through `curve`, the middle one keeps its place between
// them: (mid - min) / (max - min) stays the same.
template <class Curve>
Vec3 ApplyKeepingPlace(const Curve& curve, const Vec3& rgb) {
  int high = 0, low = 0;
  for (int c = 1; c < 3; ++c) {
    if (rgb[c] > rgb[high]) high = c;
    if (rgb[c] < rgb[low]) low = c;
  }
  const double top = curve(rgb[high]), bottom = curve(rgb[low]);
  if (rgb[high] == rgb[low]) return {{top, top, top}};
  const int middle = 3 - high - low;
  Vec3 out;
  out[high] = top;
  out[low] = bottom;
  out[middle] = bottom + (top - bottom) * (rgb[middle] - rgb[low]) / (rgb[high] - rgb[low]);
  return out;
}

// The profile's tone curve, a natural cubic spline, on linear ProPhoto: largest and smallest
// channel go through the curve, the middle keeps its place between them.
class DcpToneCurve {
 public:
  // At least two points, x strictly ascending (CheckDcpProfile); fewer: the identity.
  explicit DcpToneCurve(const std::vector<std::array<double, 2>>& points);
  // Before the first point and after the last one its value (extended = false), or on with the
  // slope that the curve has there.
  double At(double x, bool extended = false) const;
  Vec3 Apply(const Vec3& prophoto) const;

 private:
  std::vector<double> x_, y_, second_;
};

// How profiles of high dynamic range encode linear values for their tables and curves:
// f(x) = x (256 + x) / (256 (1 + x)), f(0) = 0, f(16) = 1; and its inverse. x >= 0.
double HdrProfileEncode(double x);
double HdrProfileDecode(double y);

}  // namespace petzval

#endif  // PETZVAL_COLOR_DCP_PROFILE_H_
