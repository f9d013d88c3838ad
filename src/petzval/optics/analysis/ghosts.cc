// Two-reflection paths through a lens, paraxially.
#include "petzval/optics/analysis/ghosts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace petzval::optics {
namespace {

// A paraxial ray that follows one ghost path; backward light has negative indices and thicknesses.
struct PathRay {
  double y, nu;
};

void Refract(double c, double n, double n_after, PathRay* ray) {
  ray->nu -= ray->y * c * (n_after - n);
}

// Height and slope at the image plane.
struct AtImage {
  double y, u;
};
AtImage Follow(const System& system, int w, int front, int back, double y, double u) {
  const std::vector<double>& n = system.n[w];
  std::vector<double> c;
  for (const TraceSurface& s : system.surfaces) c.push_back(s.effective_curvature());
  PathRay ray = {y, n[0] * u};
  for (int i = 0; i < back; ++i) {
    Refract(c[i], n[i], n[i + 1], &ray);
    ray.y += system.surfaces[i].t * ray.nu / n[i + 1];
  }
  Refract(c[back], n[back], -n[back], &ray);
  for (int i = back - 1; i > front; --i) {
    ray.y += -system.surfaces[i].t * ray.nu / -n[i + 1];
    Refract(c[i], -n[i + 1], -n[i], &ray);
  }
  ray.y += -system.surfaces[front].t * ray.nu / -n[front + 1];
  Refract(c[front], -n[front + 1], n[front + 1], &ray);
  for (int i = front; i + 1 < system.size(); ++i) {
    ray.y += system.surfaces[i].t * ray.nu / n[i + 1];
    Refract(c[i + 1], n[i + 1], n[i + 2], &ray);
  }
  const double slope = ray.nu / n.back();
  return {ray.y + system.surfaces.back().t * slope, slope};
}

double Reflectance(double n, double n_after) {
  const double r = (n_after - n) / (n_after + n);
  return r * r;
}

}  // namespace

std::vector<Ghost> ComputeGhosts(const LensModel& model) {
  const System& system = model.system;
  const int w = system.primary;
  const FirstOrder& first = model.primary();
  std::vector<Ghost> ghosts;
  if (!std::isfinite(first.epd) || !std::isfinite(first.epl) || !std::isfinite(first.lagrange) ||
      !(first.epd > 0)) {
    return ghosts;
  }
  const double u =
      std::isinf(system.object_mm) ? 0.0 : first.epd / 2 / (system.object_mm + first.epl);
  const double ubar = first.lagrange / (first.epd / 2);
  // No blur is smaller than diffraction at the widest cone makes it.
  const double smallest_mm = 0.61e-3 * system.um[w];
  for (int back = 1; back < system.size(); ++back) {
    for (int front = 0; front < back; ++front) {
      if (system.surfaces[front].mirror || system.surfaces[back].mirror) continue;
      const std::vector<double>& n = system.n[w];
      const double reflectance =
          Reflectance(n[front], n[front + 1]) * Reflectance(n[back], n[back + 1]);
      if (!(reflectance > 0)) continue;
      const AtImage marginal = Follow(system, w, front, back, first.epd / 2 - u * first.epl, u);
      const AtImage chief = Follow(system, w, front, back, -first.epl * ubar, ubar);
      Ghost ghost;
      ghost.front = front;
      ghost.back = back;
      ghost.reflectance = reflectance;
      if (marginal.u != 0) ghost.focus_mm = -marginal.y / marginal.u;
      ghost.blur_radius_mm = std::abs(marginal.y);
      ghost.chief_y_mm = chief.y;
      const double radius = std::max(ghost.blur_radius_mm, smallest_mm);
      ghost.irradiance = reflectance / (std::numbers::pi * radius * radius);
      ghosts.push_back(ghost);
    }
  }
  std::stable_sort(ghosts.begin(), ghosts.end(),
                   [](const Ghost& a, const Ghost& b) { return a.irradiance > b.irradiance; });
  return ghosts;
}

}  // namespace petzval::optics
