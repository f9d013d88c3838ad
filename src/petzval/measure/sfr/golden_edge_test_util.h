// Slanted edges whose transfer function is known exactly: the judge of the measurement.
#ifndef PETZVAL_MEASURE_SFR_GOLDEN_EDGE_TEST_UTIL_H_
#define PETZVAL_MEASURE_SFR_GOLDEN_EDGE_TEST_UTIL_H_

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <memory>
#include <vector>

#include "petzval/base/random.h"
#include "petzval/image/image.h"
#include "petzval/measure/sfr/edge_model.h"

namespace petzval::measure::golden {

inline double Radians(double deg) { return deg * M_PI / 180; }

// Profile E(d) and the transfer that it has by construction.
struct Profile {
  std::function<double(double)> esf, mtf;
};

// Gaussian of `sigma` px behind a pixel of `aperture`; sigma for a wanted MTF50 by bisection.
inline Profile GaussianProfile(double sigma, double theta, double aperture) {
  const EdgeModel model(sigma * sigma, theta, aperture);
  return {[model](double d) { return model.At(d).esf; },
          [model](double f) { return model.Mtf(f); }};
}
inline double SigmaFor(double mtf50, double theta, double aperture) {
  double low = 0.02, high = 10;
  for (int i = 0; i < 200; ++i) {
    const double mid = (low + high) / 2;
    (EdgeModel(mid * mid, theta, aperture).Mtf(mtf50) > 0.5 ? low : high) = mid;
  }
  return low;
}

// Any blur: `mtf` without the pixel, zero from `cutoff` on, times the pixel's boxes. The profile is
// 1/2 + integral of M(f) sin(2 pi f d) / (pi f) (Simpson), tabulated and interpolated by cubics.
inline Profile IntegralProfile(std::function<double(double)> blur, double cutoff, double theta) {
  const EdgeModel pixel(0.0, theta);
  // The model's least Gaussian is divided out again: here only the boxes are wanted.
  constexpr double least = 0.02;
  std::function<double(double)> mtf = [blur = std::move(blur), pixel, cutoff](double f) {
    return f >= cutoff
               ? 0.0
               : blur(f) * pixel.Mtf(f) / std::exp(-2 * M_PI * M_PI * least * least * f * f);
  };
  constexpr int kSteps = 4000, kPerPixel = 32, kReach = 72;
  auto table = std::make_shared<std::vector<double>>();
  std::vector<double> m(kSteps + 1);
  for (int i = 0; i <= kSteps; ++i) m[i] = mtf(cutoff * i / kSteps * (1 - 1e-12));
  for (int k = 0; k <= kReach * kPerPixel; ++k) {
    const double d = static_cast<double>(k) / kPerPixel, h = cutoff / kSteps;
    double sum = 2 * d * m[0];
    // sin(2 pi f d) by turning from one frequency to the next.
    const std::complex<double> turn = std::polar(1.0, 2 * M_PI * h * d);
    std::complex<double> phase = 1;
    for (int i = 1; i <= kSteps; ++i) {
      phase *= turn;
      const double weight = i == kSteps ? 1 : i % 2 ? 4 : 2;
      sum += weight * m[i] * phase.imag() / (M_PI * i * h);
    }
    table->push_back(0.5 + sum * h / 3);
  }
  std::function<double(double)> esf = [table](double d) {
    const auto at = [&](int k) {
      const int i = std::min<int>(std::abs(k), static_cast<int>(table->size()) - 1);
      return k < 0 ? 1 - (*table)[i] : (*table)[i];
    };
    const double x = d * kPerPixel, base = std::floor(x), t = x - base;
    const int k = static_cast<int>(base);
    const double a = at(k - 1), b = at(k), c = at(k + 1), e = at(k + 2);
    // Cubic through four points (Lagrange).
    return -t * (t - 1) * (t - 2) / 6 * a + (t + 1) * (t - 1) * (t - 2) / 2 * b -
           (t + 1) * t * (t - 2) / 2 * c + (t + 1) * t * (t - 1) / 6 * e;
  };
  return {esf, mtf};
}

// Round stop without aberrations, cut-off in cycles per pixel.
inline Profile AiryProfile(double cutoff, double theta) {
  return IntegralProfile(
      [cutoff](double f) {
        const double s = std::min(1.0, f / cutoff);
        return 2 / M_PI * (std::acos(s) - s * std::sqrt(1 - s * s));
      },
      cutoff, theta);
}
inline Profile DiscProfile(double radius, double theta) {
  return IntegralProfile(
      [radius](double f) {
        const double x = 2 * M_PI * radius * f;
        return x < 1e-6 ? 1.0 : 2 * std::cyl_bessel_j(1.0, x) / x;
      },
      6.0, theta);
}
// Unsharp mask of radius 1 px and `gain` on a Gaussian.
inline Profile UnsharpProfile(double sigma, double gain, double theta) {
  return IntegralProfile(
      [sigma, gain](double f) {
        const double g = 2 * M_PI * M_PI * f * f;
        return std::exp(-g * sigma * sigma) * (1 + gain * (1 - std::exp(-g)));
      },
      2.2, theta);
}

// Lowest f with M = level, by bisection from the first step below it.
inline double FrequencyAt(const Profile& profile, double level) {
  double f = 0.001;
  while (f < 3 && std::abs(profile.mtf(f)) >= level) f += 0.001;
  double low = f - 0.001, high = f;
  for (int i = 0; i < 60; ++i) {
    const double mid = (low + high) / 2;
    (std::abs(profile.mtf(mid)) >= level ? low : high) = mid;
  }
  return low;
}

struct EdgeScene {
  int width = 128, height = 100;
  double theta = Radians(5);  // between the edge and the columns
  double low = 0.165, high = 0.835;
  bool dark_right = false, transposed = false;
  double shift = 0;  // px along the normal
  double x_offset = 0.123, y_offset = 0;
  double radius = 0;   // of curvature, px; 0: straight
  double shading = 0;  // relative change from left to right
};

// Linear values, rounded to 16 bits when `quantise`.
inline Image<float> Render(const Profile& profile, const EdgeScene& scene, bool quantise = true) {
  const int w = scene.transposed ? scene.height : scene.width;
  const int h = scene.transposed ? scene.width : scene.height;
  Image<float> image(w, h);
  const double c = std::cos(scene.theta), s = std::sin(scene.theta);
  for (int j = 0; j < scene.height; ++j) {
    for (int i = 0; i < scene.width; ++i) {
      const double x = i + 0.5 - scene.width / 2.0 - scene.x_offset;
      const double y = j + 0.5 - scene.height / 2.0 - scene.y_offset;
      double d = x * c + y * s;
      if (scene.radius > 0) {
        const double t = y * c - x * s;
        d = scene.radius - std::hypot(scene.radius - d, t);
      }
      double e = profile.esf(d - scene.shift);
      if (scene.dark_right) e = 1 - e;
      double v = scene.low + (scene.high - scene.low) * e;
      v *= 1 + scene.shading * (i + 0.5 - scene.width / 2.0) / scene.width;
      if (quantise) v = std::round(std::clamp(v, 0.0, 1.0) * 65535) / 65535;
      (scene.transposed ? image.At(j, i) : image.At(i, j)) = static_cast<float>(v);
    }
  }
  return image;
}

// Read noise 2.5 e-, gain 0.641 e-/DN, PRNU 0.85 %, 12 bits (photon transfer, Janesick 2007).
inline void AddNoise(uint64_t seed, Image<float>* image) {
  for (int y = 0; y < image->height(); ++y) {
    Random random(seed, y);
    for (int x = 0; x < image->width(); ++x) {
      const double signal = image->At(x, y) * 4096.0;
      const double variance =
          std::pow(2.5 / 0.641, 2) + signal / 0.641 + std::pow(0.0085 * signal, 2);
      const double noisy = std::round(signal + std::sqrt(variance) * random.Normals().a);
      image->At(x, y) = static_cast<float>(std::clamp(noisy, 0.0, 4095.0) / 4096);
    }
  }
}

}  // namespace petzval::measure::golden

#endif  // PETZVAL_MEASURE_SFR_GOLDEN_EDGE_TEST_UTIL_H_
