// JzAzBz: a uniform space for high dynamic range, in absolute light.
#include "petzval/color/jzazbz.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// Safdar et al. 2017, equations 8 to 12: PQ with another exponent on top of blue-corrected XYZ.
constexpr double kB = 1.15, kG = 0.66, kD = -0.56, kD0 = 1.6295499532821566e-11;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 128, kC3 = 2392.0 / 128;
constexpr double kN = 2610.0 / 16384, kP = 1.7 * 2523 / 32;
constexpr double kPeakNits = 10000;

constexpr Mat3 kLmsFromXyz{{{{0.41478972, 0.579999, 0.0146480},
                             {-0.2015100, 1.120649, 0.0531008},
                             {-0.0166008, 0.264800, 0.6684799}}}};
constexpr Mat3 kIabFromLms{
    {{{0.5, 0.5, 0}, {3.524000, -4.066708, 0.542708}, {0.199076, 1.096799, -1.295875}}}};

double Compress(double x) {
  const double y = std::pow(std::max(x, 0.0) / kPeakNits, kN);
  // The quotient ends at c2 / c3 however large y gets.
  return std::pow(y > 1e30 ? kC2 / kC3 : (kC1 + kC2 * y) / (1 + kC3 * y), kP);
}

double Expand(double x) {
  const double y = std::pow(std::max(x, 0.0), 1 / kP);
  const double below = std::max(kC2 - kC3 * y, 1e-9);
  return kPeakNits * std::pow(std::max(y - kC1, 0.0) / below, 1 / kN);
}

}  // namespace

Vec3 JzazbzFromXyz(const Vec3& xyz_nits) {
  const double x = xyz_nits[0], y = xyz_nits[1], z = xyz_nits[2];
  Vec3 lms = kLmsFromXyz * Vec3{{kB * x - (kB - 1) * z, kG * y - (kG - 1) * x, z}};
  for (double& v : lms.v) v = Compress(v);
  const Vec3 iab = kIabFromLms * lms;
  return {{(1 + kD) * iab[0] / (1 + kD * iab[0]) - kD0, iab[1], iab[2]}};
}

Vec3 XyzFromJzazbz(const Vec3& jab) {
  static const Mat3 lms_from_iab = Inverse(kIabFromLms), xyz_from_lms = Inverse(kLmsFromXyz);
  const double j = jab[0] + kD0;
  Vec3 lms = lms_from_iab * Vec3{{j / (1 + kD - kD * j), jab[1], jab[2]}};
  for (double& v : lms.v) v = Expand(v);
  const Vec3 mixed = xyz_from_lms * lms;
  const double x = (mixed[0] + (kB - 1) * mixed[2]) / kB;
  return {{x, (mixed[1] + (kG - 1) * x) / kG, mixed[2]}};
}

double DeltaEz(const Vec3& jab1, const Vec3& jab2) {
  // dC^2 + dH^2 is the squared distance in the plane of Az and Bz.
  return std::hypot(jab1[0] - jab2[0], jab1[1] - jab2[1], jab1[2] - jab2[2]);
}

}  // namespace petzval
