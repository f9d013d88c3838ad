// Gauss-Newton fit of position, direction, curvature, width, levels and shading of an edge.
#include "petzval/measure/sfr/edge_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::measure {
namespace {

enum Unknown { kLow, kHigh, kOffset, kTurn, kCurve, kVariance, kShading, kUnknowns };
using Vector = std::array<double, kUnknowns>;

constexpr double kMinVariance = 0.0025, kMaxVariance = 2500;
constexpr int kMaxIterations = 40;
// Relative change of the sum of squares that tells nothing any more.
constexpr double kNoGain = 1e-7;
// The quieter side counts at most this many times as much.
constexpr double kMaxNoiseRatio = 16;

struct Normal {
  std::array<Vector, kUnknowns> matrix{};
  Vector right{};
  double cost = 0;
};

// Variance of the noise, straight between the sides.
struct NoiseWeights {
  double low = 1, high = 1;
  double At(double esf) const { return 1 / (low + std::clamp(esf, 0.0, 1.0) * (high - low)); }
};

// `scale`: half the length of the edge, so that the unknowns are of like size.
Normal Accumulate(const EdgeSamples& samples, const FittedEdge& edge, const NoiseWeights& noise,
                  double max_distance, double scale) {
  const EdgeModelTable model(edge.Model());
  const double c = std::cos(edge.normal), s = std::sin(edge.normal);
  const double step = edge.high - edge.low;
  Normal normal;
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const auto [t, d] = CoordinatesOf(edge, c, s, samples.x[i], samples.y[i]);
    if (std::abs(d) > max_distance) continue;
    const EdgeModel::Value e = model.At(d);
    const double weight = noise.At(e.esf), shade = 1 + edge.shading * t;
    const double flat = edge.low + step * e.esf, error = samples.value[i] - flat * shade;
    normal.cost += weight * error * error;
    const double along = t / scale;
    if (e.lsf == 0) {
      // On the flat sides only the side's level and the shading count.
      const int side = d > 0 ? kHigh : kLow;
      const double g = flat * t;
      normal.matrix[side][side] += weight * shade * shade;
      normal.matrix[kShading][side] += weight * shade * g;
      normal.matrix[kShading][kShading] += weight * g * g;
      normal.right[side] += weight * shade * error;
      normal.right[kShading] += weight * g * error;
      continue;
    }
    const double slope = -step * e.lsf * shade;
    const Vector row = {
        (1 - e.esf) * shade,         e.esf * shade, slope, slope * along, slope * along * along,
        step * e.d_variance * shade, flat * t};
    for (int j = 0; j < kUnknowns; ++j) {
      for (int k = 0; k <= j; ++k) normal.matrix[j][k] += weight * row[j] * row[k];
      normal.right[j] += weight * row[j] * error;
    }
  }
  return normal;
}

// Cholesky of the lower triangle with the diagonal raised by `damping`; false when not positive.
bool Factor(std::array<Vector, kUnknowns>* matrix, double damping) {
  auto& m = *matrix;
  for (int i = 0; i < kUnknowns; ++i) m[i][i] = m[i][i] * (1 + damping) + 1e-300;
  for (int i = 0; i < kUnknowns; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = m[i][j];
      for (int k = 0; k < j; ++k) sum -= m[i][k] * m[j][k];
      if (i == j) {
        if (!(sum > 1e-14 * m[i][i])) return false;
        m[i][i] = std::sqrt(sum);
      } else {
        m[i][j] = sum / m[j][j];
      }
    }
  }
  return true;
}

Vector Solve(const std::array<Vector, kUnknowns>& m, Vector right) {
  for (int i = 0; i < kUnknowns; ++i) {
    for (int k = 0; k < i; ++k) right[i] -= m[i][k] * right[k];
    right[i] /= m[i][i];
  }
  for (int i = kUnknowns - 1; i >= 0; --i) {
    for (int k = i + 1; k < kUnknowns; ++k) right[i] -= m[k][i] * right[k];
    right[i] /= m[i][i];
  }
  return right;
}

FittedEdge Moved(const FittedEdge& edge, const Vector& by, double scale) {
  FittedEdge next = edge;
  next.low += by[kLow];
  next.high += by[kHigh];
  next.offset += by[kOffset];
  // Turning about the foot of the centre moves points at t by turn * t.
  next.normal -= std::atan(by[kTurn] / scale);
  next.curvature += by[kCurve] / (scale * scale);
  next.variance =
      std::clamp(edge.variance + by[kVariance], std::max(kMinVariance, 0.2 * edge.variance),
                 std::min(kMaxVariance, 5 * edge.variance + 1));
  next.shading += by[kShading];
  return next;
}

// Spread of the flat sides about the fit.
void MeasureNoise(const EdgeSamples& samples, double max_distance, FittedEdge* edge) {
  const EdgeModel model = edge->Model();
  const double c = std::cos(edge->normal), s = std::sin(edge->normal);
  const double clear = 4 * std::sqrt(model.total_variance()) + 1;
  double sum[2] = {}, square[2] = {};
  int count[2] = {};
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const auto [t, d] = CoordinatesOf(*edge, c, s, samples.x[i], samples.y[i]);
    if (std::abs(d) < clear || std::abs(d) > max_distance) continue;
    const int side = d > 0;
    const double level = side ? edge->high : edge->low;
    const double error = samples.value[i] - level * (1 + edge->shading * t);
    sum[side] += error;
    square[side] += error * error;
    ++count[side];
  }
  const auto deviation = [&](int side) {
    const int n = count[side];
    return n < 8 ? -1.0 : std::sqrt(std::max(0.0, (square[side] - sum[side] * sum[side] / n) / n));
  };
  edge->noise_low = deviation(0);
  edge->noise_high = deviation(1);
  if (edge->noise_low < 0) edge->noise_low = std::max(0.0, edge->noise_high);
  if (edge->noise_high < 0) edge->noise_high = edge->noise_low;
}

NoiseWeights WeightsOf(const FittedEdge& edge) {
  const double low = edge.noise_low * edge.noise_low, high = edge.noise_high * edge.noise_high;
  const double mean = (low + high) / 2;
  if (!(mean > 0)) return {};
  const double least = 1 / std::sqrt(kMaxNoiseRatio) / 2;
  return {std::max(low / mean, least), std::max(high / mean, least)};
}

// Until a step changes nothing that counts; false when it does not settle.
bool Descend(const EdgeSamples& samples, const NoiseWeights& noise, double max_distance,
             double scale, double tolerance, FittedEdge* edge) {
  double damping = 1e-4, last = 1e9;
  Normal now = Accumulate(samples, *edge, noise, max_distance, scale);
  for (int i = 0; i < kMaxIterations; ++i) {
    auto matrix = now.matrix;
    if (!Factor(&matrix, damping)) {
      damping = std::max(1e-6, damping * 10);
      if (damping > 1e6) return false;
      continue;
    }
    const Vector step = Solve(matrix, now.right);
    const FittedEdge next = Moved(*edge, step, scale);
    const double moved =
        std::max({std::abs(step[kOffset]), std::abs(step[kTurn]), std::abs(step[kCurve]),
                  std::abs(next.variance - edge->variance) / (1 + edge->variance)});
    // A step that small ends at the bottom whether it is judged or not.
    if (moved < tolerance) {
      *edge = next;
      return true;
    }
    const Normal then = Accumulate(samples, next, noise, max_distance, scale);
    if (then.cost <= now.cost * (1 + 1e-9)) {
      last = moved;
      const bool bottom = now.cost - then.cost < kNoGain * now.cost;
      *edge = next;
      now = then;
      damping *= 0.1;
      if (bottom) return true;
    } else {
      if (then.cost - now.cost < kNoGain * now.cost) return true;
      damping = std::max(1e-5, damping * 10);
      if (damping > 1e8) return true;
    }
  }
  return last < 0.02;
}

}  // namespace

Result<FittedEdge> FitEdge(const EdgeSamples& samples, const RoughEdge& rough,
                           double max_distance) {
  FittedEdge edge;
  edge.normal = rough.normal;
  edge.offset = rough.offset;
  edge.low = rough.low;
  edge.high = rough.high;
  edge.variance = std::max(0.3, rough.width * rough.width);
  double scale = 1;
  const double c = std::cos(edge.normal), s = std::sin(edge.normal);
  // The first descent looks at what is near.
  const double near_distance = std::min(max_distance, 5 * rough.width + 6);
  EdgeSamples near;
  for (size_t i = 0; i < samples.value.size(); ++i) {
    const auto [t, d] = CoordinatesOf(edge, c, s, samples.x[i], samples.y[i]);
    if (std::abs(d) < 3) scale = std::max(scale, std::abs(t));
    if (std::abs(d) > near_distance) continue;
    near.x.push_back(samples.x[i]);
    near.y.push_back(samples.y[i]);
    near.value.push_back(samples.value[i]);
  }
  bool settled = Descend(near, {}, near_distance, scale, 3e-2, &edge);
  if (settled) {
    MeasureNoise(samples, max_distance, &edge);
    settled = Descend(samples, WeightsOf(edge), max_distance, scale, 1e-4, &edge);
  }
  if (!settled || !(edge.high > edge.low)) {
    return Fail(ErrorCode::kInvalidInput, "the region does not show one straight edge");
  }
  // Spread of the offset: diagonal of the inverse, scaled by the mean square of the errors.
  Normal end = Accumulate(samples, edge, WeightsOf(edge), max_distance, scale);
  if (Factor(&end.matrix, 0)) {
    Vector unit{};
    unit[kOffset] = 1;
    const double n = static_cast<double>(samples.value.size()) - static_cast<int>(kUnknowns);
    edge.offset_error = std::sqrt(std::max(0.0, Solve(end.matrix, unit)[kOffset] * end.cost / n));
  }
  MeasureNoise(samples, max_distance, &edge);
  return edge;
}

}  // namespace petzval::measure
