// For tests of this module: small synthetic scenes in linear Rec.2020.
#ifndef PETZVAL_LOOK_TEST_SCENES_H_
#define PETZVAL_LOOK_TEST_SCENES_H_

#include <cmath>
#include <cstdint>
#include <functional>

#include "petzval/base/matrix.h"
#include "petzval/image/image.h"

namespace petzval {

// A picture whose colour at (u, v) in 0..1 is f(u, v).
inline Image<float> MakeScene(int width, int height, const std::function<Vec3(double, double)>& f) {
  Image<float> scene(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Vec3 rgb = f((x + 0.5) / width, (y + 0.5) / height);
      for (int c = 0; c < 3; ++c) scene.At(x, y, c) = static_cast<float>(rgb[c]);
    }
  }
  return scene;
}

inline Vec3 Grey(double v) { return {{v, v, v}}; }

// Numbers in 0..1 that are the same in every run.
class TestRandom {
 public:
  double Next() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<double>(state_ >> 40) / (1 << 24);
  }

 private:
  uint64_t state_ = 7;
};

// Texture between 0.5 and 2, log-uniform, fixed per place.
inline double Texture(double u, double v) {
  return std::exp2(0.6 * std::sin(u * 71 + 3 * std::sin(v * 13)) +
                   0.4 * std::sin(v * 53 + 2 * std::sin(u * 29)));
}

}  // namespace petzval

#endif  // PETZVAL_LOOK_TEST_SCENES_H_
