// Coordinate descent over the corners of a chart.
#include "petzval/measure/chart/placement_refine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

namespace petzval::measure {
namespace {

constexpr int kSamples = 9;         // in each direction of a patch
constexpr double kShare = 0.95;     // of the patch that is to be flat
constexpr double kFirstStep = 0.3;  // of the distance of patches
constexpr double kLastStep = 0.02;
constexpr double kOutside = 10;  // cost of a sample outside of the picture

class Flatness {
 public:
  Flatness(const Image<float>& rgb, const Chart& chart) : rgb_(rgb), chart_(chart) {
    // Roots of the values relative to the mean of the picture: photon noise is then even, and
    // bright patches do not outweigh the others.
    for (int c = 0; c < 3; ++c) {
      double sum = 0;
      for (int y = 0; y < rgb.height(); y += 4) {
        for (int x = 0; x < rgb.width(); x += 4) {
          if (std::isfinite(rgb.At(x, y, c))) sum += std::max(rgb.At(x, y, c), 0.0f);
        }
      }
      const double n = static_cast<double>((rgb.height() + 3) / 4) * ((rgb.width() + 3) / 4);
      mean_[c] = std::max(sum / n, 1e-9);
    }
  }

  double Cost(const Homography& h) const {
    double cost = 0;
    std::array<std::array<double, kSamples * kSamples>, 3> value;
    for (const ChartPatch& patch : chart_.patches) {
      int n = 0;
      for (int i = 0; i < kSamples; ++i) {
        for (int j = 0; j < kSamples; ++j) {
          const double u = kShare * chart_.patch_width * ((i + 0.5) / kSamples - 0.5);
          const double v = kShare * chart_.patch_height * ((j + 0.5) / kSamples - 0.5);
          const Point p = h.Map({patch.column + 0.5 + u, patch.row + 0.5 + v});
          if (!(p.x >= 0 && p.y >= 0 && p.x < rgb_.width() && p.y < rgb_.height())) {
            cost += kOutside;
            continue;
          }
          const int x = static_cast<int>(p.x), y = static_cast<int>(p.y);
          for (int c = 0; c < 3; ++c) {
            value[c][n] = std::sqrt(std::max(0.0, rgb_.At(x, y, c) / mean_[c]));
          }
          ++n;
        }
      }
      for (int c = 0; c < 3; ++c) {
        double mean = 0;
        for (int k = 0; k < n; ++k) mean += value[c][k] / n;
        for (int k = 0; k < n; ++k) cost += (value[c][k] - mean) * (value[c][k] - mean);
      }
    }
    return cost;
  }

 private:
  const Image<float>& rgb_;
  const Chart& chart_;
  std::array<double, 3> mean_{};
};

}  // namespace

Homography RefinePlacement(const Image<float>& rgb, const Chart& chart,
                           const Homography& picture_from_chart) {
  const Flatness flatness(rgb, chart);
  const double columns = chart.columns, rows = chart.rows;
  const std::array<Point, 4> from = {{{0, 0}, {columns, 0}, {columns, rows}, {0, rows}}};
  std::array<Point, 4> corner = from;
  for (Point& p : corner) p = picture_from_chart.Map(p);
  const double pitch = std::hypot(corner[1].x - corner[0].x, corner[1].y - corner[0].y) / columns;
  Homography best = picture_from_chart;
  double least = flatness.Cost(best);
  for (double step = kFirstStep; step >= kLastStep; step *= 0.6) {
    bool moved = true;
    for (int round = 0; round < 4 && moved; ++round) {
      moved = false;
      for (int k = 0; k < 8; ++k) {
        for (const double sign : {-1.0, 1.0}) {
          std::array<Point, 4> tried = corner;
          (k % 2 == 0 ? tried[k / 2].x : tried[k / 2].y) += sign * step * pitch;
          const std::optional<Homography> h = FitHomography(from, tried);
          if (!h) continue;
          const double cost = flatness.Cost(*h);
          if (!(cost < least)) continue;
          least = cost;
          best = *h;
          corner = tried;
          moved = true;
          break;
        }
      }
    }
  }
  return best;
}

}  // namespace petzval::measure
