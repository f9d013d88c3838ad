// Histogram evidence for and against the levels that a file states.
#include "petzval/capture/level_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/capture/tag_number.h"

namespace petzval {
namespace {

constexpr int64_t kWantedPixels = 1 << 20;
// A pile-up this close to the white level (relative to the range) confirms it.
constexpr double kNearWhite = 0.01;
// Share of pixels beyond a level that hot or dead pixels do not explain.
constexpr double kBeyondWhite = 1e-3, kBelowBlack = 1e-2;
// Bits of the codes that sensors deliver.
constexpr int kSensorBits[] = {10, 12, 14};
// A white level above this is that of a sensor of 16 bits, or of the words that hold fewer.
constexpr double kMostCertainWhite = 1 << 14;
// The pedestal of sensors is 1/8 to 1/64 of their range, or nothing at all when it was taken off.
constexpr double kLeastPedestal = 1.0 / 200, kMostPedestal = 1.0 / 10;
// Without a pedestal only a picture as dark as this share of the stated white speaks against it.
constexpr double kDarkest = 1.0 / 64;
// A correction of the white level by this much, in EV, is not one of the rendering that the writer
// saw, unless his exposure offset makes up for this share of it.
constexpr double kWrongScale = -2, kMadeUpFor = 0.5;

int64_t CountAbove(const ValueHistogram& h, int value) {
  int64_t n = 0;
  for (int v = std::max(value + 1, 0); v <= 65535; ++v) n += h.count[v];
  return n;
}
int64_t CountIn(const ValueHistogram& h, int first, int last) {
  int64_t n = 0;
  for (int v = std::max(first, 0); v <= std::min(last, 65535); ++v) n += h.count[v];
  return n;
}

float Highest(const std::array<float, 16>& black) {
  return *std::max_element(black.begin(), black.end());
}

void SetWhite(double white, RawFrame& frame) {
  const double black = Highest(frame.black_dn);
  const double old_range = frame.white_dn[1] - black;
  frame.white_dn.fill(static_cast<float>(white));
  const double change = std::log2((white - black) / old_range);
  if (change > kWrongScale || frame.baseline_exposure_ev >= -kMadeUpFor * change) {
    frame.baseline_exposure_ev += change;
  }
}

// The bits of the pixels when the stated white level is that of larger words; 0 when it may be
// true. `top`: the brightest value; `bits`: of the codes in the file.
int BitsBelow(double white, double black, int top, int bits) {
  // No code can come near: certain, however dark the scene is.
  const int reach = (1 << bits) - 1;
  if (bits < 16 && white > 2.0 * reach && top <= reach && black < 0.5 * reach) return bits;
  // Words of 16 bits with less in them. A dark scene alone proves nothing, a pedestal that is far
  // too low for the stated range does: it is one of a sensor of fewer bits.
  if (white <= kMostCertainWhite) return 0;
  const bool low_pedestal = black > 0 && black < kLeastPedestal * white;
  if (top >= (low_pedestal ? 0.25 : kDarkest) * white) return 0;
  for (int n : kSensorBits) {
    const int most = (1 << n) - 1;
    if (top <= most && black <= kMostPedestal * most) return n;
  }
  return 0;
}

// White levels: a pile-up tells the true one; without one, pixels beyond the stated level or a
// stated level far beyond everything do.
bool CheckWhite(const std::array<ValueHistogram, 3>& histogram, const NoiseModel& noise, int bits,
                RawFrame& frame) {
  const double black = Highest(frame.black_dn);
  const double white = *std::max_element(frame.white_dn.begin(), frame.white_dn.end());
  const double lowest_white = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  std::vector<int> levels;
  bool trusted = false;
  int top = 0;
  int64_t total = 0, beyond = 0;
  for (int c = 0; c < 3; ++c) {
    const ValueHistogram& h = histogram[c];
    if (h.total == 0) continue;
    top = std::max(top, h.Top());
    total += h.total;
    beyond += CountAbove(h, static_cast<int>(white + 0.02 * (white - black)));
    const double range = frame.white_dn[c] - black;
    const double x = (h.Top() - black) / range;
    const auto pile = FindPileUp(h, black, noise.plane[c].Sigma(x) * range);
    if (!pile) continue;
    levels.push_back(pile->level);
    trusted = trusted || pile->trusted;
  }
  // Colours that clip do so at the same value, whereas a bright wall differs between them.
  bool agree = false;
  for (size_t i = 0; i + 1 < levels.size(); ++i) {
    agree = agree || std::abs(levels[i] - levels[i + 1]) <= kNearWhite * (levels[i] - black);
  }
  if (!levels.empty() && (agree || trusted)) {
    const int level = *std::max_element(levels.begin(), levels.end());
    if (std::abs(level - white) <= kNearWhite * (white - black) ||
        (level > lowest_white && level < white)) {
      return false;
    }
    if (level > black + 0.02 * (white - black) || level > white) {
      frame.warnings.push_back(
          fmt::format("the white level {} does not fit the pixels, which clip at {}; {} is used",
                      white, level, level));
      SetWhite(level, frame);
      return true;
    }
  }
  if (static_cast<double>(beyond) > kBeyondWhite * static_cast<double>(total)) {
    frame.warnings.push_back(
        fmt::format("{:.1f} % of the pixels are above the white level {}; the brightest value {} "
                    "is used instead",
                    100.0 * static_cast<double>(beyond) / static_cast<double>(total), white, top));
    SetWhite(top, frame);
    return true;
  }
  if (const int n = BitsBelow(white, black, top, bits); n > 0) {
    const int guess = (1 << n) - 1;
    frame.warnings.push_back(fmt::format(
        "the white level {} is beyond what the pixels can be, of which none exceeds {}; {} ({} "
        "bits) is assumed",
        white, top, guess, n));
    SetWhite(guess, frame);
    return true;
  }
  return false;
}

// A black level above what the darkest pixels show, noise allowed for.
bool CheckBlack(const std::array<ValueHistogram, 3>& histogram, const NoiseModel& noise,
                RawFrame& frame) {
  const double black = *std::min_element(frame.black_dn.begin(), frame.black_dn.end());
  const double range = frame.white_dn[1] - Highest(frame.black_dn);
  const double sigma = std::sqrt(noise.plane[1].o) * range;
  double share = 0;
  int darkest = 65535;
  for (const ValueHistogram& h : histogram) {
    if (h.total == 0) continue;
    const int limit = IntWithin(std::floor(black - 5 * sigma - 1), -1, 1 << 20).value_or(-1);
    share = std::max(share, double(CountIn(h, 0, limit)) / double(h.total));
    darkest = std::min(darkest, h.Quantile(1e-3));
  }
  if (share < kBelowBlack) return false;
  // A thousandth of the pixels lies about three sigma below the black of the darkest places.
  const double estimate = std::max(0.0, std::min(darkest + 3 * sigma, black));
  frame.warnings.push_back(
      fmt::format("{:.1f} % of the pixels are below the black level {}; {:.0f} is used instead",
                  100 * share, black, estimate));
  for (float& b : frame.black_dn) b = static_cast<float>(b - black + estimate);
  return true;
}

}  // namespace

int ValueHistogram::Quantile(double share) const {
  const double wanted = share * static_cast<double>(total);
  int64_t n = 0;
  for (int v = 0; v < 65536; ++v) {
    n += count[v];
    if (static_cast<double>(n) >= wanted && n > 0) return v;
  }
  return 65535;
}

int ValueHistogram::Top() const {
  const int64_t few = std::max<int64_t>(3, total / 200'000);
  int64_t n = 0;
  for (int v = 65535; v > 0; --v) {
    n += count[v];
    if (n > few) return v;
  }
  return 0;
}

std::array<ValueHistogram, 3> CountValues(const RawFrame& frame) {
  std::array<ValueHistogram, 3> histogram;
  const int width = frame.width(), height = frame.height();
  // Groups of four rows keep every phase of any CFA.
  const int64_t group = int64_t{4} * width * frame.mosaic.planes();
  const int groups = std::max(1, static_cast<int>(kWantedPixels / std::max<int64_t>(group, 1)));
  const int stride = std::max(4, height / groups / 4 * 4);
  for (int c = 0; c < frame.mosaic.planes(); ++c) {
    for (int y = 0; y < height; ++y) {
      if (y % stride >= 4) {
        y += stride - 5;  // to the row before the next group
        continue;
      }
      const uint16_t* row = frame.mosaic.row(y, c);
      uint32_t* of_column[4];
      for (int x = 0; x < 4; ++x) {
        const CfaColor color = frame.cfa.At(x, y);
        const int k = frame.IsLinearRaw() ? c : color == CfaColor::kMono ? 1 : int(color);
        of_column[x] = histogram[k].count.data();
      }
      for (int x = 0; x < width; ++x) ++of_column[x & 3][row[x]];
    }
  }
  for (ValueHistogram& h : histogram) {
    for (uint32_t n : h.count) h.total += n;
  }
  return histogram;
}

std::optional<PileUp> FindPileUp(const ValueHistogram& h, double black, double sigma_dn) {
  const int top = h.Top();
  if (top <= black) return std::nullopt;
  // Bands of 0.4 % of the range, or of one step where only every n-th value occurs (stretched or
  // shifted codes, frames of few values): the mean distance of the values in the upper fifth.
  const int fifth = std::max(1, static_cast<int>(0.2 * (top - black)));
  int distinct = 0;
  for (int v = std::max(top - fifth, 0); v < top; ++v) distinct += h.count[v] > 0;
  const double step = static_cast<double>(fifth) / std::max(distinct, 1);
  const int band = static_cast<int>(std::ceil(std::max({1.0, 0.004 * (top - black), step - 0.5})));
  const int64_t at_top = CountIn(h, top - band + 1, 65535);
  if (at_top < std::max<int64_t>(40, h.total / 50'000)) return std::nullopt;
  // The first band below may hold the foot of the peak.
  int64_t below = 0;
  for (int k = 2; k <= 10; ++k) {
    below = std::max(below, CountIn(h, top - (k + 1) * band + 1, top - k * band));
  }
  const int64_t beside = CountIn(h, top - 2 * band + 1, top - band);
  if (at_top < 4 * below || at_top < 2 * beside) return std::nullopt;
  PileUp pile;
  int64_t most = 0;
  for (int v = top - band + 1; v <= std::min(top + band, 65535); ++v) {
    if (h.count[v] > most) {
      most = h.count[v];
      pile.level = v;
    }
  }
  pile.trusted = band <= 0.7 * sigma_dn;
  return pile;
}

bool CheckLevels(const NoiseModel& noise, int bits, RawFrame& frame) {
  const auto histogram = CountValues(frame);
  const bool white = CheckWhite(histogram, noise, bits, frame);
  const bool black = CheckBlack(histogram, noise, frame);
  return white || black;
}

}  // namespace petzval
