// CIE 1976 L*u*v* and the chromaticity diagrams behind it.
#ifndef PETZVAL_COLOR_LUV_H_
#define PETZVAL_COLOR_LUV_H_

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"

namespace petzval {

// XYZ -> L*u*v* (CIE 15:2004, 8.2.2); `white` is the XYZ of the reference white in the same scale.
// Colours without light are 0, 0, 0.
Vec3 LuvFromXyz(const Vec3& xyz, const Vec3& white);
// L* <= 0 gives 0, 0, 0.
Vec3 XyzFromLuv(const Vec3& luv, const Vec3& white);

// CIE 1976 u', v' and CIE 1960 u, v of a chromaticity, and back. v = 2/3 v'.
struct ChromaticityUv {
  double u = 0, v = 0;
};
ChromaticityUv Uv1976FromChromaticity(Chromaticity c);
Chromaticity ChromaticityFromUv1976(ChromaticityUv uv);
ChromaticityUv Uv1960FromChromaticity(Chromaticity c);
Chromaticity ChromaticityFromUv1960(ChromaticityUv uv);

}  // namespace petzval

#endif  // PETZVAL_COLOR_LUV_H_
