// Correlation of aligned guides at medium scales.
#include "petzval/burst/same_scene.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace petzval::burst {
namespace {

// Clear of what the best of many shifts gives by chance (three deviations).
constexpr double kLeastCorrelation = 0.15;
constexpr double kChance = 3;
constexpr int kLeastBlocks = 200;

// Block means of both guides where they overlap.
struct Blocks {
  int cols = 0, rows = 0;
  std::vector<float> reference, frame;
  std::vector<char> known;
  double noise = 0;  // variance of the difference of two means, kGuideOne = 1
};

Blocks BlockMeans(const AlignInput& input, const GlobalMotion& motion, int level, int side) {
  const Image<int16_t>& a = input.reference->level[level];
  const Image<int16_t>& b = input.frame->level[level];
  const double scale = 1.0 / (1 << level), unit = static_cast<double>(side) * side * kGuideOne;
  Blocks out;
  out.cols = a.width() / side;
  out.rows = a.height() / side;
  const size_t all = static_cast<size_t>(out.cols) * out.rows;
  out.reference.assign(all, 0);
  out.frame.assign(all, 0);
  out.known.assign(all, 0);
  double level_sum = 0;
  int count = 0;
  for (int j = 0; j < out.rows; ++j) {
    for (int i = 0; i < out.cols; ++i) {
      const int x = i * side, y = j * side;
      const Shift u = motion.At((x + side / 2.0) / scale - 0.5, (y + side / 2.0) / scale - 0.5);
      const int bx = static_cast<int>(std::lround(std::clamp(x + u.x * scale, -1e6, 1e6)));
      const int by = static_cast<int>(std::lround(std::clamp(y + u.y * scale, -1e6, 1e6)));
      if (bx < 0 || by < 0 || bx + side > b.width() || by + side > b.height()) continue;
      int64_t sum_a = 0, sum_b = 0;
      for (int v = 0; v < side; ++v) {
        for (int h = 0; h < side; ++h) {
          sum_a += a.row(y + v)[x + h];
          sum_b += b.row(by + v)[bx + h];
        }
      }
      const size_t at = static_cast<size_t>(j) * out.cols + i;
      out.reference[at] = static_cast<float>(sum_a / unit);
      out.frame[at] = static_cast<float>(sum_b / unit * input.gain);
      out.known[at] = 1;
      level_sum += out.reference[at];
      ++count;
    }
  }
  const double per_sample = 1.0 / (static_cast<double>(side) * side * (1 << (2 * level)));
  if (count > 0) out.noise = input.noise.Variance(level_sum / count) * per_sample;
  return out;
}

// Nothing where the blocks cannot tell.
std::optional<double> Correlation(const Blocks& blocks) {
  constexpr int kReach = 2;
  double aa = 0, bb = 0, ab = 0;
  int count = 0;
  for (int j = 0; j < blocks.rows; ++j) {
    for (int i = 0; i < blocks.cols; ++i) {
      const size_t at = static_cast<size_t>(j) * blocks.cols + i;
      if (!blocks.known[at]) continue;
      double mean_a = 0, mean_b = 0;
      int n = 0;
      for (int y = std::max(0, j - kReach); y <= std::min(blocks.rows - 1, j + kReach); ++y) {
        for (int x = std::max(0, i - kReach); x <= std::min(blocks.cols - 1, i + kReach); ++x) {
          const size_t k = static_cast<size_t>(y) * blocks.cols + x;
          if (!blocks.known[k]) continue;
          mean_a += blocks.reference[k];
          mean_b += blocks.frame[k];
          ++n;
        }
      }
      const double limit = 0.1;  // one lamp must not decide alone
      const double a = std::clamp(blocks.reference[at] - mean_a / n, -limit, limit);
      const double b = std::clamp(blocks.frame[at] - mean_b / n, -limit, limit);
      aa += a * a;
      bb += b * b;
      ab += a * b;
      ++count;
    }
  }
  if (count < kLeastBlocks) return std::nullopt;
  // `noise` is that of both frames; either has about half of it.
  const double own = count * blocks.noise / 2;
  const double signal_a = aa - own, signal_b = bb - own;
  if (signal_a < 2 * own || signal_b < 2 * own) return std::nullopt;
  return ab / std::sqrt(signal_a * signal_b) - kChance / std::sqrt(static_cast<double>(count));
}

}  // namespace

double SceneCorrelation(const AlignInput& input, const GlobalMotion& motion) {
  const size_t levels = std::min(input.reference->level.size(), input.frame->level.size());
  size_t level = 0;
  while (level + 1 < levels && input.reference->level[level].width() > 500) ++level;
  std::optional<double> best;
  for (const int side : {4, 8}) {
    const auto c = Correlation(BlockMeans(input, motion, static_cast<int>(level), side));
    if (c) best = std::max(best.value_or(-1), *c);
  }
  return best.value_or(1);
}

bool ShowsSameScene(const AlignInput& input, const GlobalMotion& motion) {
  return SceneCorrelation(input, motion) >= kLeastCorrelation;
}

}  // namespace petzval::burst
