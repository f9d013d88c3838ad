// DNG specification 1.7, chapter 5 "Mapping raw values to linear reference values".
#include "petzval/capture/dng_levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "petzval/base/parallel.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/tag_number.h"

namespace petzval {
namespace {

constexpr int kRowsPerTask = 64;

// Numbers that can be levels of pixels of 16 bits, with room for odd writers; not NaN.
bool IsPlausible(double v) { return std::abs(v) <= 1e6; }
bool AllPlausible(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), IsPlausible);
}

void Linearize(const std::vector<uint16_t>& table, Image<uint16_t>& image) {
  const int last = static_cast<int>(table.size()) - 1;
  const int tasks = (image.height() + kRowsPerTask - 1) / kRowsPerTask;
  ParallelFor(tasks * image.planes(), [&](int i) {
    const int first = i % tasks * kRowsPerTask;
    for (int y = first; y < std::min(first + kRowsPerTask, image.height()); ++y) {
      uint16_t* row = image.row(y, i / tasks);
      for (int x = 0; x < image.width(); ++x) row[x] = table[std::min<int>(row[x], last)];
    }
  });
}

bool IsWhole(double v) { return std::abs(v - std::round(v)) < 1e-6; }

void ReadBlack(const TiffFile& tiff, const TiffIfd& ifd, DngLevels& levels,
               std::vector<std::string>& warnings) {
  const size_t planes = levels.planes;
  const auto dim = tiff.Numbers(ifd, tag::kBlackLevelRepeatDim, 2);
  bool good_repeat = true;
  if (dim.size() == 2) {
    const auto rows = IntWithin(dim[0], 1, 64), cols = IntWithin(dim[1], 1, 64);
    good_repeat = rows && cols;
    levels.repeat_rows = good_repeat ? *rows : 1;
    levels.repeat_cols = good_repeat ? *cols : 1;
  }
  const size_t cells = static_cast<size_t>(levels.repeat_rows) * levels.repeat_cols * planes;
  levels.black = tiff.Numbers(ifd, tag::kBlackLevel, 64 * 64 * 3);
  const bool none = levels.black.empty();
  const size_t stated = levels.black.size();
  if (none) levels.black.assign(cells, 0.0);
  const bool plausible = AllPlausible(levels.black);
  if (good_repeat && plausible && levels.black.size() == cells) return;
  if (good_repeat && plausible) {
    // Writers forget the repeat: one value, one per plane or one per cell of a Bayer square.
    if (stated == 4 && planes == 1 && cells == 1) {
      levels.repeat_rows = levels.repeat_cols = 2;
      return;
    }
    if (stated == 1 || stated == planes) {
      levels.repeat_rows = levels.repeat_cols = 1;
      levels.black.resize(planes, levels.black[0]);
      return;
    }
  }
  std::erase_if(levels.black, [](double v) { return !IsPlausible(v); });
  const double sum = std::accumulate(levels.black.begin(), levels.black.end(), 0.0);
  const double mean = levels.black.empty() ? 0 : sum / static_cast<double>(levels.black.size());
  levels.repeat_rows = levels.repeat_cols = 1;
  levels.black.assign(planes, mean);
  if (none) return;  // a repeat of nothing
  warnings.push_back(
      plausible ? fmt::format("it states {} black levels, which do not fit the picture; their mean "
                              "{:.5g} is used",
                              stated, mean)
                : fmt::format("some of its black levels make no sense; {:.5g} is used", mean));
}

void ReadDelta(const TiffFile& tiff, const TiffIfd& ifd, uint16_t tag, int count, const char* what,
               std::vector<double>& delta, std::vector<std::string>& warnings) {
  if (!ifd.Find(tag)) return;
  delta = tiff.Numbers(ifd, tag, kMaxSide);
  if (delta.size() == static_cast<size_t>(count) && AllPlausible(delta)) return;
  warnings.push_back(fmt::format(
      "the differences of its black level per {} do not fit the picture and are not used", what));
  delta.clear();
}

}  // namespace

Result<DngLevels> ReadDngLevels(const TiffFile& tiff, const TiffIfd& ifd, int planes, int bits,
                                int width, int height, std::vector<std::string>& warnings) {
  DngLevels levels;
  levels.planes = planes;
  if (ifd.Find(tag::kLinearizationTable)) {
    const auto table = tiff.Numbers(ifd, tag::kLinearizationTable, 65536);
    if (table.empty()) {
      return Fail(ErrorCode::kInvalidInput, "its linearisation table cannot be read");
    }
    for (double v : table) levels.linearization.push_back(CodeOf(v));
  }
  ReadBlack(tiff, ifd, levels, warnings);
  ReadDelta(tiff, ifd, tag::kBlackLevelDeltaH, width, "column", levels.delta_h, warnings);
  ReadDelta(tiff, ifd, tag::kBlackLevelDeltaV, height, "row", levels.delta_v, warnings);
  auto white = tiff.Numbers(ifd, tag::kWhiteLevel, 16);
  if (!AllPlausible(white)) white.clear();
  for (int c = 0; c < 3; ++c) {
    const double container =
        levels.linearization.empty()
            ? (1 << bits) - 1
            : *std::max_element(levels.linearization.begin(), levels.linearization.end());
    levels.white[c] = white.empty() ? container : white[std::min<size_t>(c, white.size() - 1)];
  }
  return levels;
}

void ApplyDngLevels(const DngLevels& levels, RawFrame& frame) {
  Image<uint16_t>& image = frame.mosaic;
  if (!levels.linearization.empty()) Linearize(levels.linearization, image);
  const int rows = levels.repeat_rows, cols = levels.repeat_cols, planes = levels.planes;
  const auto black = [&](int x, int y, int c) {
    return levels.black[(size_t(y % rows) * cols + x % cols) * planes + c];
  };
  bool plain = levels.delta_h.empty() && levels.delta_v.empty();
  for (int y = 0; y < rows * 4 && plain; ++y) {
    for (int x = 0; x < cols * 4 && plain; ++x) {
      for (int c = 0; c < planes; ++c) plain = plain && black(x, y, c) == black(x % 4, y % 4, 0);
    }
  }
  if (plain) {
    for (int i = 0; i < 16; ++i) frame.black_dn[i] = static_cast<float>(black(i % 4, i / 4, 0));
    for (int c = 0; c < 3; ++c) frame.white_dn[c] = static_cast<float>(levels.white[c]);
    return;
  }

  // All of the black goes into the pixels: out = (in - black + pedestal) * scale with one pedestal,
  // high enough that no pixel falls below zero.
  const auto range = [](const std::vector<double>& v) {
    if (v.empty()) return std::pair(0.0, 0.0);
    const auto [lo, hi] = std::minmax_element(v.begin(), v.end());
    return std::pair(*lo, *hi);
  };
  const auto [h_lo, h_hi] = range(levels.delta_h);
  const auto [v_lo, v_hi] = range(levels.delta_v);
  const auto [b_lo, b_hi] = range(levels.black);
  const double highest = b_hi + h_hi + v_hi;
  const double pedestal = std::clamp(std::ceil(highest), 0.0, 65535.0);
  double white_max = 1;
  for (int c = 0; c < planes; ++c) white_max = std::max(white_max, levels.white[c]);
  const double top = white_max + pedestal - (b_lo + h_lo + v_lo);
  const auto all_whole = [](const std::vector<double>& v) {
    return std::all_of(v.begin(), v.end(), IsWhole);
  };
  const bool whole =
      all_whole(levels.black) && all_whole(levels.delta_h) && all_whole(levels.delta_v);
  double scale = 1;
  if (top > 65535) {
    scale = 65535 / top;
  } else if (!whole && top > 0) {
    while (scale * 2 * top <= 65535) scale *= 2;
  }
  const int tasks = (image.height() + kRowsPerTask - 1) / kRowsPerTask;
  ParallelFor(tasks * planes, [&](int i) {
    const int c = i / tasks, begin = i % tasks * kRowsPerTask;
    for (int y = begin; y < std::min(begin + kRowsPerTask, image.height()); ++y) {
      uint16_t* row = image.row(y, c);
      const double dv = levels.delta_v.empty() ? 0 : levels.delta_v[y];
      for (int x = 0; x < image.width(); ++x) {
        const double dh = levels.delta_h.empty() ? 0 : levels.delta_h[x];
        const double v = (row[x] - black(x, y, c) - dv - dh + pedestal) * scale;
        row[x] = CodeOf(v);
      }
    }
  });
  frame.black_dn.fill(static_cast<float>(pedestal * scale));
  for (int c = 0; c < 3; ++c) {
    // The specification scales by white minus the highest black, so that a clipped pixel under the
    // highest black still reaches 1.
    double plane_black = -1e300;
    for (int k = 0; k < rows * cols; ++k) {
      plane_black =
          std::max(plane_black, levels.black[size_t(k) * planes + std::min(c, planes - 1)]);
    }
    frame.white_dn[c] =
        static_cast<float>((levels.white[c] - plane_black - h_hi - v_hi + pedestal) * scale);
  }
}

}  // namespace petzval
