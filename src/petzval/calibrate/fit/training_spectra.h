// Reflectances that fits are made from and judged on, compiled in.
#ifndef PETZVAL_CALIBRATE_FIT_TRAINING_SPECTRA_H_
#define PETZVAL_CALIBRATE_FIT_TRAINING_SPECTRA_H_

#include <cstdint>
#include <vector>

#include "petzval/color/spectral.h"

namespace petzval::calibrate {

// The 24 patches of the ColorChecker, mean of 30 charts (data/spectra/colorchecker24.csv).
const std::vector<SpectralDistribution>& ColorCheckerSpectra();
// 190 training reflectances of the Academy (data/spectra/ampas190.csv); some exceed 1.
const std::vector<SpectralDistribution>& TrainingSpectra190();
// The PMC chart (skins, fruits, memory colours): 30 patches.
const std::vector<SpectralDistribution>& MemoryColorSpectra();

// `count` smooth reflectances that can be: mixtures of a few steps, slopes and bumps of random
// place, width and height, 0.02 .. 0.95, from pale to saturated. The same for the same seed.
std::vector<SpectralDistribution> RandomReflectances(int count, uint64_t seed);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_TRAINING_SPECTRA_H_
