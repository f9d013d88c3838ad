// Systems with errors of manufacture.
#include "petzval/optics/design/perturb_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/base/matrix.h"

namespace petzval::optics {
namespace {

constexpr double kFringe_um = 0.54607;

Mat3 Rotation(const ElementMotion& motion) {
  const double a = motion.tilt_x_deg * std::numbers::pi / 180;
  const double b = motion.tilt_y_deg * std::numbers::pi / 180;
  const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b);
  const Mat3 about_x{{{{1, 0, 0}, {0, ca, -sa}, {0, sa, ca}}}};
  const Mat3 about_y{{{{cb, 0, sb}, {0, 1, 0}, {-sb, 0, cb}}}};
  return about_y * about_x;
}

Mat3 Transposed(const Mat3& a) {
  Mat3 r;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) r[i][j] = a[j][i];
  }
  return r;
}

bool IsElement(ErrorKind kind) {
  return kind >= ErrorKind::kDecentreY_mm && kind <= ErrorKind::kTiltY_deg;
}

// The largest radius at which rays of all fields meet each surface: chief ray and rim of the pupil.
std::vector<double> UsedRadii(const LensModel& model) {
  const int count = model.system.size();
  std::vector<double> radii(count, 0.0);
  const PupilPoint rim[] = {{0, 0}, {0, 1}, {0, -1}, {1, 0}};
  std::vector<RayHit> hits;
  for (const double field : model.lens.fields.values) {
    const auto launcher = Launcher::Create(model, field, model.system.primary);
    if (!launcher) continue;
    for (const PupilPoint& point : rim) {
      TraceRay(model.system, model.system.primary, launcher->At(point), false, &hits);
      for (size_t i = 0; i < hits.size(); ++i) {
        const double r = std::hypot(hits[i].x, hits[i].y);
        if (std::isfinite(r)) radii[i] = std::max(radii[i], r);
      }
    }
  }
  for (int i = 0; i < count; ++i) {
    if (model.system.surfaces[i].sd > 0) radii[i] = model.system.surfaces[i].sd;
    if (!(radii[i] > 0)) radii[i] = 1;
  }
  return radii;
}

}  // namespace

std::string ErrorParameter::Description() const {
  constexpr const char* kNames[] = {"radius, %",
                                    "radius, fringes",
                                    "thickness, mm",
                                    "index",
                                    "Abbe number, %",
                                    "decentre y, mm",
                                    "decentre x, mm",
                                    "tilt about x, deg",
                                    "tilt about y, deg",
                                    "wedge about x, deg",
                                    "wedge about y, deg",
                                    "form, spherical, um",
                                    "form, astigmatism 0, um",
                                    "form, astigmatism 45, um"};
  const char* name = kNames[static_cast<int>(kind)];
  return first == last ? fmt::format("surface {}: {}", first + 1, name)
                       : fmt::format("surfaces {} to {}: {}", first + 1, last + 1, name);
}

void MoveElement(const Element& element, const ElementMotion& motion, System* system) {
  const Mat3 rotation = Rotation(motion), back = Transposed(rotation);
  double way = 0;  // from the pivot to the vertex of surface i, before the motion
  for (int i = element.first; i <= element.last; ++i) {
    TraceSurface& surface = system->surfaces[i];
    FrameMotion before = surface.motion.value_or(FrameMotion{});
    const Vec3 vertex = rotation * Vec3{{0, 0, way}};
    const Vec3 pose = rotation * Vec3{before.offset_mm};
    FrameMotion after;
    after.offset_mm = {vertex[0] + pose[0] + motion.shift_x_mm,
                       vertex[1] + pose[1] + motion.shift_y_mm,
                       vertex[2] - way + pose[2] + motion.shift_z_mm};
    after.rotation = (Mat3{before.rotation} * back).m;
    surface.motion = after;
    way += surface.t;
  }
}

Result<Perturber> Perturber::Create(const LensModel& model,
                                    std::vector<ErrorParameter> parameters) {
  Perturber out;
  out.nominal_ = model.system;
  out.parameters_ = std::move(parameters);
  out.used_radius_ = UsedRadii(model);
  for (const Surface& surface : model.lens.surfaces) {
    double index = 0;  // unknown outside the glass's range: then the primary index stands for it
    if (const auto glass = model.lens.Medium(surface.medium)) {
      index = glass->Index(kLineD_um).value_or(0);
    }
    out.index_d_.push_back(index);
  }
  for (const ErrorParameter& p : out.parameters_) {
    if (p.first < 0 || p.last < p.first || p.last >= model.system.size()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("a tolerance names surfaces {} to {}, the lens has {}", p.first + 1,
                              p.last + 1, model.system.size()));
    }
    const bool moves =
        IsElement(p.kind) || p.kind == ErrorKind::kWedgeX_deg || p.kind == ErrorKind::kWedgeY_deg;
    for (int i = p.first; moves && i <= p.last; ++i) {
      const auto& motion = model.system.surfaces[i].motion;
      if (motion && motion->carries) {
        return Fail(ErrorCode::kUnsupported,
                    fmt::format("surface {} carries what follows and cannot err by itself", i + 1));
      }
    }
    if (!IsElement(p.kind)) {
      out.element_of_.push_back(-1);
      continue;
    }
    size_t at = 0;
    while (at < out.elements_.size() &&
           (out.elements_[at].first != p.first || out.elements_[at].last != p.last)) {
      ++at;
    }
    if (at == out.elements_.size()) out.elements_.push_back({p.first, p.last});
    out.element_of_.push_back(static_cast<int>(at));
  }
  return out;
}

void Perturber::Apply(std::span<const double> values, System* system) const {
  *system = nominal_;
  std::vector<ElementMotion> motions(elements_.size());
  std::vector<bool> moved(elements_.size(), false);
  for (size_t k = 0; k < parameters_.size(); ++k) {
    const ErrorParameter& p = parameters_[k];
    const double value = values[k];
    if (value == 0) continue;
    TraceSurface& surface = system->surfaces[p.first];
    ElementMotion* motion = element_of_[k] >= 0 ? &motions[element_of_[k]] : nullptr;
    if (motion) moved[element_of_[k]] = true;
    switch (p.kind) {
      case ErrorKind::kRadiusPercent:
        surface.c /= 1 + value / 100;
        surface.c_x /= 1 + value / 100;
        break;
      case ErrorKind::kFringes: {
        const double dc = value * kFringe_um * 1e-3 / std::pow(used_radius_[p.first], 2);
        surface.c += dc;
        if (surface.toroid) surface.c_x += dc;
        break;
      }
      case ErrorKind::kThickness_mm:
        surface.t += value;
        break;
      case ErrorKind::kIndex:
        for (auto& n : system->n) n[p.first + 1] += n[p.first + 1] < 0 ? -value : value;
        break;
      case ErrorKind::kAbbePercent: {
        const double primary = std::abs(system->n[system->primary][p.first + 1]);
        const double nd = index_d_[p.first] > 0 ? index_d_[p.first] : primary;
        for (auto& n : system->n) {
          const double sign = n[p.first + 1] < 0 ? -1 : 1;
          n[p.first + 1] = sign * (nd + (std::abs(n[p.first + 1]) - nd) / (1 + value / 100));
        }
        break;
      }
      case ErrorKind::kDecentreY_mm:
        motion->shift_y_mm += value;
        break;
      case ErrorKind::kDecentreX_mm:
        motion->shift_x_mm += value;
        break;
      case ErrorKind::kTiltX_deg:
        motion->tilt_x_deg += value;
        break;
      case ErrorKind::kTiltY_deg:
        motion->tilt_y_deg += value;
        break;
      default:
        break;  // wedges below; form errors change no number
    }
  }
  for (size_t k = 0; k < parameters_.size(); ++k) {
    const ErrorParameter& p = parameters_[k];
    if (values[k] == 0) continue;
    if (p.kind == ErrorKind::kWedgeX_deg) {
      MoveElement({p.first, p.first}, {.tilt_x_deg = values[k]}, system);
    } else if (p.kind == ErrorKind::kWedgeY_deg) {
      MoveElement({p.first, p.first}, {.tilt_y_deg = values[k]}, system);
    }
  }
  for (size_t e = 0; e < elements_.size(); ++e) {
    if (moved[e]) MoveElement(elements_[e], motions[e], system);
  }
}

}  // namespace petzval::optics
