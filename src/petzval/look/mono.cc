// Black-and-white: which colours become how bright, and what colour the print is toned in.
#include "petzval/look/mono.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace petzval {
namespace {

struct Filter {
  std::string_view name;
  Vec3 weights;
};
// Deeper glass takes more of the blue sky and of green leaves. A red filter passes less blue than
// the primaries of Rec.2020 can tell apart, hence its negative weight.
constexpr Filter kFilters[] = {
    {"none", {{0.2627, 0.6780, 0.0593}}}, {"yellow", {{0.36, 0.64, 0.00}}},
    {"orange", {{0.58, 0.45, -0.03}}},    {"red", {{0.92, 0.16, -0.08}}},
    {"green", {{0.10, 0.88, 0.02}}},      {"blue", {{0.04, 0.28, 0.68}}},
};

struct Toning {
  std::string_view name;
  double hue_deg, chroma;
  // Where it is strongest (Oklab lightness), and how much of it is left in paper white.
  double peak, white_share;
};
// Sepia is silver sulphide: warm brown, strongest below the middle. Blue is Prussian blue: it takes
// the shadows first and leaves white alone.
constexpr Toning kTonings[] = {{"sepia", 70, 0.038, 0.50, 0.16}, {"blue", 252, 0.040, 0.42, 0.03}};

}  // namespace

Vec3 MonoWeights(const Look& look) {
  const std::string& filter = look.Text("mono_filter");
  Vec3 weights = kFilters[0].weights;
  if (filter == "weights") {
    const auto& list = look.List("mono_weights");
    weights = {{list[0], list[1], list[2]}};
  }
  for (const Filter& f : kFilters) {
    if (f.name == filter) weights = f.weights;
  }
  const double sum = weights[0] + weights[1] + weights[2];
  for (int i = 0; i < 3; ++i) weights[i] /= sum;
  return weights;
}

Vec3 MonoToning(const std::string& toning, double l) {
  for (const Toning& t : kTonings) {
    if (t.name != toning) continue;
    l = std::clamp(l, 0.0, 1.0);
    // A smooth hill: l^p (1 - l), scaled to 1 at its peak p / (1 + p).
    const double p = t.peak / (1 - t.peak);
    const double hill = std::pow(l / t.peak, p) * (1 - l) / (1 - t.peak);
    const double c = t.chroma * (hill + t.white_share * l * l * (1 - hill));
    const double h = t.hue_deg * std::numbers::pi / 180;
    return {{0, c * std::cos(h), c * std::sin(h)}};
  }
  return {};
}

}  // namespace petzval
