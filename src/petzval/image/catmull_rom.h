// Values and slopes between pixels: Catmull-Rom splines in x and y.
#ifndef PETZVAL_IMAGE_CATMULL_ROM_H_
#define PETZVAL_IMAGE_CATMULL_ROM_H_

#include "petzval/image/image.h"

namespace petzval {

struct CubicSample {
  double value = 0, dx = 0, dy = 0;  // slopes per pixel
};

// Weights of the four pixels around a place, `t` (0..1) behind the second of them, and their
// derivatives by t.
struct CatmullRomWeights {
  double value[4], slope[4];

  explicit CatmullRomWeights(double t)
      : value{t * (-0.5 + t * (1 - 0.5 * t)), 1 + t * t * (-2.5 + 1.5 * t),
              t * (0.5 + t * (2 - 1.5 * t)), t * t * (-0.5 + 0.5 * t)},
        slope{-0.5 + t * (2 - 1.5 * t), t * (-5 + 4.5 * t), 0.5 + t * (4 - 4.5 * t),
              t * (-1 + 1.5 * t)} {}
};

// At (x, y), pixel centres at +0.5; false where not all 16 neighbours exist.
inline bool SampleCatmullRom(ImageView<const float> image, double x, double y, CubicSample* out) {
  const double fx = x - 0.5, fy = y - 0.5;
  if (!(fx >= 1 && fy >= 1 && fx < image.width() - 2 && fy < image.height() - 2)) return false;
  const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
  const CatmullRomWeights wx(fx - ix), wy(fy - iy);
  *out = {};
  for (int j = 0; j < 4; ++j) {
    const float* row = image.row(iy - 1 + j) + ix - 1;
    double value = 0, slope = 0;
    for (int i = 0; i < 4; ++i) {
      value += wx.value[i] * row[i];
      slope += wx.slope[i] * row[i];
    }
    out->value += wy.value[j] * value;
    out->dx += wy.value[j] * slope;
    out->dy += wy.slope[j] * value;
  }
  return true;
}

}  // namespace petzval

#endif  // PETZVAL_IMAGE_CATMULL_ROM_H_
