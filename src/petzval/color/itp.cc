// PQ, ICtCp and dE-ITP.
#include "petzval/color/itp.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// ST 2084.
constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;
constexpr double kPeakNits = 10000;

// BT.2100, table 7; rows sum to 1, and to 0 for Ct and Cp.
constexpr Mat3 kLmsFromRgb{{{{1688 / 4096.0, 2146 / 4096.0, 262 / 4096.0},
                             {683 / 4096.0, 2951 / 4096.0, 462 / 4096.0},
                             {99 / 4096.0, 309 / 4096.0, 3688 / 4096.0}}}};
constexpr Mat3 kICtCpFromLms{{{{0.5, 0.5, 0},
                               {6610 / 4096.0, -13613 / 4096.0, 7003 / 4096.0},
                               {17933 / 4096.0, -17390 / 4096.0, -543 / 4096.0}}}};

}  // namespace

double EncodePq(double nits) {
  const double y = std::pow(std::max(nits, 0.0) / kPeakNits, kM1);
  return std::pow((kC1 + kC2 * y) / (1 + kC3 * y), kM2);
}

double DecodePq(double code) {
  const double v = std::pow(std::max(code, 0.0), 1 / kM2);
  return kPeakNits * std::pow(std::max(v - kC1, 0.0) / (kC2 - kC3 * v), 1 / kM1);
}

Vec3 ICtCpFromRec2020(const Vec3& nits) {
  Vec3 lms = kLmsFromRgb * nits;
  for (double& v : lms.v) v = EncodePq(v);
  return kICtCpFromLms * lms;
}

Vec3 Rec2020FromICtCp(const Vec3& ictcp) {
  static const Mat3 lms_from_ictcp = Inverse(kICtCpFromLms), rgb_from_lms = Inverse(kLmsFromRgb);
  Vec3 lms = lms_from_ictcp * ictcp;
  for (double& v : lms.v) v = DecodePq(v);
  return rgb_from_lms * lms;
}

double DeltaEItp(const Vec3& ictcp1, const Vec3& ictcp2) {
  const double di = ictcp1[0] - ictcp2[0], dt = 0.5 * (ictcp1[1] - ictcp2[1]),
               dp = ictcp1[2] - ictcp2[2];
  return 720 * std::sqrt(di * di + dt * dt + dp * dp);
}

}  // namespace petzval
