// The coarser scales of SSIM and of the opponents, and the weights of rows.
#include <algorithm>
#include <cstring>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/base/pool.h"
#include "petzval/measure/compare/full_pass.h"

namespace petzval::measure {
namespace {

struct Scratch {
  SsimTile ssim;
  RowBlock rows{2 * 6};  // linear light of both pictures, even and odd rows
  RowBlock other{3};
};

class LevelTile {
 public:
  LevelTile(const Level& level, Level* next, int x0, int y0, Scratch* scratch)
      : level_(level), next_(next), s_(*scratch), x0_(x0), y0_(y0) {}

  StructureSums Run() {
    const int width = level_.planes.width(), height = level_.planes.height();
    const int y1 = std::min(height, y0_ + kTile);
    StructureSums sums;
    for (int y = y0_ - kSsimRadius; y < y1 + kSsimRadius; ++y) {
      for (int p = 0; p < 2; ++p) {
        Copy(p, y, s_.ssim.Luma(p, y));
        for (int c = 0; c < 3; ++c) Copy(2 + 3 * p + c, y, Light(p, y)[c]);
      }
      s_.ssim.Push(y, Const(Light(0, y)), Const(Light(1, y)));
      if (next_ != nullptr && y >= y0_ && y < y1 && ((y & 1) == 1 || y == y1 - 1)) Halve(y);
      const int done = y - kSsimRadius;
      if (done < y0_) continue;
      float *weight = s_.other.Row(0), *valid = s_.other.Row(1);
      WeightRow(level_.mask.empty() ? nullptr : &level_.mask, width, x0_, done, weight);
      ValidRow(weight, width, x0_, valid);
      const bool fits = done >= kSsimRadius && done < height - kSsimRadius;
      s_.ssim.Finish(done, weight, fits ? valid : nullptr, &sums);
    }
    return sums;
  }

 private:
  Rows3 Light(int p, int y) { return s_.rows.Three(6 * p + 3 * (y & 1)); }

  void Copy(int plane, int y, float* out) const {
    const int width = level_.planes.width();
    const float* row = level_.planes.row(std::clamp(y, 0, level_.planes.height() - 1), plane);
    const int x = x0_ - kHalo, first = std::max(0, -x), last = std::min(kRowColumns, width - x);
    std::fill(out, out + first, row[0]);
    std::memcpy(out + first, row + x + first, (last - first) * sizeof(float));
    std::fill(out + last, out + kRowColumns, row[width - 1]);
  }

  void Halve(int y) {
    const int even = y & ~1, n = (std::min(kTile, level_.planes.width() - x0_) + 1) / 2;
    float* out = s_.other.Row(2);
    const auto halve = [&](const float* a, const float* b, int plane) {
      HalveRows(a + kHalo, b + kHalo, n, out);
      std::memcpy(next_->planes.row(even / 2, plane) + x0_ / 2, out, n * sizeof(float));
    };
    for (int p = 0; p < 2; ++p) {
      halve(s_.ssim.Luma(p, even), s_.ssim.Luma(p, y), p);
      for (int c = 0; c < 3; ++c) halve(Light(p, even)[c], Light(p, y)[c], 2 + 3 * p + c);
    }
  }

  const Level& level_;
  Level* next_;
  Scratch& s_;
  const int x0_, y0_;
};

}  // namespace

StructureSums RunLevel(const Level& level, Level* next) {
  const int width = level.planes.width(), height = level.planes.height();
  if (next != nullptr) {
    next->planes = Image<float>((width + 1) / 2, (height + 1) / 2, 8);
    if (!level.mask.empty()) next->mask = HalveMask(level.mask);
  }
  const int across = (width + kTile - 1) / kTile, down = (height + kTile - 1) / kTile;
  std::vector<StructureSums> sums(static_cast<size_t>(across) * down);
  Pool<Scratch> pool;
  ParallelFor(across * down, [&](int i) {
    auto scratch = pool.Take();
    sums[i] = LevelTile(level, next, i % across * kTile, i / across * kTile, scratch.get()).Run();
    pool.Return(std::move(scratch));
  });
  StructureSums total;
  for (const StructureSums& s : sums) total.Add(s);
  return total;
}

void WeightRow(const Image<uint8_t>* mask, int width, int x0, int y, float* weight) {
  const int n = std::min(kTile, width - x0);
  if (mask == nullptr) {
    std::fill(weight, weight + n, 1.0f);
  } else {
    const uint8_t* row = mask->row(y) + x0;
    for (int i = 0; i < n; ++i) weight[i] = row[i] != 0 ? 1.0f : 0.0f;
  }
  std::fill(weight + n, weight + kTile + kRowSlack, 0.0f);
}

void ValidRow(const float* weight, int width, int x0, float* valid) {
  std::memcpy(valid, weight, (kTile + kRowSlack) * sizeof(float));
  const int first = std::clamp(kSsimRadius - x0, 0, kTile);
  const int last = std::clamp(width - kSsimRadius - x0, first, kTile);
  std::fill(valid, valid + first, 0.0f);
  std::fill(valid + last, valid + kTile, 0.0f);
}

Image<uint8_t> HalveMask(const Image<uint8_t>& mask) {
  const int width = mask.width(), height = mask.height();
  Image<uint8_t> half((width + 1) / 2, (height + 1) / 2);
  for (int y = 0; y < half.height(); ++y) {
    const uint8_t* a = mask.row(2 * y);
    const uint8_t* b = mask.row(std::min(2 * y + 1, height - 1));
    for (int x = 0; x < half.width(); ++x) {
      const int right = std::min(2 * x + 1, width - 1);
      const int count = (a[2 * x] != 0) + (a[right] != 0) + (b[2 * x] != 0) + (b[right] != 0);
      half.row(y)[x] = count >= 2 ? 255 : 0;
    }
  }
  return half;
}

}  // namespace petzval::measure
