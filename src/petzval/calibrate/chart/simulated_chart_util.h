// Shots of charts with exact truth, for tests and benches: sensitivities, light and surfaces drawn
// into a mosaic with uneven light, stray light and noise.
#ifndef PETZVAL_CALIBRATE_CHART_SIMULATED_CHART_UTIL_H_
#define PETZVAL_CALIBRATE_CHART_SIMULATED_CHART_UTIL_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "petzval/base/random.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/calibrate/fit/training_spectra.h"
#include "petzval/color/spectral.h"
#include "petzval/measure/chart/chart.h"
#include "petzval/measure/chart/homography.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// A camera with filters like those of small sensors.
inline Sensitivities TestCamera() {
  const auto bump = [](double nm, double width, double side_nm, double side) {
    SpectralDistribution s;
    for (int i = 0; i < kSpectralCount; ++i) {
      const double at = SpectralDistribution::Nm(i);
      s.value[i] = std::exp(-0.5 * std::pow((at - nm) / width, 2)) +
                   side * std::exp(-0.5 * std::pow((at - side_nm) / 35, 2));
    }
    return s;
  };
  return {bump(600, 32, 470, 0.06), bump(535, 40, 620, 0.08), bump(462, 30, 560, 0.07)};
}

struct SimulatedShot {
  Sensitivities camera = TestCamera();
  SpectralDistribution light = *FindLight("D50");
  std::vector<SpectralDistribution> surfaces = ColorCheckerSpectra();
  measure::Chart chart = *measure::FindChart("colorchecker24");
  int width = 640, height = 480;
  // Corners of the area (0, 0) .. (columns, rows) of the chart.
  std::array<measure::Point, 4> area = {{{110, 90}, {530, 96}, {526, 386}, {104, 378}}};
  double exposure = 0.8;                          // signal of green of the perfect diffuser
  Vec3 balance{{0.5, 1, 0.62}};                   // what the colours make of white
  double glare = 0;                               // (signal + glare) / (1 + glare)
  double tilt_x = 0, tilt_y = 0, bow = 0;         // of the logarithm of the light over the chart
  double color_tilt = 0;                          // red rises, blue falls from left to right
  double patch_noise = 0;                         // relative, one value for each patch and colour
  double read_noise = 0.0005, electrons = 20000;  // of full scale
  double black_error = 0;                         // added to all signals
  double codes = 0;   // values are whole steps of 1 / codes; 0: no steps
  double hidden = 0;  // share of the columns that is covered from the right
  uint64_t seed = 1;

  std::vector<Vec3> Balanced() const {
    return SimulateTrainingSet(camera, light, surfaces, true)->rgb;
  }
  measure::Homography PictureFromChart() const {
    const double c = chart.columns, r = chart.rows;
    const std::array<measure::Point, 4> from = {{{0, 0}, {c, 0}, {c, r}, {0, r}}};
    return *measure::FitHomography(from, area);
  }
  // As LocatedChart::Corners.
  std::array<measure::Point, 4> Corners() const {
    const measure::Homography map = PictureFromChart();
    const double dx = 0.5 * (1 - chart.patch_width), dy = 0.5 * (1 - chart.patch_height);
    const double c = chart.columns, r = chart.rows;
    return {map.Map({dx, dy}), map.Map({c - dx, dy}), map.Map({c - dx, r - dy}),
            map.Map({dx, r - dy})};
  }
  // Light at a place of the chart, 1 in its middle; u, v -1..1 at the outer patches' centres.
  Vec3 LightAt(double u, double v) const {
    const double all = tilt_x * u + tilt_y * v - bow * (u * u + 0.5 * v * v);
    return {{std::exp(all + color_tilt * u), std::exp(all), std::exp(all - color_tilt * u)}};
  }
  measure::Subject Make() const { return Draw(false); }
  // The same light on an even grey field.
  measure::Subject MakeFlat() const { return Draw(true); }

 private:
  measure::Subject Draw(bool flat) const {
    const std::vector<Vec3> truth = Balanced();
    std::vector<Vec3> seen = truth;
    Random patches(seed, 77);
    for (Vec3& rgb : seen) {
      for (double& v : rgb.v) v *= 1 + patch_noise * patches.Normals().a;
    }
    measure::Subject subject;
    subject.path = flat ? "flat.dng" : "chart.dng";
    subject.mosaic = Image<float>(width, height);
    subject.clip = 0.9999;
    subject.bits = 14;
    subject.white_dn = 16383;
    subject.black_dn = 0;
    if (codes > 0) subject.white_dn = codes;
    for (measure::SiteMask& sites : subject.sites) sites.bits = 0;
    const measure::Homography chart_from_picture = PictureFromChart().Inverted();
    for (int y = 0; y < height; ++y) {
      Random random(seed, static_cast<uint64_t>(y) + 1000);
      for (int x = 0; x < width; ++x) {
        const int c = y % 2 + x % 2;  // R G / G B
        if (x < 4 && y < 4) subject.sites[c].bits |= static_cast<uint16_t>(1u << (y * 4 + x));
        const measure::Point q = chart_from_picture.Map({x + 0.5, y + 0.5});
        const double lit = flat ? 0.5 : SurfaceAt(q, seen)[c];
        const double u = 2 * (q.x - 0.5) / (chart.columns - 1) - 1;
        const double v = 2 * (q.y - 0.5) / (chart.rows - 1) - 1;
        const double white = exposure * balance[c];
        double value = white * (LightAt(u, v)[c] * lit + glare) / (1 + glare) + black_error;
        const double deviation =
            std::sqrt(read_noise * read_noise + std::max(value, 0.0) / electrons);
        value += deviation * random.Normals().a;
        if (codes > 0) value = std::round(value * codes) / codes;
        subject.mosaic.At(x, y) = static_cast<float>(std::min(value, 1.0));
      }
    }
    // What a file would state: the camera's own matrix at its white.
    const auto set = SimulateTrainingSet(camera, light, surfaces, true);
    const Mat3 matrix = FitLeastSquares(ColorFitKind::kMatrix, *set, 0)->AsMatrix();
    subject.neutral = {{balance[0] / balance[1], 1, balance[2] / balance[1]}};
    subject.xyz_d50_from_rgb =
        matrix * Mat3::Diagonal({{1 / subject.neutral[0], 1, 1 / subject.neutral[2]}});
    return subject;
  }

  Vec3 SurfaceAt(const measure::Point& q, const std::vector<Vec3>& patches) const {
    const auto grey = [](double v) { return Vec3{{v, v, v}}; };
    const double border = 0.25;
    if (q.x < -border || q.y < -border || q.x > chart.columns + border ||
        q.y > chart.rows + border) {
      return grey(0.25);
    }
    if (q.x > chart.columns * (1 - hidden)) return grey(0.3);
    const int column = static_cast<int>(std::floor(q.x)), row = static_cast<int>(std::floor(q.y));
    const bool inside = column >= 0 && row >= 0 && column < chart.columns && row < chart.rows &&
                        std::abs(q.x - column - 0.5) < 0.5 * chart.patch_width &&
                        std::abs(q.y - row - 0.5) < 0.5 * chart.patch_height;
    return inside ? patches[row * chart.columns + column] : grey(0.035);
  }
};

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_SIMULATED_CHART_UTIL_H_
