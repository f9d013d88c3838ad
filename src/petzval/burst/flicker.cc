// Estimation of flicker bands on low-resolution guides.
#include "petzval/burst/flicker.h"

#include <algorithm>
#include <cmath>

namespace petzval::burst {
namespace {

constexpr int kBlock = 8;            // px of the level, along the row
constexpr double kSmooth = 4;        // rows of the level, sigma
constexpr double kLeastBand = 0.01;  // root mean square of the log gains
constexpr int kNearWhite = static_cast<int>(0.9f * kGuideOne);

// Log of frame / reference for one row of the reference: median over blocks, or NaN.
double RowRatio(const Image<int16_t>& reference, const Image<int16_t>& frame,
                const GlobalMotion& motion, double scale, int y, std::vector<double>* scratch) {
  scratch->clear();
  for (int x = 0; x + kBlock <= reference.width(); x += kBlock) {
    const Shift u = motion.At((x + kBlock / 2.0) / scale, (y + 0.5) / scale);
    const int fx = static_cast<int>(std::lround(x + u.x * scale));
    const double fy = y + u.y * scale;
    const int y0 = static_cast<int>(std::floor(fy));
    if (fx < 0 || fx + kBlock > frame.width() || y0 < 0 || y0 + 1 >= frame.height()) continue;
    const double a = fy - y0;
    double ref = 0, other = 0;
    int top = 0;
    for (int i = 0; i < kBlock; ++i) {
      const int r = reference.row(y)[x + i], p = frame.row(y0)[fx + i],
                q = frame.row(y0 + 1)[fx + i];
      ref += r;
      other += (1 - a) * p + a * q;
      top = std::max({top, r, p, q});
    }
    if (top > kNearWhite || ref < 64 * kBlock || other < 64 * kBlock) continue;
    scratch->push_back(std::log(other / ref));
  }
  if (scratch->size() < 6) return std::nan("");
  std::nth_element(scratch->begin(), scratch->begin() + scratch->size() / 2, scratch->end());
  return (*scratch)[scratch->size() / 2];
}

// Gaussian mean over the rows that are known.
std::vector<double> Smooth(const std::vector<double>& in) {
  const int n = static_cast<int>(in.size()), reach = static_cast<int>(3 * kSmooth);
  std::vector<double> out(n, 0);
  for (int y = 0; y < n; ++y) {
    double sum = 0, total = 0;
    for (int j = std::max(0, y - reach); j <= std::min(n - 1, y + reach); ++j) {
      if (std::isnan(in[j])) continue;
      const double w = std::exp(-0.5 * (j - y) * (j - y) / (kSmooth * kSmooth));
      sum += w * in[j];
      total += w;
    }
    out[y] = total > 1 ? sum / total : 0;
  }
  return out;
}

double At(const std::vector<double>& v, double y) {
  const double c = std::clamp(y, 0.0, v.size() - 1.0);
  const size_t i = std::min(static_cast<size_t>(c), v.size() - 1),
               j = std::min(i + 1, v.size() - 1);
  return v[i] + (c - static_cast<double>(i)) * (v[j] - v[i]);
}

}  // namespace

std::vector<std::vector<float>> RowGains(const std::vector<FlickerFrame>& frames, int rows) {
  const Pyramid& base = *frames[0].pyramid;
  size_t level = 0;
  while (level + 1 < base.level.size() && base.level[level].width() > 500) ++level;
  const Image<int16_t>& reference = base.level[level];
  const double scale = 1.0 / (1 << level);
  const int height = reference.height();
  const size_t n = frames.size();
  if (n < 3 || height < 32) return {};

  // Log ratio of each frame to the reference, along the rows of the reference.
  std::vector<std::vector<double>> ratio(n, std::vector<double>(height, 0.0));
  std::vector<double> scratch;
  double energy = 0;
  for (size_t k = 1; k < n; ++k) {
    std::vector<double> raw(height);
    for (int y = 0; y < height; ++y) {
      raw[y] = RowRatio(reference, frames[k].pyramid->level[level], *frames[k].motion, scale, y,
                        &scratch) +
               std::log(frames[k].gain);
    }
    ratio[k] = Smooth(raw);
    for (const double v : ratio[k]) energy += v * v;
  }
  if (std::sqrt(energy / (static_cast<double>(n - 1) * height)) < kLeastBand) return {};

  // What the reference itself is off against the mean of all frames.
  std::vector<double> own(height, 0.0);
  double mean = 0;
  for (int y = 0; y < height; ++y) {
    for (size_t k = 0; k < n; ++k) own[y] -= ratio[k][y] / static_cast<double>(n);
    mean += own[y] / height;
  }
  for (double& v : own) v -= mean;  // the overall level stays the reference's

  std::vector<std::vector<float>> gains(n, std::vector<float>(rows));
  const double per_row = 1.0 / (base.bin * (1 << level));
  for (size_t k = 0; k < n; ++k) {
    for (int row = 0; row < rows; ++row) {
      // The row of the reference that lies where this row of the frame looks, picture centre.
      const double y = (row + 0.5) * per_row - 0.5;
      double q = y;
      if (k > 0) {
        const double cx = frames[k].motion->cx;
        q = y - frames[k].motion->At(cx, y / scale).y * scale;
      }
      gains[k][row] = static_cast<float>(std::exp(-(At(own, q) + At(ratio[k], q))));
    }
  }
  return gains;
}

}  // namespace petzval::burst
