// Blind noise estimate: block statistics, their lower end, a robust line.
#include "petzval/capture/noise_estimate.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
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
constexpr size_t kBlocksPerBin = 60, kMaxBins = 12;  // per colour
constexpr int kMinPerBin = 6;                        // flat ones
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

// Blocks of one colour and about one brightness.
struct Bin {
  int color = 0;
  int used = 0;                   // flat blocks
  double mean = 0, variance = 0;  // of those
};

// Sorts the good blocks of each colour into bins of equal count by mean; `bin_of` gets the bin of
// each block. A bin starts with the variance that its 15 % quietest blocks would have if they all
// were flat.
std::vector<Bin> MakeBins(const Tiles& tiles, std::vector<int>& bin_of) {
  constexpr double kQuantile = 0.15, kQuantileZ = -1.0364;
  const double correction = ChiSquareRatioQuantile(kQuantileZ, kFreedom);
  bin_of.assign(tiles.block.size(), -1);
  std::vector<Bin> bins;
  for (int c = 0; c < 3; ++c) {
    std::vector<int> own;
    for (size_t i = 0; i < tiles.block.size(); ++i) {
      if (tiles.block[i].good && tiles.block[i].color == c) own.push_back(static_cast<int>(i));
    }
    // Ties by index: the order is the same everywhere.
    std::sort(own.begin(), own.end(), [&](int a, int b) {
      return std::pair(tiles.block[a].mean, a) < std::pair(tiles.block[b].mean, b);
    });
    const size_t count = std::min<size_t>(own.size() / kBlocksPerBin, kMaxBins);
    for (size_t k = 0; k < count; ++k) {
      const size_t first = k * own.size() / count, last = (k + 1) * own.size() / count;
      std::vector<double> variances;
      for (size_t i = first; i < last; ++i) {
        bin_of[own[i]] = static_cast<int>(bins.size());
        variances.push_back(tiles.block[own[i]].variance);
      }
      const size_t low = static_cast<size_t>(kQuantile * static_cast<double>(variances.size()));
      std::nth_element(variances.begin(), variances.begin() + low, variances.end());
      Bin bin;
      bin.color = c;
      bin.variance = std::max(variances[low] / correction, kMinO);
      bins.push_back(bin);
    }
  }
  return bins;
}

// Moves the variance of each bin to that of its flat blocks, where those are chosen by the other
// blocks of their tiles, until it settles. Every brightness is judged by itself, so that no line,
// right or wrong, decides what is looked at.
void SettleBins(const Tiles& tiles, const std::vector<int>& bin_of, std::vector<Bin>& bins) {
  constexpr double kMost = 10;  // one speck of dust does not speak for the others
  const double correction = TruncatedMean(kOwnCut, kFreedom);
  struct Sum {
    double mean = 0, variance = 0;
    int count = 0;
  };
  for (int pass = 0; pass < 8; ++pass) {
    std::vector<Sum> sums(bins.size());
    const auto ratio = [&](size_t i) { return tiles.block[i].variance / bins[bin_of[i]].variance; };
    for (size_t first = 0; first < tiles.block.size(); first += tiles.positions) {
      double all = 0;
      int count = 0;
      for (size_t i = first; i < first + tiles.positions; ++i) {
        if (bin_of[i] < 0) continue;
        all += std::min(ratio(i), kMost);
        ++count;
      }
      if (count < 2) continue;
      for (size_t i = first; i < first + tiles.positions; ++i) {
        if (bin_of[i] < 0) continue;
        const double own = ratio(i);
        if (own > kOwnCut || (all - std::min(own, kMost)) / (count - 1) > kOthersCut) continue;
        Sum& sum = sums[bin_of[i]];
        sum.mean += tiles.block[i].mean;
        sum.variance += tiles.block[i].variance;
        ++sum.count;
      }
    }
    for (size_t k = 0; k < bins.size(); ++k) {
      bins[k].used = sums[k].count;
      if (sums[k].count < kMinPerBin) continue;
      bins[k].mean = std::max(sums[k].mean / sums[k].count, 0.0);
      bins[k].variance = std::max(sums[k].variance / sums[k].count / correction, kMinO);
    }
  }
  std::erase_if(bins, [](const Bin& b) { return b.used < kMinPerBin; });
}

// Of all lines through two bins, the one with the least absolute deviation of logarithms.
NoiseLine FirstLine(const std::vector<Bin>& bins) {
  NoiseLine best{kMinS, kMinO};
  double best_cost = 1e300;
  const auto consider = [&](NoiseLine line) {
    line = {std::max(line.s, kMinS), std::max(line.o, kMinO)};
    double cost = 0;
    for (const Bin& b : bins) {
      cost += b.used * std::min(std::abs(std::log(b.variance / line.Variance(b.mean))), 1.5);
    }
    if (cost < best_cost) {
      best_cost = cost;
      best = line;
    }
  };
  for (size_t i = 0; i < bins.size(); ++i) {
    consider({kMinS, bins[i].variance});
    if (bins[i].mean > 0) consider({bins[i].variance / bins[i].mean, kMinO});
    for (size_t j = i + 1; j < bins.size(); ++j) {
      const double apart = bins[j].mean - bins[i].mean;
      if (std::abs(apart) < 1e-6) continue;
      const double s = (bins[j].variance - bins[i].variance) / apart;
      consider({s, bins[i].variance - s * bins[i].mean});
    }
  }
  return best;
}

// Weighted least squares from there, with less weight for bins that stay off the line (texture that
// never left them, in-camera smoothing of the shadows).
NoiseLine FitLine(const std::vector<Bin>& bins, double floor) {
  constexpr double kHuber = 0.15;  // relative
  NoiseLine line = FirstLine(bins);
  for (int pass = 0; pass < 12; ++pass) {
    double w = 0, wm = 0, wmm = 0, wv = 0, wmv = 0;
    for (const Bin& b : bins) {
      const double expected = line.Variance(b.mean);
      const double off = std::abs(b.variance / expected - 1);
      const double weight =
          b.used / (expected * expected) * std::min(1.0, kHuber / std::max(off, 1e-9));
      w += weight;
      wm += weight * b.mean;
      wmm += weight * b.mean * b.mean;
      wv += weight * b.variance;
      wmv += weight * b.mean * b.variance;
    }
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
    line = next;
  }
  return line;
}

}  // namespace

NoiseEstimate EstimateNoise(const RawFrame& frame, int max_blocks) {
  NoiseEstimate estimate;
  const Tiles tiles = Sample(frame, max_blocks);
  const double range = std::max(1.0, double(frame.white_dn[1]) - frame.black_dn[0]);
  const double floor = std::max(kMinO, 1.0 / 12 / (range * range));  // rounding to whole DN
  std::vector<int> bin_of;
  std::vector<Bin> bins = MakeBins(tiles, bin_of);
  SettleBins(tiles, bin_of, bins);
  for (const Bin& b : bins) estimate.blocks += b.used;
  estimate.reliable = estimate.blocks >= kMinBlocks;
  if (!estimate.reliable) {
    // Nothing to measure (tiny or clipped all over): a plausible sensor at moderate gain.
    estimate.model.plane.fill({5e-4, std::max(floor, 1e-5)});
    return estimate;
  }
  std::sort(bins.begin(), bins.end(), [](const Bin& a, const Bin& b) { return a.mean < b.mean; });
  estimate.signal_low = bins.front().mean;
  estimate.signal_high = bins.back().mean;

  // The colours of one sensor share gain and readout, so one line serves all unless a colour says
  // otherwise: then it has been scaled before storing, and each gets its own.
  estimate.model.plane.fill(FitLine(bins, floor));
  const NoiseLine common = estimate.model.plane[0];
  NoiseModel apart = estimate.model;
  bool differ = false;
  for (int c = 0; c < 3; ++c) {
    std::vector<Bin> own;
    std::copy_if(bins.begin(), bins.end(), std::back_inserter(own),
                 [&](const Bin& b) { return b.color == c; });
    if (own.size() < 2) continue;
    apart.plane[c] = FitLine(own, floor);
    double log_ratio = 0, weight = 0;
    for (const Bin& b : own) {
      log_ratio += b.used * std::log(apart.plane[c].Variance(b.mean) / common.Variance(b.mean));
      weight += b.used;
    }
    differ = differ || std::abs(log_ratio / weight) > 0.4;
  }
  if (differ) estimate.model = apart;
  return estimate;
}

}  // namespace petzval
