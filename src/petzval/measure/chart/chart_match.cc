// Matching colours of a lattice against a chart in all placements.
#include "petzval/measure/chart/chart_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"

namespace petzval::measure {
namespace {

constexpr double kFarthest = 40, kClose = 20;  // in L*a*b*
constexpr double kSampledShare = 0.5;          // of the distance of neighbours, looked at per patch
constexpr int kSamples = 5;                    // in each direction

double Sum(const Vec3& v) { return v[0] + v[1] + v[2]; }

// Least squares of weight * |M rgb - xyz|^2; nothing if the colours do not span space.
std::optional<Mat3> FitMatrix(std::span<const Vec3> rgb, std::span<const Vec3> xyz,
                              std::span<const double> weight) {
  Mat3 gram, mixed;
  for (size_t k = 0; k < rgb.size(); ++k) {
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        gram[i][j] += weight[k] * rgb[k][i] * rgb[k][j];
        mixed[i][j] += weight[k] * xyz[k][i] * rgb[k][j];
      }
    }
  }
  const double trace = gram[0][0] + gram[1][1] + gram[2][2];
  if (!(trace > 0)) return std::nullopt;
  // A trace of damping keeps a nearly grey set solvable.
  for (int i = 0; i < 3; ++i) gram[i][i] += 1e-7 * trace;
  return mixed * Inverse(gram);
}

std::vector<double> Ranks(std::span<const double> values) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return values[a] < values[b]; });
  std::vector<double> rank(values.size());
  for (size_t k = 0; k < order.size(); ++k) rank[order[k]] = static_cast<double>(k);
  return rank;
}

double Correlation(std::span<const double> a, std::span<const double> b) {
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (size_t k = 0; k < a.size(); ++k) {
    ab += (a[k] - mean_a) * (b[k] - mean_b);
    aa += (a[k] - mean_a) * (a[k] - mean_a);
    bb += (b[k] - mean_b) * (b[k] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// The visible grey patches get darker, at least threefold from the first to the last, and their
// tint stays within half a stop; the last two may be lost in noise or glare.
bool GreysInOrder(std::span<const Vec3> rgb, std::span<const int> patches, const Chart& chart) {
  std::vector<Vec3> grey;
  for (const int g : chart.greys) {
    const auto it = std::find(patches.begin(), patches.end(), g);
    if (it != patches.end()) grey.push_back(rgb[it - patches.begin()]);
  }
  if (grey.size() < 3) return grey.empty();
  constexpr double kTie = 1.03;  // clipped patches are equal up to noise
  for (size_t k = 1; k < grey.size(); ++k) {
    if (Sum(grey[k]) > kTie * Sum(grey[k - 1])) return false;
  }
  const double range = grey.size() < chart.greys.size() ? 1.3 : 3;
  if (Sum(grey.front()) < range * Sum(grey.back())) return false;
  for (const auto& [a, b] : {std::pair{0, 1}, std::pair{2, 1}}) {
    double least = 1e9, most = -1e9;
    for (size_t k = 0; k + 2 < grey.size(); ++k) {
      if (!(grey[k][a] > 0 && grey[k][b] > 0)) return false;
      const double tint = std::log2(grey[k][a] / grey[k][b]);
      least = std::min(least, tint);
      most = std::max(most, tint);
    }
    if (most - least > 1) return false;
  }
  return true;
}

// Red against blue of the coloured patches runs the other way than on the chart.
bool RedBlueExchanged(std::span<const Vec3> rgb, std::span<const Vec3> xyz) {
  const Mat3 rgb_from_xyz = RgbFromXyzD50(kRec709);
  std::vector<double> seen, expected;
  for (size_t k = 0; k < rgb.size(); ++k) {
    const Vec3 r = rgb_from_xyz * xyz[k];
    if (!(rgb[k][0] > 0 && rgb[k][2] > 0)) continue;
    seen.push_back(std::log(rgb[k][0] / rgb[k][2]));
    expected.push_back(std::log(std::max(r[0], 0.01) / std::max(r[2], 0.01)));
  }
  return seen.size() >= 4 && Correlation(seen, expected) < -0.5;
}

// Mean colours around places of the lattice, each computed once.
class Sampler {
 public:
  Sampler(const Image<float>& rgb, const Homography& picture_from_lattice)
      : rgb_(rgb), picture_from_lattice_(picture_from_lattice) {}

  // Nothing where the patch does not lie in the picture.
  const std::optional<Vec3>& At(int i, int j) {
    const auto [it, is_new] = seen_.try_emplace({i, j});
    if (is_new) it->second = Measure(i, j);
    return it->second;
  }

 private:
  std::optional<Vec3> Measure(int i, int j) const {
    const auto pixel = [&](double u, double v, int* x, int* y) {
      const Vec3 q = picture_from_lattice_.matrix * Vec3{{i + u, j + v, 1}};
      if (q[2] * picture_from_lattice_.matrix[2][2] <= 0) return false;  // behind the horizon
      const double px = q[0] / q[2], py = q[1] / q[2];
      if (!(px >= 0 && py >= 0 && px < rgb_.width() && py < rgb_.height())) return false;
      *x = static_cast<int>(px);
      *y = static_cast<int>(py);
      return true;
    };
    int x = 0, y = 0;
    for (const double u : {-0.4, 0.4}) {
      for (const double v : {-0.4, 0.4}) {
        if (!pixel(u, v, &x, &y)) return std::nullopt;
      }
    }
    Vec3 mean;
    for (int a = 0; a < kSamples; ++a) {
      for (int b = 0; b < kSamples; ++b) {
        const double u = kSampledShare * ((a + 0.5) / kSamples - 0.5);
        const double v = kSampledShare * ((b + 0.5) / kSamples - 0.5);
        if (!pixel(u, v, &x, &y)) return std::nullopt;
        for (int c = 0; c < 3; ++c) mean[c] += rgb_.At(x, y, c) / (kSamples * kSamples);
      }
    }
    for (const double v : mean.v) {
      if (!std::isfinite(v)) return std::nullopt;
    }
    return mean;
  }

  const Image<float>& rgb_;
  const Homography picture_from_lattice_;
  std::map<std::pair<int, int>, std::optional<Vec3>> seen_;
};

// Lattice places of chart patches: one of the eight symmetries of a grid, then a shift.
struct Symmetry {
  bool swap, flip_i, flip_j;
  std::pair<int, int> Place(int column, int row, const Chart& chart) const {
    int i = swap ? row : column, j = swap ? column : row;
    if (flip_i) i = Width(chart) - 1 - i;
    if (flip_j) j = Height(chart) - 1 - j;
    return {i, j};
  }
  int Width(const Chart& chart) const { return swap ? chart.rows : chart.columns; }
  int Height(const Chart& chart) const { return swap ? chart.columns : chart.rows; }

  // Chart coordinates (centres at + 0.5) to the lattice (centres at integers), origin at (a, b).
  Homography LatticeFromChart(const Chart& chart, int a, int b) const {
    const double si = flip_i ? -1 : 1, sj = flip_j ? -1 : 1;
    Mat3 m;
    m[0] = {swap ? 0 : si, swap ? si : 0, a - 0.5 + (flip_i ? Width(chart) : 0)};
    m[1] = {swap ? sj : 0, swap ? 0 : sj, b - 0.5 + (flip_j ? Height(chart) : 0)};
    m[2] = {0, 0, 1};
    return {m};
  }
};

bool Mirrors(const Homography& h, const Chart& chart) {
  const double x = 0.5 * chart.columns, y = 0.5 * chart.rows;
  const Point o = h.Map({x, y}), right = h.Map({x + 0.5, y}), below = h.Map({x, y + 0.5});
  return (right.x - o.x) * (below.y - o.y) - (right.y - o.y) * (below.x - o.x) < 0;
}

}  // namespace

ColorMatch MatchColors(std::span<const Vec3> rgb, std::span<const int> patches,
                       const Chart& chart) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  const std::vector<Vec3>& reference = chart.editions.front().lab;
  std::vector<Vec3> xyz;
  std::vector<double> weight, seen_light, chart_light;
  for (size_t k = 0; k < rgb.size(); ++k) {
    xyz.push_back(XyzFromLab(reference[patches[k]], white));
    // L* goes with the cube root: its error is that of Y by Y^(2/3).
    weight.push_back(std::pow(xyz[k][1] + 0.02, -4.0 / 3));
    seen_light.push_back(Sum(rgb[k]));
    chart_light.push_back(reference[patches[k]][0]);
  }
  ColorMatch match;
  // The second round trusts patches the less the farther they were: one may shine or be covered.
  for (int round = 0; round < 2; ++round) {
    const std::optional<Mat3> xyz_from_rgb = FitMatrix(rgb, xyz, weight);
    if (!xyz_from_rgb) return match;
    match.distance = 0;
    match.matching = 0;
    for (size_t k = 0; k < rgb.size(); ++k) {
      const Vec3 lab = LabFromXyz(*xyz_from_rgb * rgb[k], white);
      double distance = DeltaE76(lab, reference[patches[k]]);
      if (!std::isfinite(distance)) distance = kFarthest;
      match.distance += std::min(distance, kFarthest) / static_cast<double>(rgb.size());
      match.matching += distance < kClose;
      if (distance > kClose / 2) weight[k] *= kClose / 2 / distance;
    }
  }
  match.rank = Correlation(Ranks(seen_light), Ranks(chart_light));
  match.greys_in_order = GreysInOrder(rgb, patches, chart);
  match.red_blue_exchanged = RedBlueExchanged(rgb, xyz);
  return match;
}

ColorMatch MatchPlacement(const Image<float>& rgb, const Homography& picture_from_chart,
                          const Chart& chart) {
  Mat3 centres = Mat3::Identity();
  centres[0][2] = centres[1][2] = 0.5;
  Sampler sampler(rgb, picture_from_chart * Homography{centres});
  std::vector<Vec3> colors;
  std::vector<int> patches(chart.size());
  std::iota(patches.begin(), patches.end(), 0);
  for (const ChartPatch& patch : chart.patches) {
    const std::optional<Vec3>& color = sampler.At(patch.column, patch.row);
    if (!color) return {};
    colors.push_back(*color);
  }
  return MatchColors(colors, patches, chart);
}

std::vector<ChartPlacement> PlaceOnLattice(const Image<float>& rgb, const PatchLattice& lattice,
                                           const Chart& chart) {
  Sampler sampler(rgb, lattice.picture_from_lattice);
  std::vector<ChartPlacement> placements;
  const int needed = std::min(static_cast<int>(lattice.nodes.size()), chart.size()) / 2;
  for (int s = 0; s < 8; ++s) {
    const Symmetry symmetry{(s & 1) != 0, (s & 2) != 0, (s & 4) != 0};
    const int width = symmetry.Width(chart), height = symmetry.Height(chart);
    for (int b = 1 - height; b < lattice.rows; ++b) {
      for (int a = 1 - width; a < lattice.columns; ++a) {
        int covered = 0;
        for (const PatchLattice::Node& n : lattice.nodes) {
          covered += n.i >= a && n.i < a + width && n.j >= b && n.j < b + height;
        }
        if (covered < needed) continue;
        std::vector<Vec3> colors;
        std::vector<int> patches;
        for (int k = 0; k < chart.size(); ++k) {
          const auto [i, j] = symmetry.Place(chart.patches[k].column, chart.patches[k].row, chart);
          const std::optional<Vec3>& color = sampler.At(a + i, b + j);
          if (!color) continue;
          colors.push_back(*color);
          patches.push_back(k);
        }
        if (static_cast<int>(patches.size()) < std::max(4, chart.size() / 2)) continue;
        ChartPlacement placement;
        placement.picture_from_chart =
            lattice.picture_from_lattice * symmetry.LatticeFromChart(chart, a, b);
        placement.visible = static_cast<int>(patches.size());
        placement.mirrored = Mirrors(placement.picture_from_chart, chart);
        placement.match = MatchColors(colors, patches, chart);
        placements.push_back(placement);
      }
    }
  }
  std::stable_sort(placements.begin(), placements.end(),
                   [](const ChartPlacement& a, const ChartPlacement& b) {
                     return a.match.distance < b.match.distance;
                   });
  return placements;
}

}  // namespace petzval::measure
