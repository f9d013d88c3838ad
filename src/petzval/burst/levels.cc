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

double MeanLevel(const Pyramid& pyramid) {
  const Image<int16_t>& image = pyramid.level.back();
  int64_t sum = 0;
  for (int y = 0; y < image.height(); ++y) {
    const int16_t* row = image.row(y);
    for (int x = 0; x < image.width(); ++x) sum += row[x];
  }
  return static_cast<double>(sum) / kGuideOne /
         (static_cast<double>(image.width()) * image.height());
}

float RoughGain(const Pyramid& reference, const Pyramid& frame) {
  const double a = MeanLevel(reference), b = MeanLevel(frame);
  // Too dark to tell: leave the level alone.
  if (std::min(a, b) * kGuideOne < 8) return 1;
  return static_cast<float>(std::clamp(a / b, 1.0 / 64, 64.0));
}

namespace {

// Sums of the guides over a block of kBlock x kBlock pixels that both frames see.
constexpr int kBlock = 8;
struct BlockPair {
  double a, b;
};

std::vector<BlockPair> BlockPairs(const Pyramid& reference, const Pyramid& frame,
                                  const GlobalMotion& motion) {
  // A level of at most about 500 px, where shifts below a pixel matter little.
  size_t level = 0;
  while (level + 1 < reference.level.size() && reference.level[level].width() > 500) ++level;
  const Image<int16_t>& a = reference.level[level];
  const Image<int16_t>& b = frame.level[level];
  const double scale = 1.0 / (1 << level);
  std::vector<BlockPair> pairs;
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
      pairs.push_back({static_cast<double>(sum_a), static_cast<double>(sum_b)});
    }
  }
  return pairs;
}

double MedianOf(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + v.size() / 2, v.end());
  return v[v.size() / 2];
}

}  // namespace

float AlignedGain(const Pyramid& reference, const Pyramid& frame, const GlobalMotion& motion,
                  float rough_gain, float* error) {
  *error = 0;
  struct Ratio {
    double ratio, weight;
  };
  std::vector<Ratio> ratios;
  for (const BlockPair& p : BlockPairs(reference, frame, motion)) {
    ratios.push_back({p.a / p.b, std::sqrt(p.a)});
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

float BlackOffset(const Pyramid& reference, const Pyramid& frame, const GlobalMotion& motion,
                  float rough_gain) {
  std::vector<BlockPair> pairs = BlockPairs(reference, frame, motion);
  if (pairs.size() < 64) return 0;
  for (BlockPair& p : pairs) {
    p.a /= kBlock * kBlock * kGuideOne;
    p.b *= rough_gain / (kBlock * kBlock * kGuideOne);
  }
  std::vector<double> rest(pairs.size()), ratios;
  for (const BlockPair& p : pairs) ratios.push_back(p.a / p.b);
  const double gain = MedianOf(ratios);
  const auto misfit = [&](double slope, double offset) {
    for (size_t i = 0; i < pairs.size(); ++i) {
      rest[i] = std::abs(pairs[i].a - slope * pairs[i].b - offset) / std::sqrt(pairs[i].a);
    }
    return MedianOf(rest);
  };
  // Orthogonal regression (both sides have errors), re-weighted: what moved loses its weight.
  const double before = misfit(gain, 0);
  double usual = before, slope = gain, offset = 0, error = 0;
  for (int iteration = 0; iteration < 12; ++iteration) {
    double n = 0, n2 = 0, ma = 0, mb = 0, aa = 0, ab = 0, bb = 0;
    const auto weight = [&](size_t i) {
      const double r = rest[i] / (2 * usual + 1e-9);
      return 1 / (pairs[i].a * (1 + r * r) * (1 + r * r));
    };
    for (size_t i = 0; i < pairs.size(); ++i) {
      const double w = weight(i);
      n += w;
      n2 += w * w;
      ma += w * pairs[i].a;
      mb += w * pairs[i].b;
    }
    ma /= n;
    mb /= n;
    for (size_t i = 0; i < pairs.size(); ++i) {
      const double w = weight(i) / n, a = pairs[i].a - ma, b = pairs[i].b - mb;
      aa += w * a * a;
      ab += w * a * b;
      bb += w * b * b;
    }
    if (!(ab > 0) || !(bb > 0)) return 0;
    const double half = (aa - bb) / (2 * ab);
    slope = half + std::sqrt(half * half + 1);
    offset = ma - slope * mb;
    const double left = std::max(0.0, aa - ab * ab / bb);
    error = std::sqrt(left * (n2 / (n * n)) * (1 + mb * mb / bb));
    usual = misfit(slope, offset);
  }
  constexpr double kMostOffset = 0.01;
  const double black = offset / slope / rough_gain;
  if (!(slope > 0.2 && slope < 5) || usual > 0.85 * before || std::abs(offset) < 6 * error ||
      std::abs(black) > kMostOffset) {
    return 0;
  }
  return static_cast<float>(black);
}

void AddOffset(float offset, Pyramid* pyramid) {
  const int add = static_cast<int>(std::lround(offset * kGuideOne));
  for (Image<int16_t>& level : pyramid->level) {
    for (int y = 0; y < level.height(); ++y) {
      int16_t* row = level.row(y);
      for (int x = 0; x < level.width(); ++x) {
        row[x] = static_cast<int16_t>(std::clamp(row[x] + add, -32768, 32767));
      }
    }
  }
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
  const double noise_energy = 4 * g.Variance(x) / (pyramid.bin * pyramid.bin);
  // Detail that drowns in noise cannot be compared: such frames are equally sharp.
  constexpr double kVisible = 0.25;
  const double signal =
      std::max(energy / count / (one * one) - noise_energy, kVisible * noise_energy);
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
