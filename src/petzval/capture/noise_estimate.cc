// Blind noise estimate: block statistics, their lower end, a robust line.
#include "petzval/capture/noise_estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"

namespace petzval {
namespace {

constexpr int kSide = 10;  // of a block, in pixels of one CFA position
// A block is flat when the mean variance of the others of its tile is below kOthersCut of what the
// noise alone explains (a little strict: faint texture goes first) and its own below kOwnCut.
constexpr double kOthersCut = 0.95, kOwnCut = 1.8;
// Degrees of freedom of a block's variance: its 64 second differences overlap. The sum of their
// squared correlations is ((1 + 2 (2/3)^2 + 2 (1/6)^2))^2 = 3.78 inside and a little less at the
// rim.
constexpr double kFreedom = 18;
constexpr int kMinBlocks = 60;
// Floors that keep the model usable: a sensor holds fewer than a million electrons, and nothing is
// read without quantisation.
constexpr double kMinS = 1e-6, kMinO = 1e-10;

struct Block {
  double mean = 0, variance = 0;  // of the signal, 1 = white
  int color = 0;
  bool good = false;  // nothing in it is clipped
};

// The blocks of all CFA positions of one place: their noise is independent, their texture is not,
// so that each is judged flat or not by the others, which leaves its own variance unbiased.
struct Tiles {
  std::vector<Block> block;
  int positions = 1;
};

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Wilson and Hilferty (1931): the cube root of chi-square / n is nearly normal.
double ChiSquareRatioQuantile(double z, double n) {
  const double a = 2 / (9 * n);
  return std::pow(std::max(1 - a + z * std::sqrt(a), 0.0), 3);
}
double ChiSquareRatioCdf(double ratio, double n) {
  const double a = 2 / (9 * n);
  return NormalCdf((std::cbrt(ratio) - (1 - a)) / std::sqrt(a));
}
// Mean of chi-square / n among those below `ratio`.
double TruncatedMean(double ratio, double n) {
  return ChiSquareRatioCdf(ratio * n / (n + 2), n + 2) / ChiSquareRatioCdf(ratio, n);
}

// One block of the plane of step `step` that starts at (x, y); false if any of it is clipped.
bool Measure(ImageView<const uint16_t> image, int x, int y, int step, double black, double white,
             int clip, Block& block) {
  int lowest = 65535, highest = 0;
  int64_t sum = 0, squares = 0;
  int across[kSide][kSide - 2];  // second differences along rows
  for (int v = 0; v < kSide; ++v) {
    const uint16_t* row = image.row(y + v * step) + x;
    int line[kSide];
    for (int u = 0; u < kSide; ++u) {
      line[u] = row[u * step];
      lowest = std::min(lowest, line[u]);
      highest = std::max(highest, line[u]);
      sum += line[u];
    }
    for (int u = 0; u < kSide - 2; ++u) across[v][u] = line[u] - 2 * line[u + 1] + line[u + 2];
  }
  if (lowest <= 0 || highest >= clip) return false;
  for (int v = 0; v < kSide - 2; ++v) {
    for (int u = 0; u < kSide - 2; ++u) {
      const int64_t d = across[v][u] - 2 * across[v + 1][u] + across[v + 2][u];
      squares += d * d;
    }
  }
  constexpr double kCount = (kSide - 2) * (kSide - 2);
  const double range = white - black;
  block.mean = (static_cast<double>(sum) / (kSide * kSide) - black) / range;
  block.variance = static_cast<double>(squares) / (36 * kCount) / (range * range);
  return true;
}

Tiles Sample(const RawFrame& frame, int max_blocks) {
  // Monochrome pixels are taken in four phases too.
  const int step = frame.IsLinearRaw() ? 1 : std::max(frame.cfa.size, 2);
  const int side = kSide * step;
  const int across = frame.width() / side, down = frame.height() / side;
  Tiles tiles;
  tiles.positions = frame.IsLinearRaw() ? 3 : step * step;
  if (across < 1 || down < 1) return tiles;
  const int64_t all = int64_t{across} * down;
  const int64_t use = std::min<int64_t>(all, max_blocks / tiles.positions);
  tiles.block.resize(use * tiles.positions);
  constexpr int kTask = 64;
  ParallelFor(static_cast<int>((use + kTask - 1) / kTask), [&](int task) {
    const int64_t end = std::min<int64_t>((task + int64_t{1}) * kTask, use);
    for (int64_t i = int64_t{task} * kTask; i < end; ++i) {
      // Every n-th tile; a golden-ratio shift per row breaks the columns that a plain stride makes.
      const int64_t t = i * all / use;
      const int ty = static_cast<int>(t / across);
      const int tx = static_cast<int>((t % across + int64_t(ty * 0.6180339887 * across)) % across);
      for (int p = 0; p < tiles.positions; ++p) {
        const bool linear = frame.IsLinearRaw();
        const int dx = linear ? 0 : p % step, dy = linear ? 0 : p / step;
        const int x = tx * side + dx, y = ty * side + dy;
        Block& block = tiles.block[i * tiles.positions + p];
        const CfaColor color = frame.cfa.At(dx, dy);
        block.color = linear ? p : color == CfaColor::kMono ? 1 : static_cast<int>(color);
        const double white = frame.white_dn[block.color], black = frame.BlackAt(x, y);
        const int clip = static_cast<int>(black + 0.97 * (white - black));
        block.good =
            Measure(frame.mosaic.plane(linear ? p : 0), x, y, step, black, white, clip, block);
      }
    }
  });
  return tiles;
}

// Lower-quantile line: bins of equal count by mean, each with the variance that its 15 % lowest
// would have if they were all flat.
NoiseLine FirstGuess(std::vector<const Block*>& by_mean) {
  std::sort(by_mean.begin(), by_mean.end(),
            [](const Block* a, const Block* b) { return a->mean < b->mean; });
  constexpr double kQuantile = 0.15, kQuantileZ = -1.0364;
  const double correction = ChiSquareRatioQuantile(kQuantileZ, kFreedom);
  const size_t bins = std::clamp<size_t>(by_mean.size() / 40, 1, 24);
  std::vector<std::pair<double, double>> point;
  std::vector<double> variances;
  for (size_t b = 0; b < bins; ++b) {
    const size_t first = b * by_mean.size() / bins, last = (b + 1) * by_mean.size() / bins;
    variances.clear();
    double mean = 0;
    for (size_t i = first; i < last; ++i) {
      variances.push_back(by_mean[i]->variance);
      mean += by_mean[i]->mean;
    }
    const size_t k = static_cast<size_t>(kQuantile * variances.size());
    std::nth_element(variances.begin(), variances.begin() + k, variances.end());
    point.emplace_back(mean / (last - first), variances[k] / correction);
  }
  // Texture only adds: of all lines through two bins, the one with the least absolute relative
  // deviation (24 bins, 276 lines).
  NoiseLine best{kMinS, kMinO};
  double best_cost = 1e300;
  const auto consider = [&](NoiseLine line) {
    line = {std::max(line.s, kMinS), std::max(line.o, kMinO)};
    double cost = 0;
    for (const auto& [m, v] : point) {
      cost += std::min(std::abs(std::log((v + 1e-12) / line.Variance(m))), 1.5);
    }
    if (cost < best_cost) {
      best_cost = cost;
      best = line;
    }
  };
  for (size_t i = 0; i < point.size(); ++i) {
    const auto [m, v] = point[i];
    consider({kMinS, v});
    if (m > 0) consider({v / m, kMinO});
    for (size_t j = i + 1; j < point.size(); ++j) {
      const auto [m2, v2] = point[j];
      if (m2 - m < 1e-6) continue;
      const double s = (v2 - v) / (m2 - m);
      consider({s, v - s * m});
    }
  }
  return best;
}

// Calls f(block) for each block of colour `color` (-1: any) that `line` holds for flat by the other
// blocks of its tile.
template <class F>
void ForFlatBlocks(const Tiles& tiles, const NoiseLine& line, int color, F f) {
  for (size_t first = 0; first < tiles.block.size(); first += tiles.positions) {
    double sum = 0;
    int count = 0;
    for (int p = 0; p < tiles.positions; ++p) {
      const Block& b = tiles.block[first + p];
      if (!b.good) continue;
      sum += std::min(b.variance / line.Variance(b.mean), 10.0);
      ++count;
    }
    if (count < 2) continue;
    for (int p = 0; p < tiles.positions; ++p) {
      const Block& b = tiles.block[first + p];
      if (!b.good || (color >= 0 && b.color != color)) continue;
      const double own = b.variance / line.Variance(b.mean);
      if (own > kOwnCut || (sum - std::min(own, 10.0)) / (count - 1) > kOthersCut) continue;
      f(b);
    }
  }
}

// Weighted least squares of variance on mean over the blocks that are flat by the line so far.
NoiseLine Refine(const Tiles& tiles, NoiseLine line, int color, double floor, int& used) {
  const double correction = TruncatedMean(kOwnCut, kFreedom);
  for (int pass = 0; pass < 12; ++pass) {
    double w = 0, wm = 0, wmm = 0, wv = 0, wmv = 0;
    used = 0;
    ForFlatBlocks(tiles, line, color, [&](const Block& b) {
      const double expected = line.Variance(b.mean);
      const double weight = 1 / (expected * expected), m = std::max(b.mean, 0.0);
      const double v = b.variance / correction;
      w += weight;
      wm += weight * m;
      wmm += weight * m * m;
      wv += weight * v;
      wmv += weight * m * v;
      ++used;
    });
    if (used < 8) break;
    const double determinant = w * wmm - wm * wm;
    NoiseLine next = line;
    if (determinant > 1e-9 * w * wmm) {
      next.s = (w * wmv - wm * wv) / determinant;
      next.o = (wmm * wv - wm * wmv) / determinant;
    } else {  // one brightness only: keep the proportion, move the level
      const double level = (wv / w) / line.Variance(wm / w);
      next = {line.s * level, line.o * level};
    }
    // A slope that the spread of brightness cannot resolve: one standard error of it, at most half
    // of the variance, rather than the claim that there is no shot noise at all.
    const double mean = wm / w, spread = std::sqrt(std::max(wmm - wm * mean, 0.0));
    const double error = spread > 0 ? std::sqrt(2 / kFreedom) / spread : 1.0;
    if (next.s < error) {
      next.s = std::max(kMinS, std::min(error, 0.5 * (wv / w) / std::max(mean, 1e-9)));
      next.o = wv / w - next.s * mean;
    }
    if (next.o < floor) next = {wmm > 0 ? std::max((wmv - floor * wm) / wmm, kMinS) : kMinS, floor};
    const bool settled =
        std::abs(next.s - line.s) < 1e-3 * line.s && std::abs(next.o - line.o) < 1e-3 * line.o;
    line = next;
    if (settled) break;
  }
  return line;
}

}  // namespace

NoiseEstimate EstimateNoise(const RawFrame& frame, int max_blocks) {
  NoiseEstimate estimate;
  const Tiles tiles = Sample(frame, max_blocks);
  const double range = std::max(1.0, double(frame.white_dn[1]) - frame.black_dn[0]);
  const double floor = std::max(kMinO, 1.0 / 12 / (range * range));  // rounding to whole DN
  std::vector<const Block*> all;
  all.reserve(tiles.block.size());
  for (const Block& b : tiles.block) {
    if (b.good) all.push_back(&b);
  }
  if (all.size() < kMinBlocks) {
    // Nothing to measure (tiny or clipped all over): a plausible sensor at moderate gain.
    estimate.model.plane.fill({5e-4, std::max(floor, 1e-5)});
    return estimate;
  }
  // The colours of one sensor share gain and readout, so one line serves all unless a colour says
  // otherwise: then it has been scaled before storing.
  const NoiseLine pooled = Refine(tiles, FirstGuess(all), -1, floor, estimate.blocks);
  estimate.model.plane.fill(pooled);
  std::vector<double> means;
  ForFlatBlocks(tiles, pooled, -1, [&](const Block& b) { means.push_back(b.mean); });
  if (!means.empty()) {
    std::sort(means.begin(), means.end());
    estimate.signal_low = means[means.size() / 20];
    estimate.signal_high = means[means.size() * 19 / 20];
  }
  estimate.reliable = estimate.blocks >= kMinBlocks;
  for (int c = 0; c < 3; ++c) {
    std::vector<const Block*> own;
    double mean = 0;
    for (const Block* b : all) {
      if (b->color == c) own.push_back(b);
    }
    if (own.size() < 4 * kMinBlocks) continue;
    int used = 0;
    const NoiseLine line = Refine(tiles, FirstGuess(own), c, floor, used);
    if (used < 2 * kMinBlocks) continue;
    ForFlatBlocks(tiles, line, c, [&](const Block& b) { mean += std::max(b.mean, 0.0) / used; });
    const double ratio = line.Variance(mean) / pooled.Variance(mean);
    if (ratio < 0.6 || ratio > 1.7) estimate.model.plane[c] = line;
  }
  return estimate;
}

}  // namespace petzval
