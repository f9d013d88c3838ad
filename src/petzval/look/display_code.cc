// From display light to code values of an output space and back.
#include "petzval/look/display_code.h"

#include <algorithm>

#include "petzval/color/camera_log.h"
#include "petzval/color/itp.h"
#include "petzval/color/transfer.h"

namespace petzval {
namespace {

constexpr double kHlgPeakNits = 1000;

double HeadroomOf(OutputSpace space, double headroom) {
  constexpr double kMostPq = 10000 / kDiffuseWhiteNits;
  switch (space) {
    case OutputSpace::kRec2020Pq:
      return std::clamp(headroom, 1.0, kMostPq);
    case OutputSpace::kRec2020Hlg:
      return std::clamp(headroom, 1.0, kHlgPeakNits / kDiffuseWhiteNits);
    default:
      return 1;
  }
}

}  // namespace

DisplayCode::DisplayCode(OutputSpace space, double headroom)
    : space_(space), headroom_(HeadroomOf(space, headroom)) {}

RgbSpace DisplayCode::primaries() const {
  if (space_ == OutputSpace::kSrgb) return kRec709;
  return space_ == OutputSpace::kDisplayP3 ? kDisplayP3 : kRec2020;
}

double DisplayCode::Encode(double light) const {
  switch (space_) {
    case OutputSpace::kRec2020Pq:
      return light > 0 ? std::min(1.0, EncodePq(kDiffuseWhiteNits * light)) : 0;
    case OutputSpace::kRec2020Hlg:
      return std::min(1.0, EncodeColor({{light, light, light}})[0]);
    case OutputSpace::kLLog:
      return std::clamp(EncodeLLog(light), 0.0, 1.0);
    default:
      return EncodeSrgb(light);
  }
}

double DisplayCode::Decode(double code) const {
  switch (space_) {
    case OutputSpace::kRec2020Pq:
      return code > 0 ? std::max(0.0, DecodePq(code)) / kDiffuseWhiteNits : 0;
    case OutputSpace::kRec2020Hlg: {
      const double scene = DecodeHlg(code);
      return HlgDisplayFromScene({{scene, scene, scene}}, kHlgPeakNits)[0] / kDiffuseWhiteNits;
    }
    case OutputSpace::kLLog:
      return DecodeLLog(code);
    default:
      return DecodeSrgb(code);
  }
}

Vec3 DisplayCode::EncodeColor(const Vec3& light) const {
  Vec3 out = light;
  if (space_ == OutputSpace::kRec2020Hlg) {
    for (double& v : out.v) v *= kDiffuseWhiteNits;
    out = HlgSceneFromDisplay(out, kHlgPeakNits);
    for (double& v : out.v) v = std::min(1.0, EncodeHlg(v));
    return out;
  }
  for (double& v : out.v) v = Encode(v);
  return out;
}

}  // namespace petzval
