// ACES 2: what a display can show, per hue.
#include "petzval/color/aces/gamut_hull_v2.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/tone_scale_v2.h"

namespace petzval::aces {
namespace {

// Cusps are taken as more colourful by this, so that the blend of the hulls touches them.
constexpr double kCuspBeyond = 1 + 0.27 * 0.12;

// Red, yellow, green, cyan, blue, magenta.
constexpr std::array<Vec3, 6> kCorners{
    {{{1, 0, 0}}, {{1, 1, 0}}, {{0, 1, 0}}, {{0, 1, 1}}, {{0, 0, 1}}, {{1, 0, 1}}}};

Vec3 Mix(const Vec3& a, const Vec3& b, double t) {
  return {{a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])}};
}

// The way from hue b to hue a, -180..180 degrees.
double HueFrom(double a, double b) { return std::remainder(a - b, 360); }

// Hues of the corners of AP1 where they are as light as the peak.
void AddReachCorners(double peak_nits, std::vector<double>& hues) {
  const JmhSpace ap1(kAp1);
  const double limit_j = JFromLuminance(peak_nits);
  for (const Vec3& corner : kCorners) {
    double low = 0, high = 8 * ToneScaleV2({peak_nits}).hit();
    for (int i = 0; i < 40; ++i) {
      const double middle = (low + high) / 2;
      const double j = ap1.FromRgb(Mix({}, corner, middle)).j;
      (j < limit_j ? low : high) = middle;
    }
    hues.push_back(ap1.FromRgb(Mix({}, corner, high)).h);
  }
}

// 0, 360, all `corners`, and hues between them at even distances of about a degree.
std::vector<double> SampledHues(std::vector<double> corners) {
  corners.push_back(0);
  corners.push_back(360);
  std::sort(corners.begin(), corners.end());
  std::vector<double> hues;
  for (size_t i = 0; i + 1 < corners.size(); ++i) {
    const double from = corners[i], to = corners[i + 1];
    if (!(to > from)) continue;
    const int n = std::max(1, static_cast<int>(std::lround(to) - std::lround(from)));
    for (int k = 0; k < n; ++k) hues.push_back(from + (to - from) * k / n);
  }
  hues.push_back(360);
  return hues;
}

// The edge of the cube that runs through `h`, in steps: where it has this hue.
HullV2 CuspAt(const JmhSpace& space, double peak, double h) {
  for (size_t i = 0; i < kCorners.size(); ++i) {
    const Vec3 from = Mix({}, kCorners[i], peak), to = Mix({}, kCorners[(i + 1) % 6], peak);
    const double h0 = space.FromRgb(from).h, h1 = space.FromRgb(to).h;
    if (HueFrom(h, h0) < 0 || HueFrom(h1, h) <= 0) continue;
    double low = 0, high = 1;
    for (int k = 0; k < 40; ++k) {
      const double middle = (low + high) / 2;
      const double at = space.FromRgb(Mix(from, to, middle)).h;
      (HueFrom(at, h) <= 0 ? low : high) = middle;
    }
    const Jmh cusp = space.FromRgb(Mix(from, to, (low + high) / 2));
    return {cusp.j, cusp.m * kCuspBeyond, 1};
  }
  return {};
}

// The power whose hull just encloses the display's gamut, tried at a few heights above the cusp.
double UpperPower(const JmhSpace& space, const FocusV2& focus, HullV2 hull, double h, double peak) {
  const auto encloses = [&](double gamma) {
    hull.upper_power = 1 / gamma;
    const FocusLinesV2 lines(focus, hull);
    for (const double up : {0.01, 0.1, 0.5, 0.8, 0.99}) {
      const double j = hull.cusp_j + up * (focus.limit_j - hull.cusp_j);
      const FocusLineV2 line = lines.Through(j, hull.cusp_m, j);
      const double m = lines.BoundaryM(line, j);
      const Vec3 rgb = space.ToRgb({line.J(m), m, h});
      if (!(rgb[0] > peak || rgb[1] > peak || rgb[2] > peak)) return false;
    }
    return true;
  };
  // The first of coarse steps, then refined: "encloses" need not be monotone far above.
  constexpr double kStep = 0.4, kMost = 5;
  double low = 0, high = kStep;
  while (high < kMost && !encloses(high)) {
    low = high;
    high += kStep;
  }
  while (high - low > 1e-5) {
    const double middle = (low + high) / 2;
    (encloses(middle) ? high : low) = middle;
  }
  return 1 / high;
}

}  // namespace

GamutHullV2::GamutHullV2(const RgbSpace& space, double peak_nits) {
  const double peak = peak_nits / 100;
  const JmhSpace display(space);
  const FocusV2 focus = FocusV2::OfPeak(peak_nits);
  std::vector<double> corners;
  for (const Vec3& corner : kCorners) corners.push_back(display.FromRgb(Mix({}, corner, peak)).h);
  AddReachCorners(peak_nits, corners);
  hues_ = SampledHues(corners);
  for (const double h : hues_) {
    HullV2 hull = CuspAt(display, peak, h);
    hull.upper_power = UpperPower(display, focus, hull, h, peak);
    hulls_.push_back(hull);
  }
}

HullV2 GamutHullV2::At(double h) const {
  const auto above = std::upper_bound(hues_.begin() + 1, hues_.end() - 1, h);
  const size_t i = above - hues_.begin();
  const double t = std::clamp((h - hues_[i - 1]) / (hues_[i] - hues_[i - 1]), 0.0, 1.0);
  const HullV2 &a = hulls_[i - 1], &b = hulls_[i];
  return {std::lerp(a.cusp_j, b.cusp_j, t), std::lerp(a.cusp_m, b.cusp_m, t),
          std::lerp(a.upper_power, b.upper_power, t)};
}

}  // namespace petzval::aces
