// JzAzBz: a uniform space for high dynamic range, in absolute light.
#ifndef PETZVAL_COLOR_JZAZBZ_H_
#define PETZVAL_COLOR_JZAZBZ_H_

#include "petzval/base/matrix.h"

namespace petzval {

// Safdar, Cui, Kim, Luo, "Perceptually uniform color space for image signals including high dynamic
// range and wide gamut" (Optics Express 25, 2017). XYZ in cd/m^2 relative to D65; Jz of 10000
// cd/m^2 is about 1. Negative cone responses count as 0, so that any finite input is finite.
Vec3 JzazbzFromXyz(const Vec3& xyz_nits);
Vec3 XyzFromJzazbz(const Vec3& jab);

// Their difference: sqrt(dJ^2 + dC^2 + dH^2) of lightness, chroma and hue.
double DeltaEz(const Vec3& jab1, const Vec3& jab2);

}  // namespace petzval

#endif  // PETZVAL_COLOR_JZAZBZ_H_
