// Where an edge is to a hundredth of a pixel, and how wide: maximum likelihood of a simple profile.
#ifndef PETZVAL_MEASURE_SFR_EDGE_FIT_H_
#define PETZVAL_MEASURE_SFR_EDGE_FIT_H_

#include "petzval/measure/sfr/edge_model.h"
#include "petzval/measure/sfr/edge_samples.h"

namespace petzval::measure {

// A curved edge: with u across and t along it, both from the point of the line nearest to the
// centre of the samples, the distance of a sample is (u - curvature t^2) / sqrt(1 + (2 c t)^2).
// Its value is (low + (high - low) E(distance)) (1 + shading t).
struct FittedEdge {
  double normal = 0;     // rad, from dark to bright
  double offset = 0;     // px along the normal
  double curvature = 0;  // 1/px
  double low = 0, high = 0;
  double shading = 0;   // relative, per px along the edge
  double variance = 0;  // of the Gaussian blur beside the pixel's box, px^2
  double offset_error = 0;
  double noise_low = 0, noise_high = 0;  // standard deviation of the flat sides

  EdgeModel Model() const { return EdgeModel(variance, normal); }
};

struct EdgeCoordinates {
  double along, distance;
};
inline EdgeCoordinates CoordinatesOf(const FittedEdge& edge, double cosine, double sine, double x,
                                     double y) {
  const double u = x * cosine + y * sine - edge.offset, t = y * cosine - x * sine;
  const double slope = 2 * edge.curvature * t;
  // 1 / sqrt(1 + slope^2) to fourth order: slopes are a few hundredths.
  const double shorter = 1 - 0.5 * slope * slope * (1 - 0.75 * slope * slope);
  return {t, (u - edge.curvature * t * t) * shorter};
}

// Fits all of the samples within `max_distance` px of the edge. The profile is only a carrier: it
// need not be true, what it misses is left for FitProfile. Errors: kInvalidInput when the fit does
// not settle.
Result<FittedEdge> FitEdge(const EdgeSamples& samples, const RoughEdge& rough, double max_distance);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_EDGE_FIT_H_
