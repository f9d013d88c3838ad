// ICtCp and the colour difference dE-ITP, for high dynamic range and for displays.
#ifndef PETZVAL_COLOR_ITP_H_
#define PETZVAL_COLOR_ITP_H_

#include "petzval/base/matrix.h"

namespace petzval {

// SMPTE ST 2084 (PQ): luminance 0..10000 cd/m^2 to code values 0..1 and back. Monotone; negative
// input counts as 0, so that EncodePq(0) is the smallest value, 7.3e-7.
double EncodePq(double nits);
double DecodePq(double code);

// ITU-R BT.2100 ICtCp (PQ) of linear Rec.2020 in cd/m^2. I of 10000 cd/m^2 is 1.
Vec3 ICtCpFromRec2020(const Vec3& nits);
Vec3 Rec2020FromICtCp(const Vec3& ictcp);

// ITU-R BT.2124: 720 sqrt(dI^2 + (dCt / 2)^2 + dCp^2) of two ICtCp; 1 is just noticeable.
double DeltaEItp(const Vec3& ictcp1, const Vec3& ictcp2);

}  // namespace petzval

#endif  // PETZVAL_COLOR_ITP_H_
