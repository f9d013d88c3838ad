// Measures what a demosaic does to noise.
#ifndef PETZVAL_DEVELOP_NOISE_PROBE_H_
#define PETZVAL_DEVELOP_NOISE_PROBE_H_

#include <array>

namespace petzval {

// Variances of the finest band (see FinishStage) of Y, Cr and Cb of a demosaiced flat field,
// relative to the variances of the same planes of the half-size picture. `variance`: of red, green
// and blue sites, any scale. `bayer` = false: full planes, no demosaic. Deterministic.
std::array<float, 3> DemosaicedVariance(const std::array<float, 3>& variance, bool bayer);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_NOISE_PROBE_H_
