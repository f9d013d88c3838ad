// Colour of a camera under all kinds of lights, from its spectral sensitivities.
#ifndef PETZVAL_CALIBRATE_LIGHT_LIGHT_CALIBRATION_H_
#define PETZVAL_CALIBRATE_LIGHT_LIGHT_CALIBRATION_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

// A light of FindLight and its class.
struct ClassifiedLight {
  std::string name;
  LightClass light_class = LightClass::kThermal;
};

// Lights that a calibration stores: two of each class at the ends of its colour temperatures, and
// of discharge lamps, which differ most among each other, ten.
const std::vector<ClassifiedLight>& StoredLights();
// Lamps that matrices by white point are fitted on: 68 of all classes.
const std::vector<ClassifiedLight>& RegressionLights();

// The regression of the fits of many lights on the camera's white (see MatrixByWhite): robust
// least squares over the lights. All fits are of one kind.
struct LightFit {
  Vec3 neutral{{1, 1, 1}};
  ColorFit matrix, fit;
};
// Errors: kInvalidInput for fewer than 12 lights, or whites that do not determine it.
Result<MatrixByWhite> FitByWhite(std::span<const LightFit> lights);

struct SensitivityOptions {
  std::vector<ClassifiedLight> lights;  // empty: StoredLights
  bool by_white = true;                 // fit the regression, too
};

// The whole colour of a camera: for each light the fit that ChooseFitOfSensitivities takes, and the
// regression by white point. `source`: what the sensitivities are from.
// A light of which one channel sees nothing is left out with a warning.
// Errors: kInvalidInput naming the light that is not known; when no light is left.
Result<ColorCalibration> CalibrateSensitivities(const Sensitivities& camera,
                                                const std::string& source,
                                                const SensitivityOptions& options,
                                                std::vector<std::string>* warnings);

// One chart set under one light, as it comes from a shot or a simulation.
struct LightSet {
  ClassifiedLight light;
  TrainingSet set;
  double glare = 0;         // that was taken off
  bool glare_known = true;  // see FitOptions
};
// The same from charts: ChooseFit by leave-one-out for each light; no regression.
// Errors: of ChooseFit, with the light in front; kInvalidInput for no set or a light twice.
Result<ColorCalibration> CalibrateSets(std::span<const LightSet> sets, const std::string& source,
                                       std::vector<std::string>* warnings);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_LIGHT_LIGHT_CALIBRATION_H_
