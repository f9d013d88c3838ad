// Derivatives of the image-space direction cosines over the pupil.
#include "petzval/optics/analysis/pupil_jacobian.h"

#include <cmath>

namespace petzval::optics {
namespace {

// Steps in pupil radii: the error of central differences is about the step squared.
constexpr double kStep = 5e-4;

struct Slope {
  double l = 0, m = 0;
  bool known = false;
};

Slope Difference(const RayResults<double>& rays, size_t plus, size_t minus, double step) {
  if (rays.status[plus] != 0 || rays.status[minus] != 0) return {};
  return {(rays.l[plus] - rays.l[minus]) / step, (rays.m[plus] - rays.m[minus]) / step, true};
}

}  // namespace

std::vector<double> PupilJacobian(const FieldTracer& tracer, std::span<const PupilPoint> points) {
  std::vector<double> jacobian;
  jacobian.reserve(points.size());
  std::vector<PupilPoint> stencil;
  for (const PupilPoint& p : points) {
    stencil.push_back({p.x + kStep, p.y});
    stencil.push_back({p.x - kStep, p.y});
    stencil.push_back({p.x, p.y + kStep});
    stencil.push_back({p.x, p.y - kStep});
  }
  tracer.TraceInPieces(stencil, false, [&](size_t first, const RayResults<double>& rays) {
    for (size_t i = 0; i + 3 < rays.size(); i += 4) {
      Slope sx = Difference(rays, i, i + 1, 2 * kStep);
      Slope sy = Difference(rays, i + 2, i + 3, 2 * kStep);
      if (!sx.known || !sy.known) {
        // At the rim of what arrives: one-sided, from the point itself.
        const RayResults<double> centre = tracer.Trace(points.subspan((first + i) / 4, 1), false);
        const auto one_sided = [&](size_t plus, size_t minus) {
          Slope slope;
          if (centre.status[0] != 0) return slope;
          for (const size_t side : {plus, minus}) {
            if (rays.status[side] != 0) continue;
            const double step = side == plus ? kStep : -kStep;
            slope = {(rays.l[side] - centre.l[0]) / step, (rays.m[side] - centre.m[0]) / step,
                     true};
          }
          return slope;
        };
        if (!sx.known) sx = one_sided(i, i + 1);
        if (!sy.known) sy = one_sided(i + 2, i + 3);
      }
      const bool known = sx.known && sy.known;
      jacobian.push_back(known ? std::abs(sx.l * sy.m - sx.m * sy.l) : 0);
    }
  });
  return jacobian;
}

}  // namespace petzval::optics
