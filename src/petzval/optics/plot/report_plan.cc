// Choice of fields, frequencies and distances.
#include "petzval/optics/plot/report_plan.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/axis.h"

namespace petzval::optics {
namespace {

constexpr double kFullFrame_mm = 43.27;

// The nearest of 1, 1.5, 2, 3, 4, 5, 6, 8 x 10^k at or below `value`.
double RoundDown(double value) {
  if (!(value > 0) || !std::isfinite(value)) return 0;
  const double power = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
  double best = power;
  for (const double digit : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (digit * power <= value * (1 + 1e-9)) best = digit * power;
  }
  return best;
}

double ImageRadius(const LensModel& model, double largest_field) {
  double radius = model.lens.image_circle_mm / 2;
  const auto chief = TraceChief(model, largest_field, model.system.primary);
  if (chief && chief->status == RayStatus::kOk) {
    radius = std::max(radius, std::hypot(chief->x, chief->y));
  }
  return radius;
}

}  // namespace

LensModel AtFileAperture(const LensModel& model) {
  LensModel closed = model;
  const double rim = model.primary().stop_radius;
  if (rim > 0 && std::isfinite(rim)) {
    double& sd = closed.system.surfaces[closed.system.stop].sd;
    sd = sd > 0 ? std::min(sd, rim) : rim;
  }
  return closed;
}

ReportPlan PlanReport(const LensModel& model, const ReportOptions& options) {
  ReportPlan plan;
  const std::vector<double>& values = model.lens.fields.values;
  const int count = static_cast<int>(values.size());
  const int shown = std::min(count, kMaxReportFields);
  for (int i = 0; i < shown; ++i) {
    plan.fields.push_back(values[shown == 1 ? 0 : (count - 1) * i / (shown - 1)]);
  }
  double largest = 0;
  for (const double v : values) largest = std::max(largest, std::abs(v));
  if (largest > 0) {
    for (int i = 0; i <= 40; ++i) plan.steps.push_back(largest * i / 40);
  }
  plan.sampling.clip = options.clip;
  plan.image_radius_mm = ImageRadius(model, largest);

  const FirstOrder& first = model.primary();
  const double um = model.system.um[model.system.primary];
  const double cutoff =
      first.f_number > 0 && std::isfinite(first.f_number) ? 1000 / (um * first.f_number) : 0;
  const double diagonal = 2 * plan.image_radius_mm;
  double highest = diagonal > 0 ? 100 * kFullFrame_mm / diagonal : 0.5 * cutoff;
  if (cutoff > 0) highest = std::min(highest, 0.9 * cutoff);
  plan.max_cycles_per_mm =
      options.mtf_max_cycles_per_mm > 0 ? options.mtf_max_cycles_per_mm : RoundDown(highest);
  plan.cycles_per_mm = options.mtf_cycles_per_mm;
  if (plan.cycles_per_mm.empty() && plan.max_cycles_per_mm > 0) {
    for (const double share : {0.1, 0.3, 0.5}) {
      plan.cycles_per_mm.push_back(RoundDown(share * plan.max_cycles_per_mm));
    }
  }
  if (!plan.cycles_per_mm.empty()) {
    plan.focus_cycles_per_mm = plan.cycles_per_mm[plan.cycles_per_mm.size() / 2];
    // The geometric disc is then 2.5 periods wide: past the first zero of a perfect lens.
    const double range = 2.5 * std::abs(first.f_number) / plan.focus_cycles_per_mm;
    if (std::isfinite(range) && range > 0) {
      const double step = NiceStep(range, 2);
      plan.focus_range_mm = std::ceil(range / step - 1e-9) * step;
    }
  }
  if (std::isfinite(first.efl) && first.efl > 0) {
    plan.blur_object_mm =
        options.blur_object_mm > 0 ? options.blur_object_mm : RoundDown(40 * first.efl);
  }
  plan.wide_um = *std::min_element(model.system.um.begin(), model.system.um.end());
  plan.wide_to_um = *std::max_element(model.system.um.begin(), model.system.um.end());
  return plan;
}

}  // namespace petzval::optics
