// Correlated colour temperature and distance from the Planckian locus by its own shape.
#include "petzval/color/planckian.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "petzval/color/spectral_table.h"

namespace petzval {
namespace {

constexpr double kCoolestK = 1000, kHottestK = 100000;
constexpr double kLastNm = 780;  // of the sums over wavelength
constexpr double kStep = 1.001;

struct Point {
  double kelvin_k, u, v;
};

ChromaticityUv UvAt(double kelvin_k) {
  constexpr double kC2 = 1.4388e7;  // nm K
  static const SpectralTable* observer = [] {
    const SpectralTable* found = nullptr;
    for (const SpectralTable& t : SpectralTables()) {
      if (t.name == "cie1931") found = &t;
    }
    return found;
  }();
  double sum[3] = {};
  if (observer == nullptr) return {};  // the tests make sure that there is one
  for (size_t i = 0; i < observer->nm.size() && observer->nm[i] <= kLastNm; ++i) {
    const double nm = observer->nm[i];
    const double power = std::pow(nm / 560, -5) / std::expm1(kC2 / (nm * kelvin_k));
    for (int c = 0; c < 3; ++c) sum[c] += power * observer->value[c][i];
  }
  const double all = sum[0] + 15 * sum[1] + 3 * sum[2];
  return {4 * sum[0] / all, 6 * sum[1] / all};
}

// The locus from the coolest to the hottest in even ratios.
const std::vector<Point>& Locus() {
  static const std::vector<Point> locus = [] {
    std::vector<Point> points;
    for (double t = kCoolestK; t < kHottestK; t *= kStep) {
      const ChromaticityUv uv = UvAt(t);
      points.push_back({t, uv.u, uv.v});
    }
    const ChromaticityUv uv = UvAt(kHottestK);
    points.push_back({kHottestK, uv.u, uv.v});
    return points;
  }();
  return locus;
}

}  // namespace

ChromaticityUv PlanckianUv(double kelvin_k) {
  return UvAt(std::clamp(kelvin_k, kCoolestK, kHottestK));
}

TemperatureDuv OhnoTemperature(Chromaticity white) {
  const ChromaticityUv at = Uv1960FromChromaticity(white);
  if (!std::isfinite(at.u) || !std::isfinite(at.v)) return {};
  const std::vector<Point>& locus = Locus();
  const auto distance = [&](size_t i) { return std::hypot(locus[i].u - at.u, locus[i].v - at.v); };
  size_t i = 1;
  double nearest = distance(1);
  for (size_t k = 2; k + 1 < locus.size(); ++k) {
    const double d = distance(k);
    if (d < nearest) {
      nearest = d;
      i = k;
    }
  }
  const Point &a = locus[i - 1], &b = locus[i], &c = locus[i + 1];
  const double da = distance(i - 1), db = nearest, dc = distance(i + 1);

  // Triangle of the neighbours and the point: its height is the distance.
  const double side = std::hypot(c.u - a.u, c.v - a.v);
  const double along = std::clamp((da * da - dc * dc + side * side) / (2 * side), 0.0, side);
  const double share = along / side;
  const double sign = at.v < a.v + (c.v - a.v) * share ? -1 : 1;
  TemperatureDuv out{a.kelvin_k + (c.kelvin_k - a.kelvin_k) * share,
                     sign * std::sqrt(std::max(0.0, da * da - along * along))};
  constexpr double kNearLocus = 0.002;
  if (std::fabs(out.duv) < kNearLocus) return out;

  // Parabola through the three distances.
  const double ta = a.kelvin_k, tb = b.kelvin_k, tc = c.kelvin_k;
  const double x = (tc - tb) * (ta - tc) * (tb - ta);
  const double p = (ta * (dc - db) + tb * (da - dc) + tc * (db - da)) / x;
  const double q = -(ta * ta * (dc - db) + tb * tb * (da - dc) + tc * tc * (db - da)) / x;
  const double r =
      -(da * (tc - tb) * tb * tc + db * (ta - tc) * ta * tc + dc * (tb - ta) * ta * tb) / x;
  const double kelvin_k = -q / (2 * p);
  // At an end of the table the vertex may lie outside of it, and then the end counts.
  if (!(kelvin_k >= ta && kelvin_k <= tc)) return out;
  return {kelvin_k, sign * (r - q * q / (4 * p))};
}

Chromaticity ChromaticityFromOhno(const TemperatureDuv& t) {
  const double kelvin_k = std::clamp(t.kelvin_k, kCoolestK, kHottestK);
  const ChromaticityUv at = UvAt(kelvin_k), next = UvAt(kelvin_k * 1.0001);
  // Towards hotter u falls: the normal that points to green.
  const double du = at.u - next.u, dv = at.v - next.v, length = std::hypot(du, dv);
  return ChromaticityFromUv1960({at.u - t.duv * dv / length, at.v + t.duv * du / length});
}

double McCamyTemperature(Chromaticity white) {
  const double n = (white.x - 0.3320) / (white.y - 0.1858);
  const double kelvin_k = ((-449 * n + 3525) * n - 6823.3) * n + 5520.33;
  return kelvin_k >= kCoolestK ? std::min(kelvin_k, kHottestK) : kCoolestK;
}

}  // namespace petzval
