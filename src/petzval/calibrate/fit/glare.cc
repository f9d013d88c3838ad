// Uniform veiling glare of a chart shot, from its neutrals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/color_fit.h"

namespace petzval::calibrate {
namespace {

// What each grey would give without glare, up to a factor: its luminance, or better.
using Expected = std::vector<Vec3>;

// q = a y + b for each channel; weights 1 / y make errors of dark greys count as much in relation.
Result<Glare> FitLines(const TrainingSet& set, const std::vector<int>& greys,
                       const Expected& expected) {
  Glare glare;
  for (int c = 0; c < 3; ++c) {
    double s = 0, sy = 0, syy = 0, sq = 0, syq = 0;
    for (size_t k = 0; k < greys.size(); ++k) {
      const double y = expected[k][c], q = set.rgb[greys[k]][c], w = 1 / y;
      s += w;
      sy += w * y;
      syy += w * y * y;
      sq += w * q;
      syq += w * y * q;
    }
    const double determinant = s * syy - sy * sy;
    if (!(determinant > 1e-12 * s * syy)) {
      return Fail(ErrorCode::kInvalidInput, "the grey patches are all of one lightness");
    }
    const double a = (s * syq - sy * sq) / determinant;
    const double b = (syy * sq - sy * syq) / determinant;
    if (!(a > 0) || !std::isfinite(b)) {
      return Fail(ErrorCode::kInvalidInput,
                  "the grey patches do not get brighter as the chart says");
    }
    glare.offset[c] = b;
    for (size_t k = 0; k < greys.size(); ++k) {
      const double line = a * expected[k][c] + b, q = set.rgb[greys[k]][c];
      glare.residual = std::max(glare.residual, std::fabs(q - line) / std::max(line, 1e-6));
    }
  }
  return glare;
}

// No grey of a chart is grey altogether, so that channels do not follow Y: a matrix fitted to what
// is left without glare says what they should be. Empty when the patches determine no matrix.
Expected ThroughMatrix(const TrainingSet& set, const std::vector<int>& greys, const Glare& glare) {
  constexpr size_t kEnoughPatches = 12;
  if (set.rgb.size() < kEnoughPatches) return {};
  const auto fit = FitLeastSquares(ColorFitKind::kMatrix, RemoveGlare(set, glare), 0);
  if (!fit || !(std::fabs(Determinant(fit->AsMatrix())) > 1e-6)) return {};
  const Mat3 rgb_from_xyz = Inverse(fit->AsMatrix());
  Expected expected;
  for (int i : greys) {
    expected.push_back(rgb_from_xyz * set.xyz[i]);
    for (double v : expected.back().v) {
      if (!(v > 0)) return {};
    }
  }
  return expected;
}

}  // namespace

Result<Glare> EstimateGlare(const TrainingSet& set) {
  std::vector<int> greys;
  Expected luminance;
  for (int i : set.greys) {
    if (i < 0 || static_cast<size_t>(i) >= std::min(set.rgb.size(), set.xyz.size())) continue;
    const double y = set.xyz[i][1];
    if (!(y > 0)) continue;
    greys.push_back(i);
    luminance.push_back({{y, y, y}});
  }
  if (greys.size() < 3) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("{} grey patches are too few to tell glare (at least 3)", greys.size()));
  }
  PETZVAL_ASSIGN(Glare glare, FitLines(set, greys, luminance));
  // The second round changes offsets by 1e-4 at most.
  for (int round = 0; round < 2; ++round) {
    const Expected expected = ThroughMatrix(set, greys, glare);
    if (expected.empty()) break;
    const auto refined = FitLines(set, greys, expected);
    if (!refined) break;
    glare = *refined;
  }
  return glare;
}

Status CheckGlare(const Glare& glare, double max_offset, double max_residual) {
  const double most = *std::max_element(glare.offset.v.begin(), glare.offset.v.end());
  if (!(most <= max_offset)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{:.1f} % of white is glare ({:g} % at most): shade the lens or turn "
                            "the chart",
                            100 * most, 100 * max_offset));
  }
  if (!(glare.residual <= max_residual)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a grey patch lies {:.1f} % off the line of all ({:g} % at most): the "
                            "light is uneven or a patch is in a reflection",
                            100 * glare.residual, 100 * max_residual));
  }
  return {};
}

TrainingSet RemoveGlare(const TrainingSet& set, const Glare& glare) {
  TrainingSet clean = set;
  for (Vec3& q : clean.rgb) {
    for (int c = 0; c < 3; ++c) q[c] = (q[c] - glare.offset[c]) / (1 - glare.offset[c]);
  }
  return clean;
}

}  // namespace petzval::calibrate
