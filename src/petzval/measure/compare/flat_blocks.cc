// Noise where the reference is flat.
#include "petzval/measure/compare/flat_blocks.h"

#include <algorithm>
#include <cmath>

#include "petzval/measure/compare/stat_rows.h"

namespace petzval::measure {
namespace {

constexpr int kBase = 18, kChroma = 21, kWeight = 23;
constexpr double kLargestClimb = 0.012, kLargestSd = 0.02, kDark = 0.02, kBright = 0.98;

}  // namespace

void FlatSums::Add(const FlatSums& other) {
  blocks += other.blocks;
  for (int p = 0; p < 2; ++p) {
    for (int c = 0; c < 3; ++c) variance[p][c] += other.variance[p][c];
  }
}

void FlatBand::AddRow(int y, const ConstRows3 rgb[2], const float* const luma[2],
                      const float* weight) {
  float *cb = block_.Row(kChroma), *cr = block_.Row(kChroma + 1);
  if (y == 0) {
    for (int i = 0; i < kBase; ++i) std::fill_n(block_.Row(i), kTile, 0.0f);
    std::fill_n(block_.Row(kWeight), kTile, 0.0f);
  }
  for (int p = 0; p < 2; ++p) {
    ChromaRows(rgb[p], luma[p], kTile, cb, cr);
    const float* rows[3] = {luma[p], cb, cr};
    for (int c = 0; c < 3; ++c) {
      // Sums of differences from a value of the block itself keep their digits.
      float* base = block_.Row(kBase + c);
      if (y == 0 && p == 0) {
        for (int x = 0; x < kTile; ++x) base[x] = rows[c][x / kFlatBlock * kFlatBlock];
      }
      AddBlockRow(rows[c], base, y - 3.5f, kTile, Sums(p, c));
    }
  }
  float* counted = block_.Row(kWeight);
  for (int x = 0; x < kTile; ++x) counted[x] += weight[x];
}

void FlatBand::Finish(FlatSums* sums) {
  constexpr int kPixels = kFlatBlock * kFlatBlock;
  // Sum of squares of the distances -3.5 .. 3.5 over a block.
  constexpr double kSpread = 42.0 * kFlatBlock;
  for (int x0 = 0; x0 < kTile; x0 += kFlatBlock) {
    double counted = 0;
    for (int x = x0; x < x0 + kFlatBlock; ++x) counted += block_.Row(kWeight)[x];
    if (counted < kPixels) continue;
    double variance[2][3];
    bool flat = true;
    for (int p = 0; p < 2 && flat; ++p) {
      for (int c = 0; c < 3; ++c) {
        const Rows3 s = Sums(p, c);
        double v = 0, vx = 0, vy = 0, vv = 0;
        for (int i = 0; i < kFlatBlock; ++i) {
          const double column = s[0][x0 + i];
          v += column;
          vx += column * (i - 3.5);
          vy += s[1][x0 + i];
          vv += s[2][x0 + i];
        }
        const double left = vv - v * v / kPixels - (vx * vx + vy * vy) / kSpread;
        variance[p][c] = std::max(left, 0.0) / (kPixels - 3);
        if (p == 0 && c == 0) {
          const double mean = block_.Row(kBase)[x0] + v / kPixels;
          const double climb = kFlatBlock * std::hypot(vx, vy) / kSpread;
          flat = mean >= kDark && mean <= kBright && climb <= kLargestClimb &&
                 variance[0][0] <= kLargestSd * kLargestSd;
          if (!flat) break;
        }
      }
    }
    if (!flat) continue;
    sums->blocks += 1;
    for (int p = 0; p < 2; ++p) {
      for (int c = 0; c < 3; ++c) sums->variance[p][c] += variance[p][c];
    }
  }
}

}  // namespace petzval::measure
