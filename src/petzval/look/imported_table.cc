// A table from elsewhere as the last step of a look.
#include "petzval/look/imported_table.h"

#include <algorithm>

#include "petzval/color/camera_log.h"
#include "petzval/color/transfer.h"
#include "petzval/look/gamut.h"

namespace petzval {
namespace {

// How far a colour is beyond the range of tables.
double Over(const Vec3& rgb) { return std::max({1.0, rgb[0], rgb[1], rgb[2]}); }

Vec3 Between(const Vec3& a, const Vec3& b, double share) {
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = a[i] + share * (b[i] - a[i]);
  return out;
}

}  // namespace

ImportedTable::ImportedTable(const Look& look, const RgbSpace& display, double knee)
    : lut_(look.lut),
      strength_(look.lut ? look.Get("lut_strength") : 0),
      input_(look.Text("lut_input") == "log"              ? Input::kLog
             : look.Text("lut_input") == "linear-rec2020" ? Input::kLinearRec2020
                                                          : Input::kSrgb),
      knee_(knee),
      display_from_srgb_(display == kRec709 ? Mat3::Identity() : RgbFromRgb(display, kRec709)),
      display_(display) {}

Vec3 ImportedTable::Show(const Vec3& scene, const Vec3& graded, double peak) const {
  return input_ == Input::kLinearRec2020 ? Linear(graded, peak) : Finished(scene, graded, peak);
}

Vec3 ImportedTable::Linear(const Vec3& graded, double peak) const {
  Vec3 rgb = rec2020_.ToRgb(graded);
  const double over = Over(rgb);
  for (double& v : rgb.v) v = std::max(0.0, v / over);
  rgb = lut_->Apply(rgb);
  for (double& v : rgb.v) v *= over;
  return MapToPeak(display_, Between(graded, rec2020_.FromRgb(rgb), strength_), peak, knee_);
}

Vec3 ImportedTable::Finished(const Vec3& scene, const Vec3& graded, double peak) const {
  Vec3 code;
  double over = 1;
  if (input_ == Input::kLog) {
    code = rec2020_.ToRgb(scene);
    for (double& v : code.v) v = EncodeLLog(v);
  } else {
    code = MapToPeak(srgb_, graded, peak, knee_);
    over = Over(code);
    for (double& v : code.v) v = EncodeSrgb(v / over);
  }
  Vec3 rgb = lut_->Apply(code);
  for (double& v : rgb.v) v = over * DecodeSrgb(std::clamp(v, 0.0, 1.0));
  rgb = display_from_srgb_ * rgb;
  if (strength_ < 1) {
    const Vec3 without = MapToPeak(display_, graded, peak, knee_);
    rgb = display_.ToRgb(Between(display_.FromRgb(without), display_.FromRgb(rgb), strength_));
  }
  for (double& v : rgb.v) v = std::clamp(v, 0.0, peak);
  return rgb;
}

}  // namespace petzval
