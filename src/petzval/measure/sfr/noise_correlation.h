// How much more noise there is at a frequency than neighbouring pixels of independent noise have.
#ifndef PETZVAL_MEASURE_SFR_NOISE_CORRELATION_H_
#define PETZVAL_MEASURE_SFR_NOISE_CORRELATION_H_

#include <vector>

namespace petzval::measure {

// What the fitted profile leaves of the samples of one flat side, with their places.
struct SideRests {
  std::vector<double> along, distance, rest;  // px, px, units of the plane
  void Add(double t, double d, double r) {
    along.push_back(t);
    distance.push_back(d);
    rest.push_back(r);
  }
};

// Power density of the noise where an edge's transfer at `f` (cycles per pixel along the normal)
// takes it up, next to no frequency along the edge, over that of white noise of the same variance:
// 1 for independent samples, more where demosaicing, denoising or compression made noise coarse.
// Mean of the periodograms of both sides at seven directions around it, to about a quarter. 1 when
// there are too few samples to tell.
double NoisePowerRatio(const SideRests& low, const SideRests& high, double f);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_NOISE_CORRELATION_H_
