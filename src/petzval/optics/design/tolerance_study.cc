// A lens with errors: traced, compensated and judged.
#include "petzval/optics/design/tolerance_study.h"

#include <cmath>

namespace petzval::optics {

Result<ToleranceStudy> ToleranceStudy::Create(const LensModel& model,
                                              const std::vector<ErrorParameter>& parameters,
                                              const ToleranceOptions& options) {
  std::vector<ErrorParameter> all = parameters;
  const auto& mover = options.compensators.decentre;
  if (mover) {
    all.push_back({ErrorKind::kDecentreX_mm, mover->first, mover->last, 0});
    all.push_back({ErrorKind::kDecentreY_mm, mover->first, mover->last, 0});
  }
  PETZVAL_ASSIGN(Perturber perturber, Perturber::Create(model, std::move(all)));
  PETZVAL_ASSIGN(ToleranceRays rays, ToleranceRays::Create(model, options));
  ToleranceStudy study(std::move(perturber), std::move(rays));
  study.parameter_count_ = parameters.size();
  study.compensators_ = options.compensators;
  study.rays_.Trace(study.perturber_.nominal(), &study.nominal_rays_);

  Scratch scratch;
  study.forms_.resize(parameters.size());
  for (size_t k = 0; k < parameters.size(); ++k) {
    if (!parameters[k].IsForm()) continue;
    constexpr double kStep_um = 0.05;
    study.TraceOne(static_cast<int>(k), kStep_um, &scratch);
    study.forms_[k] = study.rays_.Difference(scratch.rays, study.nominal_rays_, 1 / kStep_um);
  }
  if (mover) {
    // Both ways: the square of a decentre, which blurs, is not what the compensator does.
    constexpr double kStep_mm = 1e-3;
    Scratch other;
    const int at = static_cast<int>(parameters.size());
    for (const int axis : {0, 1}) {
      study.TraceOne(at + axis, kStep_mm, &scratch);
      study.TraceOne(at + axis, -kStep_mm, &other);
      (axis == 0 ? study.decentre_x_ : study.decentre_y_) =
          study.rays_.Difference(scratch.rays, other.rays, 0.5 / kStep_mm);
    }
  }
  scratch.values.assign(study.perturber_.parameters().size(), 0.0);
  study.nominal_ = study.Judge(std::vector<double>(parameters.size(), 0.0), &scratch);
  return study;
}

void ToleranceStudy::TraceOne(int parameter, double value, Scratch* scratch) const {
  const ErrorParameter& p = perturber_.parameters()[parameter];
  scratch->values.assign(perturber_.parameters().size(), 0.0);
  if (p.IsForm()) {
    rays_.TraceForm(perturber_.nominal(), p, perturber_.used_radius_mm(p.first), value,
                    &scratch->rays);
    return;
  }
  scratch->values[parameter] = value;
  perturber_.Apply(scratch->values, &scratch->system);
  rays_.Trace(scratch->system, &scratch->rays);
}

ToleranceFigures ToleranceStudy::Compensated(Scratch* scratch,
                                             const std::vector<double>* with_forms) const {
  if (!compensators_.decentre) return rays_.Evaluate(scratch->rays, compensators_);
  const ToleranceFigures linear =
      rays_.Evaluate(scratch->rays, compensators_, &decentre_x_, &decentre_y_);
  if (!with_forms) return linear;
  // The element is moved indeed, and the image set again.
  scratch->values[parameter_count_] = linear.decentre_x_mm;
  scratch->values[parameter_count_ + 1] = linear.decentre_y_mm;
  perturber_.Apply(scratch->values, &scratch->system);
  rays_.Trace(scratch->system, &scratch->rays);
  for (size_t k = 0; k < parameter_count_; ++k) {
    if ((*with_forms)[k] != 0 && !forms_[k].x.empty()) {
      ToleranceRays::AddShift(forms_[k], (*with_forms)[k], &scratch->rays);
    }
  }
  ToleranceFigures moved = rays_.Evaluate(scratch->rays, compensators_);
  moved.decentre_x_mm = linear.decentre_x_mm;
  moved.decentre_y_mm = linear.decentre_y_mm;
  return moved;
}

ToleranceFigures ToleranceStudy::Judge(std::span<const double> values, Scratch* scratch) const {
  const std::vector<double> kept(values.begin(), values.end());
  scratch->values.assign(perturber_.parameters().size(), 0.0);
  for (size_t k = 0; k < kept.size(); ++k) scratch->values[k] = kept[k];
  perturber_.Apply(scratch->values, &scratch->system);
  rays_.Trace(scratch->system, &scratch->rays);
  for (size_t k = 0; k < kept.size(); ++k) {
    if (kept[k] != 0 && !forms_[k].x.empty()) {
      ToleranceRays::AddShift(forms_[k], kept[k], &scratch->rays);
    }
  }
  return Compensated(scratch, &kept);
}

ToleranceFigures ToleranceStudy::JudgeOne(int parameter, double value, Scratch* scratch) const {
  TraceOne(parameter, value, scratch);
  // Traced form errors cannot be traced again with a moved element: the linear amounts serve.
  if (parameters()[parameter].IsForm()) return Compensated(scratch, nullptr);
  std::vector<double> none(parameter_count_, 0.0);
  return Compensated(scratch, &none);
}

ToleranceFigures ToleranceStudy::PredictOne(int parameter, double value, double step,
                                            Scratch* scratch) const {
  TraceOne(parameter, step, scratch);
  const RayShift shift = rays_.Difference(scratch->rays, nominal_rays_, value / step);
  scratch->rays = nominal_rays_;
  ToleranceRays::AddShift(shift, 1, &scratch->rays);
  return Compensated(scratch, nullptr);
}

}  // namespace petzval::optics
