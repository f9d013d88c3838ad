// Rays through a surface whose form errs.
#include "petzval/optics/design/perturb_form.h"

#include <cmath>

#include "petzval/optics/trace/intersect.h"
#include "petzval/optics/trace/surface_shape.h"

namespace petzval::optics {
namespace {

// Sag of the error and its slopes, mm; each term has the peak-to-valley value 1 before scaling.
struct Bump {
  double z, dx, dy;
};
Bump FormError(ErrorKind kind, double radius_mm, double value_mm, double x, double y) {
  const double u = x / radius_mm, v = y / radius_mm, r2 = u * u + v * v;
  const double slope = value_mm / radius_mm;
  switch (kind) {
    case ErrorKind::kFormSpherical_um: {
      const double d = (24 * r2 - 12) / 1.5;
      return {value_mm * (6 * r2 * r2 - 6 * r2 + 1) / 1.5, slope * d * u, slope * d * v};
    }
    case ErrorKind::kFormAstigmatism0_um:
      return {value_mm * (u * u - v * v) / 2, slope * u, -slope * v};
    default:
      return {value_mm * u * v, slope * v, slope * u};
  }
}

// Refraction at a plane whose normal is (-sx, -sy, 1), by turning the ray into its frame.
bool RefractAt(const TraceSurface& surface, double ratio, double sx, double sy, Ray* ray) {
  TraceSurface plane;
  plane.mirror = surface.mirror;
  const double length = std::sqrt(1 + sx * sx + sy * sy);
  const double nx = -sx / length, ny = -sy / length, nz = 1 / length;
  // Two axes in the plane: (nz, 0, -nx) made unit, and its product with the normal.
  const double a = std::hypot(nz, nx);
  const double e1[3] = {nz / a, 0, -nx / a};
  const double e2[3] = {ny * e1[2] - nz * e1[1], nz * e1[0] - nx * e1[2], nx * e1[1] - ny * e1[0]};
  Ray local;
  local.l = ray->l * e1[0] + ray->m * e1[1] + ray->n * e1[2];
  local.m = ray->l * e2[0] + ray->m * e2[1] + ray->n * e2[2];
  local.n = ray->l * nx + ray->m * ny + ray->n * nz;
  if (!Refract(plane, ratio, &local)) return false;
  ray->l = local.l * e1[0] + local.m * e2[0] + local.n * nx;
  ray->m = local.l * e1[1] + local.m * e2[1] + local.n * ny;
  ray->n = local.l * e1[2] + local.m * e2[2] + local.n * nz;
  return true;
}

// Up to surface `at`, through it with the form error, into the frame behind it. False: lost.
bool ThroughForm(const System& system, const std::vector<double>& n, int at, ErrorKind kind,
                 double radius_mm, double value_mm, Ray* ray) {
  for (int i = 0; i <= at; ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (i > 0) ray->z -= system.surfaces[i - 1].t;
    if (s.motion) EnterFrame(*s.motion, ray);
    double step = 0;
    if (!Intersect(s, ray, &step)) return false;
    const double ratio = n[i] / n[i + 1];
    if (i < at) {
      if (n[i] != n[i + 1] && !Refract(s, ratio, ray)) return false;
    } else {
      const Shape shape = ShapeAt(s, ray->x, ray->y);
      const Bump bump = FormError(kind, radius_mm, value_mm, ray->x, ray->y);
      // To the raised surface along the ray: first order in the sag, which is far below a micron.
      const double along = bump.z / (ray->n - shape.dz_dx * ray->l - shape.dz_dy * ray->m);
      ray->x += along * ray->l;
      ray->y += along * ray->m;
      ray->z += along * ray->n;
      const Shape there = ShapeAt(s, ray->x, ray->y);
      const Bump slope = FormError(kind, radius_mm, value_mm, ray->x, ray->y);
      if (n[i] != n[i + 1] &&
          !RefractAt(s, ratio, there.dz_dx + slope.dx, there.dz_dy + slope.dy, ray)) {
        return false;
      }
    }
    if (s.motion && !s.motion->carries) LeaveFrame(*s.motion, ray);
  }
  return std::isfinite(ray->x + ray->y + ray->z + ray->l + ray->m + ray->n);
}

}  // namespace

void TraceWithForm(const System& system, int wavelength, const ErrorParameter& parameter,
                   double radius_mm, double value_um, const RayBatch<double>& rays,
                   RayResults<double>* results) {
  const int at = parameter.first;
  const std::vector<double>& n = system.n[wavelength];
  RayBatch<double> behind;
  behind.Resize(rays.size());
  std::vector<uint8_t> lost(rays.size(), 0);
  for (size_t i = 0; i < rays.size(); ++i) {
    Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
    lost[i] = !ThroughForm(system, n, at, parameter.kind, radius_mm, value_um * 1e-3, &ray);
    if (lost[i]) ray = Ray{};
    ray.z -= system.surfaces[at].t;
    behind.Set(i, ray);
  }
  if (at + 1 < system.size()) {
    System rest = system;
    rest.surfaces.erase(rest.surfaces.begin(), rest.surfaces.begin() + at + 1);
    for (auto& indices : rest.n) indices.erase(indices.begin(), indices.begin() + at + 1);
    rest.stop = 0;
    Tracer(rest, wavelength).Trace(behind, false, results);
  } else {
    for (auto* v : {&results->x, &results->y, &results->l, &results->m, &results->n}) {
      v->resize(rays.size());
    }
    results->opl.clear();
    results->status.assign(rays.size(), 0);
    for (size_t i = 0; i < rays.size(); ++i) {
      const double step = -behind.z[i] / behind.n[i];
      results->x[i] = behind.x[i] + step * behind.l[i];
      results->y[i] = behind.y[i] + step * behind.m[i];
      results->l[i] = behind.l[i], results->m[i] = behind.m[i], results->n[i] = behind.n[i];
    }
  }
  for (size_t i = 0; i < rays.size(); ++i) {
    if (lost[i]) results->status[i] = static_cast<uint8_t>(RayStatus::kMissed);
  }
}

}  // namespace petzval::optics
