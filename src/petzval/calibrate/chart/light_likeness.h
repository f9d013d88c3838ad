// How like a spectrum is to those of the classes of lights.
#ifndef PETZVAL_CALIBRATE_CHART_LIGHT_LIKENESS_H_
#define PETZVAL_CALIBRATE_CHART_LIGHT_LIKENESS_H_

#include <array>
#include <optional>
#include <string>

#include "petzval/color/spectral.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

// The class of a light of petzval::FindLight; none for lights that are like no class.
std::optional<LightClass> ClassOfName(const std::string& name);

// For each class the cosine between the spectrum and the most like known light of the class, over
// 400 to 700 nm: 1 for the same shape.
std::array<double, kLightClassCount> LikenessToClasses(const SpectralDistribution& power);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_LIGHT_LIKENESS_H_
