// Reference colours under any light, from measured reflectances.
#include "petzval/measure/chart/color_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/color/spectral.h"

namespace petzval::measure {
namespace {

std::vector<Vec3> LabUnder(const ReflectanceSet& set, const SpectralDistribution& light) {
  const Mat3 d50_from_light = BradfordAdaptation(kWhiteD50, ChromaticityFromXyz(XyzOfLight(light)));
  std::vector<Vec3> lab;
  for (const SpectralDistribution& reflectance : set.reflectance) {
    lab.push_back(LabFromXyz(d50_from_light * XyzOfReflectance(reflectance, light),
                             XyzFromChromaticity(kWhiteD50)));
  }
  return lab;
}

}  // namespace

Result<std::vector<Vec3>> ReferenceLab(const Chart& chart, const ChartEdition& edition,
                                       const std::string& light) {
  if (light.empty()) return edition.lab;
  PETZVAL_ASSIGN(const SpectralDistribution power, FindLight(light));
  return ReferenceLab(chart, edition, power, light);
}

Result<std::vector<Vec3>> ReferenceLab(const Chart& chart, const ChartEdition& edition,
                                       const SpectralDistribution& light,
                                       const std::string& light_name) {
  std::string name = edition.reflectances;
  for (const ChartEdition& other : chart.editions) {
    if (name.empty()) name = other.reflectances;
  }
  if (name.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("there are no measured reflectances of {}: its colours are known under "
                            "D50 only, not under {}",
                            chart.title, light_name));
  }
  PETZVAL_ASSIGN(const ReflectanceSet set, FindReflectances(name));
  if (set.reflectance.size() != chart.patches.size()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("reflectances {} are {}, the chart has {} patches", name,
                            set.reflectance.size(), chart.size()));
  }
  std::vector<Vec3> lab = LabUnder(set, light);
  if (!edition.reflectances.empty()) return lab;
  PETZVAL_ASSIGN(const SpectralDistribution d50, FindLight("D50"));
  const std::vector<Vec3> lab_d50 = LabUnder(set, d50);
  for (size_t i = 0; i < lab.size(); ++i) {
    for (int c = 0; c < 3; ++c) lab[i][c] += edition.lab[i][c] - lab_d50[i][c];
  }
  return lab;
}

}  // namespace petzval::measure
