// A small picture for the encoders' tests: smooth, coloured, textured, noisy; the same every time.
#ifndef PETZVAL_ENCODE_TEST_PICTURE_H_
#define PETZVAL_ENCODE_TEST_PICTURE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "petzval/encode/encode.h"

namespace petzval {

// Sample of channel c at (x, y), 0..1.
inline double TestSample(int x, int y, int c) {
  uint32_t h = static_cast<uint32_t>(x) * 0x9e3779b1u ^ static_cast<uint32_t>(y) * 0x85ebca77u ^
               static_cast<uint32_t>(c) * 0xc2b2ae3du;
  h = (h ^ h >> 15) * 0x2c1b3c6du;
  const double noise = ((h >> 12) & 0xff) / 255.0 - 0.5;
  const double wave = std::sin(0.07 * x + c) * std::cos(0.05 * y - 0.5 * c);
  return std::clamp(0.5 + 0.4 * wave + 0.06 * noise, 0.0, 1.0);
}

inline PixelSource TestSource(int width, int height) {
  const auto fill = [width](int y, int rows, auto* rgb, ptrdiff_t stride, double scale,
                            double add) {
    for (int r = 0; r < rows; ++r) {
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < 3; ++c) {
          using T = std::remove_reference_t<decltype(*rgb)>;
          rgb[r * stride + 3 * x + c] = static_cast<T>(TestSample(x, y + r, c) * scale + add);
        }
      }
    }
    return Status{};
  };
  PixelSource source;
  source.width = width;
  source.height = height;
  source.strip8 = [=](int y, int rows, uint8_t* rgb, ptrdiff_t stride) {
    return fill(y, rows, rgb, stride, 255, 0.5);
  };
  source.strip16 = [=](int y, int rows, uint16_t* rgb, ptrdiff_t stride) {
    return fill(y, rows, rgb, stride, 65535, 0.5);
  };
  // Scene-linear: beyond 0..1 on both sides.
  source.strip32f = [=](int y, int rows, float* rgb, ptrdiff_t stride) {
    return fill(y, rows, rgb, stride, 8.0, -0.5);
  };
  return source;
}

inline PictureMetadata TestMetadata() {
  PictureMetadata m;
  m.exif = {.make = "Petz & Co",
            .model = "Model <1>",
            .lens = "Main 26mm f/1.8",
            .software = "firmware 7",
            .datetime_original = "2026:05:17 20:15:30",
            .subsec_original = "033",
            .exposure_s = 1.0 / 50,
            .f_number = 1.8,
            .iso = 400,
            .focal_length_mm = 4.38,
            .focal_length_35mm = 27};
  m.parameters = {{"look", "vivid"},
                  {"exposure", "-0.35"},
                  {"input file", "a<b>&\"c\".dng"},
                  {"input file", "second"},
                  {"1st", "d\xc3\xa9j\xc3\xa0 vu \x01\xff"}};
  return m;
}

}  // namespace petzval

#endif  // PETZVAL_ENCODE_TEST_PICTURE_H_
