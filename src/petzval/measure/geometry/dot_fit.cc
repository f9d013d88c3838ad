// Gauss-Newton fit of a blurred elliptic disc.
#include "petzval/measure/geometry/dot_fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

constexpr int kMinSamples = 30;
// Luminance of clipped colours is their clip up to rounding.
constexpr double kNearClip = 0.9999;
constexpr double kSettled = 2e-4;  // pixels
// Ground used around a dot, beyond its edge: enough to see its slope.
constexpr double kGroundShare = 0.7, kMinGroundPx = 4;

// x, y, the ellipse's inverse square root form (p, q, s: w = [p s; s q] (x - c), |w| = 1 on its
// edge), softness in units of 1, contrast, ground and its slopes.
enum Parameter { kX, kY, kP, kQ, kS, kSoft, kContrast, kGround, kSlopeX, kSlopeY, kCount };
using Parameters = std::array<double, kCount>;

struct Sample {
  double x, y, value;
};

// Value of the model at (x, y) relative to the guess, and its derivatives if asked for.
double Model(const Parameters& m, double x, double y, Parameters* gradient,
             bool* at_edge = nullptr) {
  const double dx = x - m[kX], dy = y - m[kY];
  const double wx = m[kP] * dx + m[kS] * dy, wy = m[kS] * dx + m[kQ] * dy;
  const double rho = std::sqrt(wx * wx + wy * wy) + 1e-12;
  const double z = (1 - rho) / m[kSoft];
  constexpr double kFar = 6;  // standard deviations: beyond, the edge is not felt
  const bool edge = std::fabs(z) < kFar;
  if (at_edge != nullptr) *at_edge = edge;
  const double inside = edge ? 0.5 * std::erfc(-z * M_SQRT1_2) : z > 0 ? 1 : 0;
  if (gradient != nullptr) {
    Parameters& g = *gradient;
    g = {};
    if (edge) {
      const double density = std::exp(-0.5 * z * z) * 0.3989422804014327;
      const double k = m[kContrast] * density / m[kSoft];  // d value / d rho
      const double ux = wx / rho, uy = wy / rho;
      g[kX] = -k * (ux * m[kP] + uy * m[kS]);
      g[kY] = -k * (ux * m[kS] + uy * m[kQ]);
      g[kP] = k * ux * dx;
      g[kQ] = k * uy * dy;
      g[kS] = k * (ux * dy + uy * dx);
      g[kSoft] = k * z;
    }
    g[kContrast] = -inside;
    g[kGround] = 1;
    g[kSlopeX] = x;
    g[kSlopeY] = y;
  }
  return m[kGround] + m[kSlopeX] * x + m[kSlopeY] * y - m[kContrast] * inside;
}

double Cost(const Parameters& m, const std::vector<Sample>& samples) {
  double cost = 0;
  for (const Sample& s : samples) {
    const double r = s.value - Model(m, s.x, s.y, nullptr);
    cost += r * r;
  }
  return cost;
}

bool Sane(const Parameters& m, double radius) {
  return std::fabs(m[kX]) < 0.5 * radius && std::fabs(m[kY]) < 0.5 * radius && m[kSoft] > 1e-3 &&
         m[kSoft] < 2 && m[kP] * m[kQ] - m[kS] * m[kS] > 0 && m[kP] > 0 && m[kP] * radius < 4 &&
         m[kQ] * radius < 4;
}

}  // namespace

DotFit FitDot(const MeasuredPlane& plane, const DotGuess& guess, double clip) {
  const int width = plane.values.width(), height = plane.values.height();
  const double reach =
      std::min(0.5 * guess.pitch_px,
               guess.radius_px + std::max(kMinGroundPx, kGroundShare * guess.radius_px));
  const int x0 = std::max(0, static_cast<int>(std::floor(guess.x_px - reach)));
  const int x1 = std::min(width - 1, static_cast<int>(std::ceil(guess.x_px + reach)));
  const int y0 = std::max(0, static_cast<int>(std::floor(guess.y_px - reach)));
  const int y1 = std::min(height - 1, static_cast<int>(std::ceil(guess.y_px + reach)));
  std::vector<Sample> samples;
  int clipped = 0, inner_n = 0, outer_n = 0;
  double inner = 0, outer = 0;
  for (int y = y0; y <= y1; ++y) {
    const float* row = plane.values.row(y);
    for (int x = x0; x <= x1; ++x) {
      if (!plane.sites.Has(x, y)) continue;
      const Sample s{x + 0.5 - guess.x_px, y + 0.5 - guess.y_px, row[x]};
      const double r = std::hypot(s.x, s.y);
      if (r > reach) continue;
      samples.push_back(s);
      clipped += s.value >= kNearClip * clip;
      if (r < 0.7 * guess.radius_px) inner += s.value, ++inner_n;
      if (r > 0.5 * (guess.radius_px + reach)) outer += s.value, ++outer_n;
    }
  }
  DotFit fit;
  if (static_cast<int>(samples.size()) < kMinSamples || inner_n == 0 || outer_n == 0) return fit;
  fit.clipped_share = clipped / static_cast<double>(samples.size());
  Parameters m{};
  m[kP] = m[kQ] = 1 / guess.radius_px;
  m[kSoft] = std::clamp(0.8 / guess.radius_px, 0.02, 0.5);
  m[kGround] = outer / outer_n;
  m[kContrast] = m[kGround] - inner / inner_n;
  double cost = Cost(m, samples), damping = 1e-3;
  NormalEquations<kCount> equations;
  for (int step = 0; step < 40; ++step) {
    equations = {};
    // Away from the edge only the last four unknowns matter.
    NormalEquations<kCount - kContrast> plain;
    Parameters gradient;
    for (const Sample& s : samples) {
      bool edge = false;
      const double rest = s.value - Model(m, s.x, s.y, &gradient, &edge);
      if (edge) {
        equations.Add(gradient, rest);
      } else {
        plain.Add({gradient[kContrast], 1, s.x, s.y}, rest);
      }
    }
    equations.AddBlock(plain, kContrast);
    bool better = false;
    double gain = 0, moved = 0;
    for (int attempt = 0; attempt < 8 && !better; ++attempt) {
      NormalEquations<kCount> damped = equations;
      for (int i = 0; i < kCount; ++i) *damped.Diagonal(i) *= 1 + damping;
      Parameters change{};
      Parameters next = m;
      if (damped.Solve(&change)) {
        for (int i = 0; i < kCount; ++i) next[i] += change[i];
        next[kSoft] =
            std::max(next[kSoft], 0.1 / guess.radius_px);  // no sharper than a pixel shows
        if (Sane(next, guess.radius_px)) {
          const double c = Cost(next, samples);
          better = c < cost;
          gain = cost - c;
        }
      }
      if (better) {
        moved = std::hypot(next[kX] - m[kX], next[kY] - m[kY]);
        m = next;
        cost -= gain;
      }
      damping = std::max(1e-12, damping * (better ? 0.1 : 10));
    }
    if (!better) break;
    if (moved < kSettled && step > 2) break;
  }
  const double n = static_cast<double>(samples.size());
  const double sigma = std::sqrt(cost / std::max(1.0, n - static_cast<double>(kCount)));
  if (!Sane(m, guess.radius_px) || !(std::fabs(m[kContrast]) > 3 * sigma)) return fit;
  fit.found = true;
  fit.x_px = guess.x_px + m[kX];
  fit.y_px = guess.y_px + m[kY];
  fit.radius_px = 1 / std::sqrt(m[kP] * m[kQ] - m[kS] * m[kS]);
  fit.contrast = m[kContrast];
  Parameters unit{};
  unit[kX] = 1;
  fit.standard_error = sigma * std::sqrt(equations.VarianceOf(unit));
  return fit;
}

}  // namespace petzval::measure
