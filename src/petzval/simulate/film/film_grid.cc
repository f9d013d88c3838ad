// Throughput tables of a job.
#include "petzval/simulate/film/film_grid.h"

#include <algorithm>

namespace petzval::simulate {
namespace {

constexpr int kNodes = 512;

}  // namespace

FilmGrid::FilmGrid(const FilmJob& job) : job_(job) {
  for (const double x : {0.0, static_cast<double>(job.width)}) {
    for (const double y : {0.0, static_cast<double>(job.height)}) {
      largest_radius_mm_ = std::max(largest_radius_mm_, std::hypot(FilmX(x), FilmY(y)));
    }
  }
  inverse_step_ = kNodes / largest_radius_mm_;
  throughput_.assign(job.channels, std::vector<double>(kNodes + 2, 0.0));
  for (int c = 0; c < job.channels; ++c) {
    const auto& wavelengths = job.wavelengths_of_channel[c];
    for (int k = 0; k <= kNodes + 1; ++k) {
      for (const uint8_t w : wavelengths) {
        throughput_[c][k] += job.optics->ThroughputAt(k / inverse_step_, w) /
                             static_cast<double>(wavelengths.size());
      }
    }
  }
}

double FilmGrid::Throughput(int channel, double radius_mm) const {
  const double at = std::clamp(radius_mm * inverse_step_, 0.0, static_cast<double>(kNodes));
  const int i = static_cast<int>(at);
  const std::vector<double>& t = throughput_[channel];
  return t[i] + (at - i) * (t[i + 1] - t[i]);
}

}  // namespace petzval::simulate
