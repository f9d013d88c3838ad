// Estimates the light from the greys, or searches the one under which the chart fits best.
#include "petzval/calibrate/chart/light_search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/calibrate/chart/light_likeness.h"
#include "petzval/color/dng_color.h"
#include "petzval/color/spectral.h"
#include "petzval/color/temperature.h"
#include "petzval/develop/white_balance.h"

namespace petzval::calibrate {
namespace {

constexpr double kLampWorthIt = 0.9;  // of the score of the best thermal light
constexpr double kAsGood = 1.05;
// How far the neutral of a light may lie from the greys, in ln R/G and ln B/G: cameras differ a
// lot, one camera from its own matrix little.
constexpr double kGenericReach = 0.9, kMatrixReach = 0.25;
// Without a matrix of the file the usual white of cameras counts a little: twice the spread of
// cameras adds a fifth to the score.
constexpr double kSpread = 0.25, kSpreadCost = 0.05;
constexpr double kMaxDuv = 0.012;

ChartLight LightOfTemperature(double kelvin_k) {
  ChartLight light;
  light.kind = ChartLight::Kind::kKnown;
  light.light_class = LightClass::kThermal;
  const double kelvin = 50 * std::round(std::clamp(kelvin_k, 1500.0, 20000.0) / 50);
  light.power = kelvin < 4000 ? BlackBody(kelvin) : Daylight(kelvin);
  light.label = fmt::format("{:.0f}K", kelvin);
  return light;
}

ChartLight D50() {
  ChartLight light;
  light.kind = ChartLight::Kind::kKnown;
  light.label = "D50";
  light.light_class = LightClass::kThermal;
  light.power = FindLight("D50").value_or(Daylight(5000));
  return light;
}

CameraColor ColorOf(const MeasuredShot& shot) {
  std::vector<std::string> told;
  return MakeCameraColor(shot.shot->color ? *shot.shot->color : DngColor{}, true, &told);
}

// The models of all shots as D50 would have it.
Result<std::vector<ModelledShot>> FirstModels(std::span<const MeasuredShot* const> shots,
                                              const std::string& edition) {
  std::vector<ModelledShot> models;
  for (const MeasuredShot* shot : shots) {
    PETZVAL_ASSIGN(const PatchReferences references, FindReferences(shot->chart(), edition, D50()));
    PETZVAL_ASSIGN(ModelledShot model, ChooseModel(*shot, references));
    models.push_back(std::move(model));
  }
  return models;
}

double Distance(const Vec3& a, const Vec3& b) {
  return std::hypot(std::log(a[0] / a[1] * b[1] / b[0]), std::log(a[2] / a[1] * b[1] / b[2]));
}

bool IsOfCie(const std::string& name) {
  constexpr const char* kThermal[] = {"A", "D50", "D55", "D65", "D75"};
  if (std::find(std::begin(kThermal), std::end(kThermal), name) != std::end(kThermal)) return true;
  const auto starts = [&](const char* prefix) { return name.rfind(prefix, 0) == 0; };
  return starts("FL") || starts("LED-") || starts("HP");
}

std::vector<ChartLight> Candidates() {
  std::vector<ChartLight> lights;
  for (const std::string& name : LightNames()) {
    if (!IsOfCie(name)) continue;
    if (auto light = FindChartLight(name)) lights.push_back(*std::move(light));
  }
  for (const double kelvin : {2300, 2600, 3000, 3400, 4000, 4500}) {
    lights.push_back(LightOfTemperature(kelvin));
  }
  return lights;
}

}  // namespace

Result<FoundLight> EstimateLight(std::span<const MeasuredShot* const> shots,
                                 const std::string& edition) {
  PETZVAL_ASSIGN(const std::vector<ModelledShot> models, FirstModels(shots, edition));
  const CameraColor camera = ColorOf(*shots.front());
  const Chromaticity white =
      camera.model.WhiteFromNeutral(GreenToOne(models.front().model.White()));
  const Temperature t = TemperatureFromChromaticity(white);
  FoundLight found;
  found.light = LightOfTemperature(t.kelvin_k);
  found.warnings.push_back(
      fmt::format("nobody told the light: through the matrix of {} the greys look like {} K; "
                  "name the light, or let it be searched (auto)",
                  camera.generic ? "a generic phone camera" : "the file",
                  found.light.label.substr(0, found.light.label.size() - 1)));
  const double duv = t.tint / 3000;
  if (!camera.generic && std::abs(duv) > kMaxDuv) {
    found.warnings.push_back(
        fmt::format("the light is {} than daylight and flames (duv {:.3f}): if it is a lamp, "
                    "name it",
                    duv > 0 ? "greener" : "more purple", duv));
  }
  return found;
}

Result<FoundLight> SearchLight(std::span<const MeasuredShot* const> shots,
                               const std::string& edition) {
  PETZVAL_ASSIGN(const std::vector<ModelledShot> models, FirstModels(shots, edition));
  const Vec3 neutral = GreenToOne(models.front().model.White());
  const CameraColor camera = ColorOf(*shots.front());
  struct Scored {
    double score;
    ChartLight light;
  };
  std::vector<Scored> scored;
  for (ChartLight& light : Candidates()) {
    const Chromaticity white = ChromaticityFromXyz(XyzOfLight(light.power));
    const double reach = camera.generic ? kGenericReach : kMatrixReach;
    const double distance = Distance(camera.model.NeutralFromWhite(white), neutral);
    if (distance > reach) continue;
    double score = 0;
    for (const ModelledShot& model : models) {
      PETZVAL_ASSIGN(const PatchReferences references,
                     FindReferences(model.shot->chart(), edition, light));
      if (!references.warnings.empty()) {
        PETZVAL_ASSIGN(FoundLight found, EstimateLight(shots, edition));
        found.warnings.push_back(
            fmt::format("the light cannot be searched: there are no measured reflectances of {}",
                        model.shot->chart().title));
        return found;
      }
      PETZVAL_ASSIGN(const double one,
                     LeaveOneOutScore(*model.shot, references, model.model.shape));
      score += one / static_cast<double>(models.size());
    }
    if (camera.generic) score *= 1 + kSpreadCost * std::pow(distance / kSpread, 2);
    scored.push_back({score, std::move(light)});
  }
  if (scored.empty()) {
    PETZVAL_ASSIGN(FoundLight found, EstimateLight(shots, edition));
    found.warnings.push_back("the greys have the colour of no light that is known");
    return found;
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const Scored& a, const Scored& b) { return a.score < b.score; });
  const auto thermal = std::find_if(scored.begin(), scored.end(), [](const Scored& s) {
    return s.light.light_class == LightClass::kThermal;
  });
  const Scored& best =
      thermal != scored.end() && scored.front().score > kLampWorthIt * thermal->score
          ? *thermal
          : scored.front();
  std::vector<std::string> others;
  for (const Scored& s : scored) {
    if (&s != &best && s.score < kAsGood * best.score && others.size() < 4) {
      others.push_back(s.light.label);
    }
  }
  FoundLight found;
  found.light = best.light;
  found.warnings.push_back(
      fmt::format("nobody told the light: {} explains the chart best{}", best.light.label,
                  others.empty() ? "" : fmt::format("; {} as well", fmt::join(others, ", "))));
  return found;
}

std::string DoubtLight(const MeasuredShot& shot, const ChartLight& light, const Vec3& neutral) {
  const CameraColor camera = ColorOf(shot);
  if (camera.generic) return "";
  const Chromaticity told = ChromaticityFromXyz(XyzOfLight(light.power));
  if (Distance(camera.model.NeutralFromWhite(told), neutral) < kMatrixReach) return "";
  const Temperature seen = TemperatureFromChromaticity(camera.model.WhiteFromNeutral(neutral));
  return fmt::format(
      "through the matrix of the file the greys look like {:.0f} K, but the light was told to be "
      "{} ({:.0f} K)",
      seen.kelvin_k, light.label, TemperatureFromChromaticity(told).kelvin_k);
}

}  // namespace petzval::calibrate
