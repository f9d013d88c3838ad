// Intersection and refraction of one ray.
#include "petzval/optics/trace/intersect.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/trace/surface_shape.h"

namespace petzval::optics {
namespace {

constexpr int kMaxSteps = 60;
constexpr double kStep_mm = 1e-14;
constexpr double kOnSurface_mm = 1e-9;

void Advance(double s, Ray* ray) {
  ray->x += s * ray->l;
  ray->y += s * ray->m;
  ray->z += s * ray->n;
}

// Step from the tangent plane to a conic.
bool ConicStep(double c, double k, const Ray& ray, double* s) {
  const double q = c * (ray.x * ray.x + ray.y * ray.y);
  const double b = ray.n - c * (ray.x * ray.l + ray.y * ray.m);
  const double a = c * (ray.l * ray.l + ray.m * ray.m + (1 + k) * ray.n * ray.n);
  const double d = b * b - a * q;
  if (!(d >= 0)) return false;
  *s = q == 0 ? 0 : q / (b + std::copysign(std::sqrt(d), ray.n));
  return std::isfinite(*s);
}

// Whether the ray stands on the surface and crosses it the way light goes: where an asphere bends
// back and forth, Newton's method may end at a crossing from behind.
bool Arrived(const TraceSurface& surface, const Ray& ray) {
  const Shape shape = ShapeAt(surface, ray.x, ray.y);
  const double slope = ray.n - shape.dz_dx * ray.l - shape.dz_dy * ray.m;
  return shape.valid && std::abs(shape.z - ray.z) < kOnSurface_mm && slope * ray.n > 0;
}

bool NewtonToShape(const TraceSurface& surface, Ray* ray, double* way) {
  for (int i = 0; i < kMaxSteps; ++i) {
    const Shape shape = ShapeAt(surface, ray->x, ray->y);
    const double slope = ray->n - shape.dz_dx * ray->l - shape.dz_dy * ray->m;
    const double s = (shape.z - ray->z) / slope;
    if (!std::isfinite(s)) return false;
    Advance(s, ray);
    *way += s;
    if (std::abs(s) < kStep_mm) break;
  }
  return Arrived(surface, *ray);
}

// Newton's method kept from running away or circling: steps within a part of the height, never
// against the way the distance to the surface falls, halved when they do not shrink.
bool CalmSearch(const TraceSurface& surface, Ray* ray, double* way) {
  constexpr double kPartOfHeight = 0.3, kLeast_mm = 0.02, kLeastSlope = 0.05, kShrinks = 0.7;
  const double limit = kPartOfHeight * std::hypot(ray->x, ray->y) + kLeast_mm;
  double last = limit;
  for (int i = 0; i < 4 * kMaxSteps; ++i) {
    const Shape shape = ShapeAt(surface, ray->x, ray->y);
    const double slope = ray->n - shape.dz_dx * ray->l - shape.dz_dy * ray->m;
    const double steep =
        std::copysign(std::max(slope * std::copysign(1.0, ray->n), kLeastSlope), ray->n);
    double s = std::clamp((shape.z - ray->z) / steep, -limit, limit);
    if (!std::isfinite(s)) return false;
    if (i > 0 && std::abs(s) > kShrinks * last) s *= 0.5;
    Advance(s, ray);
    *way += s;
    last = std::abs(s);
    if (last < kStep_mm) break;
  }
  return Arrived(surface, *ray);
}

}  // namespace

bool Intersect(const TraceSurface& surface, Ray* ray, double* step) {
  const double to_plane = -ray->z / ray->n;
  if (!std::isfinite(to_plane)) return false;
  ray->x += to_plane * ray->l;
  ray->y += to_plane * ray->m;
  ray->z = 0;
  *step += to_plane;
  double s = 0;
  if (surface.conic_only()) {
    if (surface.c == 0) return true;
    if (!ConicStep(surface.c, surface.k, *ray, &s)) return false;
    Advance(s, ray);
    *step += s;
    return 1 - (1 + surface.k) * surface.c * ray->z >= 0;
  }
  // From the osculating sphere; from the plane where that is missed or a bad start; calmly.
  const Ray at_plane = *ray;
  for (const auto search : {NewtonToShape, CalmSearch}) {
    for (const bool from_sphere : {true, false}) {
      *ray = at_plane;
      double way = 0;
      if (from_sphere) {
        if (!ConicStep(surface.effective_curvature(), 0, *ray, &s)) continue;
        Advance(s, ray);
        way = s;
      }
      if (search(surface, ray, &way)) {
        *step += way;
        return true;
      }
    }
  }
  return false;
}

bool Refract(const TraceSurface& surface, double ratio, Ray* ray) {
  double gx, gy, gz, norm2;  // gradient of z(x, y) - Z, turned to point at +z
  if (surface.conic_only()) {
    const double c = surface.c;
    gx = -c * ray->x, gy = -c * ray->y, gz = 1 - (1 + surface.k) * c * ray->z;
  } else {
    const Shape shape = ShapeAt(surface, ray->x, ray->y);
    gx = -shape.dz_dx, gy = -shape.dz_dy, gz = 1;
  }
  norm2 = gx * gx + gy * gy + gz * gz;
  const double scale = 1 / std::sqrt(norm2);
  gx *= scale, gy *= scale, gz *= scale;
  const double cos1 = gx * ray->l + gy * ray->m + gz * ray->n;
  const double square = 1 - ratio * ratio * (1 - cos1 * cos1);
  if (!(square >= 0)) return false;
  const double gamma = std::copysign(std::sqrt(square), cos1) - ratio * cos1;
  ray->l = ratio * ray->l + gamma * gx;
  ray->m = ratio * ray->m + gamma * gy;
  ray->n = ratio * ray->n + gamma * gz;
  return true;
}

bool InsideAperture(const TraceSurface& surface, double x, double y) {
  const double r2 = x * x + y * y;
  if (surface.sd > 0 && !(r2 <= surface.sd * surface.sd * (1 + 1e-9))) return false;
  if (!surface.edge) return true;
  const Edge& edge = *surface.edge;
  switch (edge.kind) {
    case EdgeKind::kCircle:
      return true;
    case EdgeKind::kRectangle:
    case EdgeKind::kDCut:
      return (edge.half_x_mm <= 0 || std::abs(x) <= edge.half_x_mm) &&
             (edge.half_y_mm <= 0 || std::abs(y) <= edge.half_y_mm);
    case EdgeKind::kAnnulus:
      return r2 >= edge.inner_mm * edge.inner_mm;
  }
  return true;
}

namespace {

void Rotate(const std::array<std::array<double, 3>, 3>& r, double* x, double* y, double* z) {
  const double a = *x, b = *y, c = *z;
  *x = r[0][0] * a + r[0][1] * b + r[0][2] * c;
  *y = r[1][0] * a + r[1][1] * b + r[1][2] * c;
  *z = r[2][0] * a + r[2][1] * b + r[2][2] * c;
}

std::array<std::array<double, 3>, 3> Transposed(const std::array<std::array<double, 3>, 3>& r) {
  std::array<std::array<double, 3>, 3> t;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) t[i][j] = r[j][i];
  }
  return t;
}

}  // namespace

void EnterFrame(const FrameMotion& motion, Ray* ray) {
  ray->x -= motion.offset_mm[0], ray->y -= motion.offset_mm[1], ray->z -= motion.offset_mm[2];
  Rotate(motion.rotation, &ray->x, &ray->y, &ray->z);
  Rotate(motion.rotation, &ray->l, &ray->m, &ray->n);
}

void LeaveFrame(const FrameMotion& motion, Ray* ray) {
  const auto back = Transposed(motion.rotation);
  Rotate(back, &ray->x, &ray->y, &ray->z);
  Rotate(back, &ray->l, &ray->m, &ray->n);
  ray->x += motion.offset_mm[0], ray->y += motion.offset_mm[1], ray->z += motion.offset_mm[2];
}

}  // namespace petzval::optics
