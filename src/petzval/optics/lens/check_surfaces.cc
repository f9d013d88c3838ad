// What can be wrong with the numbers of single surfaces.
#include <fmt/format.h>

#include <cmath>

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {
namespace {

// Clear semi-diameters read from drawings may end a little beyond a steep sphere.
constexpr double kDrawing = 1.02;

template <class... Args>
tl::unexpected<Error> Bad(fmt::format_string<Args...> text, Args&&... args) {
  return Fail(ErrorCode::kInvalidInput, fmt::format(text, std::forward<Args>(args)...));
}

Status CheckAsphere(const Asphere& asphere) {
  if (!(asphere.norm_mm >= 1e-9 && asphere.norm_mm <= 1e9)) {
    return Bad("the asphere's norm_mm must be within 1e-9 to 1e9, it is {}", asphere.norm_mm);
  }
  for (const auto& [power, a] : asphere.powers) {
    if (power < 2 || power > kMaxAspherePower) {
      return Bad("the asphere has a term of power {}, only 2 to {} are possible", power,
                 kMaxAspherePower);
    }
    if (!std::isfinite(a)) return Bad("the asphere's term of power {} is not finite", power);
  }
  if (asphere.q.size() > kMaxQTerms) {
    return Bad("the asphere has {} Q terms, the most is {}", asphere.q.size(), kMaxQTerms);
  }
  for (size_t m = 0; m < asphere.q.size(); ++m) {
    if (!std::isfinite(asphere.q[m])) return Bad("the asphere's Q term {} is not finite", m);
  }
  const bool q = asphere.kind == AsphereKind::kQcon || asphere.kind == AsphereKind::kQbfs;
  if ((q && !asphere.powers.empty()) || (!q && !asphere.q.empty())) {
    return Bad("the asphere mixes powers and Q terms");
  }
  if (asphere.kind == AsphereKind::kNone && !asphere.powers.empty()) {
    return Bad("the asphere has powers but says that it has no asphere");
  }
  return {};
}

Status CheckEdge(const Edge& edge) {
  for (const double value : {edge.half_x_mm, edge.half_y_mm, edge.inner_mm}) {
    if (!(value >= 0 && value <= 1e6)) return Bad("the edge has a length outside 0 to 1e6 mm");
  }
  const bool annulus = edge.kind == EdgeKind::kAnnulus;
  if (annulus ? edge.half_x_mm > 0 || edge.half_y_mm > 0 : edge.inner_mm > 0) {
    return Bad("the edge has a length that is not for its kind");
  }
  if (edge.kind == EdgeKind::kRectangle && !(edge.half_x_mm > 0 && edge.half_y_mm > 0)) {
    return Bad("a rectangular edge needs half_x_mm and half_y_mm");
  }
  if (edge.kind == EdgeKind::kDCut && (edge.half_x_mm > 0) == (edge.half_y_mm > 0)) {
    return Bad("a D-cut edge needs one of half_x_mm and half_y_mm");
  }
  if (annulus && !(edge.inner_mm > 0)) {
    return Bad("an annular edge needs inner_mm");
  }
  return {};
}

Status CheckNumbers(const Surface& s) {
  struct Named {
    const char* name;
    double value;
  };
  for (const auto& [name, value] : {Named{"radius", s.radius_mm},
                                    {"thickness", s.thickness_mm},
                                    {"clear semi-diameter", s.semi_diameter_mm},
                                    {"housing semi-diameter", s.housing_mm},
                                    {"conic", s.conic},
                                    {"radius_x_mm", s.radius_x_mm}}) {
    if (!std::isfinite(value)) return Bad("its {} is not a finite number", name);
  }
  if (s.semi_diameter_mm < 0) return Bad("its clear semi-diameter is negative");
  if (s.housing_mm < 0) return Bad("its housing semi-diameter is negative");
  if (s.housing_mm > 0 && s.housing_mm < s.semi_diameter_mm) {
    return Bad("its housing semi-diameter {} is smaller than the clear one, {}", s.housing_mm,
               s.semi_diameter_mm);
  }
  if (s.cylinder_x && s.radius_x_mm != 0) {
    return Bad("it is flat in the x section and has a radius there");
  }
  const double rim = (1 + s.conic) * std::pow(s.curvature() * s.semi_diameter_mm, 2);
  if (s.asphere.kind == AsphereKind::kNone && rim > kDrawing * kDrawing) {
    return Bad("its clear semi-diameter {} reaches beyond the surface, which ends at {:.6g} mm",
               s.semi_diameter_mm, std::abs(s.radius_mm) / std::sqrt(1 + s.conic));
  }
  PETZVAL_RETURN_IF_ERROR(CheckAsphere(s.asphere));
  if ((s.cylinder_x || s.radius_x_mm != 0) &&
      (s.asphere.kind == AsphereKind::kQcon || s.asphere.kind == AsphereKind::kQbfs)) {
    return Bad("a toroid cannot have Q terms");
  }
  if (s.pose) {
    for (const double value : {s.pose->decentre_x_mm, s.pose->decentre_y_mm, s.pose->tilt_x_deg,
                               s.pose->tilt_y_deg, s.pose->tilt_z_deg}) {
      if (!std::isfinite(value)) return Bad("its pose has a number that is not finite");
    }
  }
  if (s.edge) PETZVAL_RETURN_IF_ERROR(CheckEdge(*s.edge));
  return {};
}

Status CheckSensor(const SensorCra& cra) {
  if (cra.image_mm.empty() || cra.image_mm.size() != cra.deg.size()) {
    return Bad("sensor_cra has {} heights and {} angles", cra.image_mm.size(), cra.deg.size());
  }
  for (size_t i = 0; i < cra.image_mm.size(); ++i) {
    if (!std::isfinite(cra.image_mm[i]) ||
        !(cra.image_mm[i] > (i ? cra.image_mm[i - 1] : -1e-12))) {
      return Bad("the heights of sensor_cra must ascend from the axis");
    }
    if (!(std::abs(cra.deg[i]) < 90)) return Bad("the angles of sensor_cra must be below 90 deg");
  }
  return {};
}

}  // namespace

Status CheckSurface(const Lens& lens, int surface) {
  if (auto status = CheckNumbers(lens.surfaces[surface]); !status) {
    return Fail(status.error().In(fmt::format("surface {}", surface + 1)));
  }
  return {};
}

Status CheckSurfaces(const Lens& lens) {
  const int count = static_cast<int>(lens.surfaces.size());
  if (count == 0) return Bad("the lens has no surfaces");
  if (count > kMaxSurfaces) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("the lens has {} surfaces, the most is {}", count, kMaxSurfaces));
  }
  if (lens.stop < 0 || lens.stop >= count) {
    return Bad("the stop is surface {}, the lens has surfaces 1 to {}", lens.stop + 1, count);
  }
  for (int i = 0; i < count; ++i) PETZVAL_RETURN_IF_ERROR(CheckSurface(lens, i));
  if (!(lens.object_mm > 0)) {
    return Bad("object_mm must be positive, it is {}", lens.object_mm);
  }
  if (!(lens.image_circle_mm >= 0 && lens.image_circle_mm <= 1e6)) {
    return Bad("image_circle_mm must be within 0 to 1e6, it is {}", lens.image_circle_mm);
  }
  if (!std::isfinite(lens.image_curvature)) return Bad("image_curvature is not a finite number");
  if (lens.iris) {
    if (lens.iris->blades != 0 && (lens.iris->blades < 3 || lens.iris->blades > 100)) {
      return Bad("an iris has 3 to 100 blades, or 0 when it is round; {} is neither",
                 lens.iris->blades);
    }
    if (!(lens.iris->roundness >= 0 && lens.iris->roundness <= 1) ||
        !std::isfinite(lens.iris->rotation_deg)) {
      return Bad("the iris's roundness must be within 0 to 1 and its rotation finite");
    }
  }
  if (lens.sensor_cra) return CheckSensor(*lens.sensor_cra);
  return {};
}

}  // namespace petzval::optics
