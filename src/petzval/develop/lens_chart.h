// For tests and benches: a chart seen through a lens profile, and what the developed chart shows.
// Independent of the correction: light is spread with the profile's own samples, at four a pixel.
#ifndef PETZVAL_DEVELOP_LENS_CHART_H_
#define PETZVAL_DEVELOP_LENS_CHART_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "petzval/base/parallel.h"
#include "petzval/develop/test_frame.h"
#include "petzval/image/image.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval {

// A dark or light half plane, or a dark line: coordinates of the picture without distortion, px
// from the middle.
struct ChartMark {
  double x = 0, y = 0;  // a point on the edge
  double normal_x = 1, normal_y = 0;
  double half_width = 0;  // 0: an edge; else a line
  double reach_px = 64;   // half the side of the square around (x, y) that shows it
};

inline constexpr double kChartDark = 0.08, kChartLight = 0.40;

// Reflectance of a mark; steps are ramps a quarter of a pixel wide, the distance of samples.
inline double ChartValue(const ChartMark& m, double x, double y) {
  const double d = (x - m.x) * m.normal_x + (y - m.y) * m.normal_y;
  constexpr double kRamp = 0.25;
  const double side = m.half_width > 0 ? std::abs(d) - m.half_width : d;
  const double t = std::clamp(side / kRamp + 0.5, 0.0, 1.0);
  return kChartDark + (kChartLight - kChartDark) * t;
}

// The lens: from places on the sensor to places in the picture without distortion.
class ChartLens {
 public:
  ChartLens(const optics::LensProfile& profile, const optics::FocusState& state)
      : state_(state), half_diagonal_(profile.sensor.half_diagonal_px()) {
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < optics::kRadii; ++i) fine_[c][i] = Refine(state.psf[c][i]);
    }
  }

  // Tables over the radius, by the cubic of Catmull and Rom: what lies at real radius `r` of
  // channel `c` without distortion.
  double Ideal(int c, double r) const {
    // Solve real = radius + lateral by two steps of Newton's method.
    double green = r;
    for (int i = 0; i < 4; ++i) green = r - Table(state_.lateral_px[c], green);
    return Table(state_.ideal_px, green);
  }
  double Shading(int c, double r) const { return Table(state_.shading[c], r); }
  // Where the mark's point lies on the sensor (green).
  double Real(double ideal) const {
    double low = 0, high = 2 * half_diagonal_;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (Ideal(1, middle) < ideal ? low : high) = middle;
    }
    return low;
  }

  // Light of channel `c` at (x, y) px from the middle of the sensor.
  double Light(const ChartMark& m, int c, double x, double y) const {
    const double r = std::hypot(x, y), ex = r > 0 ? x / r : 0, ey = r > 0 ? y / r : 1;
    const double at =
        std::clamp(r / half_diagonal_ * (optics::kRadii - 1), 0.0, optics::kRadii - 1.0);
    const int i = std::min(static_cast<int>(at), optics::kRadii - 2);
    double sum = 0;
    for (int k = 0; k < 2; ++k) {
      const double share = k == 0 ? 1 - (at - i) : at - i;
      if (share <= 0) continue;
      for (const Sample& s : fine_[c][i + k]) {
        // Light that lands here came from a point whose chief ray lies back by the spread.
        const double px = x - (s.across * ey + s.outwards * ex);
        const double py = y - (-s.across * ex + s.outwards * ey);
        const double pr = std::hypot(px, py);
        const double f = pr > 1e-9 ? Factor(c, pr) : 1.0;
        sum += share * s.weight * ChartValue(m, px * f, py * f);
      }
    }
    return sum * Shading(c, std::min(r, 1.05 * half_diagonal_));
  }

 private:
  struct Sample {
    double across, outwards, weight;
  };

  double Factor(int c, double r) const {
    // A table at each pixel of the radius, made once.
    auto& table = factor_[c];
    if (table.empty()) {
      table.resize(static_cast<size_t>(1.2 * half_diagonal_) + 3);
      for (size_t k = 1; k < table.size(); ++k) {
        table[k] = Ideal(c, static_cast<double>(k)) / static_cast<double>(k);
      }
      table[0] = table[1];
    }
    const size_t k = std::min(static_cast<size_t>(r), table.size() - 2);
    return table[k] + (r - static_cast<double>(k)) * (table[k + 1] - table[k]);
  }

 public:
  void Prepare() const {
    for (int c = 0; c < 3; ++c) Factor(c, 0);
  }

 private:
  double Table(const std::array<double, optics::kRadii>& v, double r) const {
    const double at = r / half_diagonal_ * (optics::kRadii - 1);
    const int i = std::clamp(static_cast<int>(at), 0, optics::kRadii - 2);
    const double t = at - i;
    const auto value = [&](int k) {
      if (k < 0) return 2 * v[0] - v[-k];
      if (k >= optics::kRadii) {
        const int n = optics::kRadii - 1;
        return 2 * v[n] - v[2 * n - k];
      }
      return v[k];
    };
    const double a = value(i - 1), b = value(i), c = value(i + 1), d = value(i + 2);
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  // Four samples a pixel, linear between the profile's two.
  static std::vector<Sample> Refine(const optics::BakedPsf& psf) {
    std::vector<Sample> samples;
    const int h = psf.size / 2;
    const auto at = [&](int x, int y) {
      return std::abs(x) > h || std::abs(y) > h ? 0.0f : psf.At(x, y);
    };
    const auto half = [](int i) { return i >= 0 ? i / 2 : -((1 - i) / 2); };
    double sum = 0;
    for (int y = -2 * h - 1; y <= 2 * h + 1; ++y) {
      for (int x = -2 * h - 1; x <= 2 * h + 1; ++x) {
        const int x0 = half(x), y0 = half(y), x1 = x0 + (x & 1), y1 = y0 + (y & 1);
        const double w = 0.25 * (at(x0, y0) + at(x1, y0) + at(x0, y1) + at(x1, y1));
        sum += w;
        if (w > 2e-6) samples.push_back({0.25 * x, 0.25 * y, w});
      }
    }
    for (Sample& s : samples) s.weight /= sum;
    return samples;
  }

  const optics::FocusState& state_;
  double half_diagonal_;
  std::array<std::array<std::vector<Sample>, optics::kRadii>, 3> fine_;
  mutable std::array<std::vector<double>, 3> factor_;
};

// The RAW frame of a chart with `marks` on grey, with the noise of `noise`.
inline RawFrame ShootChart(const optics::LensProfile& profile, const std::vector<ChartMark>& marks,
                           const NoiseLine& noise) {
  const int width = profile.sensor.width_px, height = profile.sensor.height_px;
  const ChartLens lens(profile, profile.states[0]);
  lens.Prepare();
  constexpr double kGrey = 0.2;
  const Vec3 neutral{{0.5, 1, 0.6}};
  Image<float> light(width, height);
  const Cfa cfa = BayerCfa(0, 0);
  struct Place {
    double x, y, reach;
  };
  std::vector<Place> places;
  for (const ChartMark& m : marks) {
    const double ideal = std::hypot(m.x, m.y), real = lens.Real(ideal);
    const double f = ideal > 0 ? real / ideal : 1;
    places.push_back({m.x * f + 0.5 * width, m.y * f + 0.5 * height, m.reach_px});
  }
  ParallelFor(height, [&](int y) {
    for (int x = 0; x < width; ++x) {
      const int c = static_cast<int>(cfa.At(x, y));
      const double dx = x + 0.5 - 0.5 * width, dy = y + 0.5 - 0.5 * height;
      double v = -1;
      for (size_t k = 0; k < marks.size() && v < 0; ++k) {
        if (std::abs(x + 0.5 - places[k].x) < places[k].reach &&
            std::abs(y + 0.5 - places[k].y) < places[k].reach) {
          v = lens.Light(marks[k], c, dx, dy);
        }
      }
      if (v < 0) v = kGrey * lens.Shading(c, std::hypot(dx, dy));
      light.At(x, y) = static_cast<float>(v * neutral[c]);
    }
  });
  return TestFrame(width, height, cfa, neutral, noise, 3,
                   [&](int x, int y, int) { return light.At(x, y); });
}

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_CHART_H_
