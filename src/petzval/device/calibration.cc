// Names of light classes; noise and matrices between what was measured.
#include "petzval/device/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/device/convex_hull.h"

namespace petzval {
namespace {

constexpr const char* kClassNames[kLightClassCount] = {"thermal", "halophosphate", "triphosphor",
                                                       "led",     "rgb-led",       "discharge"};

// Along the logarithm of the ISO, of the value as well where both are positive.
double Between(double a, double b, double t) {
  return a > 0 && b > 0 ? a * std::pow(b / a, t) : a + t * (b - a);
}

}  // namespace

const char* LightClassName(LightClass light_class) {
  return kClassNames[static_cast<int>(light_class)];
}

Result<LightClass> FindLightClass(const std::string& name) {
  const std::vector<std::string> names(std::begin(kClassNames), std::end(kClassNames));
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("no class of lights '{}', did you mean '{}'?",
                                                      name, NearestName(name, names)));
  }
  return static_cast<LightClass>(found - names.begin());
}

NoiseModel NoiseCalibration::At(double iso) const {
  if (entries.empty()) return {};
  if (!(iso > 0)) iso = entries.front().iso;
  const auto above = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.iso >= iso; });
  const auto scaled = [&](const Entry& entry) {
    NoiseModel noise = entry.noise;
    for (NoiseLine& line : noise.plane) line = line.AfterGain(iso / entry.iso);
    return noise;
  };
  if (above == entries.begin()) return scaled(entries.front());
  if (above == entries.end()) return scaled(entries.back());
  const Entry &low = *(above - 1), &high = *above;
  const double t = std::log(iso / low.iso) / std::log(high.iso / low.iso);
  NoiseModel noise;
  for (int c = 0; c < 3; ++c) {
    noise.plane[c] = {Between(low.noise.plane[c].s, high.noise.plane[c].s, t),
                      Between(low.noise.plane[c].o, high.noise.plane[c].o, t)};
  }
  return noise;
}

namespace {

// {1, a, b, aa, ab, bb} of a white, which is kept inside the hull.
std::array<double, 6> Factors(const MatrixByWhite& by_white, const Vec3& neutral) {
  Point2 p = {std::log(neutral[0] / neutral[1]), std::log(neutral[2] / neutral[1])};
  const HullEdges edges = EdgesOfHull(by_white.hull);
  if (const double gauge = edges.Gauge(p); gauge > 1) {
    for (int i = 0; i < 2; ++i) p[i] = edges.middle[i] + (p[i] - edges.middle[i]) / gauge;
  }
  const double a = p[0], b = p[1];
  return {1, a, b, a * a, a * b, b * b};
}

}  // namespace

Mat3 MatrixByWhite::At(const Vec3& neutral) const {
  const std::array<double, 6> factor = Factors(*this, neutral);
  Mat3 m;
  for (int k = 0; k < 6; ++k) m = m + factor[k] * term[k];
  return KeepWhite(ColorFit::FromMatrix(m)).AsMatrix();
}

ColorFit MatrixByWhite::FitAt(const Vec3& neutral) const {
  if (fit_kind == ColorFitKind::kMatrix) return ColorFit::FromMatrix(At(neutral));
  const std::array<double, 6> factor = Factors(*this, neutral);
  ColorFit fit{fit_kind, std::vector<Vec3>(ColorTermCount(fit_kind))};
  for (int k = 0; k < 6; ++k) {
    for (size_t t = 0; t < fit.coefficient.size(); ++t) {
      for (int i = 0; i < 3; ++i) fit.coefficient[t][i] += factor[k] * fit_term[k][t][i];
    }
  }
  return KeepWhite(std::move(fit));
}

}  // namespace petzval
