// Planes of floats through a cube and curves: the inner loops.
#ifndef PETZVAL_COLOR_LUT_FLOATS_H_
#define PETZVAL_COLOR_LUT_FLOATS_H_

#include <cstddef>
#include <cstdint>

namespace petzval {

// A cube of floats: size^3 entries of 4, the last unused.
struct FloatCube {
  const float* entry = nullptr;
  int size = 0;
  float low[3], scale[3];  // position = (value - low) * scale, in entries
};
// Planes of `count` floats through the cube; may be in place.
void LookUpFloats(const FloatCube& cube, const float* const in[3], ptrdiff_t count,
                  float* const out[3]);
// A curve of `size` entries: position = (value - low) * scale.
void LookUpCurve(const float* curve, int size, float low, float scale, const float* in,
                 ptrdiff_t count, float* out);

// Interleaved 16-bit codes to planes of 0..1, and back (clipped, rounded).
void CodesToFloats(const uint16_t* rgb, ptrdiff_t count, float* const out[3]);
void FloatsToCodes(const float* const in[3], ptrdiff_t count, uint16_t* rgb);

}  // namespace petzval

#endif  // PETZVAL_COLOR_LUT_FLOATS_H_
