// The eye's sensitivities, and a plane filtered by them in the frequency domain.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>
#include <vector>

#include "petzval/measure/noise/visual_noise.h"
#include "petzval/measure/subject/csf.h"
#include "petzval/optics/analysis/fft.h"

namespace petzval::measure {
namespace {

// Sum of two exponentials of powers: Johnson and Fairchild 2003.
struct ChromaSensitivity {
  double a1, b1, c1, a2, b2, c2;
  double At(double v) const {
    return (a1 * std::exp(-b1 * std::pow(v, c1)) + a2 * std::exp(-b2 * std::pow(v, c2))) /
           (a1 + a2);
  }
};
constexpr ChromaSensitivity kRedGreen{109.1413, 0.00038, 3.4244, 93.5971, 0.00367, 2.1677};
constexpr ChromaSensitivity kBlueYellow{7.0328, 0.000004, 4.2582, 40.6910, 0.1039, 1.6487};

// The place in 0..size - 1 that i shows when the line is continued by mirror images.
int Mirrored(int i, int size) {
  const int place = i % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}

}  // namespace

double EyeSensitivity(EyeChannel channel, double cycles_per_degree) {
  switch (channel) {
    case EyeChannel::kRedGreen:
      return kRedGreen.At(cycles_per_degree);
    case EyeChannel::kBlueYellow:
      return kBlueYellow.At(cycles_per_degree);
    case EyeChannel::kLuminance:
      break;
  }
  return ContrastSensitivity(cycles_per_degree) / PeakSensitivity();
}

double WhiteNoiseGain(EyeChannel channel, double pixels_per_degree) {
  // Midpoints of a quarter of the square; the sensitivity is smooth but for its zero.
  constexpr int kSteps = 400;
  double sum = 0;
  for (int y = 0; y < kSteps; ++y) {
    for (int x = 0; x < kSteps; ++x) {
      const double f = std::hypot(x + 0.5, y + 0.5) * 0.5 / kSteps;
      const double gain = EyeSensitivity(channel, pixels_per_degree * f);
      sum += gain * gain;
    }
  }
  return std::sqrt(sum) / kSteps;
}

void FilterForEye(ImageView<float> plane, EyeChannel channel, double pixels_per_degree) {
  const int width = plane.width(), height = plane.height();
  assert(width >= 1 && height >= 1 && width <= 4096 && height <= 4096);
  int n = 1;
  while (n < std::max(width, height)) n *= 2;
  double mean = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) mean += plane.At(x, y);
  }
  mean /= static_cast<double>(width) * height;

  std::vector<std::complex<double>> data(static_cast<size_t>(n) * n);
  for (int y = 0; y < n; ++y) {
    const float* row = plane.row(Mirrored(y, height));
    for (int x = 0; x < n; ++x) {
      data[static_cast<size_t>(y) * n + x] = row[Mirrored(x, width)] - mean;
    }
  }
  optics::Fft2d(&data, n, -1);
  const double scale = 1.0 / (static_cast<double>(n) * n);
  for (int y = 0; y <= n / 2; ++y) {
    for (int x = 0; x <= y; ++x) {
      const double gain = scale * EyeSensitivity(channel, pixels_per_degree * std::hypot(x, y) / n);
      // The same for all eight places of that frequency; those on axes and diagonals are fewer.
      const int xs[] = {x, (n - x) % n}, ys[] = {y, (n - y) % n};
      for (int j = 0; j < (ys[0] == ys[1] ? 1 : 2); ++j) {
        for (int i = 0; i < (xs[0] == xs[1] ? 1 : 2); ++i) {
          data[static_cast<size_t>(ys[j]) * n + xs[i]] *= gain;
          if (x != y) data[static_cast<size_t>(xs[i]) * n + ys[j]] *= gain;
        }
      }
    }
  }
  // A mirrored plane whose images are cut by the period has a mean of its own there, which the
  // luminance takes away and the low passes keep.
  optics::Fft2d(&data, n, 1);
  double filtered_mean = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      filtered_mean += data[static_cast<size_t>(y) * n + x].real();
    }
  }
  filtered_mean /= static_cast<double>(width) * height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      plane.At(x, y) =
          static_cast<float>(mean + data[static_cast<size_t>(y) * n + x].real() - filtered_mean);
    }
  }
}

}  // namespace petzval::measure
