// Noise of patches as figures, curves and warnings.
#ifndef PETZVAL_MEASURE_NOISE_PATCH_FINDINGS_H_
#define PETZVAL_MEASURE_NOISE_PATCH_FINDINGS_H_

#include <vector>

#include "petzval/measure/noise/patch_noise.h"

namespace petzval::measure {

Findings FindingsOfPatches(const std::vector<PatchNoise>& patches, const Subject& subject);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_PATCH_FINDINGS_H_
