// The pass over all pixels of a pair: everything but the coarser scales.
#ifndef PETZVAL_MEASURE_COMPARE_FULL_PASS_H_
#define PETZVAL_MEASURE_COMPARE_FULL_PASS_H_

#include <array>
#include <vector>

#include "petzval/measure/compare/flat_blocks.h"
#include "petzval/measure/compare/histogram.h"
#include "petzval/measure/compare/picture_rows.h"
#include "petzval/measure/compare/ssim_tile.h"

namespace petzval::measure {

// What a code value is.
enum class CodeValues {
  kCodes,       // those of the files, 0..1
  kOwnEncoded,  // the sRGB curve of the light in the primaries that both have
  kSrgb,        // converted to sRGB
};

struct PassInput {
  PictureRows reference, test;
  CodeValues values = CodeValues::kCodes;
  std::array<float, 3> luma{0.299f, 0.587f, 0.114f};
  double white_nits = 203, pixels_per_degree = 67;
  const Image<uint8_t>* mask = nullptr;
};

// The pair at half the size: planes luma of reference and test, then linear Rec.709 of both.
struct Level {
  Image<float> planes;
  Image<uint8_t> mask;  // empty: all
};

struct PassSums {
  double weight = 0, square[3] = {}, square_luma = 0;
  double de = 0, itp = 0, flip = 0;
  float de_max = 0, itp_max = 0;
  StructureSums structure;
  EdgeSums edge;
  FlatSums flat;
};

struct PassResult {
  PassSums sums;
  Histogram de, itp, flip;
  Level half;
};

// `de_map`, `flip_map`: of the pictures' size, or null.
PassResult RunFullPass(const PassInput& input, Image<uint16_t>* de_map, Image<uint16_t>* flip_map);

// The structure of one coarser scale; `next` (may be null) gets half its size.
StructureSums RunLevel(const Level& level, Level* next);

// One where the mask counts; without a mask everywhere inside.
void WeightRow(const Image<uint8_t>* mask, int width, int x0, int y, float* weight);
// 0 where the window of SSIM would leave a picture of this width.
void ValidRow(const float* weight, int width, int x0, float* valid);
// Half the size; counts where two of four pixels do.
Image<uint8_t> HalveMask(const Image<uint8_t>& mask);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_FULL_PASS_H_
