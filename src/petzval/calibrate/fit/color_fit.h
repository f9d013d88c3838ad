// Fits of camera colour: white-preserving matrix and root polynomials, and the choice among them.
#ifndef PETZVAL_CALIBRATE_FIT_COLOR_FIT_H_
#define PETZVAL_CALIBRATE_FIT_COLOR_FIT_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/color/root_polynomial.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

struct DeStatistics {
  double mean = 0, p95 = 0, max = 0;
};
// Of any colour differences; p95 linear between ranks. Zeros for none.
DeStatistics Statistics(std::vector<double> de);
// CIEDE2000 of a fit over a set, Lab relative to set.white_xyz; weights do not count.
std::vector<double> Differences(const ColorFit& fit, const TrainingSet& set);
DeStatistics Evaluate(const ColorFit& fit, const TrainingSet& set);

// Least squares with white kept exactly; `ridge` per patch (1e-5 for root polynomials, 0 for the
// matrix). Errors: kInvalidInput for fewer patches than terms, or colours that do not determine a
// fit (all grey, all alike).
Result<ColorFit> FitLeastSquares(ColorFitKind kind, const TrainingSet& set, double ridge);

// The same refined to least CIEDE2000: the matrix to the mean, F2 to the rms with a pull to the
// ridge solution. F3 has no such refinement: the least-squares fit is returned.
Result<ColorFit> FitDeltaE(ColorFitKind kind, const TrainingSet& set);

// CIEDE2000 of each patch under the fit made without it.
Result<std::vector<double>> LeaveOneOut(ColorFitKind kind, const TrainingSet& set);

// What a camera gets for one light. With a validation set, loo_* of the errors are those over it.
struct FitChoice {
  LightCalibration calibration;  // matrix, chosen, errors, hull, patches; light not filled
  std::vector<std::string> warnings;
};
struct FitOptions {
  // With glare neither known nor estimated, root polynomials are refused.
  bool glare_known = true;
  // An independent set decides instead of leaving one out (sensitivities known).
  const TrainingSet* validation = nullptr;
  // F2 is fitted on this set instead, and F3 is not tried (sensitivities known: the 190 training
  // spectra).
  const TrainingSet* large = nullptr;
};
// By leave-one-out (chart): F2 or F3 must have at most 0.9 of the mean of F1 and at most its p95;
// of two the one with the lower p95. By validation (sensitivities): the least rms over the set.
Result<FitChoice> ChooseFit(const TrainingSet& set, const FitOptions& options = {});

// What a camera of known sensitivities is fitted on under a light: F1 on the ColorChecker, F2 on
// the 190 training spectra.
struct SensitivitySets {
  TrainingSet chart, large;
};
Result<SensitivitySets> SimulateSensitivitySets(const Sensitivities& camera,
                                                const SpectralDistribution& light,
                                                bool adapt_to_d50);

// The whole of it from spectral sensitivities: F1 on the ColorChecker, F2 on the 190 training
// spectra, judged on surfaces that neither has seen: memory colours, the CIE's and random ones.
Result<FitChoice> ChooseFitOfSensitivities(const Sensitivities& camera,
                                           const SpectralDistribution& light, bool adapt_to_d50);

// Corners of the convex hull of (r, g) / (r + g + b), counter-clockwise; colours without a positive
// sum are passed over.
std::vector<std::array<double, 2>> ChromaticityHull(const TrainingSet& set);

// Uniform veiling glare q = (rgb + g) / (1 + g) from the neutrals: per channel a line q = a y + b
// with weights 1 / y; y is the luminance first, then what the matrix of the chart without that
// glare says of each grey, because greys are not quite grey.
struct Glare {
  Vec3 offset{};        // b per channel: share of white
  double residual = 0;  // largest relative deviation of a neutral from its line
};
// Errors: kInvalidInput for fewer than three greys.
Result<Glare> EstimateGlare(const TrainingSet& set);
// kInvalidInput with the figure when an offset exceeds `max_offset` or the residual `max_residual`.
Status CheckGlare(const Glare& glare, double max_offset = 0.05, double max_residual = 0.02);
// (q - b) / (1 - b) of all colours.
TrainingSet RemoveGlare(const TrainingSet& set, const Glare& glare);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_COLOR_FIT_H_
