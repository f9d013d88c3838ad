// LDR-FLIP: its filters and the order of its steps.
#include "petzval/measure/compare/flip.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/compare/flip_rows.h"

namespace petzval::measure {
namespace {

constexpr double kPi = std::numbers::pi;

// exp(-x^2 / (2 sigma^2)), x = 0..radius.
std::vector<double> HalfGaussian(double sigma, int radius) {
  std::vector<double> w(radius + 1);
  for (int k = 0; k <= radius; ++k) w[k] = std::exp(-k * k / (2 * sigma * sigma));
  return w;
}
double FullSum(const std::vector<double>& w) {
  double sum = -w[0];
  for (double x : w) sum += 2 * x;
  return sum;
}
HalfFilter Scaled(const std::vector<double>& w, double scale) {
  HalfFilter f;
  // Taps that add nothing in single precision are not computed.
  for (double x : w) {
    if (x < 1e-9 * w[0]) break;
    f.push_back(static_cast<float>(x * scale));
  }
  return f;
}

// Standard deviation, in pixels, of the filter whose transform is exp(-b f^2), f in cycles/degree.
double CsfSigma(double b, double ppd) { return std::sqrt(b / (2 * kPi * kPi)) * ppd; }

Mat3 XyzOverWhiteFrom709() {
  Mat3 m = XyzFromRgb(kRec709);
  const Vec3 white = m * Vec3{{1, 1, 1}};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) m[i][j] /= white[i];
  }
  return m;
}

// HyAB of Hunt-adjusted pure green and blue, to the power of the colour pipeline.
double LargestColorDifference() {
  const auto hunt = [](const Vec3& rgb) {
    Vec3 lab = LabFromXyz(XyzOverWhiteFrom709() * rgb, Vec3{{1, 1, 1}});
    lab[1] *= 0.01 * lab[0];
    lab[2] *= 0.01 * lab[0];
    return lab;
  };
  const Vec3 g = hunt({{0, 1, 0}}), b = hunt({{0, 0, 1}});
  return std::pow(std::fabs(g[0] - b[0]) + std::hypot(g[1] - b[1], g[2] - b[2]), 0.7);
}

}  // namespace

int FlipFilters::radius() const {
  size_t taps = 1;
  for (const HalfFilter* f :
       {&achromatic, &red_green, &blue_yellow[0], &blue_yellow[1], &feature}) {
    taps = std::max(taps, f->size());
  }
  return static_cast<int>(taps) - 1;
}

Mat3 FlipOpponentsFromLinear709() {
  const Mat3 xyz = XyzOverWhiteFrom709();
  Mat3 m;
  for (int j = 0; j < 3; ++j) {
    m[0][j] = xyz[1][j];
    m[1][j] = xyz[0][j] - xyz[1][j];
    m[2][j] = xyz[1][j] - xyz[2][j];
  }
  return m;
}

FlipFilters MakeFlipFilters(double ppd) {
  FlipFilters f;
  // Table 1 of the paper: a sqrt(pi / b) exp(-pi^2 x^2 / b), x in degrees. All filters share the
  // radius of the widest.
  constexpr double kA = 0.0047, kRg = 0.0053, kBy[2] = {0.04, 0.025}, kByA[2] = {34.1, 13.5};
  const int radius = static_cast<int>(std::ceil(3 * CsfSigma(kBy[0], ppd)));
  const auto single = [&](double b) {
    const auto w = HalfGaussian(CsfSigma(b, ppd), radius);
    return Scaled(w, 1 / FullSum(w));
  };
  f.achromatic = single(kA);
  f.red_green = single(kRg);
  double total = 0, volume[2];
  for (int i = 0; i < 2; ++i) {
    f.blue_yellow[i] = single(kBy[i]);
    const double side = FullSum(HalfGaussian(CsfSigma(kBy[i], ppd), radius));
    volume[i] = kByA[i] * std::sqrt(kPi / kBy[i]) * side * side;
    total += volume[i];
  }
  for (int i = 0; i < 2; ++i) f.blue_yellow_share[i] = static_cast<float>(volume[i] / total);

  // Features are 0.082 degrees wide.
  const double sigma = 0.5 * 0.082 * ppd;
  const int feature_radius = static_cast<int>(std::ceil(3 * sigma));
  const auto g = HalfGaussian(sigma, feature_radius);
  std::vector<double> edge(g.size()), point(g.size());
  double edge_sum = 0, positive = 0, negative = 0;
  for (int k = 0; k <= feature_radius; ++k) {
    edge[k] = k * g[k];
    edge_sum += edge[k];
    point[k] = (k * k / (sigma * sigma) - 1) * g[k];
    (point[k] > 0 ? positive : negative) += (k == 0 ? 1 : 2) * std::fabs(point[k]);
  }
  for (double& p : point) p /= p > 0 ? positive : negative;
  const double smooth_sum = FullSum(g);
  for (int k = 0; k <= feature_radius; ++k) {
    f.feature.push_back(static_cast<float>(g[k] / smooth_sum));
    f.feature_edge.push_back(static_cast<float>(edge[k] / edge_sum));
    f.feature_point.push_back(static_cast<float>(point[k]));
  }
  f.largest_color_difference = static_cast<float>(LargestColorDifference());
  return f;
}

void FlipRow(const FlipFilters& filters, const FlipRows& reference, const FlipRows& test,
             FlipScratch* scratch, float* out) {
  static const Mat3f xyz_from_rgb = ToFloat(XyzOverWhiteFrom709());
  static const Mat3f rgb_from_xyz = ToFloat(Inverse(XyzOverWhiteFrom709()));
  const FeatureWeights features{filters.feature.data(), filters.feature_edge.data(),
                                filters.feature_point.data(),
                                static_cast<int>(filters.feature.size()) - 1};
  RowBlock& block = scratch->block;
  float* column = block.Row(20);
  Rows3 filtered = block.Three(21);
  for (int picture = 0; picture < 2; ++picture) {
    const FlipRows& rows = picture == 0 ? reference : test;
    const Rows3 lab = block.Three(3 * picture);
    const auto filter = [&](int plane, const HalfFilter& w, float share, bool add) {
      const int radius = static_cast<int>(w.size()) - 1;
      FilterColumns(rows.planes[plane] + rows.radius - radius, w.data(), radius, kRowColumns,
                    column);
      if (add) {
        AddFilteredRow(column + kHalo, w.data(), radius, share, kTile, lab[plane]);
      } else {
        FilterRow(column + kHalo, w.data(), radius, kTile, lab[plane]);
      }
    };
    filter(0, filters.achromatic, 1, false);
    filter(1, filters.red_green, 1, false);
    std::fill(lab[2], lab[2] + kRowStride, 0.0f);
    for (int i = 0; i < 2; ++i) {
      filter(2, filters.blue_yellow[i], filters.blue_yellow_share[i], true);
    }
    HuntLabRows(rgb_from_xyz, xyz_from_rgb, kTile, lab);
    FeatureColumns(rows.planes[0] + rows.radius - features.radius, features, kRowColumns,
                   filtered[0], filtered[1], filtered[2]);
    FeatureLengths(filtered[0] + kHalo, filtered[1] + kHalo, filtered[2] + kHalo, features, kTile,
                   block.Row(10 + 2 * picture), block.Row(11 + 2 * picture));
  }
  FlipDifference(Const(block.Three(0)), Const(block.Three(3)),
                 {block.Row(10), block.Row(11), block.Row(12), block.Row(13)},
                 filters.largest_color_difference, kTile, out);
}

}  // namespace petzval::measure
