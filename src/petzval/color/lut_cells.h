// A cube cut into cells of 32 bytes, for codes of 8 bits: tetrahedral interpolation in whole
// numbers.
#ifndef PETZVAL_COLOR_LUT_CELLS_H_
#define PETZVAL_COLOR_LUT_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "petzval/color/lut.h"

namespace petzval {

// One cell of a cube with its eight corners in half a cache line, so that a pixel asks for one
// address. A channel is base + scale / 2^15 * sum of delta[i] * weight[i], in 64ths of a code of 8
// bits and half a code above its value, where the weights are in 255ths and corner i lies at red i
// & 1, green i >> 1 & 1, blue i >> 2. Each cell has its own scale: a steep one costs the others no
// precision.
struct alignas(32) LutCell {
  int8_t delta[3][8];
  int16_t base[3];
  int16_t scale;
};
static_assert(sizeof(LutCell) == 32);

// The cells of `cube`, red fastest; values are limited to -1..2 of full scale.
std::vector<LutCell> MakeLutCells(const Lut3d& cube);

// Cells a side up to which positions fit in 16 bits and cells in the caches.
inline constexpr int kMaxLutCells = 64;

// `count` interleaved RGB codes, 255 = the domain's maximum, through a cube of `side`^3 cells.
void LookUpCodes(const LutCell* cells, int side, const uint8_t* rgb, ptrdiff_t count, uint8_t* out);
// The same from positions along each axis of the cube, in 255ths of a cell: 0..255 side.
void LookUpPositions(const LutCell* cells, int side, const uint16_t* const position[3],
                     ptrdiff_t count, uint8_t* out);

// Finer positions, with what a rendering adds. Grain repeats every kGrainPeriod pixels of a line.
inline constexpr int kGrainPeriod = 512, kGrainSpare = 64;
inline constexpr int kTonedSteps = 4;  // in a 255th of a cell
struct TonedLine {
  const uint16_t* code[3];  // 0..255 side kTonedSteps; side <= kMaxLutCells
  // Line of kGrainPeriod + kGrainSpare values, or null: t (1 - t) grain / 2^15 is added to a code t
  // as share of its range, so that black and white have none.
  const int16_t* grain;
  int x, y;         // of the first pixel in the picture
  int grain_shift;  // column 0 of the picture lies here in the grain's line
};
// The additive recurrence R2 (Roberts 2018) in 16 bits: a pattern with little energy at low
// frequencies that is the same everywhere.
inline constexpr uint32_t kDitherX = 49471, kDitherY = 37345;
// `count` pixels to codes of 8 bits, dithered by position.
void LookUpToned(const LutCell* cells, int side, const TonedLine& line, ptrdiff_t count,
                 uint8_t* out);

}  // namespace petzval

#endif  // PETZVAL_COLOR_LUT_CELLS_H_
