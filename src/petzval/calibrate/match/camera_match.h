// Makes the rendering of one camera that of another: from sensitivities, charts or photographs.
#ifndef PETZVAL_CALIBRATE_MATCH_CAMERA_MATCH_H_
#define PETZVAL_CALIBRATE_MATCH_CAMERA_MATCH_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/calibrate/fit/pair_fit.h"
#include "petzval/calibrate/fit/training_set.h"
#include "petzval/color/spectral.h"
#include "petzval/device/calibration.h"

namespace petzval::calibrate {

// A light that a match is made for.
struct MatchLight {
  std::string name;
  LightClass light_class = LightClass::kThermal;
  SpectralDistribution power{};
};

// What "the rendering of the reference" is.
enum class ReferenceRendering {
  kMatrix,  // its 3x3 of least CIEDE2000 (F1), as classic profiles are made
  kChosen,  // the fit that ChooseFit takes for it
};

struct MatchOptions {
  ReferenceRendering rendering = ReferenceRendering::kMatrix;
  // Surfaces that the match is fitted on and judged on; empty: the 190 training spectra, the
  // ColorChecker and the PMC chart, judged on 200 smooth random reflectances.
  std::span<const SpectralDistribution> training = {}, validation = {};
  // Surfaces for the matrices of the two cameras themselves; empty: the ColorChecker.
  std::span<const SpectralDistribution> chart = {};
  bool adapt_to_d50 = true;
};

// How near one camera comes to the other under one light: CIEDE2000 between the renderings, over
// the validation surfaces (sensitivities) or with each patch left out (charts).
struct MatchQuality {
  std::string light;
  DeStatistics own;      // each camera with its own matrix
  DeStatistics reused;   // the reference's matrix on this camera's balanced colours
  DeStatistics matched;  // the fit that is used
  DeStatistics train;    // the same over what it was fitted on
  // What a map that is free around every colour would leave: colours that the reference tells apart
  // and this camera does not. No fit goes far below.
  DeStatistics floor;
};

struct CameraMatch {
  ColorCalibration color;             // reference = the name of B; `matrix` and `chosen` match B
  std::vector<MatchQuality> quality;  // one for each light
  std::vector<std::string> warnings;
};

// (a) From the sensitivities of both: F2 (white-preserving) from A's balanced colours to B's
// rendering, light by light.
// Errors: as SimulateTrainingSet and FitDeltaE, with the light in front; kInvalidInput for no
// light.
Result<CameraMatch> MatchSensitivities(const std::string& camera_name, const Sensitivities& camera,
                                       const std::string& reference_name,
                                       const Sensitivities& reference,
                                       std::span<const MatchLight> lights,
                                       const MatchOptions& options = {});

// The same for one light: pairs of A's balanced colours and B's rendered XYZ over `reflectances`,
// with B's own `rendering`.
Result<TrainingSet> RenderedBy(const Sensitivities& camera, const Sensitivities& reference,
                               const ColorFit& rendering, const SpectralDistribution& light,
                               std::span<const SpectralDistribution> reflectances,
                               bool adapt_to_d50);

// One light of a match from charts: the same patches in the same order in both, e.g. of
// CalibratedLight::training.
struct ChartPair {
  std::string light;
  LightClass light_class = LightClass::kThermal;
  TrainingSet camera, reference;
  // How the reference renders; none: by ReferenceRendering from its own patches.
  std::optional<ColorFit> rendering;
};

// (b) From shots of one chart with both cameras under the same lights; patches that only one has
// (by name) are left out.
// Errors: kInvalidInput for no pair, fewer than 12 common patches, or lights that differ by more
// than 0.01 in xy.
Result<CameraMatch> MatchCharts(const std::string& camera_name, const std::string& reference_name,
                                std::span<const ChartPair> pairs, const MatchOptions& options = {});

// Two registered photographs of one scene.
struct PicturePair {
  std::string name;
  const Image<float>* camera = nullptr;     // 3 planes, scene-linear Rec.2020
  const Image<float>* reference = nullptr;  // 3 planes, finished, encoded sRGB 0..1
};

// (c) From photographs: the reference's tone curve from neutrals, then a residual table.
// PairFit::before is the camera's colour in linear Rec.709 after an exposure that is part of the
// curve. Errors: as SamplePairs and FitPairs, with the name of the pair in front.
Result<PairFit> MatchPictures(std::span<const PicturePair> pairs, const PairSampling& sampling = {},
                              const PairFitParams& params = {});

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_MATCH_CAMERA_MATCH_H_
