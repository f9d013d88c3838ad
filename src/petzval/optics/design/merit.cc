// How rays and operands join into normal equations.
#include "petzval/optics/design/merit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/optics/design/operands.h"

namespace petzval::optics {
namespace {

double Residual(const Operand& operand, double value) {
  if (Satisfied(operand, value)) return 0;
  return operand.weight * (value - operand.target) * OperandUnit(operand.kind);
}

std::vector<double> Normalised(std::vector<double> weights, size_t count) {
  if (weights.empty()) weights.assign(count, 1.0);
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w = sum > 0 ? w / sum : 1.0 / static_cast<double>(count);
  return weights;
}

}  // namespace

Result<MeritFunction> MeritFunction::Create(const Lens& lens, const MeritSpec& spec) {
  PETZVAL_ASSIGN(VariableSet variables, VariableSet::Create(lens));
  MeritFunction f(std::move(variables), spec);
  if (f.spec_.fields.empty()) {
    f.spec_.fields = lens.fields.values;
    if (f.spec_.field_weights.empty()) f.spec_.field_weights = lens.fields.weights;
  }
  const int fields = static_cast<int>(f.spec_.fields.size());
  if (!f.spec_.field_weights.empty() && static_cast<int>(f.spec_.field_weights.size()) != fields) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the merit has {} fields and {} weights for them", fields,
                            f.spec_.field_weights.size()));
  }
  if (spec.rings < 1 || spec.rings > 64 || spec.arms < 3 || spec.arms > 256) {
    return Fail(ErrorCode::kInvalidInput, "the pupil takes 1 to 64 rings and 3 to 256 arms");
  }
  for (const Operand& o : f.spec_.operands) {
    if (o.surface >= static_cast<int>(lens.surfaces.size()) || o.field >= fields) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("operand {}: the lens has {} surfaces and the merit {} fields",
                              OperandName(o), lens.surfaces.size(), fields));
    }
  }
  PETZVAL_ASSIGN(f.full_plan_, LaunchPlan::Create(lens, f.spec_.fields));
  f.plan_ = f.full_plan_;
  f.field_weight_ = Normalised(f.spec_.field_weights, fields);
  f.wavelength_weight_ = Normalised(lens.spectrum.weights, lens.spectrum.um.size());

  PupilQuadrature pupil;
  if (spec.sampling == PupilSampling::kGaussian) {
    pupil = GaussianPupil(spec.rings, spec.arms);
  } else {
    pupil.points = HexapolarGrid(spec.rings);
    pupil.weights.assign(pupil.points.size(), 1.0 / static_cast<double>(pupil.points.size()));
  }
  // A lens of revolution treats the two halves of the pupil alike: one half counts twice.
  f.mirrored_ = true;
  for (const PupilPoint& p : pupil.points) {
    bool found = false;
    for (const PupilPoint& q : pupil.points) {
      found |= std::abs(p.x + q.x) < 1e-12 && std::abs(p.y - q.y) < 1e-12;
    }
    f.mirrored_ &= found;
  }
  for (size_t i = 0; i < pupil.points.size(); ++i) {
    const double px = pupil.points[i].x;
    if (f.mirrored_ && px < -1e-12) continue;
    f.points_.push_back(pupil.points[i]);
    f.point_weight_.push_back(pupil.weights[i] * (f.mirrored_ && px > 1e-12 ? 2 : 1));
  }
  if (spec.quality == RayQuality::kSpotChief) {
    f.points_.push_back({0, 0});
    f.point_weight_.push_back(0);
  }
  f.aimed_ = lens.launch == Launch::kRealStop;
  for (const Operand& o : f.spec_.operands) {
    f.need_probes_ |=
        o.relation != Relation::kHold && (NeedsHeights(o.kind) || NeedsProbes(o.kind));
  }
  f.BuildBundles();
  if (!f.Prepare(f.variables_.start(), false)) {
    return Fail(ErrorCode::kInvalidInput,
                "the lens has no entrance pupil, or a solve has no solution");
  }
  f.probes_->Trace(f.state_.system, f.state_.pupil);
  f.MeasureHeights(false);
  f.held_ = static_cast<int>(f.Operands(true, false).size());
  return f;
}

void MeritFunction::BuildBundles() {
  const int wavelengths = static_cast<int>(wavelength_weight_.size());
  rays_.emplace(plan_, points_, wavelengths);
  const double rim = spec_.rim;
  probes_.emplace(plan_, std::vector<PupilPoint>{{0, 0}, {0, rim}, {0, -rim}, {rim, 0}},
                  wavelengths);
  const int total = rays_->total();
  weight_.assign(total, 0.0);
  for (int w = 0; w < wavelengths; ++w) {
    for (int f = 0; f < plan_.fields(); ++f) {
      for (int p = 0; p < rays_->points(); ++p) {
        weight_[rays_->index(w, f, p)] =
            wavelength_weight_[w] * field_weight_[f] * point_weight_[p];
      }
    }
  }
  value_x_.assign(total, 0.0);
  value_y_.assign(total, 0.0);
  one_.assign(std::max(total, probes_->total()), 1.0);
  for (auto& seed : seed_) seed.assign(total, 0.0);
}

void MeritFunction::Shrink(double aperture, double field) {
  plan_ = full_plan_.Shrunk(aperture, field);
  field_share_ = field;
  BuildBundles();
}

bool MeritFunction::Prepare(const std::vector<double>& x, bool derivatives) {
  state_.x = x;
  if (!variables_.Apply(x, &state_.system, derivatives ? &state_.chain : nullptr)) return false;
  state_.pupil = plan_.Pupil(state_.system, size(), derivatives ? &state_.chain : nullptr);
  return std::isfinite(state_.pupil.epl) && std::isfinite(state_.pupil.radius) &&
         std::isfinite(state_.pupil.stop_radius) && state_.pupil.radius < 1e6 &&
         std::abs(state_.pupil.epl) < 1e9;
}

Operand MeritFunction::Scaled(Operand operand) const {
  if (operand.kind == OperandKind::kChiefHeight) operand.target *= field_share_;
  return operand;
}

double MeritFunction::Cost(const std::vector<double>& x) { return Evaluate(x, nullptr, nullptr); }

double MeritFunction::Normal(const std::vector<double>& x, NormalEquations* out) {
  return Evaluate(x, out, nullptr);
}

Result<MeritReport> MeritFunction::Report(const std::vector<double>& x) {
  MeritReport report;
  const double cost = Evaluate(x, nullptr, &report);
  if (!std::isfinite(cost)) {
    return Fail(ErrorCode::kInvalidInput, "the lens has no entrance pupil or a solve no solution");
  }
  report.merit = std::sqrt(cost);
  return report;
}

void MeritFunction::Report(const OperandValue& value, double residual, MeritReport* report) const {
  Operand named = Scaled(spec_.operands[value.operand]);
  named.surface = value.surface;
  named.field = value.field;
  MeritReport::Line line{OperandName(named), value.value, named.target, residual, named.relation};
  // Of several zones or rays the worst is told.
  for (MeritReport::Line& other : report->lines) {
    if (other.name != line.name || other.relation != line.relation || other.target != line.target ||
        named.relation == Relation::kEqual) {
      continue;
    }
    const double sign = named.relation == Relation::kAtLeast ? -1 : 1;
    if (sign * line.value > sign * other.value) other = line;
    return;
  }
  report->lines.push_back(std::move(line));
}

bool MeritFunction::Constraints(const std::vector<double>& x, std::vector<double>* values,
                                std::vector<double>* jacobian) {
  if (!Prepare(x, jacobian != nullptr)) return false;
  const std::vector<OperandValue> operands = Operands(true, jacobian != nullptr);
  if (static_cast<int>(operands.size()) != held_) return false;
  values->clear();
  if (jacobian) jacobian->clear();
  for (const OperandValue& v : operands) {
    const Operand operand = Scaled(spec_.operands[v.operand]);
    const double unit = OperandUnit(operand.kind);
    values->push_back((v.value - operand.target) * unit);
    // A chief ray that fails has no height to hold.
    if (!std::isfinite(values->back())) return false;
    for (size_t i = 0; jacobian && i < v.gradient.size(); ++i) {
      jacobian->push_back(v.gradient[i] * unit);
    }
  }
  return true;
}

double MeritFunction::Evaluate(const std::vector<double>& x, NormalEquations* out,
                               MeritReport* report) {
  const int n = size();
  if (out) {
    out->matrix.assign(static_cast<size_t>(n) * n, 0.0);
    out->gradient.assign(n, 0.0);
  }
  if (!Prepare(x, out != nullptr)) return std::numeric_limits<double>::infinity();
  double cost = 0;
  if (spec_.quality != RayQuality::kNone) cost += RayResiduals(out, report);
  if (report) {
    for (const OperandValue& value : Operands(true, false)) {
      const Operand operand = Scaled(spec_.operands[value.operand]);
      const double off = (value.value - operand.target) * OperandUnit(operand.kind);
      if (!(std::abs(off) < kEquationMet)) ++report->unmet_equations;
      if (std::isfinite(off)) Report(value, std::abs(off) < kEquationMet ? 0 : off, report);
    }
  }
  const std::vector<OperandValue> operands = Operands(false, out != nullptr);
  if (need_probes_) {
    // Operands of a ray that fails are missing; that shall not pay.
    const int count = plan_.fields() * probes_->points();
    for (int w = 0; w < probes_->wavelengths(); ++w) {
      for (int f = 0; f < plan_.fields(); ++f) {
        // Of the other colours only the chief rays are asked for.
        const int points = w == state_.system.primary ? probes_->points() : 1;
        for (int p = 0; p < points; ++p) {
          if (probes_->failed[probes_->index(w, f, p)] < 0) continue;
          cost += AddFailure(*probes_, w, f, p, 1.0 / count, out);
          if (report) ++report->failed_rim_rays;
        }
      }
    }
  }
  for (const OperandValue& value : operands) {
    const Operand operand = Scaled(spec_.operands[value.operand]);
    const double residual = Residual(operand, value.value);
    if (!std::isfinite(residual)) return std::numeric_limits<double>::infinity();
    cost += residual * residual;
    if (report) Report(value, residual, report);
    if (!out || residual == 0) continue;
    const double factor = operand.weight * OperandUnit(operand.kind);
    for (int i = 0; i < n; ++i) {
      const double gi = factor * value.gradient[i];
      if (gi == 0) continue;
      out->gradient[i] += gi * residual;
      for (int j = 0; j <= i; ++j) out->matrix[i * n + j] += gi * factor * value.gradient[j];
    }
  }
  if (out) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < i; ++j) out->matrix[j * n + i] = out->matrix[i * n + j];
    }
    out->cost = cost;
  }
  return cost;
}

bool MeritFunction::Accepted(const std::vector<double>& x) {
  if (!aimed_ || !Prepare(x, false)) return false;
  rays_->Trace(state_.system, state_.pupil);
  rays_->KeepAim();
  probes_->Trace(state_.system, state_.pupil);
  probes_->KeepAim();
  return false;
}

std::vector<double> MeritFunction::ByVariables(const std::vector<double>& row) const {
  std::vector<double> out(size(), 0.0);
  for (const ChainEntry& e : state_.chain) out[e.variable] += row[e.raw] * e.factor;
  return out;
}

}  // namespace petzval::optics
