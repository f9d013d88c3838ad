// Discs drawn front to back: a pixel that is covered stays, and is skipped from then on.
#include "petzval/measure/texture/dead_leaves.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "petzval/base/random.h"

namespace petzval::measure {
namespace {

// For each sample of a row the first uncovered one at or after it: a union-find forest, so that
// late discs, most of which fall on covered ground, cost little.
class Uncovered {
 public:
  Uncovered(int width, int height)
      : stride_(width + 1), next_(static_cast<size_t>(stride_) * height), left_(0) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x <= width; ++x) next_[Index(x, y)] = x;
    }
    left_ = static_cast<int64_t>(width) * height;
  }
  int Next(int x, int y) {
    int root = x;
    while (next_[Index(root, y)] != root) root = next_[Index(root, y)];
    while (next_[Index(x, y)] != root) {
      const int up = next_[Index(x, y)];
      next_[Index(x, y)] = root;
      x = up;
    }
    return root;
  }
  void Cover(int x, int y) {
    next_[Index(x, y)] = x + 1;
    --left_;
  }
  int64_t left() const { return left_; }

 private:
  size_t Index(int x, int y) const { return static_cast<size_t>(y) * stride_ + x; }
  int stride_;
  std::vector<int32_t> next_;
  int64_t left_;
};

// Radius with density ~ r^-3 between the two, from a uniform deviate.
double Radius(double u, double low, double high) {
  const double a = 1 / (low * low), b = 1 / (high * high);
  return 1 / std::sqrt(a + (b - a) * u);
}

struct Disc {
  double x, y, radius;
  float level[3];
};

Disc Draw(Random& random, const DeadLeavesSpec& spec, double max_radius) {
  Disc disc;
  disc.radius = Radius(random.Uniform(), spec.min_radius_px, max_radius);
  // Centres fall as densely around the picture as in it, so that its edges are like its middle.
  disc.x = random.Uniform(-max_radius, spec.width + max_radius);
  disc.y = random.Uniform(-max_radius, spec.height + max_radius);
  for (int c = 0; c < spec.planes; ++c) {
    disc.level[c] = static_cast<float>(random.Uniform(spec.low, spec.high));
  }
  return disc;
}

}  // namespace

Image<float> DeadLeaves(const DeadLeavesSpec& spec) {
  assert(SizeAllowed(spec.width, spec.height) && (spec.planes == 1 || spec.planes == 3));
  assert(spec.min_radius_px > 0 && spec.samples >= 1 && spec.samples <= 8);
  const int samples = spec.samples;
  const double max_radius =
      std::max(spec.min_radius_px, spec.max_radius_px > 0 ? spec.max_radius_px : spec.width / 4.0);
  const int fine_width = spec.width * samples, fine_height = spec.height * samples;
  const float share = 1.0f / static_cast<float>(samples * samples);

  Image<float> out(spec.width, spec.height, spec.planes);
  out.Fill(0);
  Uncovered uncovered(fine_width, fine_height);
  Random random(spec.seed, 0);
  while (uncovered.left() > 0) {
    const Disc disc = Draw(random, spec, max_radius);
    // In samples: sample i lies at i + 0.5.
    const double cx = disc.x * samples, cy = disc.y * samples, r = disc.radius * samples;
    const int y0 = std::max(0, static_cast<int>(std::ceil(cy - r - 0.5)));
    const int y1 = std::min(fine_height - 1, static_cast<int>(std::floor(cy + r - 0.5)));
    for (int y = y0; y <= y1; ++y) {
      const double dy = y + 0.5 - cy;
      const double half = std::sqrt(std::max(0.0, r * r - dy * dy));
      const int x0 = std::max(0, static_cast<int>(std::ceil(cx - half - 0.5)));
      const int x1 = std::min(fine_width - 1, static_cast<int>(std::floor(cx + half - 0.5)));
      if (x0 > x1) continue;
      for (int x = uncovered.Next(x0, y); x <= x1; x = uncovered.Next(x, y)) {
        uncovered.Cover(x, y);
        for (int c = 0; c < spec.planes; ++c) {
          out.At(x / samples, y / samples, c) += share * disc.level[c];
        }
      }
    }
  }
  return out;
}

}  // namespace petzval::measure
