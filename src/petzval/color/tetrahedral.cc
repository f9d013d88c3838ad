// Pictures through a colour table: tetrahedral interpolation at the speed of memory.
#include "petzval/color/tetrahedral.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/color/lut_cells.h"
#include "petzval/color/lut_floats.h"

namespace petzval {
namespace {

// Pixels of a task, and of the scratch lines within it.
constexpr int kTaskPixels = 65536, kLine = 1024;

Lut3d CubeOf(const ColorLut& lut) { return lut.cube ? *lut.cube : Lut3d::Identity(2); }

// The same map on a grid of at least so many cells a side: the tetrahedra of the finer grid lie
// within those of the coarser, and small cells cost the 8 bits of a corner less.
constexpr int kLeastCells = 32;
Lut3d Refine(Lut3d cube) {
  const int factor = (kLeastCells + cube.size - 2) / (cube.size - 1);
  if (factor == 1) return cube;
  Lut3d fine;
  fine.size = (cube.size - 1) * factor + 1;
  fine.domain_min = cube.domain_min;
  fine.domain_max = cube.domain_max;
  cube.domain_min = {{0, 0, 0}};
  cube.domain_max = {{1, 1, 1}};
  const int n = fine.size;
  const auto at = [n](int i) { return i / (n - 1.0); };
  fine.rgb.resize(3 * static_cast<size_t>(n) * n * n);
  ParallelFor(n, [&](int b) {
    float* out = fine.rgb.data() + 3 * static_cast<size_t>(b) * n * n;
    for (int g = 0; g < n; ++g) {
      for (int r = 0; r < n; ++r, out += 3) {
        const Vec3 color = cube.Apply({{at(r), at(g), at(b)}});
        for (int c = 0; c < 3; ++c) out[c] = static_cast<float>(color[c]);
      }
    }
  });
  return fine;
}

bool IsUnitDomain(const Lut3d& cube) {
  return cube.domain_min == Vec3{{0, 0, 0}} && cube.domain_max == Vec3{{1, 1, 1}};
}

}  // namespace

struct TetrahedralLut::Tables {
  int side = 0;  // 0: the cube is too large for cells
  std::vector<LutCell> cells;
  std::vector<uint16_t> positions;  // of codes of 8 bits, 256 for each channel; empty: code * side
  std::vector<float> entries;
  FloatCube cube;
  struct Curve {
    std::vector<float> value;
    float low = 0, scale = 1;
  };
  std::vector<Curve> curves;  // none or three

  // Planes of floats, in place or not.
  void Apply(const float* const in[3], int count, float* const out[3]) const {
    const float* from[3] = {in[0], in[1], in[2]};
    if (!curves.empty()) {
      for (int c = 0; c < 3; ++c) {
        LookUpCurve(curves[c].value.data(), static_cast<int>(curves[c].value.size()), curves[c].low,
                    curves[c].scale, in[c], count, out[c]);
        from[c] = out[c];
      }
    }
    if (cube.size > 0) LookUpFloats(cube, from, count, out);
  }
};

TetrahedralLut::TetrahedralLut(TetrahedralLut&&) noexcept = default;
TetrahedralLut& TetrahedralLut::operator=(TetrahedralLut&&) noexcept = default;
TetrahedralLut::~TetrahedralLut() = default;

TetrahedralLut::TetrahedralLut(const ColorLut& lut) {
  auto tables = std::make_unique<Tables>();
  Tables& t = *tables;
  if (lut.curve) {
    for (int c = 0; c < 3; ++c) {
      const auto& value = lut.curve->value[c];
      const double range = lut.curve->domain_max[c] - lut.curve->domain_min[c];
      t.curves.push_back({value, static_cast<float>(lut.curve->domain_min[c]),
                          static_cast<float>((static_cast<double>(value.size()) - 1) / range)});
    }
  }
  const Lut3d cube = CubeOf(lut);
  if (lut.cube || !lut.curve) {
    const size_t count = static_cast<size_t>(cube.size) * cube.size * cube.size;
    t.entries.resize(4 * count);
    for (size_t i = 0; i < count; ++i) {
      std::copy_n(cube.rgb.begin() + static_cast<ptrdiff_t>(3 * i), 3,
                  t.entries.begin() + static_cast<ptrdiff_t>(4 * i));
    }
    t.cube.entry = t.entries.data();
    t.cube.size = cube.size;
    for (int c = 0; c < 3; ++c) {
      t.cube.low[c] = static_cast<float>(cube.domain_min[c]);
      t.cube.scale[c] =
          static_cast<float>((cube.size - 1) / (cube.domain_max[c] - cube.domain_min[c]));
    }
  }
  if (cube.size - 1 <= kMaxLutCells && (lut.cube || !lut.curve)) {
    const Lut3d fine = Refine(cube);
    t.side = fine.size - 1;
    t.cells = MakeLutCells(fine);
    if (lut.curve || !IsUnitDomain(cube)) {
      t.positions.resize(3 * 256);
      for (int code = 0; code < 256; ++code) {
        const Vec3 grey{{code / 255.0, code / 255.0, code / 255.0}};
        const Vec3 in = lut.curve ? lut.curve->Apply(grey) : grey;
        for (int c = 0; c < 3; ++c) {
          const double share =
              (in[c] - cube.domain_min[c]) / (cube.domain_max[c] - cube.domain_min[c]);
          const double inside = share > 0 ? std::min(share, 1.0) : 0;
          t.positions[256 * c + code] = static_cast<uint16_t>(std::lround(inside * 255 * t.side));
        }
      }
    }
  }
  tables_ = std::move(tables);
}

namespace {

// Calls f(first row, rows) for strips of the picture, in parallel.
template <class F>
void ForStrips(int width, int height, F f) {
  const int rows = std::max(1, kTaskPixels / std::max(1, width));
  ParallelFor((height + rows - 1) / rows,
              [&](int i) { f(i * rows, std::min(rows, height - i * rows)); });
}

}  // namespace

void TetrahedralLut::Apply(const uint8_t* in, ptrdiff_t in_stride, int width, int height,
                           uint8_t* out, ptrdiff_t out_stride) const {
  const Tables& t = *tables_;
  ForStrips(width, height, [&](int y0, int rows) {
    if (t.side > 0 && t.positions.empty()) {
      const bool dense = in_stride == 3 * width && out_stride == 3 * width;
      const ptrdiff_t count = dense ? static_cast<ptrdiff_t>(width) * rows : width;
      for (int y = y0; y < y0 + (dense ? 1 : rows); ++y) {
        LookUpCodes(t.cells.data(), t.side, in + y * in_stride, count, out + y * out_stride);
      }
      return;
    }
    uint16_t position[3][kLine];
    float plane[3][kLine];
    for (int y = y0; y < y0 + rows; ++y) {
      for (int x = 0; x < width; x += kLine) {
        const int count = std::min(kLine, width - x);
        const uint8_t* from = in + y * in_stride + 3 * x;
        uint8_t* to = out + y * out_stride + 3 * x;
        if (t.side > 0) {
          for (int c = 0; c < 3; ++c) {
            const uint16_t* table = t.positions.data() + 256 * c;
            for (int i = 0; i < count; ++i) position[c][i] = table[from[3 * i + c]];
          }
          const uint16_t* at[3] = {position[0], position[1], position[2]};
          LookUpPositions(t.cells.data(), t.side, at, count, to);
          continue;
        }
        for (int c = 0; c < 3; ++c) {
          for (int i = 0; i < count; ++i) plane[c][i] = from[3 * i + c] * (1.0f / 255);
        }
        float* planes[3] = {plane[0], plane[1], plane[2]};
        t.Apply(planes, count, planes);
        for (int i = 0; i < count; ++i) {
          for (int c = 0; c < 3; ++c) {
            to[3 * i + c] = static_cast<uint8_t>(
                static_cast<int>(std::clamp(plane[c][i] * 255 + 0.5f, 0.0f, 255.0f)));
          }
        }
      }
    }
  });
}

void TetrahedralLut::Apply(const uint16_t* in, ptrdiff_t in_stride, int width, int height,
                           uint16_t* out, ptrdiff_t out_stride) const {
  ForStrips(width, height, [&](int y0, int rows) {
    float plane[3][kLine];
    float* planes[3] = {plane[0], plane[1], plane[2]};
    for (int y = y0; y < y0 + rows; ++y) {
      for (int x = 0; x < width; x += kLine) {
        const int count = std::min(kLine, width - x);
        CodesToFloats(in + y * in_stride + 3 * x, count, planes);
        tables_->Apply(planes, count, planes);
        FloatsToCodes(planes, count, out + y * out_stride + 3 * x);
      }
    }
  });
}

void TetrahedralLut::Apply(const float* const in[3], ptrdiff_t in_stride, int width, int height,
                           float* const out[3], ptrdiff_t out_stride) const {
  ForStrips(width, height, [&](int y0, int rows) {
    for (int y = y0; y < y0 + rows; ++y) {
      const float* from[3];
      float* to[3];
      for (int c = 0; c < 3; ++c) {
        from[c] = in[c] + y * in_stride;
        to[c] = out[c] + y * out_stride;
      }
      tables_->Apply(from, width, to);
    }
  });
}

}  // namespace petzval
