// The Academy's output transforms of version 1.
#include "petzval/color/aces/output_v1.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/color/aces/tone_scale_v1.h"

namespace petzval::aces {
namespace {

double Luminance(const Vec3& ap1) {
  static const Mat3 xyz = XyzFromRgb(kAp1);
  return (xyz * ap1)[1];
}

// Towards grey of the same luminance.
Vec3 Desaturate(const Vec3& ap1, double factor) {
  const double y = Luminance(ap1);
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = factor * ap1[i] + (1 - factor) * y;
  return out;
}

double Saturation(const Vec3& v) {
  const double most = std::max({v[0], v[1], v[2]}), least = std::min({v[0], v[1], v[2]});
  return (std::max(most, 1e-10) - std::max(least, 1e-10)) / std::max(most, 1e-2);
}

// Saturated dark colours glow a little, as film does.
Vec3 Glow(const Vec3& v, double saturation) {
  constexpr double kGain = 0.05, kMiddle = 0.08, kChromaWeight = 1.75;
  const double square = v[2] * (v[2] - v[1]) + v[1] * (v[1] - v[0]) + v[0] * (v[0] - v[2]);
  const double level = (v[0] + v[1] + v[2] + kChromaWeight * std::sqrt(std::max(square, 0.0))) / 3;
  // A sigmoid of saturation around 0.4.
  const double x = (saturation - 0.4) / 0.2, t = std::max(1 - std::fabs(x / 2), 0.0);
  const double shape = 0.5 * (1 + std::copysign(1 - t * t, x));
  double gain = kGain * shape;
  if (level >= 2 * kMiddle) {
    gain = 0;
  } else if (level > kMiddle * 2 / 3) {
    gain *= kMiddle / level - 0.5;
  }
  return {{(1 + gain) * v[0], (1 + gain) * v[1], (1 + gain) * v[2]}};
}

// A cubic B-spline over `width` degrees, 1 in the middle.
double HueBump(double degrees, double width) {
  const double t = 2 + 4 * degrees / width;  // 0..4
  if (!(t > 0 && t < 4)) return 0;
  const double d = std::fabs(t - 2);
  const double basis =
      d < 1 ? (4 - 6 * d * d + 3 * d * d * d) / 6 : (2 - d) * (2 - d) * (2 - d) / 6;
  return 1.5 * basis;
}

// Reds are held back: they would glow like lamps.
Vec3 TameReds(Vec3 v, double saturation) {
  constexpr double kScale = 0.82, kPivot = 0.03, kWidth = 135;
  if (v[0] == v[1] && v[1] == v[2]) return v;
  const double hue = std::atan2(std::numbers::sqrt3 * (v[1] - v[2]), 2 * v[0] - v[1] - v[2]) * 180 /
                     std::numbers::pi;
  v[0] += HueBump(hue, kWidth) * saturation * (kPivot - v[0]) * (1 - kScale);
  return v;
}

// What the reference rendering does before its tone scale. AP0 -> AP1, >= 0.
Vec3 Sweeten(const Vec3& ap0) {
  static const Mat3 ap1_from_ap0 = RgbFromRgb(kAp1, kAp0);
  const double saturation = Saturation(ap0);
  Vec3 v = TameReds(Glow(ap0, saturation), saturation);
  for (int i = 0; i < 3; ++i) v[i] = std::max(v[i], 0.0);
  v = ap1_from_ap0 * v;
  for (int i = 0; i < 3; ++i) v[i] = std::max(v[i], 0.0);
  return Desaturate(v, 0.96);
}

// Highlights of a white that the display does not have, bent down to `white`: a parabola from
// 1 - `width` on.
double RollWhite(double value, double white, double width) {
  const double x1 = -1 + width, slope = x1 + 1;
  const double t = (-value + 1) / slope;
  if (t > 1) return value;
  const double b = 2 * (x1 + white) - slope;
  if (t < 0) return white - t * b;
  const double a = -white - x1 + slope;
  return -((t * a + b) * t - white);
}

// From dark to dim surround: luminance to this power, chromaticity kept.
Vec3 ForDimSurround(const Vec3& ap1) {
  const double y = Luminance(ap1);
  if (!(y > 0)) return ap1;
  const double k = std::pow(y, 0.9811) / y;
  return {{k * ap1[0], k * ap1[1], k * ap1[2]}};
}

}  // namespace

OutputTransformV1::OutputTransformV1(const OutputV1& display) : display_(display) {
  if (display.peak_nits > 48) {
    shift_ev_ = SingleStageShift(display.black_nits, display.mid_nits, display.peak_nits);
  }
}

Vec3 OutputTransformV1::StandardRange(const Vec3& rendered) const {
  Vec3 v;
  for (int i = 0; i < 3; ++i) {
    const double nits = CinemaToneScale().Apply(ReferenceToneScale().Apply(rendered[i]));
    v[i] = (nits - 0.02) / (48 - 0.02);
    switch (display_.white) {
      case OutputV1::White::kD65:
        break;
      case OutputV1::White::kD60InD65:
        v[i] = std::min(v[i], 1.0) * (display_.dim_surround ? 0.955 : 0.964);
        break;
      case OutputV1::White::kD60InDci:
        v[i] = std::min(RollWhite(v[i], 0.918, 0.5), 0.918) * 0.96;
        break;
      case OutputV1::White::kD65InDci:
        v[i] = std::min(RollWhite(v[i], 0.908, 0.5), 0.908) * 0.9575;
        break;
    }
  }
  return display_.dim_surround ? Desaturate(ForDimSurround(v), 0.93) : v;
}

Vec3 OutputTransformV1::HighRange(const Vec3& rendered) const {
  const SplineToneScale scale =
      SingleStageToneScale(display_.black_nits, display_.peak_nits, shift_ev_);
  Vec3 v;
  for (int i = 0; i < 3; ++i) {
    v[i] = (scale.Apply(rendered[i]) - display_.black_nits) /
           (display_.peak_nits - display_.black_nits);
  }
  return v;
}

Vec3 OutputTransformV1::Apply(const Vec3& ap0) const {
  static const Mat3 xyz_from_ap1 = XyzFromRgb(kAp1);
  static const Mat3 d65_from_aces = BradfordAdaptation(kWhiteD65, kWhiteAces);
  static const Mat3 d65_from_dci = BradfordAdaptation(kWhiteD65, kWhiteDci);
  const bool high = display_.peak_nits > 48;
  const Vec3 rendered = Sweeten(ap0);
  Vec3 xyz = xyz_from_ap1 * (high ? HighRange(rendered) : StandardRange(rendered));
  const OutputV1::White white = display_.white;
  if (white == OutputV1::White::kD65 || white == OutputV1::White::kD65InDci) {
    xyz = d65_from_aces * xyz;
  }
  if (display_.limited) {
    Vec3 rgb = RgbFromXyz(display_.limit) * xyz;
    for (int i = 0; i < 3; ++i) rgb[i] = std::clamp(rgb[i], 0.0, 1.0);
    xyz = XyzFromRgb(display_.limit) * rgb;
  }
  if (white == OutputV1::White::kD60InDci || white == OutputV1::White::kD65InDci) {
    xyz = d65_from_dci * xyz;
  }
  const double unit = high ? display_.peak_nits / 100 : 1;
  return {{unit * xyz[0], unit * xyz[1], unit * xyz[2]}};
}

}  // namespace petzval::aces
