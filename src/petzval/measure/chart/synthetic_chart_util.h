// Pictures of charts with exact truth, for tests.
#ifndef PETZVAL_MEASURE_CHART_SYNTHETIC_CHART_UTIL_H_
#define PETZVAL_MEASURE_CHART_SYNTHETIC_CHART_UTIL_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "petzval/base/random.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/chart/chart.h"
#include "petzval/measure/chart/homography.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct SyntheticChart {
  Chart chart;
  std::vector<Vec3> lab;  // of the patches, D50
  int width = 900, height = 600;
  // Corners of the chart's area (0, 0) .. (columns, rows), as LocatedChart::Corners are ordered.
  std::array<Point, 4> area = {{{200, 150}, {680, 150}, {680, 470}, {200, 470}}};
  double frame = 0.035;     // luminance factor of what lies between and around the patches
  double background = 0.3;  // of the rest, with some objects on it
  double exposure = 1;      // of all
  Vec3 tint{{1, 1, 1}};     // of the file's RGB
  double glare = 0;         // added, as a share of white
  double read_noise = 0;    // standard deviation, linear
  double electrons = 0;     // at 1.0, for photon noise; 0: none
  double clip = 1e9;        // values end here
  Mat3 xyz_d50_from_rgb = Inverse(RgbFromXyzD50(kRec2020));
  uint64_t seed = 1;

  Homography PictureFromChart() const {
    const double c = chart.columns, r = chart.rows;
    const std::array<Point, 4> from = {{{0, 0}, {c, 0}, {c, r}, {0, r}}};
    return *FitHomography(from, area);
  }
};

inline SyntheticChart SyntheticOf(const char* name) {
  SyntheticChart s;
  s.chart = *FindChart(name);
  s.lab = s.chart.editions.front().lab;
  return s;
}

// The corners of `area` turned about the middle of the picture.
inline void Turn(SyntheticChart* s, double degrees) {
  const double sine = std::sin(degrees * M_PI / 180), cosine = std::cos(degrees * M_PI / 180);
  const double mx = 0.5 * s->width, my = 0.5 * s->height;
  for (Point& p : s->area) {
    const double x = p.x - mx, y = p.y - my;
    p = {mx + cosine * x - sine * y, my + sine * x + cosine * y};
  }
}

// XYZ (D50) of a point of the scene.
inline Vec3 SceneAt(const SyntheticChart& s, const Homography& chart_from_picture,
                    const std::vector<Vec3>& xyz, const Point& p) {
  const Vec3 white = XyzFromChromaticity(kWhiteD50);
  const auto grey = [&](double y) { return Vec3{{white[0] * y, white[1] * y, white[2] * y}}; };
  const Point q = chart_from_picture.Map(p);
  const double border = 0.25;
  if (q.x > -border && q.y > -border && q.x < s.chart.columns + border &&
      q.y < s.chart.rows + border) {
    const int column = static_cast<int>(std::floor(q.x)), row = static_cast<int>(std::floor(q.y));
    if (column >= 0 && row >= 0 && column < s.chart.columns && row < s.chart.rows &&
        std::abs(q.x - column - 0.5) < 0.5 * s.chart.patch_width &&
        std::abs(q.y - row - 0.5) < 0.5 * s.chart.patch_height) {
      return xyz[row * s.chart.columns + column];
    }
    return grey(s.frame);
  }
  // Objects: a white disc, dark bars, a slow gradient.
  if (std::hypot(p.x - 60, p.y - 60) < 40) return grey(0.8);
  if (p.x > s.width - 90 && static_cast<int>(p.y / 17) % 2 == 0) return grey(0.05);
  return grey(s.background * (0.8 + 0.4 * p.y / s.height));
}

// The picture as linear RGB of the file. Patches hold their exact values; edges are averaged over
// 2 x 2 points.
inline Image<float> RenderRgb(const SyntheticChart& s) {
  const Homography chart_from_picture = s.PictureFromChart().Inverted();
  const Mat3 rgb_from_xyz = Inverse(s.xyz_d50_from_rgb);
  std::vector<Vec3> xyz;
  for (const Vec3& lab : s.lab) xyz.push_back(XyzFromLab(lab, XyzFromChromaticity(kWhiteD50)));
  const Vec3 white = rgb_from_xyz * XyzFromChromaticity(kWhiteD50);
  Image<float> rgb(s.width, s.height, 3);
  for (int y = 0; y < s.height; ++y) {
    Random random(s.seed, static_cast<uint64_t>(y));
    for (int x = 0; x < s.width; ++x) {
      Vec3 sum{};
      for (int k = 0; k < 4; ++k) {
        const Vec3 at =
            SceneAt(s, chart_from_picture, xyz, {x + (k % 2 + 0.5) / 2, y + (k / 2 + 0.5) / 2});
        for (int c = 0; c < 3; ++c) sum[c] += at[c] / 4;
      }
      const Vec3 v = rgb_from_xyz * sum;
      for (int c = 0; c < 3; ++c) {
        double value = s.exposure * s.tint[c] * (v[c] + s.glare * white[c]);
        const double photon = s.electrons > 0 ? std::max(value, 0.0) / s.electrons : 0;
        const double deviation = std::sqrt(s.read_noise * s.read_noise + photon);
        if (deviation > 0) value += deviation * random.Normals().a;
        rgb.At(x, y, c) = static_cast<float>(std::min(value, s.clip));
      }
    }
  }
  return rgb;
}

inline Subject PictureOf(const SyntheticChart& s) {
  Subject subject;
  subject.rgb = RenderRgb(s);
  subject.clip = std::min(s.clip, 1.0);
  subject.bits = 16;
  subject.xyz_d50_from_rgb = s.xyz_d50_from_rgb;
  return subject;
}

// The same as the mosaic of an RGGB sensor.
inline Subject RawOf(const SyntheticChart& s) {
  const Image<float> rgb = RenderRgb(s);
  Subject subject;
  subject.mosaic = Image<float>(s.width, s.height);
  subject.clip = std::min(s.clip, 1.0);
  subject.bits = 14;
  subject.xyz_d50_from_rgb = s.xyz_d50_from_rgb;
  for (SiteMask& sites : subject.sites) sites.bits = 0;
  for (int y = 0; y < s.height; ++y) {
    for (int x = 0; x < s.width; ++x) {
      const int c = y % 2 + x % 2;  // R G / G B
      subject.mosaic.At(x, y) = rgb.At(x, y, c);
      if (x < 4 && y < 4) subject.sites[c].bits |= static_cast<uint16_t>(1u << (y * 4 + x));
    }
  }
  return subject;
}

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_SYNTHETIC_CHART_UTIL_H_
