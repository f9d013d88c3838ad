// A camera profile as tone operator.
#ifndef PETZVAL_LOOK_PROFILE_OPERATOR_H_
#define PETZVAL_LOOK_PROFILE_OPERATOR_H_

#include <memory>

#include "petzval/color/dcp_profile.h"
#include "petzval/look/tone_curve.h"
#include "petzval/look/tone_operator.h"

namespace petzval {

// The profile's exposure offset, LookTable and tone curve (ProfileTone) from linear Rec.2020 to
// linear Rec.2020, where saturated colours may leave 0..1: nothing is made of them but what the
// profile says. A profile without a curve gets `fallback` after its table, in the same way: largest
// and smallest channel, the middle between. Greys rise everywhere, where a profile's curve falls
// they stay.
std::unique_ptr<ToneOperator> MakeProfileOperator(const DcpProfile& profile,
                                                  const ToneCurve& fallback);

// The scene value from which on a profile is white: its exposure offset brings it to 1.
double ProfileWhite(const DcpProfile& profile);

}  // namespace petzval

#endif  // PETZVAL_LOOK_PROFILE_OPERATOR_H_
