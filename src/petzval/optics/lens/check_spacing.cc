// Surfaces that run into each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/lens/lens.h"
#include "petzval/optics/lens/sag.h"

namespace petzval::optics {
namespace {

constexpr int kSamples = 64;
// Clear diameters are often read from drawings: surfaces may seem to touch by so much of the common
// clear semi-diameter, near its rim.
constexpr double kTolerance = 0.02;
// Vertices in contact, written with rounded numbers.
constexpr double kContact_mm = 1e-6;

// A surface with the same medium on both sides: a stop, a reference plane. It bends no ray and may
// lie anywhere, also inside the sag of its neighbour.
bool IsDummy(const Lens& lens, size_t i) {
  const Surface& surface = lens.surfaces[i];
  const std::string before = i == 0 ? "" : lens.surfaces[i - 1].medium;
  return !surface.mirror && surface.medium == before;
}

struct Gap {
  double mm;    // smallest distance along the axis, negative where surfaces overlap
  double r_mm;  // where
};

// `sign`: the way the light goes, -1 after an odd number of mirrors.
Gap SmallestGap(const Surface& a, const Surface& b, double distance, double sign, double rim) {
  Gap smallest = {sign * distance, 0};
  for (int i = 1; i <= kSamples; ++i) {
    const double r = rim * i / kSamples;
    const double gap = sign * (distance + SurfaceSag(b, r) - SurfaceSag(a, r));
    if (gap < smallest.mm) smallest = {gap, r};
  }
  return smallest;
}

// Up to where both surfaces are clear and their conics reach; 0 where a semi-diameter is not given.
double CommonRim(const Surface& a, const Surface& b) {
  double rim = std::min(a.semi_diameter_mm, b.semi_diameter_mm);
  for (const Surface* s : {&a, &b}) {
    const double reach = (1 + s->conic) * s->curvature() * s->curvature();
    if (reach > 0) rim = std::min(rim, 1 / std::sqrt(reach));
  }
  return rim;
}

}  // namespace

Status CheckSpacing(const Lens& lens) {
  double sign = 1, distance = 0;
  int previous = -1;  // the last surface that bends light
  bool straight = true, centred = true;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const Surface& surface = lens.surfaces[i];
    if (surface.pose) {
      centred = false;
      const bool tilted = surface.pose->tilt_x_deg != 0 || surface.pose->tilt_y_deg != 0;
      if (tilted) straight = false;
    }
    if (!IsDummy(lens, i)) {
      if (previous >= 0 && straight) {
        if (sign * distance < -kContact_mm) {
          return Fail(ErrorCode::kInvalidInput,
                      fmt::format("surfaces {} and {} overlap on the axis: the distance between "
                                  "them is {:.6g} mm",
                                  previous + 1, i + 1, distance));
        }
        const Surface& before = lens.surfaces[previous];
        const double rim = centred ? CommonRim(before, surface) : 0;
        const Gap gap = SmallestGap(before, surface, distance, sign, rim);
        if (gap.mm < -kTolerance * rim - kContact_mm) {
          return Fail(ErrorCode::kInvalidInput,
                      fmt::format("surfaces {} and {} overlap by {:.3g} mm at {:.4g} mm from the "
                                  "axis, inside their clear semi-diameters {:.6g} and {:.6g}",
                                  previous + 1, i + 1, -gap.mm, gap.r_mm, before.semi_diameter_mm,
                                  surface.semi_diameter_mm));
        }
      }
      previous = static_cast<int>(i);
      distance = 0;
      straight = centred = true;
      if (surface.pose) {
        centred = false;
        const bool tilted = surface.pose->tilt_x_deg != 0 || surface.pose->tilt_y_deg != 0;
        if (tilted) straight = false;
      }
      if (surface.mirror) sign = -sign;
    }
    distance += surface.thickness_mm;
  }
  return {};
}

}  // namespace petzval::optics
