// Sends noise of known variance through the demosaic and measures what comes out.
#include "petzval/develop/noise_probe.h"

#include <cassert>
#include <cmath>
#include <cstdint>

#include "demosaic_linear.h"
#include "petzval/image/image.h"

namespace petzval {
namespace {

constexpr int kWidth = 160, kHeight = 128, kBorder = 32;
constexpr int kOutWidth = kWidth - 2 * kBorder, kOutHeight = kHeight - 2 * kBorder;

// Sum of four uniform numbers, scaled to variance 1: close enough to normal for second moments.
class Noise {
 public:
  float Next() {
    float sum = 0;
    for (int i = 0; i < 4; ++i) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      sum += static_cast<float>(state_ >> 40) * (1.0f / 16777216.0f);
    }
    return (sum - 2) * 1.7320508f;
  }

 private:
  uint64_t state_ = 0x9e3779b97f4a7c15u;
};

}  // namespace

std::array<float, 3> DemosaicedVariance(const std::array<float, 3>& variance, bool bayer) {
  Noise noise;
  Image<float> rgb(kOutWidth, kOutHeight, 3);
  // A level far above the noise: what matters is that the demosaic sees a flat field.
  const float level = 100 * std::sqrt(variance[0] + variance[1] + variance[2]);
  if (bayer) {
    Image<float> mosaic(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        mosaic.At(x, y) = level + std::sqrt(variance[(x & 1) + (y & 1)]) * noise.Next();
      }
    }
    auto in = ToHalide(mosaic.view());
    in.set_min(-kBorder, -kBorder);
    auto out = ToHalide(rgb);
    [[maybe_unused]] const int error = demosaic_linear(in, out);
    assert(error == 0);
  } else {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < kOutHeight; ++y) {
        for (int x = 0; x < kOutWidth; ++x) {
          rgb.At(x, y, c) = level + std::sqrt(variance[c]) * noise.Next();
        }
      }
    }
  }

  Image<float> ycc(kOutWidth, kOutHeight, 3);
  for (int y = 0; y < kOutHeight; ++y) {
    for (int x = 0; x < kOutWidth; ++x) {
      const float r = rgb.At(x, y, 0), g = rgb.At(x, y, 1), b = rgb.At(x, y, 2);
      ycc.At(x, y, 0) = 0.25f * (r + 2 * g + b);
      ycc.At(x, y, 1) = r - g;
      ycc.At(x, y, 2) = b - g;
    }
  }
  const float share = bayer ? 1.0f : 0.25f;  // the half-size picture picks sites or averages four
  const float green = share * variance[1] * (bayer ? 0.5f : 1.0f);
  const float half[3] = {(share * variance[0] + 4 * green + share * variance[2]) / 16,
                         share * variance[0] + green, share * variance[2] + green};
  constexpr float kBinomial[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};
  std::array<float, 3> result{};
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    for (int y = 2; y < kOutHeight - 2; ++y) {
      for (int x = 2; x < kOutWidth - 2; ++x) {
        double blur = 0;  // a flat field has no chroma
        for (int j = -2; c == 0 && j <= 2; ++j) {
          for (int i = -2; i <= 2; ++i) {
            blur += kBinomial[j + 2] * kBinomial[i + 2] * ycc.At(x + i, y + j, c);
          }
        }
        sum += (ycc.At(x, y, c) - blur) * (ycc.At(x, y, c) - blur);
      }
    }
    const double mean = sum / ((kOutWidth - 4) * (kOutHeight - 4));
    result[c] = static_cast<float>(mean / std::max(1e-30f, half[c]));
  }
  return result;
}

}  // namespace petzval
