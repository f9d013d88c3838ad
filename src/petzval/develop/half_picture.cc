// Bins the mosaic strip by strip and box-filters the result.
#include "petzval/develop/half_picture.h"

#include <algorithm>
#include <cassert>

#include "develop_bin.h"
#include "petzval/base/parallel.h"

namespace petzval {
namespace {

constexpr int kStripRows = 32;  // of the half-size picture
constexpr int kBlockColumns = 512;

}  // namespace

HalfPicture MakeHalfPicture(const MosaicSource& source, const Shading& shading, double top) {
  HalfPicture half;
  half.width = (source.width + source.shift_x + 1) / 2;
  half.height = (source.height + source.shift_y + 1) / 2;
  half.rgb = Image<uint16_t>(RoundUpToLane(half.width), half.height, 3);
  // Room for noise below black and for pixels above a white level that is stated too low.
  half.offset = 4096;
  half.scale = static_cast<float>(60000 / (1.05 * top * shading.max_gain()));

  // weight(k, c), see the generator.
  float weights[12];
  for (int c = 0; c < 3; ++c) {
    for (int k = 0; k < 4; ++k) {
      const bool same = MosaicSource::ColorAt(k % 2, k / 2) == c;
      weights[c * 4 + k] = !source.bayer ? 0.25f : same ? (c == 1 ? 0.5f : 1.0f) : 0.0f;
    }
  }
  Halide::Runtime::Buffer<float, 2> weight(weights, 4, 3);

  const Levels levels(source, shading, {{1, 1, 1}});
  const int planes = source.bayer || source.mono ? 1 : 3;
  ParallelFor((half.height + kStripRows - 1) / kStripRows, [&](int strip) {
    const int y0 = strip * kStripRows, rows = std::min(kStripRows, half.height - y0);
    thread_local Image<float> tile;
    if (tile.width() < 2 * kBlockColumns || tile.planes() < planes) {
      tile = Image<float>(2 * kBlockColumns, 2 * kStripRows, planes);
    }
    for (int x0 = 0; x0 < half.rgb.width(); x0 += kBlockColumns) {
      const int columns = std::min(kBlockColumns, half.rgb.width() - x0);
      for (int p = 0; p < planes; ++p) {
        levels.Render(p, {2 * x0, 2 * y0, 2 * columns, 2 * rows}, tile.plane(p));
      }
      halide_dimension_t in_shape[3] = {
          {2 * x0, 2 * columns, 1},
          {2 * y0, 2 * rows, static_cast<int32_t>(tile.stride())},
          {0, 3, planes == 1 ? 0 : static_cast<int32_t>(tile.plane_stride())}};
      Halide::Runtime::Buffer<float, 3> in(tile.row(0), 3, in_shape);
      halide_dimension_t out_shape[3] = {{x0, columns, 1},
                                         {y0, rows, static_cast<int32_t>(half.rgb.stride())},
                                         {0, 3, static_cast<int32_t>(half.rgb.plane_stride())}};
      Halide::Runtime::Buffer<uint16_t, 3> out(half.rgb.row(y0) + x0, 3, out_shape);
      [[maybe_unused]] const int error = develop_bin(in, weight, half.scale, half.offset, out);
      assert(error == 0);
    }
  });
  return half;
}

Image<float> ShrinkHalfPicture(const HalfPicture& half, const MosaicSource& source, int max_side) {
  // Squares that the crop touches.
  const int x0 = (source.crop.x + source.shift_x) / 2, y0 = (source.crop.y + source.shift_y) / 2;
  const int width = (source.crop.x + source.crop.width + source.shift_x + 1) / 2 - x0;
  const int height = (source.crop.y + source.crop.height + source.shift_y + 1) / 2 - y0;
  const int factor = (std::max(width, height) + max_side - 1) / max_side;
  const int out_width = (width + factor - 1) / factor, out_height = (height + factor - 1) / factor;
  Image<float> out(out_width, out_height, 3);
  // Boxes of nearly equal size that cover the crop exactly.
  const auto edge = [](int i, int n, int size) {
    return static_cast<int>(static_cast<int64_t>(i) * size / n);
  };
  // Sums of 16-bit codes over a box fit 32 bits: kMaxSide / 2 squares on a side make boxes of 32.
  const float unit = 1 / half.scale;
  ParallelFor(out_height, [&](int oy) {
    const int top = y0 + edge(oy, out_height, height),
              bottom = y0 + edge(oy + 1, out_height, height);
    std::vector<uint32_t> sums(width);
    for (int c = 0; c < 3; ++c) {
      std::fill(sums.begin(), sums.end(), 0u);
      for (int y = top; y < bottom; ++y) {
        const uint16_t* row = half.rgb.row(y, c) + x0;
        for (int x = 0; x < width; ++x) sums[x] += row[x];
      }
      float* to = out.row(oy, c);
      const int rows = bottom - top;
      const auto finish = [&](uint32_t sum, int n) {
        return (static_cast<float>(sum) / static_cast<float>(n * rows) - half.offset) * unit;
      };
      if (factor == 2 && width % 2 == 0) {  // what pictures of phones come to
        for (int x = 0; x < out_width; ++x) to[x] = finish(sums[2 * x] + sums[2 * x + 1], 2);
        continue;
      }
      for (int ox = 0; ox < out_width; ++ox) {
        const int left = edge(ox, out_width, width), right = edge(ox + 1, out_width, width);
        uint32_t sum = 0;
        for (int x = left; x < right; ++x) sum += sums[x];
        to[ox] = finish(sum, right - left);
      }
    }
  });
  return out;
}

}  // namespace petzval
