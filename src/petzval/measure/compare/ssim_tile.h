// The structure metrics of a tile at one scale: SSIM of luma and errors of opponents.
#ifndef PETZVAL_MEASURE_COMPARE_SSIM_TILE_H_
#define PETZVAL_MEASURE_COMPARE_SSIM_TILE_H_

#include "petzval/measure/compare/rows.h"
#include "petzval/measure/compare/stat_rows.h"

namespace petzval::measure {

struct StructureSums {
  SsimSums luma;
  OpponentSums opponent[3];

  void Add(const StructureSums& other);
};

// Takes rows from kSsimRadius above the tile to as many below, in order; after row y the windows of
// row y - kSsimRadius are complete.
class SsimTile {
 public:
  // Luma of reference and test to be filled before Push.
  float* Luma(int picture, int y) { return ring_.Row(picture, y); }
  // `light`: linear Rec.709 of both pictures.
  void Push(int y, const ConstRows3& light_reference, const ConstRows3& light_test);
  // `weight`: of the row; `weight_valid`: also 0 where the window leaves the picture; null: all 0.
  void Finish(int y, const float* weight, const float* weight_valid, StructureSums* sums);

 private:
  RowRing ring_{16, 2 * kSsimRadius + 1};  // luma, then three opponents: r, t, power, difference
  RowBlock scratch_{10};
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_SSIM_TILE_H_
