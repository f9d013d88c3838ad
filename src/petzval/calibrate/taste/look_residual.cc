// What the parameters of a look cannot say, as a table behind them.
#include "petzval/calibrate/taste/look_residual.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "petzval/calibrate/fit/pair_fit.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

constexpr int kCurveEntries = 1024;
constexpr double kClippedCode = 0.998;

}  // namespace

Vec3 Residual::Apply(const Vec3& shown) const {
  Vec3 code;
  for (int c = 0; c < 3; ++c) code[c] = EncodeSrgb(std::clamp(shown[c], 0.0, 1.0));
  code = lut.Apply(code);
  for (int c = 0; c < 3; ++c) code[c] = DecodeSrgb(code[c]);
  return code;
}

Result<Residual> FitResidual(std::span<const ResidualScene> scenes, int cube_size) {
  if (cube_size < 2 || cube_size > 33) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a residual table has 2 to 33 entries a side, not {}", cube_size));
  }
  std::vector<PairScene> pairs;
  for (const ResidualScene& scene : scenes) {
    PairScene pair;
    pair.name = scene.name;
    size_t clipped = 0;
    for (size_t i = 0; i < scene.shown.size(); ++i) {
      PixelPair pixel;
      bool white = true;
      for (int c = 0; c < 3; ++c) {
        pixel.before[c] = std::max(0.0, scene.shown[i][c]);
        pixel.after[c] = std::clamp(EncodeSrgb(scene.after[i][c]), 0.0, 1.0);
        white = white && pixel.after[c] > kClippedCode;
      }
      if (white) {
        ++clipped;
      } else {
        pair.pairs.push_back(pixel);
      }
    }
    pair.clipped_share =
        static_cast<double>(clipped) / std::max<double>(1, static_cast<double>(scene.shown.size()));
    pairs.push_back(std::move(pair));
  }
  PairFitParams params;
  params.cube_size = cube_size;
  PETZVAL_ASSIGN(PairFit fit, FitPairs(pairs, params));
  Residual residual;
  residual.warnings = std::move(fit.warnings);
  residual.lut.title = "petzval look residual";
  Lut1d curve;
  for (auto& values : curve.value) {
    for (int i = 0; i < kCurveEntries; ++i) {
      values.push_back(static_cast<float>(fit.curve.Apply(DecodeSrgb(i / (kCurveEntries - 1.0)))));
    }
  }
  residual.lut.curve = std::move(curve);
  residual.lut.cube = std::move(fit.cube);
  return residual;
}

}  // namespace petzval::calibrate
