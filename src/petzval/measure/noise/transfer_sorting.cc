// Which frames belong together, and how finely a frame's values are rounded.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "petzval/measure/noise/transfer_series.h"

namespace petzval::measure {
namespace {

double MeanDn(const Subject& frame) {
  double sum = 0;
  for (int y = 0; y < frame.height(); ++y) {
    const float* row = frame.mosaic.row(y);
    for (int x = 0; x < frame.width(); ++x) sum += row[x];
  }
  return sum / (static_cast<double>(frame.width()) * frame.height()) *
         (frame.white_dn - frame.black_dn);
}

struct Sorted {
  const Subject* frame;
  double exposure_s, mean_dn;
};

// A lamp that flickers moves the level by some percent; another exposure by more.
bool Together(const Sorted& a, const Sorted& b) {
  const double longest = std::max(a.exposure_s, b.exposure_s);
  if (std::abs(a.exposure_s - b.exposure_s) > 1e-4 * longest) return false;
  return std::abs(a.mean_dn - b.mean_dn) <
         0.05 * std::max(std::abs(a.mean_dn), std::abs(b.mean_dn)) + 1;
}

}  // namespace

std::vector<Series> SortIntoSeries(std::span<const Subject> frames,
                                   std::vector<std::string>* warnings) {
  std::vector<Sorted> sorted;
  for (const Subject& frame : frames) sorted.push_back({&frame, frame.exposure_s, MeanDn(frame)});
  std::stable_sort(sorted.begin(), sorted.end(), [](const Sorted& a, const Sorted& b) {
    return a.exposure_s != b.exposure_s ? a.exposure_s < b.exposure_s : a.mean_dn < b.mean_dn;
  });
  std::vector<Series> all;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || !Together(sorted[i - 1], sorted[i])) {
      all.push_back({});
      all.back().exposure_s = sorted[i].exposure_s;
    }
    all.back().frames.push_back(sorted[i].frame);
  }
  std::vector<Series> series;
  int alone = 0;
  std::string example;
  for (Series& s : all) {
    if (s.frames.size() < 2) {
      if (alone++ == 0) example = s.frames.front()->path;
    } else {
      series.push_back(std::move(s));
    }
  }
  if (alone > 0) {
    warnings->push_back(fmt::format("{} frame{} left out that no other has the exposure of: {}{}",
                                    alone, alone == 1 ? " was" : "s were", example,
                                    alone > 1 ? " and others" : ""));
  }
  return series;
}

double StepOfValues(const Subject& frame) {
  const double scale = frame.white_dn - frame.black_dn;
  const int64_t total = static_cast<int64_t>(frame.width()) * frame.height();
  const int64_t stride = std::max<int64_t>(1, total / 50000);
  int64_t step = 0;
  for (int64_t i = 0; i < total; i += stride) {
    const double value =
        frame.mosaic.At(static_cast<int>(i % frame.width()), static_cast<int>(i / frame.width())) *
            scale +
        frame.black_dn;
    const double whole = std::round(value);
    if (std::abs(value - whole) > 0.02) return 1;  // linearised: no one step
    step = std::gcd(step, static_cast<int64_t>(whole));
  }
  return step > 0 ? static_cast<double>(step) : 1;
}

}  // namespace petzval::measure
