// Pairs of small areas from two registered pictures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/calibrate/fit/pair_fit.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

constexpr size_t kFewestPairs = 64;
constexpr float kClippedAbove = 0.995f, kClippedBelow = 0.002f;
constexpr double kClippedPixels = 0.05;  // share of an area that makes it count as clipped

enum class Area { kUsable, kClipped, kBusy };

// Means over a square, of light: averaging encoded values would not commute with the rendering.
Area Measure(const Image<float>& before, const Image<float>& after, int x0, int y0, int side,
             double max_contrast, PixelPair* pair) {
  double sum[3] = {}, light[3] = {}, luma = 0, luma2 = 0;
  int clipped = 0;
  for (int y = y0; y < y0 + side; ++y) {
    for (int x = x0; x < x0 + side; ++x) {
      double value = 0;
      bool high = false, low = true;
      for (int c = 0; c < 3; ++c) {
        const float b = before.At(x, y, c), a = after.At(x, y, c);
        if (!std::isfinite(b) || !std::isfinite(a)) return Area::kBusy;
        sum[c] += b;
        value += b / 3;
        high |= a >= kClippedAbove;
        low &= a <= kClippedBelow;
        light[c] += DecodeSrgb(a);
      }
      clipped += high || low;
      luma += value;
      luma2 += value * value;
    }
  }
  const double n = static_cast<double>(side) * side;
  if (clipped > kClippedPixels * n) return Area::kClipped;
  const double mean = luma / n, variance = std::max(luma2 / n - mean * mean, 0.0);
  if (!(mean > 0) || std::sqrt(variance) > max_contrast * mean) return Area::kBusy;
  for (int c = 0; c < 3; ++c) {
    pair->before[c] = sum[c] / n;
    pair->after[c] = EncodeSrgb(light[c] / n);
  }
  return Area::kUsable;
}

}  // namespace

Result<PairScene> SamplePairs(const std::string& name, const Image<float>& before,
                              const Image<float>& after, const PairSampling& sampling) {
  const auto wrong = [](std::string what) {
    return Fail(ErrorCode::kInvalidInput, std::move(what));
  };
  if (before.planes() < 3 || after.planes() < 3) return wrong("a picture is not in colour");
  if (before.width() != after.width() || before.height() != after.height()) {
    return wrong(fmt::format("the pictures are of two sizes, {} x {} and {} x {}", before.width(),
                             before.height(), after.width(), after.height()));
  }
  const int side = std::clamp(sampling.block_px, 1, 256);
  const int columns = before.width() / side, rows = before.height() / side;
  const int64_t areas = static_cast<int64_t>(columns) * rows;
  // Every step-th area of each row, moved on from row to row.
  const int64_t wanted = std::max(sampling.max_pairs, 1);
  const int step = static_cast<int>(std::max<int64_t>(1, (areas + wanted - 1) / wanted));
  PairScene scene;
  scene.name = name;
  int64_t looked = 0, clipped = 0, busy = 0;
  for (int row = 0; row < rows; ++row) {
    for (int column = row % step; column < columns; column += step) {
      PixelPair pair;
      ++looked;
      switch (
          Measure(before, after, column * side, row * side, side, sampling.max_contrast, &pair)) {
        case Area::kClipped:
          ++clipped;
          break;
        case Area::kBusy:
          ++busy;
          break;
        case Area::kUsable:
          scene.pairs.push_back(pair);
          break;
      }
    }
  }
  if (looked > 0) {
    scene.clipped_share = static_cast<double>(clipped) / looked;
    scene.busy_share = static_cast<double>(busy) / looked;
  }
  if (scene.pairs.size() < kFewestPairs) {
    return wrong(
        fmt::format("{} areas of {} can be compared, {} are needed ({} clipped, {} too "
                    "busy)",
                    scene.pairs.size(), looked, kFewestPairs, clipped, busy));
  }
  return scene;
}

}  // namespace petzval::calibrate
