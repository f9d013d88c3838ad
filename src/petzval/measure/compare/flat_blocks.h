// Noise where the reference is flat: what a plane leaves of 8 x 8 blocks.
#ifndef PETZVAL_MEASURE_COMPARE_FLAT_BLOCKS_H_
#define PETZVAL_MEASURE_COMPARE_FLAT_BLOCKS_H_

#include "petzval/measure/compare/rows.h"

namespace petzval::measure {

struct FlatSums {
  double blocks = 0;
  double variance[2][3] = {};  // of reference and test: luma, Cb, Cr; summed over the blocks

  void Add(const FlatSums& other);
};

inline constexpr int kFlatBlock = 8;

// Blocks of a band of 8 rows of a tile.
class FlatBand {
 public:
  // Row `y` (0..7) of the band; values and luma of both pictures from the tile's first column, and
  // the weights.
  void AddRow(int y, const ConstRows3 rgb[2], const float* const luma[2], const float* weight);
  // After the 8th row: a block counts if all its pixels do, its mean luma is in 0.02..0.98, and in
  // the reference luma climbs by at most 0.012 across it and departs from a plane by at most 0.02.
  void Finish(FlatSums* sums);

 private:
  Rows3 Sums(int picture, int channel) { return block_.Three(3 * (3 * picture + channel)); }

  RowBlock block_{18 + 3 + 2 + 1};  // sums, bases, chroma, weights
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_FLAT_BLOCKS_H_
