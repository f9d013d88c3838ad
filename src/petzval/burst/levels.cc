// Levels, gains and sharpness of the frames of a burst.
#include "petzval/burst/levels.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval::burst {
namespace {

// Guide values from here on may be clipped.
constexpr int kNearWhite = static_cast<int>(0.9f * kGuideOne);

}  // namespace

OutputScale ChooseOutputScale(const RawFrame& reference) {
  const float white =
      std::max({reference.white_dn[0], reference.white_dn[1], reference.white_dn[2], 1.0f});
  const float black = *std::min_element(reference.black_dn.begin(), reference.black_dn.end());
  double read_noise = 0;
  for (const NoiseLine& line : reference.noise.plane) {
    read_noise = std::max(read_noise, std::sqrt(std::max(0.0, line.o)));
  }
  const float room = static_cast<float>(6 * std::min(read_noise, 0.02)) * (white - black);
  OutputScale scale;
  const float raise = std::max(0.0f, room - black);
  scale.factor = 65535 / (white + raise);
  if (scale.factor > 1) scale.factor = std::floor(scale.factor);
  scale.offset = std::ceil(raise * scale.factor);
  if (white * scale.factor + scale.offset > 65535) scale.offset = 65535 - white * scale.factor;
  return scale;
}

MergeLevels ScaledLevels(const RawFrame& reference, const OutputScale& scale) {
  MergeLevels levels;
  for (int i = 0; i < 16; ++i) {
    levels.black[i] = reference.black_dn[i] * scale.factor + scale.offset;
  }
  for (int c = 0; c < 3; ++c) {
    levels.white[c] = reference.white_dn[c] * scale.factor + scale.offset;
  }
  return levels;
}

float RoughGain(const Pyramid& reference, const Pyramid& frame) {
  const auto mean = [](const Image<int16_t>& image) {
    int64_t sum = 0;
    for (int y = 0; y < image.height(); ++y) {
      const int16_t* row = image.row(y);
      for (int x = 0; x < image.width(); ++x) sum += row[x];
    }
    return static_cast<double>(sum) / (static_cast<double>(image.width()) * image.height());
  };
  const double a = mean(reference.level.back()), b = mean(frame.level.back());
  // Too dark to tell: leave the level alone.
  if (a < 8 || b < 8) return 1;
  return static_cast<float>(std::clamp(a / b, 1.0 / 64, 64.0));
}

float AlignedGain(const Pyramid& reference, const Pyramid& frame, const GlobalMotion& motion,
                  float rough_gain, float* error) {
  *error = 0;
  // A level of at most about 500 px, where shifts below a pixel matter little.
  size_t level = 0;
  while (level + 1 < reference.level.size() && reference.level[level].width() > 500) ++level;
  const Image<int16_t>& a = reference.level[level];
  const Image<int16_t>& b = frame.level[level];
  const double scale = 1.0 / (1 << level);
  constexpr int kBlock = 8;
  struct Ratio {
    double ratio, weight;
  };
  std::vector<Ratio> ratios;
  for (int y = 0; y + kBlock <= a.height(); y += kBlock) {
    for (int x = 0; x + kBlock <= a.width(); x += kBlock) {
      const double cx = x + kBlock / 2.0, cy = y + kBlock / 2.0;
      const Shift u = motion.At(cx / scale, cy / scale);
      const int bx = static_cast<int>(std::lround(x + u.x * scale));
      const int by = static_cast<int>(std::lround(y + u.y * scale));
      if (bx < 0 || by < 0 || bx + kBlock > b.width() || by + kBlock > b.height()) continue;
      int64_t sum_a = 0, sum_b = 0;
      int top = 0;
      for (int j = 0; j < kBlock; ++j) {
        const int16_t* p = a.row(y + j) + x;
        const int16_t* q = b.row(by + j) + bx;
        for (int i = 0; i < kBlock; ++i) {
          sum_a += p[i];
          sum_b += q[i];
          top = std::max<int>({top, p[i], q[i]});
        }
      }
      if (top > kNearWhite || sum_a < 16 * kBlock * kBlock || sum_b < 16 * kBlock * kBlock) {
        continue;
      }
      ratios.push_back({static_cast<double>(sum_a) / sum_b, std::sqrt(static_cast<double>(sum_a))});
    }
  }
  if (ratios.size() < 16) {
    *error = 0.05f;  // too dark to tell
    return rough_gain;
  }
  std::sort(ratios.begin(), ratios.end(),
            [](const Ratio& p, const Ratio& q) { return p.ratio < q.ratio; });
  // From the quartiles; a median is 1.25 times less certain than a mean.
  const double spread = ratios[ratios.size() * 3 / 4].ratio - ratios[ratios.size() / 4].ratio;
  *error = static_cast<float>(1.25 * spread / 1.35 / std::sqrt(static_cast<double>(ratios.size())));
  double total = 0, sum = 0;
  for (const Ratio& r : ratios) total += r.weight;
  for (const Ratio& r : ratios) {
    sum += r.weight;
    if (2 * sum >= total) return static_cast<float>(std::clamp(r.ratio, 1.0 / 64, 64.0));
  }
  return rough_gain;
}

double Sharpness(const Pyramid& pyramid, const NoiseModel& noise) {
  const Image<int16_t>& image = pyramid.level.front();
  const int step = std::max(1, image.height() / 512);  // rows are sampled
  constexpr int kBlock = 16;                           // px of a row that count together
  double energy = 0, mean = 0;
  int64_t count = 0;
  for (int y = 1; y + 1 < image.height(); y += step) {
    const int16_t* p = image.row(y);
    const int16_t* below = image.row(y + 1);
    for (int x0 = 0; x0 + 1 < image.width(); x0 += kBlock) {
      const int x1 = std::min(x0 + kBlock, image.width() - 1);
      int64_t sum = 0;
      float line = 0;
      int top = p[x1];
      for (int x = x0; x < x1; ++x) {
        const float gx = static_cast<float>(p[x + 1] - p[x]);
        const float gy = static_cast<float>(below[x] - p[x]);
        line += gx * gx + gy * gy;
        sum += p[x];
        top = std::max<int>({top, p[x], below[x]});
      }
      // The rims of clipped areas belong to the exposure, not to the lens.
      if (top > kNearWhite) continue;
      energy += line;
      mean += static_cast<double>(sum);
      count += x1 - x0;
    }
  }
  if (count == 0) return 0;
  const double one = kGuideOne;
  const double x = mean / count / one;
  const NoiseLine& g = noise.plane[1];
  const double signal =
      energy / count / (one * one) - 4 * g.Variance(x) / (pyramid.bin * pyramid.bin);
  constexpr double kDark = 1e-3;  // of white; below it there is nothing to compare
  return signal / std::pow(std::max(x, kDark), 2);
}

NoiseLine GuideNoise(const RawFrame& frame) {
  const auto& n = frame.noise.plane;
  const double area = BinOf(frame.cfa) * BinOf(frame.cfa);
  if (frame.cfa.IsMono()) return {n[1].s / area, n[1].o / area};
  return {(n[0].s + 2 * n[1].s + n[2].s) / 4 / area, (n[0].o + 2 * n[1].o + n[2].o) / 4 / area};
}

}  // namespace petzval::burst
