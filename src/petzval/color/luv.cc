// CIE 1976 L*u*v* and the chromaticity diagrams behind it.
#include "petzval/color/luv.h"

#include "petzval/color/difference.h"

namespace petzval {
namespace {

// u', v' of an XYZ; those of `other` for a colour without light.
ChromaticityUv Uv(const Vec3& xyz, ChromaticityUv other) {
  const double sum = xyz[0] + 15 * xyz[1] + 3 * xyz[2];
  if (!(sum > 0)) return other;
  return {4 * xyz[0] / sum, 9 * xyz[1] / sum};
}

}  // namespace

Vec3 LuvFromXyz(const Vec3& xyz, const Vec3& white) {
  const ChromaticityUv w = Uv(white, {}), c = Uv(xyz, w);
  const double l = LightnessFromLuminance(xyz[1] / white[1]);
  return {{l, 13 * l * (c.u - w.u), 13 * l * (c.v - w.v)}};
}

Vec3 XyzFromLuv(const Vec3& luv, const Vec3& white) {
  if (!(luv[0] > 0)) return {};
  const ChromaticityUv w = Uv(white, {});
  const double u = luv[1] / (13 * luv[0]) + w.u, v = luv[2] / (13 * luv[0]) + w.v;
  const double y = white[1] * LuminanceFromLightness(luv[0]);
  return {{y * 9 * u / (4 * v), y, y * (12 - 3 * u - 20 * v) / (4 * v)}};
}

ChromaticityUv Uv1976FromChromaticity(Chromaticity c) {
  const double sum = -2 * c.x + 12 * c.y + 3;
  return {4 * c.x / sum, 9 * c.y / sum};
}

Chromaticity ChromaticityFromUv1976(ChromaticityUv uv) {
  const double sum = 6 * uv.u - 16 * uv.v + 12;
  return {9 * uv.u / sum, 4 * uv.v / sum};
}

ChromaticityUv Uv1960FromChromaticity(Chromaticity c) {
  const ChromaticityUv uv = Uv1976FromChromaticity(c);
  return {uv.u, uv.v * 2 / 3};
}

Chromaticity ChromaticityFromUv1960(ChromaticityUv uv) {
  return ChromaticityFromUv1976({uv.u, uv.v * 3 / 2});
}

}  // namespace petzval
