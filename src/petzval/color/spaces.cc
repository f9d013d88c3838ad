// RGB spaces: matrices to and from CIE XYZ, built from primaries and white.
#include "petzval/color/spaces.h"

#include "petzval/color/adaptation.h"

namespace petzval {

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
  return Adaptation(AdaptationMethod::kBradford, XyzFromChromaticity(to),
                    XyzFromChromaticity(from));
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
