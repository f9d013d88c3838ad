// Rows of camera RGB through root polynomials.
#ifndef PETZVAL_DEVELOP_COLOR_TRANSFORM_KERNELS_H_
#define PETZVAL_DEVELOP_COLOR_TRANSFORM_KERNELS_H_

#include <array>
#include <vector>

#include "petzval/color/root_polynomial.h"

namespace petzval {

// Everything that a pixel's colour depends on, ready for vectors.
struct ColorKernel {
  ColorFitKind kind = ColorFitKind::kMatrix;
  // matrix[3 * out + in]; what the fit has more than that, by output and term.
  std::array<float, 9> matrix{};
  std::array<std::array<float, kMaxColorTerms>, 3> more{};
  // Variance of a channel: slope * x + offset. At full[c] and above, channel c is strong enough
  // for the whole fit.
  std::array<float, 3> slope{}, offset{}, full{};
  // Forms e with e . rgb / (r + g + b) = the gauge of the hull at a colour: 1 on its border.
  std::vector<std::array<float, 3>> edges;
  // Colours of (max - min) / (r + g + b) below this are inside for certain.
  float inside = 0;
};

// Signal-to-noise ratios of a pixel's weakest channel between which a fit fades in, and places in
// units of the hull between which it fades out.
inline constexpr float kSnrNone = 2, kSnrFull = 6;
inline constexpr float kHullFull = 1.1f, kHullNone = 1.2f;
// Share of what the matrix gives a primary that the fit may take off: next to the border of the
// gamut fits overshoot, and a red lamp would turn black or violet.
inline constexpr float kMostLoss = 0.5f;

// `count` pixels in place.
void TransformRow(const ColorKernel& kernel, float* red, float* green, float* blue, int count);
// The same by a plain matrix m[3 * out + in].
void MatrixRowInPlace(const std::array<float, 9>& m, float* red, float* green, float* blue,
                      int count);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_COLOR_TRANSFORM_KERNELS_H_
