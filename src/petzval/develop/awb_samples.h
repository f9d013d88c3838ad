// A picture made ready for estimators of its light: small, without clipped or dark pixels.
#ifndef PETZVAL_DEVELOP_AWB_SAMPLES_H_
#define PETZVAL_DEVELOP_AWB_SAMPLES_H_

#include <array>
#include <cstdint>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/image/image.h"

namespace petzval {

// Logarithms of red and blue relative to green. Differences here are differences of gain, the same
// for dark and bright, warm and cold.
struct LogChroma {
  double r = 0, b = 0;
};
// `rgb` all > 0.
LogChroma LogChromaOf(const Vec3& rgb);
Vec3 RgbOf(const LogChroma& chroma);  // green = 1
double Distance(const LogChroma& a, const LogChroma& b);

struct AwbSamples {
  int width = 0, height = 0;
  Image<float> picture;  // 3 planes of camera RGB, box means, at most 256 pixels wide or high
  Image<float> edge;     // 3 planes: length of the gradient of a Gaussian of 1 pixel
  Image<float> bend;     // 3 planes: norm of its second derivatives
  Image<float> grey;     // 1 plane: grey index, 0 = varies like a grey surface; < 0: cannot tell
  // 1 where a pixel and its neighbours are neither clipped, nor dark, nor without a number.
  std::vector<uint8_t> usable;
  int count = 0;  // of usable pixels

  bool Usable(int x, int y) const { return usable[static_cast<size_t>(y) * width + x] != 0; }
};

// `picture`: 3 planes of linear camera RGB, 1 = white level, which saturate at `clip`.
AwbSamples CollectAwbSamples(const Image<float>& picture, const std::array<float, 3>& clip);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AWB_SAMPLES_H_
