// CIE L*a*b* and the colour differences in it.
#ifndef PETZVAL_COLOR_DIFFERENCE_H_
#define PETZVAL_COLOR_DIFFERENCE_H_

#include "petzval/base/matrix.h"

namespace petzval {

// XYZ -> L*a*b* (CIE 15:2004); `white` is the XYZ of the reference white in the same scale.
Vec3 LabFromXyz(const Vec3& xyz, const Vec3& white);
Vec3 XyzFromLab(const Vec3& lab, const Vec3& white);

// L* of a luminance relative to white; 0..100 for 0..1.
double LightnessFromLuminance(double y);
double LuminanceFromLightness(double l);

// Euclidean distance in L*a*b* (CIE 1976).
double DeltaE76(const Vec3& lab1, const Vec3& lab2);

// CIE 1994 (CIE 116): `lab1` is the reference, and they do not commute. Graphic arts: kL = 1,
// K1 = 0.045, K2 = 0.015; textiles: 2, 0.048, 0.014.
enum class De94Weights { kGraphicArts, kTextiles };
double DeltaE94(const Vec3& lab1, const Vec3& lab2,
                De94Weights weights = De94Weights::kGraphicArts);

// CMC l:c (BS 6923, 1988); `lab1` is the reference. 2:1 judges acceptability, 1:1 perceptibility.
double DeltaECmc(const Vec3& lab1, const Vec3& lab2, double lightness = 2, double chroma = 1);

// CIEDE2000 with kL = kC = kH = 1 (Sharma, Wu, Dalal 2005).
double DeltaE2000(const Vec3& lab1, const Vec3& lab2);

}  // namespace petzval

#endif  // PETZVAL_COLOR_DIFFERENCE_H_
