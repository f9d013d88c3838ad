// The scalar tracer: one ray through all surfaces, the reference for the vectorised one.
#include <cmath>

#include "petzval/optics/trace/intersect.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {
namespace {

RayResult Failed(RayStatus status, int surface) {
  RayResult result;
  result.status = status;
  result.surface = surface;
  return result;
}

}  // namespace

RayResult TraceRay(const System& system, int wavelength, const Ray& start, bool clip,
                   std::vector<RayHit>* hits) {
  const std::vector<double>& n = system.n[wavelength];
  if (hits) hits->clear();
  Ray ray = start;
  double opl = 0;
  for (int i = 0; i < system.size(); ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (i > 0) ray.z -= system.surfaces[i - 1].t;
    if (s.motion) EnterFrame(*s.motion, &ray);
    double step = 0;
    if (!Intersect(s, &ray, &step)) return Failed(RayStatus::kMissed, i);
    opl += n[i] * step;
    const bool clipped = clip && !InsideAperture(s, ray.x, ray.y);
    const bool refracted = clipped || n[i] == n[i + 1] || Refract(s, n[i] / n[i + 1], &ray);
    if (hits) hits->push_back({ray.x, ray.y, ray.z, ray.l, ray.m, ray.n, opl});
    if (clipped) return Failed(RayStatus::kClipped, i);
    if (!refracted) return Failed(RayStatus::kTotalReflection, i);
    if (s.motion && !s.motion->carries) LeaveFrame(*s.motion, &ray);
  }
  const double step = (system.surfaces.back().t - ray.z) / ray.n;
  if (!std::isfinite(step)) return Failed(RayStatus::kMissed, system.size());
  RayResult result;
  result.x = ray.x + step * ray.l;
  result.y = ray.y + step * ray.m;
  result.l = ray.l, result.m = ray.m, result.n = ray.n;
  result.opl = opl + n.back() * step;
  return result;
}

}  // namespace petzval::optics
