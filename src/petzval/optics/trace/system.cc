// From the prescription to what rays are traced through.
#include "petzval/optics/trace/system.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "petzval/optics/trace/surface_shape.h"

namespace petzval::optics {
namespace {

FrameMotion MotionOf(const Pose& pose) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double ca = std::cos(pose.tilt_x_deg * kRadians), sa = std::sin(pose.tilt_x_deg * kRadians);
  const double cb = std::cos(pose.tilt_y_deg * kRadians), sb = std::sin(pose.tilt_y_deg * kRadians);
  const double cg = std::cos(pose.tilt_z_deg * kRadians), sg = std::sin(pose.tilt_z_deg * kRadians);
  FrameMotion motion;
  motion.offset_mm = {pose.decentre_x_mm, pose.decentre_y_mm, 0};
  // The axes of the new frame are the columns of Rx Ry Rz; coordinates change by its transpose.
  motion.rotation = {{{cb * cg, ca * sg + sa * sb * cg, sa * sg - ca * sb * cg},
                      {-cb * sg, ca * cg - sa * sb * sg, sa * cg + ca * sb * sg},
                      {sb, -sa * cb, ca * cb}}};
  motion.carries = pose.carries;
  return motion;
}

void SetAsphere(const Asphere& asphere, TraceSurface* s) {
  s->norm_mm = asphere.norm_mm;
  if (asphere.kind == AsphereKind::kPower) {
    for (const auto& [power, value] : asphere.powers) {
      if (value == 0 || power < 2 || power > kMaxPower) continue;
      if (static_cast<int>(s->a.size()) <= power) s->a.resize(power + 1, 0.0);
      s->a[power] = value / std::pow(asphere.norm_mm, power);
    }
  } else if (asphere.kind != AsphereKind::kNone && !asphere.q.empty()) {
    s->q_kind = asphere.kind;
    s->q = asphere.q;
  }
}

TraceSurface SurfaceOf(const Surface& from) {
  TraceSurface s;
  s.c = from.curvature();
  s.k = from.conic;
  s.t = from.thickness_mm;
  s.sd = from.semi_diameter_mm;
  SetAsphere(from.asphere, &s);
  s.toroid = from.radius_x_mm != 0 || from.cylinder_x;
  s.c_x = from.radius_x_mm == 0 || from.cylinder_x ? 0 : 1 / from.radius_x_mm;
  s.mirror = from.mirror;
  if (from.pose) s.motion = MotionOf(*from.pose);
  s.edge = from.edge;
  return s;
}

// Indices of all spaces at one wavelength.
Result<std::vector<double>> Indices(const Lens& lens, const std::vector<Glass>& media, double um) {
  std::vector<double> n = {1.0};
  double sign = 1;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    if (lens.surfaces[i].mirror) {
      sign = -sign;
      n.push_back(-n.back());
      continue;
    }
    PETZVAL_ASSIGN(const double index, media[i].Index(um));
    n.push_back(sign * index);
  }
  return n;
}

}  // namespace

double TraceSurface::effective_curvature() const { return c + 2 * DepartureAtVertex(*this).a2; }

Result<System> MakeSystem(const Lens& lens) { return MakeSystem(lens, {}); }

Result<System> MakeSystem(const Lens& lens, const std::vector<double>& um) {
  PETZVAL_RETURN_IF_ERROR(CheckLens(lens));
  System system;
  system.stop = lens.stop;
  system.object_mm = lens.object_mm;
  std::vector<Glass> media;
  for (const Surface& s : lens.surfaces) {
    system.surfaces.push_back(SurfaceOf(s));
    PETZVAL_ASSIGN(Glass glass, lens.Medium(s.medium));
    media.push_back(std::move(glass));
  }
  const double lens_primary = lens.spectrum.um[lens.spectrum.primary];
  if (um.empty()) {
    system.um = lens.spectrum.um;
    system.weights = lens.spectrum.weights;
    system.primary = lens.spectrum.primary;
  } else {
    system.um = um;
    for (size_t w = 0; w < um.size(); ++w) {
      if (std::abs(um[w] - lens_primary) < std::abs(um[system.primary] - lens_primary)) {
        system.primary = static_cast<int>(w);
      }
    }
  }
  if (system.weights.size() != system.um.size()) system.weights.assign(system.um.size(), 1.0);
  const double sum = std::accumulate(system.weights.begin(), system.weights.end(), 0.0);
  for (double& weight : system.weights) weight /= sum;
  for (const double w : system.um) {
    PETZVAL_ASSIGN(std::vector<double> n, Indices(lens, media, w));
    system.n.push_back(std::move(n));
  }
  return system;
}

}  // namespace petzval::optics
