// Local tone mapping: a smooth gain for every place and luminance, from the proxy.
#include "petzval/look/local_tone.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <vector>

#include "look_collapse.h"
#include "look_fit.h"
#include "look_reduce.h"
#include "look_remap.h"
#include "petzval/base/parallel.h"
#include "petzval/look/render_tables.h"

namespace petzval {
namespace {

// Contrast below about twice this is detail, above it is light and shade.
constexpr float kSigmaEv = 0.45f;
// Reference levels this far apart: one sigma, as Aubry et al. recommend.
constexpr float kStepEv = 0.45f;
// The pyramid ends when the shorter side is this small.
constexpr int kSmallestSide = 4;
// So many levels of the pyramid hold detail; coarser ones follow the target curve alone: what is
// larger is light and shade, and boosting it would brighten a sky along a roof.
constexpr int kDetailLevels = 3;
// Contrast of the guide that counts as an edge.
constexpr float kEdgeVariance = 0.02f;

Image<float> Halve(const Image<float>& in) {
  Image<float> out((in.width() + 1) / 2, (in.height() + 1) / 2, in.planes());
  auto from = ToHalide(in);
  auto to = ToHalide(out);
  [[maybe_unused]] const int error = look_reduce(from, to);
  assert(error == 0);
  return out;
}

// Mean of 2x2 pixels: unlike the pyramid's filter it carries no light across an edge.
Image<float> BoxHalve(const Image<float>& in) {
  Image<float> out((in.width() + 1) / 2, (in.height() + 1) / 2);
  ParallelFor(out.height(), [&](int y) {
    const float* above = in.row(2 * y);
    const float* below = in.row(std::min(2 * y + 1, in.height() - 1));
    float* to = out.row(y);
    for (int x = 0; x < in.width() / 2; ++x) {
      to[x] = 0.25f * ((above[2 * x] + above[2 * x + 1]) + (below[2 * x] + below[2 * x + 1]));
    }
    if (in.width() % 2)
      to[out.width() - 1] = 0.5f * (above[in.width() - 1] + below[in.width() - 1]);
  });
  return out;
}

}  // namespace

Image<float> LogLuminance(const Image<float>& proxy, int max_side) {
  Image<float> level(proxy.width(), proxy.height());
  ParallelFor(proxy.height(), [&](int y) {
    const float* r = proxy.row(y, 0);
    const float* g = proxy.row(y, 1);
    const float* b = proxy.row(y, 2);
    float* out = level.row(y);
    for (int x = 0; x < proxy.width(); ++x) {
      const float luminance = 0.2627f * r[x] + 0.6780f * g[x] + 0.0593f * b[x];
      // A comparison that is false for NaN; infinity ends at a large number.
      out[x] = luminance > 0 ? std::min(luminance, 1e6f) : 0.0f;
    }
  });
  while (std::max(level.width(), level.height()) > max_side) level = BoxHalve(level);
  const float least = std::exp2(kDarkestLevel);
  ParallelFor(level.height(), [&](int y) {
    float* out = level.row(y);
    for (int x = 0; x < level.width(); ++x) out[x] = std::log2(std::max(out[x], least));
  });
  return level;
}

Image<float> MapLocalTone(const Image<float>& level, const TonePlan& plan, double local_contrast) {
  // Step 1: target curve, and the reference levels that cover the picture.
  const float to_grey = static_cast<float>(-std::log2(plan.mid_grey));
  Image<float> target(level.width(), level.height());
  std::vector<float> low(level.height()), high(level.height());
  ParallelFor(level.height(), [&](int y) {
    const float* in = level.row(y);
    float* out = target.row(y);
    low[y] = high[y] = in[0];
    for (int x = 0; x < level.width(); ++x) {
      out[x] = static_cast<float>(plan.Target(in[x] + to_grey)) - to_grey;
      low[y] = std::min(low[y], in[x]);
      high[y] = std::max(high[y], in[x]);
    }
  });
  const float first = *std::min_element(low.begin(), low.end());
  const float last = *std::max_element(high.begin(), high.end());
  const int references = std::max(2, static_cast<int>(std::ceil((last - first) / kStepEv)) + 1);
  std::vector<float> boost(references);
  for (int j = 0; j < references; ++j) {
    const double slope = plan.TargetSlope(first + j * kStepEv + to_grey);
    // Full compensation of the target's slope, and the look's own contrast. The remapped curve must
    // rise everywhere: the bump falls at most exp(-3/2) * 2 = 0.446 times as steeply as it rises.
    boost[j] = static_cast<float>(std::min(1 - slope + local_contrast, 0.9 * slope / 0.446));
  }

  // Step 2: pyramids of the input and of every remapped picture.
  std::vector<Image<float>> input, remapped;
  input.push_back(level.Clone());
  remapped.emplace_back(level.width(), level.height(), references);
  {
    auto in = ToHalide(level.view());
    auto goal = ToHalide(target.view());
    Halide::Runtime::Buffer<float, 1> amount(boost.data(), references);
    auto out = ToHalide(remapped.back());
    [[maybe_unused]] const int error =
        look_remap(in, goal, amount, first, kStepEv, 1 / (2 * kSigmaEv * kSigmaEv), out);
    assert(error == 0);
  }
  std::vector<Image<float>> targets;
  targets.push_back(std::move(target));
  while (std::min(input.back().width(), input.back().height()) > kSmallestSide) {
    input.push_back(Halve(input.back()));
    targets.push_back(Halve(targets.back()));
    if (remapped.size() <= kDetailLevels) remapped.push_back(Halve(remapped.back()));
  }

  // Step 3: the coarsest level is that of the target itself, and so is the detail of coarse levels;
  // finer ones take theirs from the remapped pictures.
  Image<float> result = targets.back().Clone();
  for (int i = static_cast<int>(input.size()) - 2; i >= 0; --i) {
    const auto& pyramid = i + 1 < static_cast<int>(remapped.size()) ? remapped : targets;
    Image<float> finer(input[i].width(), input[i].height());
    auto at = ToHalide(input[i]);
    auto fine = ToHalide(pyramid[i]);
    auto coarse = ToHalide(pyramid[i + 1]);
    auto below = ToHalide(result);
    auto out = ToHalide(finer);
    [[maybe_unused]] const int error = look_collapse(at, fine, coarse, below, first, kStepEv, out);
    assert(error == 0);
    result = std::move(finer);
  }
  return result;
}

Image<float> FitLocalGain(const Image<float>& level, const Image<float>& mapped) {
  Image<float> gain(level.width(), level.height());
  ParallelFor(level.height(), [&](int y) {
    for (int x = 0; x < level.width(); ++x) gain.At(x, y) = mapped.At(x, y) - level.At(x, y);
  });
  Image<float> line(level.width(), level.height(), 2);
  auto guide = ToHalide(level.view());
  auto goal = ToHalide(gain.view());
  auto out = ToHalide(line);
  [[maybe_unused]] const int error = look_fit(guide, goal, kEdgeVariance, out);
  assert(error == 0);
  return line;
}

void AddTexture(const Image<float>& level, double amount, Image<float>* gain) {
  if (amount == 0) return;
  constexpr float kLargest = 0.5f;
  constexpr float kEdge = 0.5f * 0.5f;        // variance of an edge, EV^2
  constexpr float kDarkest = -9, kDark = -6;  // log2 of exposed luminance
  constexpr float kWeight[5] = {1 / 16.0f, 4 / 16.0f, 6 / 16.0f, 4 / 16.0f, 1 / 16.0f};
  const int width = level.width(), height = level.height();
  const float strength = kLargest * static_cast<float>(amount);
  ParallelFor(height, [&](int y) {
    // Mean and mean square of five rows, then of five columns.
    std::vector<float> mean(width), square(width);
    for (int j = 0; j < 5; ++j) {
      const float* row = level.row(std::clamp(y + j - 2, 0, height - 1));
      for (int x = 0; x < width; ++x) {
        mean[x] += kWeight[j] * row[x];
        square[x] += kWeight[j] * row[x] * row[x];
      }
    }
    for (int x = 0; x < width; ++x) {
      float m = 0, m2 = 0;
      for (int i = 0; i < 5; ++i) {
        const int at = std::clamp(x + i - 2, 0, width - 1);
        m += kWeight[i] * mean[at];
        m2 += kWeight[i] * square[at];
      }
      const float variance = std::max(m2 - m * m, 0.0f);
      const float seen = std::clamp((m - kDarkest) / (kDark - kDarkest), 0.0f, 1.0f);
      const float slope = strength * seen * kEdge / (kEdge + variance);
      gain->At(x, y, 0) += slope;
      gain->At(x, y, 1) -= slope * m;
    }
  });
}

}  // namespace petzval
