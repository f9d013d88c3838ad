// Marching squares on a box-blurred mask; segments are chained into rings.
#include "petzval/optics/plot/contour.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace petzval::optics {
namespace {

// Mean over (2 r + 1) values along one direction, twice (x then y); outside is 0.
std::vector<float> Blur(std::span<const uint8_t> mask, int width, int height, int radius) {
  std::vector<float> a(mask.begin(), mask.end()), b(a.size());
  for (int pass = 0; pass < 2; ++pass) {
    const int n = pass == 0 ? width : height, lines = pass == 0 ? height : width;
    const size_t step = pass == 0 ? 1 : width, next = pass == 0 ? width : 1;
    for (int line = 0; line < lines; ++line) {
      const size_t start = line * next;
      double sum = 0;
      for (int i = 0; i < std::min(radius, n); ++i) sum += a[start + i * step];
      for (int i = 0; i < n; ++i) {
        if (i + radius < n) sum += a[start + (i + radius) * step];
        if (i - radius - 1 >= 0) sum -= a[start + (i - radius - 1) * step];
        b[start + i * step] = static_cast<float>(sum / (2 * radius + 1));
      }
    }
    std::swap(a, b);
  }
  return a;
}

// Sides of cells: horizontal ones run from (x, y) to (x + 1, y), vertical ones to (x, y + 1).
using Side = int64_t;

class Marcher {
 public:
  Marcher(const std::vector<float>& values, int width, int height)
      : values_(values), width_(width), height_(height) {}

  std::vector<std::vector<Point>> Rings() {
    // Samples lie at pixel centres; a border of zeros around closes every ring.
    for (int y = -1; y < height_; ++y) {
      for (int x = -1; x < width_; ++x) Cell(x, y);
    }
    std::vector<std::vector<Point>> rings;
    while (!next_.empty()) {
      std::vector<Point> ring;
      const Side first = next_.begin()->first;
      Side side = first;
      do {
        const auto found = next_.find(side);
        if (found == next_.end()) break;
        ring.push_back(Crossing(side));
        side = found->second;
        next_.erase(found);
      } while (side != first);
      if (ring.size() >= 3) rings.push_back(std::move(ring));
    }
    return rings;
  }

 private:
  float Value(int x, int y) const {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return 0;
    return values_[static_cast<size_t>(y) * width_ + x];
  }
  Side Id(int x, int y, bool vertical) const {
    return (static_cast<int64_t>(y + 1) * (width_ + 2) + (x + 1)) * 2 + (vertical ? 1 : 0);
  }
  Point Crossing(Side side) const {
    const bool vertical = side & 1;
    const int x = static_cast<int>((side / 2) % (width_ + 2)) - 1;
    const int y = static_cast<int>((side / 2) / (width_ + 2)) - 1;
    const float a = Value(x, y), b = vertical ? Value(x, y + 1) : Value(x + 1, y);
    const double t = a == b ? 0.5 : (0.5 - a) / (b - a);
    return {x + 0.5 + (vertical ? 0 : t), y + 0.5 + (vertical ? t : 0)};
  }

  // Directed segments with the inside on the left.
  void Cell(int x, int y) {
    const bool c0 = Value(x, y) >= 0.5f, c1 = Value(x + 1, y) >= 0.5f;
    const bool c2 = Value(x + 1, y + 1) >= 0.5f, c3 = Value(x, y + 1) >= 0.5f;
    const Side bottom = Id(x, y, false), right = Id(x + 1, y, true);
    const Side top = Id(x, y + 1, false), left = Id(x, y, true);
    const int code = c0 | c1 << 1 | c2 << 2 | c3 << 3;
    switch (code) {
      case 1:
        next_[bottom] = left;
        break;
      case 2:
        next_[right] = bottom;
        break;
      case 3:
        next_[right] = left;
        break;
      case 4:
        next_[top] = right;
        break;
      case 5:
        next_[bottom] = left, next_[top] = right;
        break;
      case 6:
        next_[top] = bottom;
        break;
      case 7:
        next_[top] = left;
        break;
      case 8:
        next_[left] = top;
        break;
      case 9:
        next_[bottom] = top;
        break;
      case 10:
        next_[right] = bottom, next_[left] = top;
        break;
      case 11:
        next_[right] = top;
        break;
      case 12:
        next_[left] = right;
        break;
      case 13:
        next_[bottom] = right;
        break;
      case 14:
        next_[left] = bottom;
        break;
      default:
        break;
    }
  }

  const std::vector<float>& values_;
  const int width_, height_;
  std::map<Side, Side> next_;  // where the segment that starts on a side ends
};

}  // namespace

std::vector<std::vector<Point>> MaskOutline(std::span<const uint8_t> mask, int width, int height,
                                            int radius) {
  if (width < 1 || height < 1 || mask.size() != static_cast<size_t>(width) * height) return {};
  const auto values = Blur(mask, width, height, std::clamp(radius, 0, std::min(width, height) / 4));
  return Marcher(values, width, height).Rings();
}

}  // namespace petzval::optics
