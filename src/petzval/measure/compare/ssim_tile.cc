// The structure metrics of a tile at one scale.
#include "petzval/measure/compare/ssim_tile.h"

#include "petzval/measure/compare/color_rows.h"
#include "petzval/measure/compare/flip_rows.h"

namespace petzval::measure {

void StructureSums::Add(const StructureSums& other) {
  luma.weight += other.luma.weight;
  luma.ssim += other.luma.ssim;
  luma.structure += other.luma.structure;
  for (int c = 0; c < 3; ++c) {
    opponent[c].weight += other.opponent[c].weight;
    for (int k = 0; k < 3; ++k) {
      opponent[c].first[k] += other.opponent[c].first[k];
      opponent[c].fourth[k] += other.opponent[c].fourth[k];
    }
  }
}

void SsimTile::Push(int y, const ConstRows3& light_reference, const ConstRows3& light_test) {
  const auto row = [&](int plane) { return ring_.Row(plane, y); };
  OpponentRows(light_reference, kRowColumns, {row(4), row(8), row(12)});
  OpponentRows(light_test, kRowColumns, {row(5), row(9), row(13)});
  for (int p = 0; p < 16; p += 4) {
    MomentRows(row(p), row(p + 1), kRowColumns, row(p + 2), row(p + 3));
  }
}

void SsimTile::Finish(int y, const float* weight, const float* weight_valid, StructureSums* sums) {
  const auto filter = [&](int plane, int out) {
    const float* rows[2 * kSsimRadius + 1];
    for (int k = -kSsimRadius; k <= kSsimRadius; ++k) {
      rows[kSsimRadius + k] = ring_.Row(plane, y + k);
    }
    FilterColumns(rows, SsimWindow(), kSsimRadius, kRowColumns, scratch_.Row(out));
    return scratch_.Row(out) + kHalo;
  };
  for (int p = 0; p < 16; p += 4) {
    if (p == 0 && weight_valid == nullptr) continue;
    const MeanRows means{filter(p, 0), filter(p + 1, 1), filter(p + 2, 2), filter(p + 3, 3)};
    if (p == 0) {
      AddSsimRow(means, weight_valid, kTile, &sums->luma);
    } else {
      AddOpponentRow(means, ring_.Row(p, y) + kHalo, ring_.Row(p + 1, y) + kHalo, weight, kTile,
                     &sums->opponent[p / 4 - 1]);
    }
  }
}

}  // namespace petzval::measure
