// CIEDE2000 with its derivatives, for fits that minimise it.
#ifndef PETZVAL_CALIBRATE_FIT_DIFFERENCE_GRADIENT_H_
#define PETZVAL_CALIBRATE_FIT_DIFFERENCE_GRADIENT_H_

#include "petzval/base/matrix.h"

namespace petzval::calibrate {

struct SquaredDifference {
  double value = 0;  // CIEDE2000 squared: smooth where the colours meet, as the difference is not
  Vec3 gradient{};   // by X / Xn, Y / Yn, Z / Zn of `relative`
};
// Of XYZ relative to white (1, 1, 1 is the white) from a colour in L*a*b*. Exact but for the jump
// of CIEDE2000 where the hues are opposite, and finite everywhere.
SquaredDifference SquaredDeltaE2000(const Vec3& relative, const Vec3& lab);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_DIFFERENCE_GRADIENT_H_
