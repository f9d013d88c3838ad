// Where the points of the reference lie in another frame of the burst.
#ifndef PETZVAL_BURST_MOTION_H_
#define PETZVAL_BURST_MOTION_H_

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval::burst {

struct Shift {
  double x = 0, y = 0;
};

// Affine, linear in its parameters: a point q of the reference moves by
// t + [scale + stretch, skew - turn; skew + turn, scale - stretch] (q - c), c = centre of the
// picture. Unit of t: the pixels of q. Stretch and skew come from a rolling shutter and from
// perspective; rest is a similarity.
struct GlobalMotion {
  double tx = 0, ty = 0;
  double turn = 0, scale = 0;  // sine of the rotation, magnification - 1
  double stretch = 0, skew = 0;
  double cx = 0, cy = 0;

  Shift At(double x, double y) const {
    const double px = x - cx, py = y - cy;
    return {tx + (scale + stretch) * px + (skew - turn) * py,
            ty + (skew + turn) * px + (scale - stretch) * py};
  }
};

// Global motion plus a smooth field of deviations, one per tile. All in pixels of guide level 0,
// pixel centres at integers: tile (i, j) has its centre at first + i * pitch.
struct MotionField {
  GlobalMotion global;
  int cols = 0, rows = 0;  // 0: no field, the global motion is all there is
  double first_x = 0, first_y = 0, pitch = 16;
  std::vector<Shift> deviation;  // row major

  // Deviation at a point, bilinear between tile centres, constant outside.
  Shift DeviationAt(double x, double y) const {
    if (cols == 0 || rows == 0) return {};
    const double fx = std::clamp((x - first_x) / pitch, 0.0, cols - 1.0);
    const double fy = std::clamp((y - first_y) / pitch, 0.0, rows - 1.0);
    const int ix = std::min(static_cast<int>(fx), std::max(0, cols - 2));
    const int iy = std::min(static_cast<int>(fy), std::max(0, rows - 2));
    const double ax = fx - ix, ay = fy - iy;
    const int right = cols > 1 ? 1 : 0, below = rows > 1 ? cols : 0;
    const Shift* p = &deviation[static_cast<size_t>(iy) * cols + ix];
    const auto mix = [&](double Shift::*v) {
      return (1 - ay) * ((1 - ax) * p[0].*v + ax * p[right].*v) +
             ay * ((1 - ax) * p[below].*v + ax * p[below + right].*v);
    };
    return {mix(&Shift::x), mix(&Shift::y)};
  }
  Shift At(double x, double y) const {
    const Shift g = global.At(x, y), d = DeviationAt(x, y);
    return {g.x + d.x, g.y + d.y};
  }
};

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MOTION_H_
