// Scenes of coloured patches under known lights, for tests of white balance.
#ifndef PETZVAL_DEVELOP_AWB_TEST_SCENE_H_
#define PETZVAL_DEVELOP_AWB_TEST_SCENE_H_

#include <algorithm>
#include <cmath>
#include <functional>

#include "petzval/base/matrix.h"
#include "petzval/develop/test_frame.h"
#include "petzval/image/image.h"

namespace petzval {

inline double AngleDeg(const Vec3& a, const Vec3& b) {
  double dot = 0, aa = 0, bb = 0;
  for (int c = 0; c < 3; ++c) {
    dot += a[c] * b[c];
    aa += a[c] * a[c];
    bb += b[c] * b[c];
  }
  return std::acos(std::min(1.0, dot / std::sqrt(aa * bb))) * 180 / M_PI;
}

// Patches of 10 x 10 pixels of all greys, `color` 0 (grey) .. 1 (of any colour), with noise; the
// light of each column is `light(x / width)`, green = 1.
inline Image<float> PatchScene(int width, int height, double color,
                               const std::function<Vec3(double)>& light) {
  Image<float> picture(width, height, 3);
  TestNoise random(3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Vec3 neutral = light((x + 0.5) / width);
      TestNoise cell(1 + x / 10 + 400 * (y / 10));
      const double grey = cell.Uniform();
      for (int c = 0; c < 3; ++c) {
        const double surface = (1 - color) * grey + color * cell.Uniform();
        picture.At(x, y, c) =
            static_cast<float>(0.6 * neutral[c] * (0.02 + surface) + 0.002 * random.Normal());
      }
    }
  }
  return picture;
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AWB_TEST_SCENE_H_
