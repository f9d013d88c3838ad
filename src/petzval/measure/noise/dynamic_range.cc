// Levels of a wanted signal-to-noise ratio, from a model or from patches, and the stops to
// clipping.
#include "petzval/measure/noise/dynamic_range.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "petzval/measure/noise/frames.h"

namespace petzval::measure {
namespace {

// A level with the variance of its noise.
struct Step {
  double level, variance, pixels;
};

// The level where sqrt(a + b S + c S^2) snr = S.
double Solve(double snr, double a, double b, double c) {
  const double t = snr * snr, rest = 1 - t * c;
  if (!(rest > 0)) return std::numeric_limits<double>::infinity();
  return (t * b + std::sqrt(t * t * b * b + 4 * rest * t * a)) / (2 * rest);
}

Figure StopsFigure(const std::string& name, double stops, double level, const std::string& how) {
  Figure figure{name, std::nan(""), "stops", 1, std::nan(""), how, DefinitionId("noise", name)};
  if (std::isfinite(stops)) {
    figure.value = stops;
    figure.conditions += fmt::format(", lost below a level of {:.4g}", level);
  } else {
    figure.note = "the wanted signal-to-noise ratio is not reached";
  }
  return figure;
}

DynamicRange Finish(double saturation, double snr1, double snr10, const std::string& how) {
  DynamicRange out;
  const auto stops = [&](double level) {
    return std::isfinite(level) && level > 0 && level < saturation ? std::log2(saturation / level)
                                                                   : std::nan("");
  };
  out.level_snr1 = snr1;
  out.level_snr10 = snr10;
  out.stops_snr1 = stops(snr1);
  out.stops_snr10 = stops(snr10);
  out.findings.figures = {StopsFigure("dynamic_range", out.stops_snr1, snr1, how),
                          StopsFigure("dynamic_range_snr10", out.stops_snr10, snr10, how)};
  return out;
}

// Variance a + b S + c S^2, none below zero, by relative least squares: terms that come out
// negative are left out, one after the other.
std::array<double, 3> FitVariance(const std::vector<Step>& steps) {
  std::vector<int> terms = {0, 1, 2};
  if (steps.size() < 4) terms.pop_back();
  while (!terms.empty()) {
    Eigen::MatrixXd m(steps.size(), terms.size());
    Eigen::VectorXd v(steps.size());
    for (size_t i = 0; i < steps.size(); ++i) {
      const double weight = std::sqrt(steps[i].pixels) / steps[i].variance;
      for (size_t j = 0; j < terms.size(); ++j) {
        m(i, j) = weight * std::pow(steps[i].level, terms[j]);
      }
      v[i] = weight * steps[i].variance;
    }
    const Eigen::VectorXd x = m.colPivHouseholderQr().solve(v);
    Eigen::Index worst;
    if (x.minCoeff(&worst) >= 0) {
      std::array<double, 3> out{};
      for (size_t j = 0; j < terms.size(); ++j) out[terms[j]] = x[j];
      return out;
    }
    terms.erase(terms.begin() + worst);
  }
  return {};
}

// Highest level below which the ratio stays under `snr`, between two steps; none when all steps
// lie above or below it.
std::optional<double> Bracketed(const std::vector<Step>& steps, double snr) {
  const auto log_snr = [](const Step& s) { return std::log(s.level / std::sqrt(s.variance)); };
  const double wanted = std::log(snr);
  for (size_t i = steps.size() - 1; i > 0; --i) {
    const double low = log_snr(steps[i - 1]), high = log_snr(steps[i]);
    if (low < wanted && high >= wanted) {
      const double a = std::log(steps[i - 1].level), b = std::log(steps[i].level);
      return std::exp(a + (b - a) * (wanted - low) / (high - low));
    }
  }
  return std::nullopt;
}

}  // namespace

double LevelOfSnr(double snr, double read_noise_e, double prnu) {
  return Solve(snr, read_noise_e * read_noise_e, 1, prnu * prnu);
}

DynamicRange DynamicRangeOfModel(double full_well_e, double read_noise_e, double prnu) {
  return Finish(full_well_e, LevelOfSnr(1, read_noise_e, prnu), LevelOfSnr(10, read_noise_e, prnu),
                fmt::format("per pixel, full well {:.5g} e-, read noise {:.3g} e-, PRNU {:.2g} %",
                            full_well_e, read_noise_e, 100 * prnu));
}

Result<DynamicRange> DynamicRangeOf(const PhotonTransfer& transfer) {
  if (!(transfer.full_well_e > 0) || !(transfer.read_noise_e > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                "no dynamic range: the read noise is not known, add dark frames or darker ones");
  }
  const bool even = !std::isfinite(transfer.prnu);
  DynamicRange out =
      DynamicRangeOfModel(transfer.full_well_e, transfer.read_noise_e, even ? 0 : transfer.prnu);
  if (even) {
    out.findings.warnings.push_back(
        "the pixels' differences in gain are not known and were left out of the dynamic range");
  }
  return out;
}

Result<DynamicRange> DynamicRangeOfPatches(std::span<const PatchNoise> patches, double saturation) {
  std::vector<Step> steps;
  bool total = false;
  for (const PatchNoise& patch : patches) {
    if (patch.channel != patches.front().channel) {
      return Fail(ErrorCode::kInvalidInput, "a dynamic range is that of one channel");
    }
    const double variance = patch.frames > 1 ? patch.temporal.total() : patch.total_variance;
    total |= patch.frames < 2;
    if (patch.clipped > 0 || !(patch.mean > 0) || !(variance > 0) || patch.mean >= saturation) {
      continue;
    }
    steps.push_back({patch.mean, variance, static_cast<double>(patch.pixels)});
  }
  if (steps.size() < 3) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a dynamic range takes 3 patches with noise between black and "
                            "clipping, there {} {}",
                            steps.size() == 1 ? "is" : "are", steps.size()));
  }
  std::sort(steps.begin(), steps.end(),
            [](const Step& a, const Step& b) { return a.level < b.level; });
  const std::array<double, 3> fit = FitVariance(steps);
  std::vector<std::string> warnings;
  const auto level = [&](double snr) {
    if (const auto found = Bracketed(steps, snr)) return *found;
    const double modelled = Solve(snr, fit[0], fit[1], fit[2]);
    if (std::isfinite(modelled)) {
      warnings.push_back(fmt::format(
          "no patch has a signal-to-noise ratio {} {}: the level was extrapolated",
          steps.front().level / std::sqrt(steps.front().variance) > snr ? "below" : "above", snr));
    }
    return modelled;
  };
  const double snr1 = level(1), snr10 = level(10);
  DynamicRange out =
      Finish(saturation, snr1, snr10,
             fmt::format("{}, {} noise of {} patches", ChannelWord(patches.front().channel),
                         total ? "total" : "temporal", steps.size()));
  for (Figure& figure : out.findings.figures) figure.n = static_cast<int>(steps.size());
  out.findings.warnings = std::move(warnings);
  return out;
}

}  // namespace petzval::measure
