// CAM16: what a colour looks like in given surroundings, and back.
#include "petzval/color/cam16.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/color/adaptation.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;
// The largest response that a photoreceptor gives, and the input where it has half of it.
constexpr double kSaturation = 400, kHalf = 27.13, kOffset = 0.1;

// Unique hues: angle, eccentricity, hue composition (CIE 159:2004, table 3), and 0 = 360 degrees
// between blue and red, where Hunt's table has another eccentricity.
struct UniqueHue {
  double h, e, composition;
};
constexpr UniqueHue kUnique[] = {{0, 0.856, -14.1},  {20.14, 0.8, 0},    {90.00, 0.7, 100},
                                 {164.25, 1.0, 200}, {237.53, 1.2, 300}, {360, 0.856, 385.9}};

double HueComposition(double h) {
  int i = 0;
  while (i < 4 && h >= kUnique[i + 1].h) ++i;
  const UniqueHue &a = kUnique[i], &b = kUnique[i + 1];
  const double left = (h - a.h) / a.e, right = (b.h - h) / b.e;
  const double at = a.composition + (b.composition - a.composition) * left / (left + right);
  return at < 0 ? at + 400 : at;
}

double Eccentricity(double h) { return 0.25 * (std::cos(h * kDeg + 2) + 3.8); }

}  // namespace

Cam16::Cam16(const Cam16Viewing& viewing) {
  const Mat3& cone = ConeMatrix(AdaptationMethod::kCat16);
  const Vec3 white = cone * viewing.white;
  const double d = viewing.discount_illuminant
                       ? 1
                       : DegreeOfAdaptation(viewing.surround.f, viewing.adapting_nits);
  Vec3 gain;
  for (int i = 0; i < 3; ++i) gain[i] = d * viewing.white[1] / white[i] + 1 - d;
  rgb_from_xyz_ = Mat3::Diagonal(gain) * cone;
  xyz_from_rgb_ = Inverse(rgb_from_xyz_);

  c_ = viewing.surround.c;
  nc_ = viewing.surround.nc;
  const double k = 1 / (5 * viewing.adapting_nits + 1), k4 = k * k * k * k;
  fl_ = 0.2 * k4 * 5 * viewing.adapting_nits +
        0.1 * (1 - k4) * (1 - k4) * std::cbrt(5 * viewing.adapting_nits);
  n_ = viewing.background / viewing.white[1];
  z_ = 1.48 + std::sqrt(n_);
  nbb_ = ncb_ = 0.725 * std::pow(n_, -0.2);
  Vec3 response = rgb_from_xyz_ * viewing.white;
  double white_sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double x = std::pow(fl_ * response[i] / 100, 0.42);
    response[i] = kSaturation * x / (x + kHalf);
  }
  white_sum = 2 * response[0] + response[1] + response[2] / 20;
  aw_ = white_sum * nbb_;
}

Cam16Color Cam16::FromXyz(const Vec3& xyz) const {
  Vec3 a = rgb_from_xyz_ * xyz;
  for (double& v : a.v) {
    const double x = std::pow(fl_ * std::fabs(v) / 100, 0.42);
    // For huge input x / (x + half) as written would be inf / inf.
    v = std::copysign(kSaturation / (1 + kHalf / x), v);
  }
  const double red_green = a[0] - 12 * a[1] / 11 + a[2] / 11;
  const double yellow_blue = (a[0] + a[1] - 2 * a[2]) / 9;
  Cam16Color out;
  if (red_green != 0 || yellow_blue != 0) {
    out.h = std::atan2(yellow_blue, red_green) / kDeg;
    if (out.h < 0) out.h += 360;
  }
  out.composition = HueComposition(out.h);
  // The constants 0.305 and 0.1 of the paper cancel here (offsets of the three responses).
  const double achromatic = std::max(0.0, (2 * a[0] + a[1] + a[2] / 20) * nbb_);
  out.j = 100 * std::pow(achromatic / aw_, c_ * z_);
  out.q = 4 / c_ * std::sqrt(out.j / 100) * (aw_ + 4) * std::pow(fl_, 0.25);
  const double sum = std::max(1e-9, a[0] + a[1] + 21 * a[2] / 20 + 3.05 * kOffset);
  const double t =
      50000.0 / 13 * nc_ * ncb_ * Eccentricity(out.h) * std::hypot(red_green, yellow_blue) / sum;
  const double alpha = std::pow(t, 0.9) * std::pow(1.64 - std::pow(0.29, n_), 0.73);
  out.c = alpha * std::sqrt(out.j / 100);
  out.m = out.c * std::pow(fl_, 0.25);
  out.s = 50 * std::sqrt(alpha * c_ / (aw_ + 4));
  return out;
}

Vec3 Cam16::XyzFromJch(double j, double c, double h) const {
  if (!(j > 0)) return {};
  const double alpha = std::max(c, 0.0) / std::sqrt(j / 100);
  const double t = std::pow(alpha * std::pow(1.64 - std::pow(0.29, n_), -0.73), 1 / 0.9);
  const double p1 = 50000.0 / 13 * nc_ * ncb_ * Eccentricity(h);
  const double p2 = aw_ * std::pow(j / 100, 1 / (c_ * z_)) / nbb_;
  // The opponent signals lie on the ray of the hue; t says how far out (Li et al. 2017, appendix).
  const double cos_h = std::cos(h * kDeg), sin_h = std::sin(h * kDeg);
  const double gamma =
      23 * (p2 + 3.05 * kOffset) * t / (23 * p1 + 11 * t * cos_h + 108 * t * sin_h);
  const double a = gamma * cos_h, b = gamma * sin_h;
  Vec3 rgb{{(460 * p2 + 451 * a + 288 * b) / 1403, (460 * p2 - 891 * a - 261 * b) / 1403,
            (460 * p2 - 220 * a - 6300 * b) / 1403}};
  for (double& v : rgb.v) {
    const double r = std::min(std::fabs(v), kSaturation * (1 - 1e-12));
    v = std::copysign(100 / fl_ * std::pow(kHalf * r / (kSaturation - r), 1 / 0.42), v);
  }
  return xyz_from_rgb_ * rgb;
}

Vec3 Cam16::XyzFromJmh(double j, double m, double h) const {
  return XyzFromJch(j, m / std::pow(fl_, 0.25), h);
}

Vec3 Cam16::XyzFromQmh(double q, double m, double h) const {
  if (!(q > 0)) return {};
  const double root = c_ * q / (4 * (aw_ + 4) * std::pow(fl_, 0.25));
  return XyzFromJmh(100 * root * root, m, h);
}

Vec3 Cam16UcsFromJmh(double j, double m, double h) {
  const double m_ucs = std::log1p(0.0228 * m) / 0.0228;
  return {{1.7 * j / (1 + 0.007 * j), m_ucs * std::cos(h * kDeg), m_ucs * std::sin(h * kDeg)}};
}

Cam16Jmh JmhFromCam16Ucs(const Vec3& ucs) {
  Cam16Jmh out;
  out.j = ucs[0] / (1.7 - 0.007 * ucs[0]);
  out.m = std::expm1(0.0228 * std::hypot(ucs[1], ucs[2])) / 0.0228;
  if (ucs[1] != 0 || ucs[2] != 0) out.h = std::atan2(ucs[2], ucs[1]) / kDeg;
  if (out.h < 0) out.h += 360;
  return out;
}

double DeltaECam16Ucs(const Vec3& ucs1, const Vec3& ucs2) {
  const double d = std::hypot(ucs1[0] - ucs2[0], ucs1[1] - ucs2[1], ucs1[2] - ucs2[2]);
  return 1.41 * std::pow(d, 0.63);
}

}  // namespace petzval
