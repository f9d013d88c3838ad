// Training sets from spectral sensitivities.
#include "petzval/calibrate/fit/training_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/difference.h"

namespace petzval::calibrate {
namespace {

// Below this C*ab under the light a surface counts as grey.
constexpr double kGreyChroma = 3;

std::vector<int> FindGreys(const TrainingSet& set) {
  std::vector<int> greys;
  for (size_t i = 0; i < set.xyz.size(); ++i) {
    const Vec3 lab = LabFromXyz(set.xyz[i], set.white_xyz);
    if (std::hypot(lab[1], lab[2]) < kGreyChroma) greys.push_back(static_cast<int>(i));
  }
  std::stable_sort(greys.begin(), greys.end(),
                   [&](int a, int b) { return set.xyz[a][1] > set.xyz[b][1]; });
  return greys;
}

}  // namespace

Result<TrainingSet> SimulateTrainingSet(const Sensitivities& camera,
                                        const SpectralDistribution& light,
                                        std::span<const SpectralDistribution> reflectances,
                                        bool adapt_to_d50) {
  TrainingSet set;
  Vec3 seen;
  double strongest = 0;
  for (int c = 0; c < 3; ++c) {
    seen[c] = Integral(light, camera[c]);
    strongest = std::max(strongest, seen[c]);
  }
  for (int c = 0; c < 3; ++c) {
    // A narrow light may miss a channel; noise of its table must not become a signal.
    if (!(seen[c] > 1e-6 * strongest) || !std::isfinite(seen[c])) {
      constexpr const char* kChannel[] = {"red", "green", "blue"};
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the {} of the camera sees nothing of this light", kChannel[c]));
    }
  }
  if (!(Integral(light, CieObserver1931()[1]) > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the light has no visible power");
  }
  for (int c = 0; c < 3; ++c) set.neutral[c] = seen[c] / seen[1];
  const Vec3 light_xyz = XyzOfLight(light);
  set.white = ChromaticityFromXyz(light_xyz);
  set.white_xyz = adapt_to_d50 ? XyzFromChromaticity(kWhiteD50) : light_xyz;
  const Mat3 adapt = adapt_to_d50 ? BradfordAdaptation(kWhiteD50, set.white) : Mat3::Identity();
  std::array<SpectralDistribution, 3> response;
  for (int c = 0; c < 3; ++c) response[c] = light * camera[c];
  for (const SpectralDistribution& reflectance : reflectances) {
    Vec3 rgb;
    for (int c = 0; c < 3; ++c) rgb[c] = Integral(reflectance, response[c]) / seen[c];
    set.rgb.push_back(rgb);
    set.xyz.push_back(adapt * XyzOfReflectance(reflectance, light));
    set.name.push_back(std::to_string(set.rgb.size()));
  }
  set.greys = FindGreys(set);
  return set;
}

TrainingSet Join(const TrainingSet& a, const TrainingSet& b) {
  TrainingSet both = a;
  if (!a.weight.empty() || !b.weight.empty()) {
    both.weight.resize(a.rgb.size(), 1);
    for (size_t i = 0; i < b.rgb.size(); ++i) {
      both.weight.push_back(b.weight.empty() ? 1 : b.weight[i]);
    }
  }
  both.name.insert(both.name.end(), b.name.begin(), b.name.end());
  both.rgb.insert(both.rgb.end(), b.rgb.begin(), b.rgb.end());
  both.xyz.insert(both.xyz.end(), b.xyz.begin(), b.xyz.end());
  for (int i : b.greys) both.greys.push_back(static_cast<int>(a.rgb.size()) + i);
  std::stable_sort(both.greys.begin(), both.greys.end(),
                   [&](int i, int j) { return both.xyz[i][1] > both.xyz[j][1]; });
  return both;
}

}  // namespace petzval::calibrate
