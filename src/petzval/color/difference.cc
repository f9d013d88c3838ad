// CIE L*a*b* and the colour differences in it.
#include "petzval/color/difference.h"

#include <cmath>
#include <numbers>

namespace petzval {
namespace {

constexpr double kEpsilon = 216.0 / 24389, kKappa = 24389.0 / 27;

double LabCurve(double t) { return t > kEpsilon ? std::cbrt(t) : (kKappa * t + 16) / 116; }
double LabCurveInverse(double f) {
  const double cube = f * f * f;
  return cube > kEpsilon ? cube : (116 * f - 16) / kKappa;
}

// Hue in degrees, 0..360; 0 for a neutral.
double Hue(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double h = std::atan2(b, a) * 180 / std::numbers::pi;
  return h < 0 ? h + 360 : h;
}

double Radians(double degrees) { return degrees * std::numbers::pi / 180; }
double Seventh(double c) {
  // sqrt(c^7 / (c^7 + 25^7)), also where c^7 overflows.
  return std::sqrt(1 / (1 + 6103515625.0 / std::pow(c, 7)));
}

}  // namespace

Vec3 LabFromXyz(const Vec3& xyz, const Vec3& white) {
  const double x = LabCurve(xyz[0] / white[0]);
  const double y = LabCurve(xyz[1] / white[1]);
  const double z = LabCurve(xyz[2] / white[2]);
  return {{116 * y - 16, 500 * (x - y), 200 * (y - z)}};
}

Vec3 XyzFromLab(const Vec3& lab, const Vec3& white) {
  const double y = (lab[0] + 16) / 116;
  return {{white[0] * LabCurveInverse(y + lab[1] / 500), white[1] * LabCurveInverse(y),
           white[2] * LabCurveInverse(y - lab[2] / 200)}};
}

double LightnessFromLuminance(double y) { return 116 * LabCurve(y) - 16; }
double LuminanceFromLightness(double l) { return LabCurveInverse((l + 16) / 116); }

double DeltaE76(const Vec3& lab1, const Vec3& lab2) {
  return std::hypot(lab1[0] - lab2[0], lab1[1] - lab2[1], lab1[2] - lab2[2]);
}

double DeltaE94(const Vec3& lab1, const Vec3& lab2, De94Weights weights) {
  const bool textiles = weights == De94Weights::kTextiles;
  const double kl = textiles ? 2 : 1, k1 = textiles ? 0.048 : 0.045, k2 = textiles ? 0.014 : 0.015;
  const double c1 = std::hypot(lab1[1], lab1[2]), c2 = std::hypot(lab2[1], lab2[2]);
  const double dl = (lab1[0] - lab2[0]) / kl, dc = c1 - c2;
  const double da = lab1[1] - lab2[1], db = lab1[2] - lab2[2];
  const double dh2 = std::fmax(0, da * da + db * db - dc * dc);
  const double sc = 1 + k1 * c1, sh = 1 + k2 * c1;
  return std::sqrt(dl * dl + dc * dc / (sc * sc) + dh2 / (sh * sh));
}

double DeltaECmc(const Vec3& lab1, const Vec3& lab2, double lightness, double chroma) {
  const double c1 = std::hypot(lab1[1], lab1[2]), c2 = std::hypot(lab2[1], lab2[2]);
  const double dc = c1 - c2, da = lab1[1] - lab2[1], db = lab1[2] - lab2[2];
  const double dh2 = std::fmax(0, da * da + db * db - dc * dc);
  const double sl = lab1[0] < 16 ? 0.511 : 0.040975 * lab1[0] / (1 + 0.01765 * lab1[0]);
  const double sc = 0.0638 * c1 / (1 + 0.0131 * c1) + 0.638;
  const double h = Hue(lab1[1], lab1[2]), c4 = c1 * c1 * c1 * c1;
  const double t = h >= 164 && h <= 345 ? 0.56 + std::fabs(0.2 * std::cos(Radians(h + 168)))
                                        : 0.36 + std::fabs(0.4 * std::cos(Radians(h + 35)));
  const double f = std::sqrt(c4 / (c4 + 1900));
  const double sh = sc * (f * t + 1 - f);
  const double x = (lab1[0] - lab2[0]) / (lightness * sl), y = dc / (chroma * sc);
  return std::sqrt(x * x + y * y + dh2 / (sh * sh));
}

double DeltaE2000(const Vec3& lab1, const Vec3& lab2) {
  // Step 1: chroma with the a axis stretched for near-neutrals.
  const double c_mean = (std::hypot(lab1[1], lab1[2]) + std::hypot(lab2[1], lab2[2])) / 2;
  const double stretch = 1 + 0.5 * (1 - Seventh(c_mean));
  const double a1 = lab1[1] * stretch, a2 = lab2[1] * stretch;
  const double c1 = std::hypot(a1, lab1[2]), c2 = std::hypot(a2, lab2[2]);
  const double h1 = Hue(a1, lab1[2]), h2 = Hue(a2, lab2[2]);

  // Step 2: differences.
  const double dl = lab2[0] - lab1[0], dc = c2 - c1;
  double dh = 0;
  if (c1 * c2 != 0) {
    dh = h2 - h1;
    if (dh > 180) dh -= 360;
    if (dh < -180) dh += 360;
  }
  const double dh_metric = 2 * std::sqrt(c1 * c2) * std::sin(Radians(dh) / 2);

  // Step 3: means, weights, rotation.
  const double l = (lab1[0] + lab2[0]) / 2, c = (c1 + c2) / 2;
  double h = h1 + h2;
  if (c1 * c2 != 0) {
    if (std::fabs(h1 - h2) > 180) h += h < 360 ? 360 : -360;
    h /= 2;
  }
  const double t = 1 - 0.17 * std::cos(Radians(h - 30)) + 0.24 * std::cos(Radians(2 * h)) +
                   0.32 * std::cos(Radians(3 * h + 6)) - 0.20 * std::cos(Radians(4 * h - 63));
  const double l50 = (l - 50) * (l - 50);
  const double sl = 1 + 0.015 * l50 / std::sqrt(20 + l50);
  const double sc = 1 + 0.045 * c;
  const double sh = 1 + 0.015 * c * t;
  const double turn = 30 * std::exp(-((h - 275) / 25) * ((h - 275) / 25));
  const double rotation = -std::sin(Radians(2 * turn)) * 2 * Seventh(c);
  const double x = dl / sl, y = dc / sc, z = dh_metric / sh;
  return std::sqrt(std::fmax(0, x * x + y * y + z * z + rotation * y * z));
}

}  // namespace petzval
