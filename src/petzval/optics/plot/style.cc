// Palettes.
#include "petzval/optics/plot/style.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::optics {
namespace {

constexpr std::array<const char*, 6> kDashes = {"7 3",  "2 2.5", "8 2.5 2 2.5",
                                                "11 3", "4 2",   "1 2"};

// Blue, green and red of clearly different lightness: the triple stays apart for red-green
// blindness and in grey.
const char* ColorOf(double um, bool green_taken) {
  if (um < 0.395) return "#5b4b8a";
  if (um < 0.455) return "#7e3fa8";
  if (um < 0.510) return "#2255c4";
  if (um < 0.575) return "#12936a";
  if (um < 0.605) return green_taken ? "#d98e04" : "#12936a";
  if (um < 0.700) return "#cf2f2f";
  if (um < 0.800) return "#8c1d1d";
  return "#6b4a3a";
}

}  // namespace

std::vector<LineStyle> WavelengthStyles(std::span<const double> um, int primary) {
  const bool green_taken =
      std::any_of(um.begin(), um.end(), [](double w) { return w >= 0.510 && w < 0.575; });
  std::vector<LineStyle> styles;
  size_t dash = 0;
  for (int i = 0; i < static_cast<int>(um.size()); ++i) {
    LineStyle style{.color = ColorOf(um[i], green_taken)};
    if (i == primary) {
      style.width = 1.6;
    } else {
      style.dash = kDashes[dash++ % kDashes.size()];
    }
    styles.push_back(style);
  }
  return styles;
}

std::string WavelengthLabel(double um) {
  struct Named {
    const char* name;
    double um;
  };
  static constexpr Named kLines[] = {{"h", .4046561},  {"g", .4358343}, {"F′", .4799914},
                                     {"F", .4861327},  {"e", .5460740}, {"d", .5875618},
                                     {"C′", .6438469}, {"C", .6562725}, {"s", .8521101}};
  const std::string nm = fmt::format("{:.0f} nm", um * 1000);
  for (const Named& line : kLines) {
    if (std::abs(line.um - um) < 2e-4) return std::string(line.name) + " " + nm;
  }
  return nm;
}

LineStyle FieldStyle(int i) {
  static constexpr std::array<const char*, 7> kColors = {"#0b5fa5", "#0f9d74", "#d3541b", "#b0569a",
                                                         "#d99a00", "#3fa3d8", "#555555"};
  const int n = static_cast<int>(kColors.size());
  LineStyle style{.color = kColors[(i % n + n) % n]};
  if (i >= n) style.dash = kDashes[(i / n - 1) % kDashes.size()];
  return style;
}

LineStyle SeriesStyle(int i) {
  LineStyle style = FieldStyle(i);
  if (i > 0 && style.dash.empty()) style.dash = kDashes[(i - 1) % kDashes.size()];
  return style;
}

}  // namespace petzval::optics
