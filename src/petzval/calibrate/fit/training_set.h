// Pairs of camera colours and true colours that a camera is calibrated with.
#ifndef PETZVAL_CALIBRATE_FIT_TRAINING_SET_H_
#define PETZVAL_CALIBRATE_FIT_TRAINING_SET_H_

#include <array>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/spaces.h"
#include "petzval/color/spectral.h"

namespace petzval::calibrate {

// What a camera saw of surfaces under one light, and what they are.
struct TrainingSet {
  Vec3 neutral{{1, 1, 1}};         // camera RGB of the perfect diffuser, green = 1
  Chromaticity white = kWhiteD50;  // of the taking light
  Vec3 white_xyz{{1, 1, 1}};       // what `xyz` of the perfect diffuser is (Y = 1)
  std::vector<std::string> name;
  std::vector<Vec3> rgb;       // white-balanced: (1, 1, 1) is the perfect diffuser
  std::vector<Vec3> xyz;       // relative to white_xyz
  std::vector<double> weight;  // empty: all 1
  std::vector<int> greys;      // patches without colour, light to dark
};

// Spectral sensitivities of a camera: red, green, blue.
using Sensitivities = std::array<SpectralDistribution, 3>;

// A CSV file "nm,R,G,B" (or R,G,B under any three names), 300..1100 nm ascending. Negative lobes
// become 0 with a warning when they are small; outside its range the camera sees nothing.
// Errors: kInvalidInput for gaps wider than 20 nm inside 420..660 nm, NaN, lobes below -5 % of the
// peak, a channel that is 0 everywhere, two channels alike, or a range that leaves out 420..660 nm.
Result<Sensitivities> ReadSensitivities(const std::string& path,
                                        std::vector<std::string>* warnings);

// Camera values under a light with white = 1, colours of the taking light; see adapted below.
// `adapt_to_d50`: XYZ adapted by Bradford to the D50 of the connection space; else the colours as
// they are under the light (white_xyz then is the light's).
// Errors: kInvalidInput when a channel sees nothing of the light.
Result<TrainingSet> SimulateTrainingSet(const Sensitivities& camera,
                                        const SpectralDistribution& light,
                                        std::span<const SpectralDistribution> reflectances,
                                        bool adapt_to_d50);

// Both sets as one. They are of one camera and light: neutral and whites are those of `a`.
TrainingSet Join(const TrainingSet& a, const TrainingSet& b);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FIT_TRAINING_SET_H_
