// One error at a time: how much each takes, and how much each may be.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/optics/design/tolerance_study.h"

namespace petzval::optics {
namespace {

// Loss of the worst MTF, the larger of two systems; empty when a field is dark in one of them.
std::optional<double> Loss(const ToleranceFigures& nominal, const ToleranceFigures& a,
                           const ToleranceFigures& b) {
  const auto before = nominal.WorstMtf(), one = a.WorstMtf(), two = b.WorstMtf();
  if (!before || !one || !two) return std::nullopt;
  return *before - std::min(*one, *two);
}

Status CheckParameters(const std::vector<ErrorParameter>& parameters) {
  if (parameters.empty()) return Fail(ErrorCode::kInvalidInput, "no tolerance fits the lens");
  for (const ErrorParameter& p : parameters) {
    if (!(p.limit >= 0) || !std::isfinite(p.limit)) {
      return Fail(ErrorCode::kInvalidInput, p.Description() + ": the limit is not a number >= 0");
    }
  }
  return {};
}

}  // namespace

Result<Sensitivity> ComputeSensitivity(const LensModel& model,
                                       const std::vector<ErrorParameter>& parameters,
                                       const ToleranceOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckParameters(parameters));
  PETZVAL_ASSIGN(const ToleranceStudy study, ToleranceStudy::Create(model, parameters, options));
  Sensitivity out;
  out.fields = study.rays().fields();
  out.cycles_per_mm = study.rays().cycles_per_mm();
  out.nominal = study.nominal();
  out.rows.resize(parameters.size());
  ParallelFor(static_cast<int>(parameters.size()), [&](int k) {
    ToleranceStudy::Scratch scratch;
    SensitivityRow& row = out.rows[k];
    row.parameter = parameters[k];
    const double limit = parameters[k].limit;
    row.minus = study.JudgeOne(k, -limit, &scratch);
    row.plus = study.JudgeOne(k, limit, &scratch);
    row.mtf_loss = Loss(out.nominal, row.minus, row.plus);
    if (limit > 0) {
      row.predicted_plus_rms_um = study.PredictOne(k, limit, limit / 10, &scratch).MeanRms();
    }
  });
  double sum = 0;
  bool all = true;
  for (const SensitivityRow& row : out.rows) {
    all = all && row.mtf_loss.has_value();
    if (row.mtf_loss) sum += std::pow(std::max(*row.mtf_loss, 0.0), 2);
  }
  if (all) out.combined_mtf_loss = std::sqrt(sum);
  return out;
}

Result<std::vector<BudgetRow>> ComputeBudget(const LensModel& model,
                                             const std::vector<ErrorParameter>& parameters,
                                             double loss, const ToleranceOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckParameters(parameters));
  if (!(loss > 0) || !(loss < 1)) {
    return Fail(ErrorCode::kInvalidInput, "the loss of MTF must lie between 0 and 1");
  }
  PETZVAL_ASSIGN(const ToleranceStudy study, ToleranceStudy::Create(model, parameters, options));
  const double share = loss / std::sqrt(static_cast<double>(parameters.size()));
  std::vector<BudgetRow> rows(parameters.size());
  ParallelFor(static_cast<int>(parameters.size()), [&](int k) {
    ToleranceStudy::Scratch scratch;
    BudgetRow& row = rows[k];
    row.parameter = parameters[k];
    row.given_limit = parameters[k].limit;
    const auto loss_at = [&](double limit) {
      const ToleranceFigures minus = study.JudgeOne(k, -limit, &scratch);
      return Loss(study.nominal(), minus, study.JudgeOne(k, limit, &scratch));
    };
    // The loss grows with the error, up to ripples of the MTF: bisection in the logarithm.
    double low = row.given_limit / 100, high = row.given_limit * 20;
    const auto at_high = loss_at(high);
    if (!(row.given_limit > 0) || (at_high && *at_high <= share)) {
      row.parameter.limit = high;
      row.mtf_loss = at_high;
      row.bounded = true;
      return;
    }
    const auto at_low = loss_at(low);
    if (!at_low || *at_low > share) {
      row.parameter.limit = low;
      row.mtf_loss = at_low;
      row.bounded = true;
      return;
    }
    row.mtf_loss = at_low;
    for (int i = 0; i < 40 && high > 1.001 * low; ++i) {
      const double middle = std::sqrt(low * high);
      const auto value = loss_at(middle);
      if (value && *value <= share) {
        low = middle;
        row.mtf_loss = value;
      } else {
        high = middle;
      }
    }
    row.parameter.limit = low;
  });
  return rows;
}

}  // namespace petzval::optics
