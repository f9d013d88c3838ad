// Oklab (Ottosson 2020): a space whose hue stays put when only lightness and chroma change.
#include "petzval/color/oklab.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace petzval {
namespace {

// Constants of Ottosson, "A perceptual color space for image processing" (2020).
constexpr Mat3 kLmsFromXyz{{{{0.8189330101, 0.3618667424, -0.1288597137},
                             {0.0329845436, 0.9293118715, 0.0361456387},
                             {0.0482003018, 0.2643662691, 0.6338517070}}}};
constexpr Mat3 kLabFromRoot{{{{0.2104542553, 0.7936177850, -0.0040720468},
                              {1.9779984951, -2.4285922050, 0.4505937099},
                              {0.0259040371, 0.7827717662, -0.8086757660}}}};

const Mat3& RootFromLab() {
  static const Mat3 m = Inverse(kLabFromRoot);
  return m;
}

Vec3 Cube(const Vec3& a) { return {{a[0] * a[0] * a[0], a[1] * a[1] * a[1], a[2] * a[2] * a[2]}}; }
Vec3 Root(const Vec3& a) { return {{std::cbrt(a[0]), std::cbrt(a[1]), std::cbrt(a[2])}}; }

bool InGamut(const Vec3& rgb) {
  constexpr double kSlack = 1e-9;
  for (int i = 0; i < 3; ++i) {
    if (!(rgb[i] >= -kSlack && rgb[i] <= 1 + kSlack)) return false;
  }
  return true;
}

Vec3 Clip(const Vec3& rgb) {
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = std::clamp(rgb[i], 0.0, 1.0);
  return out;
}

double Distance(const Vec3& a, const Vec3& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

}  // namespace

Vec3 OklabFromXyz(const Vec3& xyz_d65) { return kLabFromRoot * Root(kLmsFromXyz * xyz_d65); }

Vec3 XyzFromOklab(const Vec3& lab) {
  static const Mat3 xyz_from_lms = Inverse(kLmsFromXyz);
  return xyz_from_lms * Cube(RootFromLab() * lab);
}

OklabConverter::OklabConverter(const RgbSpace& space)
    : lms_from_rgb_(kLmsFromXyz * XyzFromRgb(space)) {
  // Ottosson's matrix gives white cone responses of 1 only to seven digits; scaled here so that
  // the grey axis has no chroma at all.
  for (auto& row : lms_from_rgb_.m) {
    const double sum = row[0] + row[1] + row[2];
    for (double& x : row) x /= sum;
  }
  rgb_from_lms_ = Inverse(lms_from_rgb_);
}

Vec3 OklabConverter::FromRgb(const Vec3& rgb) const {
  return kLabFromRoot * Root(lms_from_rgb_ * rgb);
}

Vec3 OklabConverter::ToRgb(const Vec3& lab) const {
  return rgb_from_lms_ * Cube(RootFromLab() * lab);
}

std::array<std::array<double, 4>, 3> OklabConverter::ChromaPolynomials(double l, double cos_h,
                                                                       double sin_h) const {
  // Cone responses are cubes of l + slope c.
  const Vec3 slope = RootFromLab() * Vec3{{0, cos_h, sin_h}};
  const Vec3 base = RootFromLab() * Vec3{{l, 0, 0}};
  std::array<std::array<double, 4>, 3> p{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const double m = rgb_from_lms_[i][j], b = base[j], s = slope[j];
      p[i][0] += m * b * b * b;
      p[i][1] += 3 * m * b * b * s;
      p[i][2] += 3 * m * b * s * s;
      p[i][3] += m * s * s * s;
    }
  }
  return p;
}

OklchColor OklchFromOklab(const Vec3& lab) {
  const double c = std::sqrt(lab[1] * lab[1] + lab[2] * lab[2]);
  return {lab[0], c, c > 0 ? std::atan2(lab[2], lab[1]) : 0};
}

Vec3 OklabFromOklch(const OklchColor& lch) {
  return {{lch.l, lch.c * std::cos(lch.h), lch.c * std::sin(lch.h)}};
}

double WrapAngle(double radians) {
  constexpr double kPi = std::numbers::pi;
  // Differences of two angles, by far the most common case, need no division.
  if (radians >= -3 * kPi && radians <= 3 * kPi) {
    if (radians > kPi) return radians - 2 * kPi;
    if (radians < -kPi) return radians + 2 * kPi;
    return radians;
  }
  return std::remainder(radians, 2 * kPi);
}

Vec3 MapToGamutCss(const OklabConverter& space, const Vec3& lab) {
  constexpr double kJnd = 0.02, kEpsilon = 1e-4;
  if (!(lab[0] < 1)) return {{1, 1, 1}};
  if (!(lab[0] > 0)) return {{0, 0, 0}};
  const Vec3 rgb = space.ToRgb(lab);
  if (InGamut(rgb)) return Clip(rgb);
  if (Distance(space.FromRgb(Clip(rgb)), lab) < kJnd) return Clip(rgb);

  // Invariant: chroma `lo` can be shown (exactly or after an invisible clip), `hi` cannot.
  double lo = 0, hi = 1;
  bool lo_exact = true;
  Vec3 best = Clip(rgb);
  while (hi - lo > kEpsilon) {
    const double mid = (lo + hi) / 2;
    const Vec3 candidate{{lab[0], lab[1] * mid, lab[2] * mid}};
    const Vec3 linear = space.ToRgb(candidate);
    if (lo_exact && InGamut(linear)) {
      lo = mid;
      best = Clip(linear);
      continue;
    }
    const Vec3 clipped = Clip(linear);
    const double error = Distance(space.FromRgb(clipped), candidate);
    if (error < kJnd) {
      best = clipped;
      if (kJnd - error < kEpsilon) break;
      lo_exact = false;
      lo = mid;
    } else {
      hi = mid;
    }
  }
  return best;
}

}  // namespace petzval
