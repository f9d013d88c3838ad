// Robust least squares of the global motion over tiles.
#ifndef PETZVAL_BURST_GLOBAL_FIT_H_
#define PETZVAL_BURST_GLOBAL_FIT_H_

#include <array>

#include "petzval/burst/motion.h"
#include "petzval/device/noise_model.h"
#include "petzval/image/image.h"

namespace petzval::burst {

// Sums up 2-vector equations H u = r, each of which holds at a point, for the six parameters of
// the global motion, and solves for them.
class MotionSolver {
 public:
  // `half` (half a diagonal, > 0) conditions the system.
  MotionSolver(double cx, double cy, double half) : cx_(cx), cy_(cy), half_(half) {}
  void Add(double x, double y, double hxx, double hxy, double hyy, double rx, double ry,
           double weight);
  // Change of the motion; false when the equations do not determine it. Without `affine` stretch
  // and skew stay as they are.
  bool Solve(bool affine, GlobalMotion* change) const;

 private:
  double cx_, cy_, half_;
  std::array<std::array<double, 6>, 6> a_{};
  std::array<double, 6> b_{};
};

// Gauss-Newton of `motion` (pixels of this level) over all tiles; tiles that do not fit (moving
// objects) lose their weight. Returns how badly the tiles fit on average before the last step, each
// against its noise and texture and limited; large when there is nothing to compare.
// `affine`: stretch and skew are fitted too.
double FitGlobal(ImageView<const int16_t> reference, ImageView<const int16_t> frame, float gain,
                 const NoiseLine& noise, int level, int iterations, bool affine,
                 GlobalMotion* motion);

// Variance of the difference of two guide pixels of a pyramid level at signal x.
inline double LevelVariance(const NoiseLine& noise, int level, double x) {
  return noise.Variance(x) / static_cast<double>(int64_t{1} << (2 * level));
}

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_GLOBAL_FIT_H_
