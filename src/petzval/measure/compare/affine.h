// An affine motion in the picture plane, and a pyramid to follow it coarse to fine.
#ifndef PETZVAL_MEASURE_COMPARE_AFFINE_H_
#define PETZVAL_MEASURE_COMPARE_AFFINE_H_

#include <array>
#include <optional>
#include <vector>

#include "petzval/image/image.h"

namespace petzval::measure {

// x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5]; pixel centres at +0.5.
using Affine = std::array<double, 6>;

struct Point {
  double x, y;
};
inline Point Apply(const Affine& m, double x, double y) {
  return {m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]};
}

// `picture` and its halves (means of 2 x 2) down to a longer side of at most `smallest`, each
// smoothed by a binomial filter of 5 x 5.
struct Pyramid {
  std::vector<Image<float>> levels;  // level l: 2^-l of the size
};
Pyramid MakePyramid(const Image<float>& picture, int smallest);

// The motion between level `lr` of one pyramid and `lt` of the other, and back.
Affine AtLevels(const Affine& m, int lr, int lt);
Affine FromLevels(const Affine& m, int lr, int lt);

// Refines `m` by at most `steps` steps of Gauss-Newton. False when the pictures hardly overlap or
// show nothing to hold on to.
bool RefineAffine(const Image<float>& reference, const Image<float>& test, int steps, Affine* m);

// Slopes of the picture at `m` of (x, y), along x and y themselves; none where it has too few
// neighbours.
std::optional<Point> SlopeAt(const Image<float>& picture, const Affine& m, double x, double y);

// Correlation of the gradients of reference and test at `m` over their overlap, -1..1 (0 of
// nothing), and the share of the reference that the test picture covers.
struct Agreement {
  double correlation = 0, overlap = 0;
};
Agreement MeasureAgreement(const Image<float>& reference, const Image<float>& test,
                           const Affine& m);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_AFFINE_H_
