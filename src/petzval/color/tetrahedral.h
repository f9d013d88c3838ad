// Pictures through a colour table: tetrahedral interpolation at the speed of memory.
#ifndef PETZVAL_COLOR_TETRAHEDRAL_H_
#define PETZVAL_COLOR_TETRAHEDRAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "petzval/color/lut.h"

namespace petzval {

// A table made ready for pictures: a curve for each channel and a cube, either may be absent.
// Rows run in parallel (base/parallel.h); the result does not depend on the number of threads nor
// on how the picture is cut. In place (out == in) is allowed. Strides count elements.
class TetrahedralLut {
 public:
  explicit TetrahedralLut(const ColorLut& lut);
  TetrahedralLut(TetrahedralLut&&) noexcept;
  TetrahedralLut& operator=(TetrahedralLut&&) noexcept;
  ~TetrahedralLut();

  // Interleaved RGB, full scale = 1. 8 bits: whole numbers throughout, the same bytes on every
  // machine; within 0.56 codes of the exact value, more where the corners of one cell differ by
  // more than a tenth of full scale (1/508 of that). 16 bits: within 1 code.
  void Apply(const uint8_t* in, ptrdiff_t in_stride, int width, int height, uint8_t* out,
             ptrdiff_t out_stride) const;
  void Apply(const uint16_t* in, ptrdiff_t in_stride, int width, int height, uint16_t* out,
             ptrdiff_t out_stride) const;
  // Three planes. Within 1e-6 of Lut3d::Apply times the largest entry; not clamped but to the
  // domain; NaN counts as the domain's minimum.
  void Apply(const float* const in[3], ptrdiff_t in_stride, int width, int height,
             float* const out[3], ptrdiff_t out_stride) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace petzval

#endif  // PETZVAL_COLOR_TETRAHEDRAL_H_
