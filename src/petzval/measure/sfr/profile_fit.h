// Fits the edge profile in free form: a spline that is as smooth as the samples ask for.
#ifndef PETZVAL_MEASURE_SFR_PROFILE_FIT_H_
#define PETZVAL_MEASURE_SFR_PROFILE_FIT_H_

#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/sfr/edge_fit.h"
#include "petzval/measure/sfr/edge_profile.h"

namespace petzval::measure {

// Samples at a `distance` from the edge, px, and what is left of their value when the carrier is
// taken away, with weights near 1 (inverse to the variance of their noise).
struct ProfileSamples {
  std::vector<float> distance, rest, weight;
  void Add(double d, double r, double w) {
    distance.push_back(static_cast<float>(d));
    rest.push_back(static_cast<float>(r));
    weight.push_back(static_cast<float>(w));
  }
};

// What the carrier of FitEdge misses, as a penalised regression on all samples at their own
// distances, without bins of a derivative and without a window: cubic splines on knots that widen
// with the distance from the edge, so that far tails are smoothed harder, a tail that falls as the
// diffraction of a round stop does (line spread ~ 1 / d^2, which no region is wide enough to
// show), and shading across the edge. How smooth, how wide and with which of these is chosen by
// restricted maximum likelihood (Patterson and Thompson 1971; splines as mixed models: Wahba 1985;
// difference penalties: Eilers and Marx 1996).
//
// `half_width`: how far both sides reach; no sample lies beyond `farthest`. Errors: kInvalidInput
// when the samples do not determine the profile.
Result<EdgeProfile> FitProfile(const FittedEdge& edge, const ProfileSamples& samples,
                               double half_width, double farthest);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_PROFILE_FIT_H_
