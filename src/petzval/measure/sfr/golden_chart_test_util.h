// A chart of slanted squares whose transfer function is known: the judge of finding and measuring.
#ifndef PETZVAL_MEASURE_SFR_GOLDEN_CHART_TEST_UTIL_H_
#define PETZVAL_MEASURE_SFR_GOLDEN_CHART_TEST_UTIL_H_

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/image/image.h"
#include "petzval/measure/sfr/edge_model.h"

namespace petzval::measure::golden {

struct ChartScene {
  int width = 4080, height = 5770, columns = 12, rows = 15;
  double side = 120;      // of the squares, px
  double sigma = 0.5516;  // Gaussian beside the pixel: MTF50 near 0.3
  double low = 0.165, high = 0.835;
  double noise = 0.005;  // standard deviation at white; falls with the root of the signal
};

struct Square {
  double x, y, angle;  // centre, px; rad
};

// Squares with one pair of sides along the radius, as on charts for lenses, yet never within 4
// degrees of rows, columns or diagonals.
inline std::vector<Square> SquaresOf(const ChartScene& scene) {
  std::vector<Square> squares;
  const double cell_x = static_cast<double>(scene.width) / scene.columns;
  const double cell_y = static_cast<double>(scene.height) / scene.rows;
  for (int j = 0; j < scene.rows; ++j) {
    for (int i = 0; i < scene.columns; ++i) {
      const double x = (i + 0.5) * cell_x + 0.37 * (j % 3), y = (j + 0.5) * cell_y + 0.41 * (i % 3);
      const double radius = std::atan2(y - scene.height / 2.0, x - scene.width / 2.0);
      double angle = std::remainder(radius, M_PI / 4);
      const double least = 4 * M_PI / 180;
      const double away = angle >= 0 ? std::max(angle, least) : std::min(angle, -least);
      squares.push_back({x, y, radius - angle + away});
    }
  }
  return squares;
}

// Linear values. Exact along the sides; at the corners the two profiles are multiplied.
inline Image<float> RenderChart(const ChartScene& scene) {
  Image<float> image(scene.width, scene.height);
  image.Fill(static_cast<float>(scene.high));
  const std::vector<Square> squares = SquaresOf(scene);
  ParallelFor(static_cast<int>(squares.size()), [&](int k) {
    const Square& q = squares[k];
    const EdgeModel model(scene.sigma * scene.sigma, q.angle);
    const double c = std::cos(q.angle), s = std::sin(q.angle), half = scene.side / 2;
    const int reach = static_cast<int>(scene.side * 0.75 + 8 * scene.sigma + 3);
    const int x0 = std::max(0, static_cast<int>(q.x) - reach);
    const int y0 = std::max(0, static_cast<int>(q.y) - reach);
    const int x1 = std::min(scene.width, static_cast<int>(q.x) + reach);
    const int y1 = std::min(scene.height, static_cast<int>(q.y) + reach);
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        const double u = (x + 0.5 - q.x) * c + (y + 0.5 - q.y) * s;
        const double v = (y + 0.5 - q.y) * c - (x + 0.5 - q.x) * s;
        const double inside = (model.At(u + half).esf - model.At(u - half).esf) *
                              (model.At(v + half).esf - model.At(v - half).esf);
        image.At(x, y) = static_cast<float>(scene.high - (scene.high - scene.low) * inside);
      }
    }
  });
  ParallelFor(scene.height, [&](int y) {
    Random random(11, y);
    float* row = image.row(y);
    for (int x = 0; x < scene.width; ++x) {
      const double sd = scene.noise * std::sqrt(row[x] / scene.high);
      const double value = row[x] + sd * random.Normals().a;
      row[x] = static_cast<float>(std::round(std::clamp(value, 0.0, 1.0) * 65535) / 65535);
    }
  });
  return image;
}

}  // namespace petzval::measure::golden

#endif  // PETZVAL_MEASURE_SFR_GOLDEN_CHART_TEST_UTIL_H_
