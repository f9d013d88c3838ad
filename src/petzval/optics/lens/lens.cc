// A lens's media, its scaled copies and its focus or zoom states.
#include "petzval/optics/lens/lens.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/optics/glass/catalog.h"

namespace petzval::optics {
namespace {

void ScaleAsphere(double scale, Asphere* asphere) {
  for (double& a : asphere->q) a *= scale;
  if (asphere->kind == AsphereKind::kPower && asphere->norm_mm == 1) {
    // The plain form A_p r^p keeps its norm of 1 mm.
    for (auto& [power, a] : asphere->powers) a *= std::pow(scale, 1 - power);
    return;
  }
  for (auto& [power, a] : asphere->powers) a *= scale;
  asphere->norm_mm *= scale;
}

// The factor of a quantity's value when lengths grow by `scale`.
double QuantityFactor(const Lens& lens, const Quantity& what, double scale) {
  if (what.kind == "c") return 1 / scale;
  if (what.kind == "t") return scale;
  if (what.kind.size() > 1 && what.kind[0] == 'Q') return scale;
  if (what.kind.size() > 1 && what.kind[0] == 'A') {
    const bool known = what.surface >= 0 && what.surface < static_cast<int>(lens.surfaces.size());
    const double norm = known ? lens.surfaces[what.surface].asphere.norm_mm : 1.0;
    return norm == 1 ? std::pow(scale, 1 - std::atoi(what.kind.c_str() + 1)) : scale;
  }
  return 1;
}

void ScaleDesign(const Lens& original, double scale, Lens* lens) {
  for (Vary& vary : lens->vary) {
    const double factor = QuantityFactor(original, vary.what, scale);
    vary.min *= factor;
    vary.max *= factor;
  }
  for (Pickup& pickup : lens->pickups) {
    const double factor = QuantityFactor(original, pickup.what, scale);
    pickup.offset *= factor;
    pickup.scale *= factor / QuantityFactor(original, pickup.from, scale);
  }
  for (Solve& solve : lens->solves) {
    if (solve.kind != SolveKind::kMarginalAngle) solve.value *= scale;
  }
  for (Tolerance& tolerance : lens->tolerances) {
    if (tolerance.kind.ends_with("_mm")) tolerance.value *= scale;
  }
}

}  // namespace

Result<Glass> Lens::Medium(const std::string& medium) const {
  if (medium.empty()) return Air();
  for (const Glass& glass : glasses) {
    if (glass.name == medium) return glass;
  }
  auto found = GlassCatalog::BuiltIn().Find(medium);
  if (found || glasses.empty() || medium.find('/') != std::string::npos) return found;
  std::vector<std::string> own;
  for (const Glass& glass : glasses) own.push_back(glass.name);
  return Fail(found.error().code, fmt::format("{} (the nearest of the lens's own glasses is '{}')",
                                              found.error().message, NearestName(medium, own)));
}

Lens ScaledLens(const Lens& lens, double scale) {
  Lens out = lens;
  for (Surface& s : out.surfaces) {
    for (double* length :
         {&s.radius_mm, &s.thickness_mm, &s.semi_diameter_mm, &s.housing_mm, &s.radius_x_mm}) {
      *length *= scale;
    }
    ScaleAsphere(scale, &s.asphere);
    if (s.pose) {
      s.pose->decentre_x_mm *= scale;
      s.pose->decentre_y_mm *= scale;
    }
    if (s.edge) {
      s.edge->half_x_mm *= scale;
      s.edge->half_y_mm *= scale;
      s.edge->inner_mm *= scale;
    }
  }
  out.object_mm *= scale;
  out.image_circle_mm *= scale;
  out.image_curvature /= scale;
  const bool length = lens.aperture.kind == ApertureKind::kEntrancePupilDiameter ||
                      lens.aperture.kind == ApertureKind::kStopSemiDiameter;
  const double aperture_factor = length ? scale : 1.0;
  const double field_factor = lens.fields.kind == FieldKind::kAngleDeg ? 1.0 : scale;
  out.aperture.value *= aperture_factor;
  for (double& value : out.fields.values) value *= field_factor;
  for (Configuration& configuration : out.configurations) {
    configuration.object_mm *= scale;
    for (auto& [surface, thickness] : configuration.thickness_mm) thickness *= scale;
    configuration.aperture_value *= aperture_factor;
    for (double& value : configuration.field_values) value *= field_factor;
  }
  if (out.sensor_cra) {
    for (double& height : out.sensor_cra->image_mm) height *= scale;
  }
  out.expect.focal_length_mm *= scale;
  out.expect.back_focus_mm *= scale;
  ScaleDesign(lens, scale, &out);
  return out;
}

Result<Lens> ConfiguredLens(const Lens& lens, const std::string& configuration) {
  std::vector<std::string> names;
  for (const Configuration& state : lens.configurations) {
    names.push_back(state.name);
    if (state.name != configuration) continue;
    Lens out = lens;
    out.object_mm = state.object_mm;
    for (const auto& [surface, thickness] : state.thickness_mm) {
      if (surface < 0 || surface >= static_cast<int>(out.surfaces.size())) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("configuration '{}' names surface {}, the lens has {}",
                                configuration, surface + 1, out.surfaces.size()));
      }
      out.surfaces[surface].thickness_mm = thickness;
    }
    if (state.aperture_value > 0) out.aperture.value = state.aperture_value;
    if (!state.field_values.empty()) {
      out.fields.values = state.field_values;
      if (out.fields.weights.size() != out.fields.values.size()) out.fields.weights.clear();
    }
    return out;
  }
  if (names.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("lens '{}' has no configurations, so none named '{}'", lens.name,
                            configuration));
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("lens '{}' has no configuration '{}', did you mean '{}'?", lens.name,
                          configuration, NearestName(configuration, names)));
}

}  // namespace petzval::optics
