// The aperture and fields of an optimisation, and the pupil of a lens with its derivatives.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/design/ray_bundle.h"
#include "petzval/optics/trace/field.h"

namespace petzval::optics {
namespace {

std::vector<double> ByVariables(const std::vector<double>& row, int variables,
                                const std::vector<ChainEntry>& chain) {
  std::vector<double> out(variables, 0.0);
  for (const ChainEntry& e : chain) out[e.variable] += row[e.raw] * e.factor;
  return out;
}

// Radians. A start may have surfaces that overlap, which a model would refuse: it is only made
// where image heights call for real rays, and without clear diameters.
Result<std::vector<double>> FieldAngles(const Lens& lens, const RawSystem& system,
                                        const std::vector<double>& fields) {
  std::vector<double> angles;
  for (const double field : fields) {
    double angle = field * std::numbers::pi / 180;
    if (lens.fields.kind == FieldKind::kObjectMm) {
      if (!std::isfinite(lens.object_mm)) {
        return Fail(ErrorCode::kInvalidInput,
                    "fields in object heights need an object at a finite distance");
      }
      const double epl = ParaxialGradient(system, system.primary).epl();
      angle = std::atan2(-field, lens.object_mm + epl);
    } else if (lens.fields.kind == FieldKind::kImageMm) {
      Lens open = lens;
      for (Surface& s : open.surfaces) s.semi_diameter_mm = 0;
      PETZVAL_ASSIGN(const LensModel model, MakeModel(open));
      PETZVAL_ASSIGN(angle, FieldAngle(model, field, lens.launch));
    }
    if (!(std::abs(angle) < 89.9 * std::numbers::pi / 180)) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("the field {} is not below 90 deg", field));
    }
    angles.push_back(angle);
  }
  return angles;
}

}  // namespace

Result<LaunchPlan> LaunchPlan::Create(const Lens& lens, const std::vector<double>& fields) {
  LaunchPlan plan;
  plan.launch_ = lens.launch;
  plan.object_mm_ = lens.object_mm;
  PETZVAL_ASSIGN(const RawSystem system, MakeRawSystem(lens));
  PETZVAL_ASSIGN(plan.angle_, FieldAngles(lens, system, fields));
  plan.height_ = fields;
  plan.object_heights_ = lens.fields.kind == FieldKind::kObjectMm;
  plan.stop_given_ = lens.aperture.kind == ApertureKind::kStopSemiDiameter;
  plan.size_ = plan.stop_given_ ? lens.aperture.value : EntrancePupilRadius(lens, system);
  return plan;
}

LaunchPlan LaunchPlan::Shrunk(double aperture, double field) const {
  LaunchPlan plan = *this;
  plan.size_ *= aperture;
  for (double& a : plan.angle_) a = std::atan(std::tan(a) * field);
  for (double& h : plan.height_) h *= field;
  return plan;
}

PupilState LaunchPlan::Pupil(const RawSystem& system, int variables,
                             const std::vector<ChainEntry>* chain) const {
  const ParaxialGradient paraxial(system, system.primary);
  PupilState pupil;
  const double a = paraxial.stop_a();
  pupil.epl = paraxial.epl();
  pupil.radius = stop_given_ ? size_ / std::abs(a) : size_;
  pupil.stop_radius = stop_given_ ? size_ : size_ * std::abs(a);
  if (!chain) return pupil;
  std::vector<double> row(system.layout.size(), 0.0);
  paraxial.AddEpl(1, &row);
  pupil.d_epl = ByVariables(row, variables, *chain);
  std::fill(row.begin(), row.end(), 0.0);
  paraxial.AddStopA(1, &row);
  const std::vector<double> d_a = ByVariables(row, variables, *chain);
  pupil.d_radius.assign(variables, 0.0);
  pupil.d_stop_radius.assign(variables, 0.0);
  for (int v = 0; v < variables; ++v) {
    if (stop_given_) {
      pupil.d_radius[v] = -pupil.radius / a * d_a[v];
    } else {
      pupil.d_stop_radius[v] = pupil.stop_radius / a * d_a[v];
    }
  }
  return pupil;
}

}  // namespace petzval::optics
