// For tests: grids of dots and checkerboards seen through a known lens.
#ifndef PETZVAL_MEASURE_GEOMETRY_CHART_TEST_UTIL_H_
#define PETZVAL_MEASURE_GEOMETRY_CHART_TEST_UTIL_H_

#include <array>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/base/random.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct TestChart {
  int width = 960, height = 720;
  double pitch_px = 32, diameter_px = 13;  // in the middle of the picture
  bool checkerboard = false, dark = true;
  double k1 = 0, k2 = 0;
  double centre_dx_px = 0, centre_dy_px = 0;        // of the distortion, from the middle
  double rotation_deg = 0, tilt_x = 0, tilt_y = 0;  // perspective: 1 + tilt_x u + tilt_y v
  std::array<double, 3> magnification{1, 1, 1};     // of the colours, about the middle
  std::array<double, 3> shift_x{};                  // of the colours, px
  double blur_px = 0.7;                             // standard deviation of the edges
  double falloff = 0;                               // light lost in the corner, share
  double low = 0.08, high = 0.7, noise = 0;
  uint64_t seed = 1;

  double half() const { return 0.5 * std::hypot(width, height); }

  // Coordinates on the chart, pixels of the middle, of a pixel seen in colour c.
  std::array<double, 2> OnChart(double x, double y, int c) const {
    // The colour's magnification comes last in the lens, so it is undone first.
    double px = (x - shift_x[c] - 0.5 * width) / half() / magnification[c];
    double py = (y - 0.5 * height) / half() / magnification[c];
    const double cx = centre_dx_px / half(), cy = centre_dy_px / half();
    double dx = px - cx, dy = py - cy;
    const double seen = std::hypot(dx, dy);
    double r = seen;  // Newton for r (1 + k1 r^2 + k2 r^4) = seen
    for (int i = 0; i < 30; ++i) {
      const double r2 = r * r;
      const double step =
          (r * (1 + r2 * (k1 + r2 * k2)) - seen) / (1 + r2 * (3 * k1 + 5 * r2 * k2));
      r -= step;
      if (std::fabs(step) < 1e-13) break;
    }
    if (seen > 0) dx *= r / seen, dy *= r / seen;
    px = cx + dx;
    py = cy + dy;
    // ideal = R u / (1 + tilt . u): undone.
    const double a = rotation_deg * M_PI / 180;
    const double ux = std::cos(a) * px - std::sin(a) * py, uy = std::sin(a) * px + std::cos(a) * py;
    const double w = 1 / (1 - tilt_x * ux - tilt_y * uy);
    return {ux * w * half(), uy * w * half()};
  }

  double Value(double x, double y, int c) const {
    const auto [u, v] = OnChart(x, y, c);
    // Pixels of the picture for one of the chart, for edges of even blur.
    const auto [u1, v1] = OnChart(x + 0.5, y, c);
    const auto [u2, v2] = OnChart(x, y + 0.5, c);
    const double scale = 1 / std::sqrt(4 * std::fabs((u1 - u) * (v2 - v) - (u2 - u) * (v1 - v)));
    double in = 0;
    if (checkerboard) {
      const auto wave = [&](double t) {
        const double f = t / pitch_px - std::floor(t / pitch_px);
        const double d = (f < 0.5 ? std::min(f, 0.5 - f) : -std::min(f - 0.5, 1 - f)) * pitch_px;
        return std::erf(d * scale / (M_SQRT2 * blur_px));
      };
      in = 0.5 + 0.5 * wave(u) * wave(v);
    } else {
      const double du = u - pitch_px * std::round(u / pitch_px);
      const double dv = v - pitch_px * std::round(v / pitch_px);
      const double d = (0.5 * diameter_px - std::hypot(du, dv)) * scale;
      in = 0.5 * std::erfc(-d / (M_SQRT2 * blur_px));
    }
    if (!dark) in = 1 - in;
    const double r = std::hypot(x - 0.5 * width, y - 0.5 * height) / half();
    return (high - (high - low) * in) * (1 - falloff * r * r);
  }

  Subject Picture() const {
    Subject s;
    s.rgb = Image<float>(width, height, 3);
    s.xyz_d50_from_rgb[1] = {0.2225, 0.7169, 0.0606};
    for (int c = 0; c < 3; ++c) {
      const bool same = c > 0 && magnification[c] == magnification[0] && shift_x[c] == shift_x[0];
      ParallelFor(height, [&](int y) {
        for (int x = 0; x < width; ++x) {
          s.rgb.At(x, y, c) =
              same ? s.rgb.At(x, y, 0) : static_cast<float>(Value(x + 0.5, y + 0.5, c));
        }
      });
    }
    for (int c = 0; c < 3; ++c) AddNoise(s.rgb.plane(c));
    return s;
  }

  Subject Mosaic() const {
    Subject s;
    s.mosaic = Image<float>(width, height);
    s.sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0xa0a0}};
    ParallelFor(height, [&](int y) {
      for (int x = 0; x < width; ++x) {
        const int c = s.sites[0].Has(x, y) ? 0 : s.sites[1].Has(x, y) ? 1 : 2;
        s.mosaic.At(x, y) = static_cast<float>(Value(x + 0.5, y + 0.5, c));
      }
    });
    AddNoise(s.mosaic.view());
    return s;
  }

  void AddNoise(ImageView<float> plane) const {
    if (noise <= 0) return;
    Random random(seed, 5);
    for (int y = 0; y < plane.height(); ++y) {
      for (int x = 0; x < plane.width(); ++x) {
        plane.At(x, y) += static_cast<float>(noise * random.Normals().a);
      }
    }
  }
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_CHART_TEST_UTIL_H_
