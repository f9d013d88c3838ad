// RGB spaces: matrices to and from CIE XYZ, built from primaries and white.
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

// Cone-like responses of Bradford (Lam 1985, as in ICC.1 annex E).
constexpr double kBradford[3][3] = {
    {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}};

Mat3 BradfordMatrix() {
  Mat3 m;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) m[i][j] = kBradford[i][j];
  }
  return m;
}

}  // namespace

Vec3 XyzFromChromaticity(Chromaticity c) { return {{c.x / c.y, 1, (1 - c.x - c.y) / c.y}}; }

Chromaticity ChromaticityFromXyz(const Vec3& xyz) {
  const double sum = xyz[0] + xyz[1] + xyz[2];
  return {xyz[0] / sum, xyz[1] / sum};
}

Mat3 XyzFromRgb(const RgbSpace& space) {
  // Columns: the primaries, each scaled so that together they make white.
  const Vec3 primary[3] = {XyzFromChromaticity(space.red), XyzFromChromaticity(space.green),
                           XyzFromChromaticity(space.blue)};
  Mat3 m;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) m[i][j] = primary[j][i];
  }
  return m * Mat3::Diagonal(Inverse(m) * XyzFromChromaticity(space.white));
}

Mat3 RgbFromXyz(const RgbSpace& space) { return Inverse(XyzFromRgb(space)); }

Mat3 BradfordAdaptation(Chromaticity to, Chromaticity from) {
  const Mat3 cone = BradfordMatrix();
  const Vec3 a = cone * XyzFromChromaticity(to);
  const Vec3 b = cone * XyzFromChromaticity(from);
  return Inverse(cone) * Mat3::Diagonal({{a[0] / b[0], a[1] / b[1], a[2] / b[2]}}) * cone;
}

Mat3 RgbFromRgb(const RgbSpace& to, const RgbSpace& from) {
  const Mat3 xyz = XyzFromRgb(from);
  if (to.white == from.white) return RgbFromXyz(to) * xyz;
  return RgbFromXyz(to) * BradfordAdaptation(to.white, from.white) * xyz;
}

Mat3 RgbFromXyzD50(const RgbSpace& to) {
  return RgbFromXyz(to) * BradfordAdaptation(to.white, kWhiteD50);
}

}  // namespace petzval
