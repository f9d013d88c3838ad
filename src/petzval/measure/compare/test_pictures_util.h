// For tests: small pictures, and their degraded twins.
#ifndef PETZVAL_MEASURE_COMPARE_TEST_PICTURES_UTIL_H_
#define PETZVAL_MEASURE_COMPARE_TEST_PICTURES_UTIL_H_

#include <algorithm>
#include <cmath>
#include <cstdio>
// jpeglib.h needs FILE.
#include <jpeglib.h>

#include <string>
#include <vector>

#include "petzval/base/random.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/image/picture.h"
#include "petzval/image/png.h"

namespace petzval::measure {

inline Mat3 XyzD50From(const RgbSpace& space) {
  return BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(space);
}

inline std::vector<float> SrgbCurve() {
  std::vector<float> curve(1025);
  for (int i = 0; i <= 1024; ++i) curve[i] = static_cast<float>(DecodeSrgb(i / 1024.0));
  return curve;
}

inline Picture EmptyPicture(int width, int height) {
  Picture p;
  p.path = "picture";
  p.code = Image<uint16_t>(width, height, 3);
  p.space = "sRGB";
  p.xyz_d50_from_linear = XyzD50From(kRec709);
  for (auto& c : p.curve) {
    for (int i = 0; i < 256; ++i) c.push_back(static_cast<float>(DecodeSrgb(i / 255.0)));
  }
  return p;
}

// Edges, slopes, colours and a little noise.
inline Picture Scene(int width, int height, uint64_t seed = 1) {
  Picture p = EmptyPicture(width, height);
  for (int y = 0; y < height; ++y) {
    Random random(seed, y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double wave = 50 * std::sin(0.11 * x * (1 + 0.2 * c)) * std::cos(0.07 * y);
        const double box = ((x / 19 + y / 23) % 3 == c) ? 60 : 0;
        const double disc = std::hypot(x - width * 0.6, y - height * 0.4) < height * 0.2 ? 50 : 0;
        const double v = 70 + wave + box + disc + random.Uniform(-2, 2);
        p.code.At(x, y, c) = static_cast<uint16_t>(std::lround(std::clamp(v, 0.0, 255.0)));
      }
    }
  }
  return p;
}

inline Picture ClonePicture(const Picture& p) {
  Picture q;
  q.path = p.path;
  q.max_code = p.max_code;
  if (!p.code.empty()) q.code = p.code.Clone();
  if (!p.value.empty()) q.value = p.value.Clone();
  q.curve = p.curve;
  q.xyz_d50_from_linear = p.xyz_d50_from_linear;
  q.space = p.space;
  return q;
}

inline Picture WithNoise(const Picture& p, double sd, uint64_t seed = 9) {
  Picture q = ClonePicture(p);
  for (int y = 0; y < p.height(); ++y) {
    Random random(seed, y);
    for (int x = 0; x < p.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const double v = p.code.At(x, y, c) + sd * random.Normals().a;
        q.code.At(x, y, c) = static_cast<uint16_t>(std::lround(std::clamp(v, 0.0, 255.0)));
      }
    }
  }
  return q;
}

// Box blur of 2 radius + 1 in code values.
inline Picture Blurred(const Picture& p, int radius) {
  Picture q = ClonePicture(p);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < p.height(); ++y) {
      for (int x = 0; x < p.width(); ++x) {
        double sum = 0;
        for (int j = -radius; j <= radius; ++j) {
          for (int i = -radius; i <= radius; ++i) {
            sum += p.code.At(std::clamp(x + i, 0, p.width() - 1),
                             std::clamp(y + j, 0, p.height() - 1), c);
          }
        }
        q.code.At(x, y, c) =
            static_cast<uint16_t>(std::lround(sum / ((2 * radius + 1) * (2 * radius + 1))));
      }
    }
  }
  return q;
}

// Through libjpeg and back.
inline Picture ThroughJpeg(const Picture& p, int quality) {
  const int width = p.width(), height = p.height();
  jpeg_compress_struct in;
  jpeg_error_mgr errors;
  in.err = jpeg_std_error(&errors);
  jpeg_create_compress(&in);
  unsigned char* file = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&in, &file, &size);
  in.image_width = width;
  in.image_height = height;
  in.input_components = 3;
  in.in_color_space = JCS_RGB;
  jpeg_set_defaults(&in);
  jpeg_set_quality(&in, quality, TRUE);
  jpeg_start_compress(&in, TRUE);
  std::vector<JSAMPLE> line(3 * width);
  JSAMPROW row = line.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) line[3 * x + c] = static_cast<JSAMPLE>(p.code.At(x, y, c));
    }
    jpeg_write_scanlines(&in, &row, 1);
  }
  jpeg_finish_compress(&in);
  jpeg_destroy_compress(&in);

  Picture q = ClonePicture(p);
  jpeg_decompress_struct out;
  out.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&out);
  jpeg_mem_src(&out, file, size);
  jpeg_read_header(&out, TRUE);
  jpeg_start_decompress(&out);
  for (int y = 0; y < height; ++y) {
    jpeg_read_scanlines(&out, &row, 1);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) q.code.At(x, y, c) = line[3 * x + c];
    }
  }
  jpeg_finish_decompress(&out);
  jpeg_destroy_decompress(&out);
  std::free(file);
  return q;
}

// A picture of the Kodak set; empty when it is not there.
inline Picture Kodak(int number) {
  char name[32];
  std::snprintf(name, sizeof name, "kodim%02d.png", number);
  auto png = ReadPng(std::string(PETZVAL_SOURCE_DIR "/../shared/data/kodak/") + name);
  if (!png) return {};
  Picture p = EmptyPicture(1, 1);
  p.path = name;
  p.code = std::move(png->pixels);
  return p;
}

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_TEST_PICTURES_UTIL_H_
