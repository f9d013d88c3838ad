// Sums over the figures of systems: worst fields, quantiles, histograms.
#include <algorithm>
#include <cmath>

#include "petzval/optics/design/tolerance.h"

namespace petzval::optics {

std::optional<double> ToleranceFigures::WorstMtf() const {
  std::optional<double> worst;
  for (const auto* list : {&mtf_t, &mtf_s}) {
    for (const auto& value : *list) {
      if (!value) return std::nullopt;
      worst = std::min(worst.value_or(*value), *value);
    }
  }
  return worst;
}

std::optional<double> ToleranceFigures::WorstRms() const {
  std::optional<double> worst;
  for (const auto& value : rms_um) {
    if (!value) return std::nullopt;
    worst = std::max(worst.value_or(*value), *value);
  }
  return worst;
}

std::optional<double> ToleranceFigures::MeanRms() const {
  double sum = 0;
  for (const auto& value : rms_um) {
    if (!value) return std::nullopt;
    sum += *value * *value;
  }
  if (rms_um.empty()) return std::nullopt;
  return std::sqrt(sum / static_cast<double>(rms_um.size()));
}

std::optional<double> MonteCarlo::MtfReachedBy(double share) const {
  std::vector<double> values;
  for (const auto& value : worst_mtf) values.push_back(value.value_or(0));
  if (values.empty() || !(share > 0) || !(share <= 1)) return std::nullopt;
  std::sort(values.begin(), values.end(), std::greater<double>());
  const double at = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<size_t>(at) - 1];
}

Histogram MakeHistogram(const std::vector<std::optional<double>>& values, int bins) {
  Histogram out;
  out.counts.assign(std::clamp(bins, 1, 10000), 0);
  bool any = false;
  for (const auto& value : values) {
    if (!value) continue;
    out.low = any ? std::min(out.low, *value) : *value;
    out.high = any ? std::max(out.high, *value) : *value;
    any = true;
  }
  const double width = (out.high - out.low) / static_cast<double>(out.counts.size());
  for (const auto& value : values) {
    if (!value) continue;
    const double at = width > 0 ? (*value - out.low) / width : 0;
    ++out.counts[std::min(static_cast<size_t>(at), out.counts.size() - 1)];
  }
  return out;
}

}  // namespace petzval::optics
