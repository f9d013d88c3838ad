// Wiener filters in the frequency plane, cut to a few taps.
#include "petzval/develop/lens_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace petzval {
namespace {

using Complex = std::complex<double>;
constexpr double kTau = 2 * std::numbers::pi;
constexpr int kSide = LensResponse::kSide, kHalf = LensResponse::kHalf;

// Variance of a picture's light about its mean, relative to mid-grey squared, spread over the
// spectrum 1 / f^2 between one period in 512 pixels and Nyquist.
constexpr double kMidGrey = 0.18, kContrast = 0.5;
constexpr double kLeastNoise = 1e-7;  // variance a pixel that no sensor stays below
constexpr double kSpectrum = kMidGrey * kMidGrey * kContrast * kContrast / (kTau * 5.55);

double SmoothStep(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// Nothing is restored that the pixels cannot show in every direction.
double Band(double f) { return SmoothStep((0.62 - f) / 0.16); }
// Share of green in demosaicked red and blue: their differences from green lie two pixels apart,
// and linear interpolation lets cos^2 of them through.
double FromGreen(double f) {
  const double s = std::sin(std::numbers::pi * std::min(f, 0.5));
  return s * s;
}

// What the warp's resampling leaves of a frequency, on average over where pixels come to lie:
// Catmull-Rom's response, which is real for a cubic that is moved back.
double Resampling(double f) {
  constexpr int kSteps = 16;
  double sum = 0;
  for (int s = 0; s < kSteps; ++s) {
    const double t = (s + 0.5) / kSteps;
    const double w[4] = {-0.5 * t * (1 - t) * (1 - t), 1 + t * t * (1.5 * t - 2.5), 0,
                         -0.5 * (1 - t) * t * t};
    const double rest = 1 - w[0] - w[1] - w[3];
    for (int k = 0; k < 4; ++k) sum += (k == 2 ? rest : w[k]) * std::cos(kTau * f * (k - 1 - t));
  }
  return sum / kSteps;
}

double Taper(double d, int radius) {
  const double t = (d - (radius - 2)) / 3;
  return t <= 0 ? 1 : t >= 1 ? 0 : 0.5 + 0.5 * std::cos(std::numbers::pi * t);
}

// Roots of unity of the frequency grid, a quarter of a pixel apart.
const Complex& Turn(int quarters) {
  constexpr int kTurns = 4 * kSide;
  static const std::array<Complex, kTurns> kRoots = [] {
    std::array<Complex, kTurns> r;
    for (int i = 0; i < kTurns; ++i) r[i] = std::polar(1.0, kTau * i / kTurns);
    return r;
  }();
  return kRoots[((quarters % kTurns) + kTurns) % kTurns];
}

// A response that is the same in all directions, between the frequencies of the grid.
double Along(const LensResponse& response, double at) {
  const int i = static_cast<int>(at);
  if (i >= kHalf) return response.At(kHalf, 0).real();
  const double a = response.At(i, 0).real(), b = response.At(i + 1, 0).real();
  return a + (at - i) * (b - a);
}

// What a blur needs at one frequency, and how much of natural pictures is left of it there.
struct Need {
  double raise = 1;  // of the magnitude
  Complex turn = 1;  // of the phase
  double signal = 0;

  Need() = default;
  Need(Complex h, double target, double raised, double f) {
    const double power = std::norm(h), magnitude = std::sqrt(power);
    if (power < 1e-8) return;
    raise = std::max(target, magnitude) * raised / magnitude;
    turn = std::conj(h) / magnitude;
    signal = power * kSpectrum / std::max(f * f, 1e-5);
  }
  // Phases are believed longer than magnitudes: to turn noise does not amplify it.
  Complex Believed(double noise) const {
    if (signal == 0) return 0;
    constexpr double kTurnNoise = 1.0 / 16;
    const double raised = 1 + (raise - 1) * signal / (signal + noise);
    const double turned = signal / (signal + kTurnNoise * noise);
    return raised * ((1 - turned) + turned * turn) - 1.0;
  }
};

// The taps at whole pixels, (2 radius + 1)^2, rows outwards; sum 1.
std::vector<double> Taps(const LensResponse& c, int radius) {
  const int n = 2 * radius + 1;
  // Along the columns of the frequency plane, then along its rows.
  std::vector<Complex> columns(static_cast<size_t>(n) * LensResponse::kAcross);
  for (int y = -radius; y <= radius; ++y) {
    for (int i = 0; i <= kHalf; ++i) {
      Complex sum = 0;
      for (int j = -kHalf; j < kHalf; ++j) sum += c.At(i, j) * Turn(4 * j * y);
      columns[(y + radius) * LensResponse::kAcross + i] = sum;
    }
  }
  std::vector<double> taps(static_cast<size_t>(n) * n);
  double total = 0;
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      double sum = 0;
      for (int i = 0; i <= kHalf; ++i) {
        const double both = i == 0 || i == kHalf ? 1 : 2;
        sum += both * columns[(y + radius) * LensResponse::kAcross + i].real() *
               Turn(4 * i * x).real();
      }
      const double v = sum / (kSide * kSide) * Taper(std::hypot(x, y), radius);
      taps[(y + radius) * n + x + radius] = v;
      total += v;
    }
  }
  taps[radius * n + radius] += 1 - total;
  return taps;
}

// How far an edge across the given axis runs beyond its step after `taps`.
double Overshoot(const LensResponse& blur, const std::vector<double>& taps, int radius,
                 bool outwards) {
  const int n = 2 * radius + 1;
  std::vector<double> line(n, 0.0);
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n; ++x) line[outwards ? y : x] += taps[y * n + x];
  }
  // The edge from its harmonics: one period holds a step up and one down.
  constexpr int kPerPixel = 2, kSamples = kSide * kPerPixel;
  double most = 0;
  std::array<Complex, kHalf> harmonic;
  for (int i = 1; i < kHalf; i += 2) {
    Complex k = 0;
    for (int t = 0; t < n; ++t) {
      k += line[t] * Turn(-4 * i * (t - radius));
    }
    const Complex h = outwards ? blur.At(0, i) : blur.At(i, 0);
    // Lanczos' factors: the sum ends at Nyquist, which must not ring for itself.
    const double end = std::numbers::pi * i / kHalf;
    harmonic[i] = h * k * (2 / (std::numbers::pi * i)) * (std::sin(end) / end);
  }
  for (int s = 0; s < kSamples; ++s) {
    double v = 0;
    for (int i = 1; i < kHalf; i += 2) {
      v += (harmonic[i] * Turn(4 * i * s / kPerPixel)).imag();
    }
    most = std::max(most, std::abs(v) - 0.5);
  }
  return most;
}

}  // namespace

LensResponse::LensResponse(const optics::BakedPsf& psf) : LensResponse() {
  constexpr double kStep = 1.0 / optics::BakedPsf::kSamplesPerPixel;
  const int h = psf.size / 2;
  const double middle = psf.CentroidPx();
  std::vector<double> rows(static_cast<size_t>(psf.size) * kAcross);
  for (int i = 0; i < kAcross; ++i) {
    for (int x = 0; x <= h; ++x) {
      const double c = (x == 0 ? 1 : 2) * std::cos(kTau * i * x * kStep / kSide);
      for (int y = -h; y <= h; ++y) rows[(y + h) * kAcross + i] += c * psf.At(x, y);
    }
  }
  for (int j = -kHalf; j < kHalf; ++j) {
    for (int y = -h; y <= h; ++y) {
      const Complex e = std::polar(1.0, -kTau * j * (y * kStep - middle) / kSide);
      for (int i = 0; i < kAcross; ++i) At(i, j) += rows[(y + h) * kAcross + i] * e;
    }
  }
}

LensResponse DesignLensFilter(const LensBlur& blur, const LensResponse& target,
                              const LensFilterLimits& limits) {
  LensResponse c;
  constexpr int kFrequencies = LensResponse::kAcross * kSide;
  std::vector<Need> own(kFrequencies), green(kFrequencies);
  std::vector<Complex> moved(kFrequencies);
  std::array<double, kHalf + 1> resampling;
  for (int i = 0; i <= kHalf; ++i) resampling[i] = Resampling(static_cast<double>(i) / kSide);
  for (int j = -kHalf, n = 0; j < kHalf; ++j) {
    for (int i = 0; i <= kHalf; ++i, ++n) {
      const double f = std::hypot(i, j) / kSide;
      const double t =
          Along(target, std::hypot(i / blur.stretch_across, j / blur.stretch_outwards));
      const double raised = 1 / (resampling[i] * resampling[std::abs(j)]);
      own[n] = Need(blur.own->At(i, j), t, raised, f);
      green[n] = Need(blur.green->At(i, j), t, raised, f);
      moved[n] = std::polar(1.0, -kTau * j * blur.lateral_px / kSide);
    }
  }
  constexpr int kTries = 20;
  // Pictures without noise have limits too.
  const double own_noise = std::max(blur.own_noise, kLeastNoise);
  const double green_noise = std::max(blur.green_noise, kLeastNoise);
  double doubt = 1;
  for (int attempt = 0; attempt < kTries; ++attempt, doubt *= 2) {
    for (int j = -kHalf, n = 0; j < kHalf; ++j) {
      for (int i = 0; i <= kHalf; ++i, ++n) {
        const double f = std::hypot(i, j) / kSide, share = FromGreen(f);
        Complex change = (1 - share) * own[n].Believed(doubt * own_noise);
        if (share > 0) {
          const Complex all = (1.0 + green[n].Believed(doubt * green_noise)) * moved[n];
          change += share * (all - 1.0);
        }
        // The row at -Nyquist stands for both ends: only its real part is a function.
        c.At(i, j) = Band(f) * (j == -kHalf ? change.real() : change);
      }
    }
    const auto taps = Taps(c, limits.radius);
    double power = 0;
    for (const double v : taps) power += v * v;
    if (std::sqrt(power) <= limits.noise_gain &&
        Overshoot(*blur.own, taps, limits.radius, false) <= limits.overshoot &&
        Overshoot(*blur.own, taps, limits.radius, true) <= limits.overshoot) {
      break;
    }
  }
  return c;
}

LensImpulse::LensImpulse(const LensResponse& c, int radius) : radius_(radius), side_(Side(radius)) {
  const int middle = side_ / 2;
  v_.resize(static_cast<size_t>(side_) * side_);
  std::vector<Complex> columns(LensResponse::kAcross);
  static_assert(kPerPixel == 4);
  for (int y = -middle; y <= middle; ++y) {
    for (int i = 0; i <= kHalf; ++i) {
      Complex sum = 0;
      for (int j = -kHalf; j < kHalf; ++j) sum += c.At(i, j) * Turn(j * y);
      columns[i] = (i == 0 || i == kHalf ? 1.0 : 2.0) * sum;
    }
    for (int x = 0; x <= middle; ++x) {
      double sum = 0;
      const double taper = Taper(std::hypot(x, y) / kPerPixel, radius);
      if (taper > 0) {
        for (int i = 0; i <= kHalf; ++i) sum += columns[i].real() * Turn(i * x).real();
      }
      const auto v = static_cast<float>(taper * sum / (kSide * kSide));
      v_[(y + middle) * side_ + middle + x] = v_[(y + middle) * side_ + middle - x] = v;
    }
  }
}

LensImpulse::Place LensImpulse::Locate(int radius, float across, float outwards) {
  const int side = Side(radius), middle = side / 2;
  const float u = across * kPerPixel + static_cast<float>(middle);
  const float w = outwards * kPerPixel + static_cast<float>(middle);
  const int i = static_cast<int>(std::floor(u)), j = static_cast<int>(std::floor(w));
  Place place;
  if (i < 1 || j < 1 || i + 2 >= side || j + 2 >= side) return place;
  place.at = (j - 1) * side + i - 1;
  const auto cubic = [](float t, float* k) {
    k[0] = -0.5f * t * (1 - t) * (1 - t);
    k[3] = -0.5f * (1 - t) * t * t;
    k[1] = 1 + t * t * (1.5f * t - 2.5f);
    k[2] = 1 - k[0] - k[1] - k[3];
  };
  cubic(u - static_cast<float>(i), place.across);
  cubic(w - static_cast<float>(j), place.outwards);
  return place;
}

float LensImpulse::At(const Place& place) const {
  if (place.at < 0) return 0;
  const float* kx = place.across;
  float sum = 0;
  for (int y = 0; y < 4; ++y) {
    const float* row = &v_[place.at + y * side_];
    sum += place.outwards[y] * (kx[0] * row[0] + kx[1] * row[1] + kx[2] * row[2] + kx[3] * row[3]);
  }
  return sum;
}

}  // namespace petzval
