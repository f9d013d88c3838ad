// For tests and benches: frames made of plain numbers.
#ifndef PETZVAL_DEVELOP_TEST_FRAME_H_
#define PETZVAL_DEVELOP_TEST_FRAME_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// A small generator of normal deviates (Box-Muller on a multiplicative generator): same seed, same
// numbers on every machine.
class TestNoise {
 public:
  explicit TestNoise(uint64_t seed) : state_(seed * 2 + 1) {}
  double Uniform() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (static_cast<double>((state_ * 2685821657736338717u) >> 11) + 0.5) / 9007199254740992.0;
  }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(6.283185307179586 * Uniform());
  }

 private:
  uint64_t state_;
};

inline Cfa BayerCfa(int red_x, int red_y) {
  Cfa cfa;
  cfa.size = 2;
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 2; ++x) {
      const int sum = ((x + red_x) & 1) + ((y + red_y) & 1);
      cfa.color[y * 2 + x] = static_cast<CfaColor>(sum);
    }
  }
  return cfa;
}

// A colour model in which camera RGB is linear Rec.709 under D65 with the given neutral.
inline DngColor TestColor(const Vec3& neutral) {
  DngColor color;
  DngColor::Calibration c;
  c.illuminant = 21;
  const Mat3 rgb_from_xyz{{{{3.240969941905, -1.53738317757, -0.498610760293},
                            {-0.969243636281, 1.875967501508, 0.041555057407},
                            {0.055630079697, -0.203976958889, 1.056971514243}}}};
  c.camera_from_xyz = Mat3::Diagonal(neutral) * rgb_from_xyz;
  color.calibration.push_back(c);
  color.as_shot_neutral = neutral;
  return color;
}

// A frame whose pixel (x, y) of colour c (0 red, 1 green, 2 blue) has signal(x, y, c), 1 = white,
// plus the noise of `noise`. `cfa.size` 0: LinearRaw.
inline RawFrame TestFrame(int width, int height, const Cfa& cfa, const Vec3& neutral,
                          const NoiseLine& noise, uint64_t seed,
                          const std::function<double(int, int, int)>& signal) {
  RawFrame f;
  const int planes = cfa.size == 0 ? 3 : 1;
  f.mosaic = Image<uint16_t>(width, height, planes);
  f.cfa = cfa;
  f.black_dn.fill(1024);
  f.white_dn.fill(16383);
  f.default_crop = {0, 0, width, height};
  f.color = TestColor(neutral);
  f.noise.plane.fill(noise.o > 0 ? noise : NoiseLine{1e-8, 1e-10});
  f.noise_from_file = true;
  TestNoise random(seed);
  for (int p = 0; p < planes; ++p) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int c = planes == 3 ? p : std::min(2, static_cast<int>(cfa.At(x, y)) % 3);
        double v = signal(x, y, cfa.size == 1 ? 1 : c);
        if (noise.o > 0) v += noise.Sigma(v) * random.Normal();
        f.mosaic.At(x, y, p) =
            static_cast<uint16_t>(std::clamp(std::lround(1024 + v * 15359), 0l, 16383l));
      }
    }
  }
  return f;
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_TEST_FRAME_H_
