// Difference maps as pictures, and where they are strongest.
#include "petzval/measure/compare/page_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "petzval/base/parallel.h"

namespace petzval::measure {
namespace {

using Rgb = std::array<int, 3>;
// Evenly spaced stops; L* 0, 16, 33, 51, 72, 98.
constexpr Rgb kRamp[] = {{0, 0, 0},     {58, 15, 96},   {137, 34, 106},
                         {214, 69, 81}, {251, 150, 66}, {252, 251, 190}};
constexpr int kStops = sizeof kRamp / sizeof kRamp[0];

Rgb Ramp(double t) {
  const double at = std::clamp(t, 0.0, 1.0) * (kStops - 1);
  const int i = std::min(static_cast<int>(at), kStops - 2);
  Rgb v;
  for (int c = 0; c < 3; ++c) {
    v[c] = static_cast<int>(kRamp[i][c] + (at - i) * (kRamp[i + 1][c] - kRamp[i][c]) + 0.5);
  }
  return v;
}

double MeanIn(const Image<uint16_t>& map, const Rect& r) {
  uint64_t sum = 0;
  for (int y = r.y; y < r.y + r.height; ++y) {
    const uint16_t* row = map.row(y) + r.x;
    for (int x = 0; x < r.width; ++x) sum += row[x];
  }
  return static_cast<double>(sum) / (static_cast<double>(r.width) * r.height);
}

// Starts of windows that cover `length` with steps of half a window; the last one ends with it.
std::vector<int> Starts(int length, int side) {
  std::vector<int> starts;
  for (int at = 0; at + side < length; at += std::max(side / 2, 1)) starts.push_back(at);
  starts.push_back(length - side);
  return starts;
}

}  // namespace

std::vector<std::string> RampForCss() {
  std::vector<std::string> css;
  for (const Rgb& c : kRamp) css.push_back(fmt::format("rgb({},{},{})", c[0], c[1], c[2]));
  return css;
}

Image<uint16_t> PaintMap(const Image<uint16_t>& map, int top) {
  std::vector<Rgb> table(1024);
  for (size_t i = 0; i < table.size(); ++i) table[i] = Ramp(static_cast<double>(i) / 1023);
  Image<uint16_t> out(map.width(), map.height(), 3);
  ParallelFor(map.height(), [&](int y) {
    const uint16_t* row = map.row(y);
    for (int x = 0; x < map.width(); ++x) {
      const int64_t at = std::min<int64_t>(int64_t{row[x]} * 1023 / top, 1023);
      for (int c = 0; c < 3; ++c) out.row(y, c)[x] = static_cast<uint16_t>(table[at][c]);
    }
  });
  return out;
}

std::vector<Place> MostDifferentPlaces(const CompareReport& report, int count, int side) {
  const int width = std::min(side, report.width), height = std::min(side, report.height);
  std::vector<Place> all;
  for (int y : Starts(report.height, height)) {
    for (int x : Starts(report.width, width)) {
      const Rect r{x, y, width, height};
      const double flip = MeanIn(report.flip_map, r) / 65535;
      if (flip > 0) all.push_back({r, flip, MeanIn(report.de2000_map, r) / 256});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Place& a, const Place& b) { return a.flip > b.flip; });
  std::vector<Place> chosen;
  for (const Place& p : all) {
    const bool apart = std::all_of(chosen.begin(), chosen.end(), [&](const Place& c) {
      return std::abs(c.rect.x - p.rect.x) >= width || std::abs(c.rect.y - p.rect.y) >= height;
    });
    if (apart) chosen.push_back(p);
    if (static_cast<int>(chosen.size()) == count) break;
  }
  return chosen;
}

}  // namespace petzval::measure
