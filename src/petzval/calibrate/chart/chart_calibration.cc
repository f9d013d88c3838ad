// Shots to lights: groups them, models each, merges, fits, and reports.
#include "petzval/calibrate/chart/chart_calibration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "petzval/calibrate/chart/chart_checks.h"
#include "petzval/calibrate/chart/light_search.h"
#include "petzval/calibrate/chart/training.h"
#include "petzval/calibrate/fit/color_fit.h"
#include "petzval/color/dng_color.h"

namespace petzval::calibrate {
namespace {

constexpr Parameter kParameters[] = {
    {"patch_share", "", 0.1, 1, 0.6, "share of a patch's width and height that is measured"},
    {"max_glare", "", 0, 0.5, 0.05, "stray light over the chart that is accepted, share of white"},
    {"max_grey_residual", "", 0, 0.5, 0.02,
     "deviation of the grey patches from the model of the shot that is accepted"},
    {"min_snr", "", 1, 100, 8, "least signal to noise of a pixel of the brightest patch"},
};

constexpr double kSameLight = 0.03;  // ln R/G, ln B/G of greys under one unknown light
constexpr double kDoubtSameLight = 0.05;

struct Group {
  ChartLight light;
  std::vector<const MeasuredShot*> shots;
};

// Ratios of the greys' signals, near enough to tell lights apart.
Vec3 RoughNeutral(const MeasuredShot& shot) {
  Vec3 sum{};
  for (const size_t i : shot.greys) {
    for (int c = 0; c < 3; ++c) sum[c] += shot.samples.raw[i][c];
  }
  return GreenToOne(sum);
}

double Distance(const Vec3& a, const Vec3& b) {
  return std::hypot(std::log(a[0] / b[0]), std::log(a[2] / b[2]));
}

Result<std::vector<Group>> GroupByLight(const std::vector<MeasuredShot>& shots) {
  std::vector<Group> groups;
  for (const MeasuredShot& shot : shots) {
    const ChartLight& light = shot.shot->light;
    Group* own = nullptr;
    for (Group& group : groups) {
      if (group.light.kind != light.kind || group.light.label != light.label) continue;
      const bool known = light.kind == ChartLight::Kind::kKnown;
      if (known && group.light.power != light.power) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("two different spectra are both called {}", light.label));
      }
      if (known || Distance(RoughNeutral(shot), RoughNeutral(*group.shots.front())) < kSameLight) {
        own = &group;
        break;
      }
    }
    if (!own) own = &groups.emplace_back(Group{light, {}});
    if (!own->shots.empty() && own->shots.front()->chart().name != shot.chart().name) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("{} shows {}, but {} under the same light {}", shot.path, shot.chart().title,
                      own->shots.front()->path, own->shots.front()->chart().title));
    }
    own->shots.push_back(&shot);
  }
  return groups;
}

// The edition of the chart that leave-one-out prefers; the first unless another is better.
Result<std::string> FindBestEdition(const Group& group, const ChartLight& light) {
  std::string best;
  double least = HUGE_VAL;
  for (const measure::ChartEdition& edition : group.shots.front()->chart().editions) {
    PETZVAL_ASSIGN(const PatchReferences references,
                   FindReferences(group.shots.front()->chart(), edition.name, light));
    double score = 0;
    for (const MeasuredShot* shot : group.shots) {
      PETZVAL_ASSIGN(const ModelledShot model, ChooseModel(*shot, references));
      score += model.score;
    }
    if (score < least) {
      least = score;
      best = edition.name;
    }
  }
  return best;
}

// Patches as the report has them; the fits are in `out` already.
void FillPatches(const Group& group, const PatchReferences& references,
                 const std::vector<int>& index, const std::vector<double>& loo,
                 CalibratedLight* out) {
  const measure::Chart& chart = group.shots.front()->chart();
  const MeasuredShot& first = *group.shots.front();
  const LightCalibration& c = out->calibration;
  const std::vector<double> matrix = Differences(c.matrix, out->training);
  const std::vector<double> chosen = c.chosen ? Differences(*c.chosen, out->training) : matrix;
  for (int i = 0; i < chart.size(); ++i) {
    CalibratedPatch patch;
    patch.name = chart.patches[i].name;
    patch.raw = first.statistics[i].Mean();
    patch.reference_lab = references.lab[i];
    patch.snr = first.snr[i];
    const auto at = std::find(index.begin(), index.end(), i);
    if (at == index.end()) {
      patch.note = first.flaw[i];
    } else {
      const size_t k = at - index.begin();
      patch.used = true;
      patch.rgb = out->training.rgb[k];
      patch.de_matrix = matrix[k];
      patch.de_chosen = chosen[k];
      patch.de_loo = loo[k];
    }
    out->patches.push_back(std::move(patch));
  }
}

void PutLeaveOneOut(const std::vector<double>& de, FitError* error) {
  const DeStatistics s = Statistics(de);
  error->loo_mean = s.mean;
  error->loo_p95 = s.p95;
  error->loo_max = s.max;
}

Result<CalibratedLight> CalibrateLight(const Group& group, const ChartCalibrationParams& params) {
  CalibratedLight out;
  const measure::Chart& chart = group.shots.front()->chart();
  for (const MeasuredShot* shot : group.shots) {
    out.warnings.insert(out.warnings.end(), shot->warnings.begin(), shot->warnings.end());
  }

  // Step 1: the light and the edition of the chart.
  ChartLight light = group.light;
  const std::string first_edition = params.edition == "auto" ? "" : params.edition;
  if (light.kind != ChartLight::Kind::kKnown) {
    out.light_estimated = true;
    PETZVAL_ASSIGN(FoundLight found, light.kind == ChartLight::Kind::kAuto
                                         ? SearchLight(group.shots, first_edition)
                                         : EstimateLight(group.shots, first_edition));
    const std::optional<LightClass> told = light.light_class;
    light = std::move(found.light);
    if (told) light.light_class = told;
    out.warnings.insert(out.warnings.end(), found.warnings.begin(), found.warnings.end());
  }
  std::string edition = first_edition;
  if (params.edition == "auto") {
    PETZVAL_ASSIGN(edition, FindBestEdition(group, light));
  }
  PETZVAL_ASSIGN(const PatchReferences references, FindReferences(chart, edition, light));
  PETZVAL_ASSIGN(const measure::ChartEdition used, measure::FindEdition(chart, edition));
  out.warnings.insert(out.warnings.end(), references.warnings.begin(), references.warnings.end());

  // Step 2: each shot explained, and whether it can be believed.
  std::vector<ModelledShot> models;
  double glare = 0;
  for (const MeasuredShot* shot : group.shots) {
    PETZVAL_ASSIGN(ModelledShot model, ChooseModel(*shot, references));
    ChartShotReport report = ReportOf(model, references);
    report.edition = used.name;
    PETZVAL_RETURN_IF_ERROR(CheckShot(model, references, report, params, &out.warnings));
    for (int c = 0; c < 3; ++c) {
      glare += report.glare[c] / static_cast<double>(3 * group.shots.size());
    }
    const Vec3 neutral = GreenToOne(model.model.White());
    const std::string doubt = DoubtLight(*shot, light, neutral);
    if (!doubt.empty()) out.warnings.push_back(shot->path + ": " + doubt);
    if (!models.empty()) {
      const double apart = Distance(neutral, GreenToOne(models.front().model.White()));
      if (apart > kDoubtSameLight) {
        out.warnings.push_back(
            fmt::format("white of {} and {} differs by {:.0f} %: are both under {}?", shot->path,
                        models.front().shot->path, 100 * apart, light.label));
      }
    }
    models.push_back(std::move(model));
    out.shots.push_back(std::move(report));
  }

  // Step 3: the fit, judged by leaving patches out of everything.
  std::vector<int> index;
  PETZVAL_ASSIGN(out.training, MakeTraining(models, references, -1, &index));
  for (const int patch : index) {
    PETZVAL_ASSIGN(TrainingSet set, MakeTraining(models, references, patch));
    out.left_out.push_back(std::move(set));
  }
  PETZVAL_ASSIGN(FitChoice choice, ChooseFit(out.training, {.glare_known = GlareKnown(models)}));
  out.warnings.insert(out.warnings.end(), choice.warnings.begin(), choice.warnings.end());
  out.calibration = std::move(choice.calibration);
  LightCalibration& c = out.calibration;
  c.light = light.label;
  c.light_class = light.light_class.value_or(LightClass::kThermal);
  c.glare = glare;
  PETZVAL_ASSIGN(const std::vector<double> matrix_loo,
                 NestedLeaveOneOut(ColorFitKind::kMatrix, out.left_out));
  PutLeaveOneOut(matrix_loo, &c.matrix_error);
  std::vector<double> loo = matrix_loo;
  if (c.chosen) {
    PETZVAL_ASSIGN(loo, NestedLeaveOneOut(c.chosen->kind, out.left_out));
    PutLeaveOneOut(loo, &c.chosen_error);
  }
  out.fit = c.chosen ? c.chosen->kind : ColorFitKind::kMatrix;
  out.error = c.chosen ? c.chosen_error : c.matrix_error;
  FillPatches(group, references, index, loo, &out);
  PETZVAL_RETURN_IF_ERROR(CheckFit(out, chart, group.shots.front()->path));
  return out;
}

std::string SourceOf(const ChartCalibration& calibration, const ChartCalibrationParams& params) {
  std::vector<std::string> files;
  for (const CalibratedLight& light : calibration.lights) {
    for (const ChartShotReport& shot : light.shots) {
      files.push_back(std::filesystem::path(shot.path).filename().string());
    }
  }
  const ChartShotReport& first = calibration.lights.front().shots.front();
  return fmt::format("{}{} ({}), shots {}", params.camera.empty() ? "" : params.camera + ": ",
                     first.located.chart.title, first.edition, fmt::join(files, ", "));
}

}  // namespace

std::span<const Parameter> ChartCalibrationParameters() { return kParameters; }

Result<ChartCalibration> CalibrateFromCharts(std::span<const ChartShot> shots,
                                             const ChartCalibrationParams& params) {
  if (shots.empty()) return Fail(ErrorCode::kInvalidInput, "no shot of a chart was given");
  const double values[] = {params.patch_share, params.max_glare, params.max_grey_residual,
                           params.min_snr};
  for (size_t i = 0; i < std::size(kParameters); ++i) {
    if (kParameters[i].Allows(values[i])) continue;
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not in {}..{}", kParameters[i].name, values[i],
                            kParameters[i].min, kParameters[i].max));
  }
  std::vector<MeasuredShot> measured;
  for (const ChartShot& shot : shots) {
    PETZVAL_ASSIGN(MeasuredShot one, MeasureShot(shot, params));
    measured.push_back(std::move(one));
  }
  PETZVAL_ASSIGN(const std::vector<Group> groups, GroupByLight(measured));
  ChartCalibration out;
  for (const Group& group : groups) {
    PETZVAL_ASSIGN(CalibratedLight light, CalibrateLight(group, params));
    for (const CalibratedLight& other : out.lights) {
      if (other.calibration.light != light.calibration.light) continue;
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("{} and {} both look like {}: name their lights", other.shots.front().path,
                      light.shots.front().path, light.calibration.light));
    }
    out.color.lights.push_back(light.calibration);
    out.lights.push_back(std::move(light));
  }
  for (const CalibratedLight& light : out.lights) {
    for (const std::string& warning : light.warnings) {
      out.warnings.push_back(out.lights.size() > 1 ? light.calibration.light + ": " + warning
                                                   : warning);
    }
  }
  out.color.method = "chart";
  out.color.source = SourceOf(out, params);
  return out;
}

}  // namespace petzval::calibrate
