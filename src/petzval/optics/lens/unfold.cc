// Taking plane mirrors out.
#include "petzval/optics/lens/unfold.h"

#include <fmt/format.h>

#include <algorithm>

namespace petzval::optics {
namespace {

bool IsPlane(const Surface& s) {
  return s.radius_mm == 0 && s.radius_x_mm == 0 && !s.cylinder_x &&
         s.asphere.kind == AsphereKind::kNone;
}

// Turns the axis about one line across it, and takes what follows along.
bool IsFold(const Pose& pose) {
  return pose.carries && pose.decentre_x_mm == 0 && pose.decentre_y_mm == 0 &&
         pose.tilt_z_deg == 0 && (pose.tilt_x_deg == 0 || pose.tilt_y_deg == 0);
}

void MirrorInZ(Surface* s) {
  for (double* value : {&s->radius_mm, &s->thickness_mm, &s->radius_x_mm}) {
    if (*value != 0) *value = -*value;
  }
  for (auto& [power, a] : s->asphere.powers) a = -a;
  for (double& q : s->asphere.q) q = -q;
}

}  // namespace

Result<Lens> UnfoldedLens(const Lens& lens) {
  const auto is_mirror = [](const Surface& s) { return s.mirror; };
  if (std::none_of(lens.surfaces.begin(), lens.surfaces.end(), is_mirror)) return lens;
  Lens out = lens;
  out.vary.clear(), out.pickups.clear(), out.solves.clear(), out.tolerances.clear();
  bool odd = false;
  for (size_t i = 0; i < out.surfaces.size(); ++i) {
    Surface& s = out.surfaces[i];
    if (s.mirror) {
      Pose none;
      none.carries = true;
      const Pose first = s.pose.value_or(none);
      const bool more = i + 1 < out.surfaces.size();
      const Pose second = more ? out.surfaces[i + 1].pose.value_or(none) : none;
      if (!IsPlane(s) || !IsFold(first) || !(first == second)) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("lens '{}': surface {} is a mirror that does more than fold the "
                                "path",
                                lens.name, i + 1));
      }
      s.mirror = false;
      s.semi_diameter_mm = 0;
      s.pose.reset();
      s.edge.reset();
      if (more) out.surfaces[i + 1].pose.reset();
      odd = !odd;
    }
    if (odd) MirrorInZ(&s);
  }
  for (Configuration& state : out.configurations) {
    // A surface is mirrored when its thickness changed sign.
    for (auto& [surface, thickness] : state.thickness_mm) {
      if (surface < 0 || surface >= static_cast<int>(out.surfaces.size())) continue;
      if (out.surfaces[surface].thickness_mm == -lens.surfaces[surface].thickness_mm) {
        thickness = -thickness;
      }
    }
  }
  return out;
}

}  // namespace petzval::optics
