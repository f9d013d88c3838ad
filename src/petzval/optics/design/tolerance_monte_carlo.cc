// Many systems with random errors: distribution of the figures and yield.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/base/parallel.h"
#include "petzval/optics/design/tolerance_random.h"
#include "petzval/optics/design/tolerance_study.h"

namespace petzval::optics {
namespace {

// The inverse of the normal distribution's integral: Acklam's rational approximation and one
// Halley step, good to rounding.
double NormalQuantile(double p) {
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                          6.680131188771972e+01, -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                          3.754408661907416e+00};
  double x;
  if (p > 0.02425 && p < 1 - 0.02425) {
    const double q = p - 0.5, r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
        (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
  } else {
    const double q = std::sqrt(-2 * std::log(p < 0.5 ? p : 1 - p));
    x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
        ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    if (p >= 0.5) x = -x;
  }
  const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
  const double u = error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - u / (1 + x * u / 2);
}

// In [-1, 1]: uniform, or normal with two standard deviations at 1, cut there.
double Scalar(ErrorDistribution distribution, double unit) {
  if (distribution == ErrorDistribution::kUniform) return 2 * unit - 1;
  constexpr double kTail = 0.02275013194817921;  // beyond two standard deviations
  return NormalQuantile(kTail + unit * (1 - 2 * kTail)) / 2;
}

// Radius in [0, 1] of a random point: uniform over the disc, or Rayleigh cut at 1.
double Radius(ErrorDistribution distribution, double unit) {
  if (distribution == ErrorDistribution::kUniform) return std::sqrt(unit);
  const double reach = 1 - std::exp(-2.0);  // at two standard deviations
  return std::sqrt(-2 * std::log(1 - unit * reach)) / 2;
}

// Errors that belong together are drawn together: both axes of a decentre or tilt, the three terms
// of a form.
int GroupSize(std::span<const ErrorParameter> parameters, size_t k) {
  const auto same = [&](size_t j) {
    return j < parameters.size() && parameters[j].first == parameters[k].first &&
           parameters[j].last == parameters[k].last &&
           static_cast<int>(parameters[j].kind) ==
               static_cast<int>(parameters[k].kind) + static_cast<int>(j - k);
  };
  switch (parameters[k].kind) {
    case ErrorKind::kDecentreY_mm:
    case ErrorKind::kTiltX_deg:
    case ErrorKind::kWedgeX_deg:
      return same(k + 1) ? 2 : 1;
    case ErrorKind::kFormSpherical_um:
      return same(k + 1) && same(k + 2) ? 3 : 1;
    default:
      return 1;
  }
}

void Draw(std::span<const ErrorParameter> parameters, const MonteCarloOptions& options,
          uint32_t trial, std::vector<double>* values) {
  values->assign(parameters.size(), 0.0);
  const ErrorDistribution distribution = options.distribution;
  for (size_t k = 0; k < parameters.size();) {
    const int group = GroupSize(parameters, k);
    const auto index = static_cast<uint32_t>(k);
    const auto [one, two] = UniformPair(options.seed, trial, index);
    if (group == 1) {
      (*values)[k] = parameters[k].limit * Scalar(distribution, one);
    } else if (group == 2) {
      const double radius = Radius(distribution, one), angle = 2 * std::numbers::pi * two;
      (*values)[k] = parameters[k].limit * radius * std::sin(angle);
      (*values)[k + 1] = parameters[k + 1].limit * radius * std::cos(angle);
    } else {
      // A random direction among the terms, a random amount along it.
      const auto [three, four] = UniformPair(options.seed, trial, index, 1);
      const double z = 2 * two - 1, s = std::sqrt(1 - z * z);
      const double angle = 2 * std::numbers::pi * three;
      const double amount = std::abs(Scalar(distribution, one));
      (*values)[k] = parameters[k].limit * amount * z;
      (*values)[k + 1] = parameters[k + 1].limit * amount * s * std::cos(angle);
      (*values)[k + 2] = parameters[k + 2].limit * amount * s * std::sin(angle);
    }
    k += group;
  }
}

}  // namespace

Result<MonteCarlo> RunMonteCarlo(const LensModel& model,
                                 const std::vector<ErrorParameter>& parameters,
                                 const MonteCarloOptions& monte_carlo,
                                 const ToleranceOptions& options) {
  if (monte_carlo.systems < 1 || monte_carlo.systems > 1000000) {
    return Fail(ErrorCode::kInvalidInput, "Monte Carlo takes 1 to 1000000 systems");
  }
  PETZVAL_ASSIGN(const ToleranceStudy study, ToleranceStudy::Create(model, parameters, options));
  MonteCarlo out;
  out.fields = study.rays().fields();
  out.cycles_per_mm = study.rays().cycles_per_mm();
  out.nominal = study.nominal();
  const int systems = monte_carlo.systems;
  out.worst_mtf.resize(systems);
  out.mean_rms_um.resize(systems);
  out.focus_mm.resize(systems);
  std::vector<int> failed(systems, 0);
  constexpr int kBlock = 16;  // trials that share scratch memory
  ParallelFor((systems + kBlock - 1) / kBlock, [&](int block) {
    ToleranceStudy::Scratch scratch;
    std::vector<double> values;
    for (int trial = block * kBlock; trial < std::min((block + 1) * kBlock, systems); ++trial) {
      Draw(study.parameters(), monte_carlo, static_cast<uint32_t>(trial), &values);
      const ToleranceFigures figures = study.Judge(values, &scratch);
      out.worst_mtf[trial] = figures.WorstMtf();
      out.mean_rms_um[trial] = figures.MeanRms();
      out.focus_mm[trial] = figures.focus_mm;
      failed[trial] = figures.failed_rays;
    }
  });
  int good = 0;
  for (int trial = 0; trial < systems; ++trial) {
    out.failed_rays += failed[trial];
    if (!out.worst_mtf[trial]) ++out.without_figure;
    if (out.worst_mtf[trial].value_or(-1) >= monte_carlo.required_mtf) ++good;
  }
  if (monte_carlo.required_mtf > 0) out.yield = static_cast<double>(good) / systems;
  return out;
}

}  // namespace petzval::optics
