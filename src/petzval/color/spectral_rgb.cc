// A reflectance for a colour: Jakob and Hanika, A Low-Dimensional Function Space for Efficient
// Spectral Upsampling (Eurographics 2019): a sigmoid of a quadratic of wavelength.
#include <algorithm>
#include <cmath>

#include "petzval/color/spectral.h"

namespace petzval {
namespace {

// Their sigmoid: reaches 0 and 1 algebraically, so that saturated colours need no huge arguments.
double Sigmoid(double x) { return 0.5 + x / (2 * std::sqrt(1 + x * x)); }
double InverseSigmoid(double s) {
  const double t = 2 * s - 1;
  return t / std::sqrt(1 - t * t);
}

SpectralDistribution FromCoefficients(const Vec3& c) {
  SpectralDistribution r;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double t = 2.0 * i / (kSpectralCount - 1) - 1;
    r.value[i] = Sigmoid(c[0] + t * (c[1] + t * c[2]));
  }
  return r;
}

struct Fit {
  // Weights of the reflectance at each wavelength in R, G, B.
  std::array<SpectralDistribution, 3> rgb_weight;

  Vec3 Rgb(const SpectralDistribution& r) const {
    Vec3 rgb;
    for (int c = 0; c < 3; ++c) rgb[c] = Integral(r, rgb_weight[c]);
    return rgb;
  }
  double Cost(const Vec3& coefficients, const Vec3& target) const {
    const Vec3 rgb = Rgb(FromCoefficients(coefficients));
    double cost = 0;
    for (int c = 0; c < 3; ++c) cost += (rgb[c] - target[c]) * (rgb[c] - target[c]);
    return cost;
  }

  // Levenberg and Marquardt from `c`; three unknowns, three residuals.
  Vec3 Solve(Vec3 c, const Vec3& target) const {
    double damping = 1e-4, cost = Cost(c, target);
    for (int step = 0; step < 60 && cost > 1e-18; ++step) {
      Mat3 jacobian;
      Vec3 residual;
      const SpectralDistribution r = FromCoefficients(c);
      const Vec3 rgb = Rgb(r);
      for (int i = 0; i < kSpectralCount; ++i) {
        const double t = 2.0 * i / (kSpectralCount - 1) - 1;
        const double x = c[0] + t * (c[1] + t * c[2]);
        const double slope = 0.5 * std::pow(1 + x * x, -1.5);
        const double area = kSpectralStepNm * slope;
        for (int k = 0; k < 3; ++k) {
          const double w = area * rgb_weight[k].value[i];
          jacobian[k][0] += w;
          jacobian[k][1] += w * t;
          jacobian[k][2] += w * t * t;
        }
      }
      for (int k = 0; k < 3; ++k) residual[k] = target[k] - rgb[k];
      Mat3 normal;
      Vec3 right;
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 3; ++k) {
          right[i] += jacobian[k][i] * residual[k];
          for (int j = 0; j < 3; ++j) normal[i][j] += jacobian[k][i] * jacobian[k][j];
        }
      }
      bool better = false;
      for (int attempt = 0; attempt < 12 && !better; ++attempt) {
        Mat3 damped = normal;
        for (int i = 0; i < 3; ++i) damped[i][i] += damping * (normal[i][i] + 1e-12);
        if (!(std::fabs(Determinant(damped)) > 1e-60)) return c;
        const Vec3 change = Inverse(damped) * right;
        const Vec3 next{{c[0] + change[0], c[1] + change[1], c[2] + change[2]}};
        const double next_cost = Cost(next, target);
        better = next_cost < cost;
        if (better) {
          c = next;
          cost = next_cost;
        }
        damping *= better ? 0.2 : 8;
      }
      if (!better) break;
    }
    return c;
  }
};

}  // namespace

SpectralDistribution ReflectanceOfRgb(const Vec3& linear_rec709,
                                      const SpectralDistribution& light) {
  Vec3 rgb;
  for (int c = 0; c < 3; ++c) {
    rgb[c] = linear_rec709[c] >= 0 ? std::min(linear_rec709[c], 1.0) : 0;  // NaN counts as 0
  }
  const auto [low, high] = std::minmax_element(rgb.v.begin(), rgb.v.end());
  if (*high - *low < 1e-9) return ConstantSpectrum(rgb[0]);  // exact under any light

  const Vec3 white = XyzOfLight(light);
  const Mat3 rgb_from_xyz =
      RgbFromXyz(kRec709) * BradfordAdaptation(kWhiteD65, ChromaticityFromXyz(white));
  const auto& observer = CieObserver1931();
  const double total = Integral(light, observer[1]);
  Fit fit;
  for (int c = 0; c < 3; ++c) {
    for (int k = 0; k < 3; ++k) {
      fit.rgb_weight[c] = fit.rgb_weight[c] + (rgb_from_xyz[c][k] / total) * (light * observer[k]);
    }
  }
  // From the grey of the same mean to the colour, in steps: each start is near its solution.
  const double grey = std::clamp((rgb[0] + rgb[1] + rgb[2]) / 3, 0.02, 0.98);
  Vec3 coefficients{{InverseSigmoid(grey), 0, 0}};
  constexpr int kSteps = 8;
  for (int step = 1; step <= kSteps; ++step) {
    const double f = static_cast<double>(step) / kSteps;
    Vec3 target;
    for (int c = 0; c < 3; ++c) target[c] = grey + f * (rgb[c] - grey);
    coefficients = fit.Solve(coefficients, target);
  }
  return FromCoefficients(coefficients);
}

}  // namespace petzval
