// What sensitivities and Monte Carlo share: a lens with errors, traced, compensated and judged.
#ifndef PETZVAL_OPTICS_DESIGN_TOLERANCE_STUDY_H_
#define PETZVAL_OPTICS_DESIGN_TOLERANCE_STUDY_H_

#include <span>
#include <vector>

#include "petzval/optics/design/tolerance_rays.h"

namespace petzval::optics {

class ToleranceStudy {
 public:
  static Result<ToleranceStudy> Create(const LensModel& model,
                                       const std::vector<ErrorParameter>& parameters,
                                       const ToleranceOptions& options);

  // Scratch of one task.
  struct Scratch {
    System system;
    TracedRays rays;
    std::vector<double> values;
  };

  const ToleranceRays& rays() const { return rays_; }
  const ToleranceFigures& nominal() const { return nominal_; }
  std::span<const ErrorParameter> parameters() const {
    return perturber_.parameters().first(parameter_count_);
  }

  // The lens with `values` of the parameters. Form errors enter by their first-order displacements
  // of the nominal lens, everything else by tracing.
  ToleranceFigures Judge(std::span<const double> values, Scratch* scratch) const;
  // One error alone, form errors traced too.
  ToleranceFigures JudgeOne(int parameter, double value, Scratch* scratch) const;
  // The same from displacements of the nominal rays alone, measured at `step`.
  ToleranceFigures PredictOne(int parameter, double value, double step, Scratch* scratch) const;

 private:
  ToleranceStudy(Perturber perturber, ToleranceRays rays)
      : perturber_(std::move(perturber)), rays_(std::move(rays)) {}
  void TraceOne(int parameter, double value, Scratch* scratch) const;
  ToleranceFigures Compensated(Scratch* scratch, const std::vector<double>* with_forms) const;

  Perturber perturber_;  // the parameters, then the decentres of the compensator
  size_t parameter_count_ = 0;
  ToleranceRays rays_;
  Compensators compensators_;
  TracedRays nominal_rays_;
  ToleranceFigures nominal_;
  std::vector<RayShift> forms_;  // per um, for each parameter; empty where it is no form error
  RayShift decentre_x_, decentre_y_;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_TOLERANCE_STUDY_H_
