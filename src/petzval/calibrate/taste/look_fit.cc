// Learns a look from pictures before and after it.
#include "petzval/calibrate/taste/look_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include "petzval/base/file.h"
#include "petzval/calibrate/taste/look_model.h"
#include "petzval/calibrate/taste/look_residual.h"
#include "petzval/calibrate/taste/look_solver.h"
#include "petzval/color/cube_file.h"
#include "petzval/color/difference.h"
#include "petzval/color/oklab.h"
#include "petzval/color/spaces.h"
#include "petzval/look/mono.h"

namespace petzval::calibrate {
namespace {

constexpr size_t kFewestSamples = 40;
// Pixels of a pair that figures are taken over.
constexpr int kFigurePixels = 4000;
constexpr int kFullSteps = 25, kProbeSteps = 5;
// A picture without colour of its own: chroma (Oklab) that lightness does not explain.
constexpr double kGreyChroma = 0.008, kColoredChroma = 0.02;
constexpr size_t kMostFolds = 5;

struct Pixels {
  std::vector<SceneColor> scene;
  std::vector<Vec3> before, after;  // linear sRGB
  std::vector<int> quarter;
};

// A regular grid over a reduced pair, and the scene it shows.
Pixels GridOf(const LookPair& pair, const Look& neutral) {
  Pixels p;
  const int width = pair.before.width(), height = pair.before.height();
  const int step =
      std::max(1, static_cast<int>(std::sqrt(static_cast<double>(width) * height / kFigurePixels)));
  const double diagonal2 =
      0.25 * (static_cast<double>(width) * width + static_cast<double>(height) * height);
  for (int y = step / 2; y < height; y += step) {
    for (int x = step / 2; x < width; x += step) {
      Vec3 before, after;
      for (int c = 0; c < 3; ++c) {
        before[c] = pair.before.At(x, y, c);
        after[c] = pair.after.At(x, y, c);
      }
      const double dx = x + 0.5 - width / 2.0, dy = y + 0.5 - height / 2.0;
      p.before.push_back(before);
      p.after.push_back(after);
      p.scene.push_back({{}, (dx * dx + dy * dy) / diagonal2});
      p.quarter.push_back((2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0));
    }
  }
  const std::vector<Vec3> scene = SceneOfDisplay(neutral, p.before);
  for (size_t i = 0; i < scene.size(); ++i) p.scene[i].rec2020 = scene[i];
  return p;
}

std::vector<LookTarget> TargetsOf(const LookPair& pair, int quarter, const Look& neutral) {
  const std::vector<LookSample> samples = SampleLookPair(pair, quarter);
  std::vector<Vec3> before;
  for (const LookSample& s : samples) before.push_back(s.before);
  const std::vector<Vec3> scene = SceneOfDisplay(neutral, before);
  std::vector<LookTarget> targets;
  for (size_t i = 0; i < samples.size(); ++i) {
    targets.push_back({{scene[i], samples[i].radius2}, samples[i].after, samples[i].weight});
  }
  return targets;
}

Vec3 LabOf(const Vec3& srgb) {
  static const Mat3 xyz_from_rgb = XyzFromRgb(kRec709);
  Vec3 shown;
  for (int c = 0; c < 3; ++c) shown[c] = std::clamp(srgb[c], 0.0, 1.0);
  return LabFromXyz(xyz_from_rgb * shown, XyzFromChromaticity(kWhiteD65));
}

// Differences of the pixels of a quarter, or of all for -1, put behind `out`.
void AddDifferences(std::span<const Vec3> shown, const Pixels& pixels, int quarter,
                    std::vector<double>* out) {
  for (size_t i = 0; i < shown.size(); ++i) {
    if (quarter >= 0 && pixels.quarter[i] != quarter) continue;
    out->push_back(DeltaE2000(LabOf(shown[i]), LabOf(pixels.after[i])));
  }
}

// Whether the pictures after have no colour that their lightness does not tell, although those
// before had some.
bool IsMonochrome(std::span<const LookTarget> targets) {
  const OklabConverter srgb(kRec709), rec2020(kRec2020);
  constexpr int kBins = 25;
  std::array<std::array<double, 4>, kBins> sum{};  // weight, a, b, a^2 + b^2
  double before = 0, total = 0;
  for (const LookTarget& t : targets) {
    const Vec3 lab = srgb.FromRgb(t.after);
    auto& bin = sum[std::clamp(static_cast<int>(lab[0] * kBins), 0, kBins - 1)];
    bin[0] += t.weight;
    bin[1] += t.weight * lab[1];
    bin[2] += t.weight * lab[2];
    bin[3] += t.weight * (lab[1] * lab[1] + lab[2] * lab[2]);
    const OklchColor scene = OklchFromOklab(rec2020.FromRgb(t.scene.rec2020));
    before += t.weight * scene.c * scene.c;
    total += t.weight;
  }
  double left = 0;
  for (const auto& bin : sum) {
    if (bin[0] > 0) left += bin[3] - (bin[1] * bin[1] + bin[2] * bin[2]) / bin[0];
  }
  return std::sqrt(std::max(0.0, left) / total) < kGreyChroma &&
         std::sqrt(before / total) > kColoredChroma;
}

void SetText(Look* look, const std::string& name, const std::string& value) {
  for (auto& [key, text] : look->texts) {
    if (key == name) text = value;
  }
}

struct Learned {
  Look base;
  std::vector<LookTurn> turns;
  std::vector<double> start, at;
  Look look() const { return TurnedLook(base, turns, at); }
};

// Of black-and-white, what is found by trying: the filter to start from, and the toning that
// explains most.
void TryFiltersAndTonings(const Look& neutral, std::span<const LookTarget> targets, Learned* l) {
  for (auto& [key, value] : l->base.values) {
    if (key == "monochrome") value = 1;
  }
  double least = std::numeric_limits<double>::infinity();
  const std::vector<double> expected = l->start;
  for (const char* filter : {"none", "yellow", "orange", "red", "green", "blue"}) {
    SetText(&l->base, "mono_filter", filter);
    const Vec3 weights = MonoWeights(l->base);
    SetText(&l->base, "mono_filter", "weights");
    std::vector<double> start = expected;
    for (size_t i = 0; i < l->turns.size(); ++i) {
      if (l->turns[i].name == "mono_weights") start[i] = weights[l->turns[i].index];
    }
    const SolvedLook probe = SolveLook(l->base, neutral, l->turns, targets, start, kProbeSteps);
    if (probe.cost < least) {
      least = probe.cost;
      l->start = start;
    }
  }
  least = std::numeric_limits<double>::infinity();
  Look best = l->base;
  for (const char* toning : {"none", "sepia", "blue"}) {
    SetText(&l->base, "mono_toning", toning);
    const SolvedLook probe = SolveLook(l->base, neutral, l->turns, targets, l->start, kProbeSteps);
    if (probe.cost < least) {
      least = probe.cost;
      best = l->base;
    }
  }
  l->base = best;
}

Learned Learn(const Look& neutral, std::span<const LookTarget> targets, bool monochrome) {
  Learned learned{neutral, LookTurns(neutral, monochrome), {}, {}};
  for (const LookTurn& t : learned.turns) learned.start.push_back(t.expected);
  if (monochrome) TryFiltersAndTonings(neutral, targets, &learned);
  learned.at =
      SolveLook(learned.base, neutral, learned.turns, targets, learned.start, kFullSteps).at;
  return learned;
}

// Numbers that people may read and change: four digits after the point, lists likewise.
void Round(Look* look) {
  const auto round = [](double v) { return std::round(v * 1e4) / 1e4; };
  for (auto& [name, value] : look->values) value = round(value);
  for (auto& [name, numbers] : look->lists) {
    // The weights of luminance are a default that stays exact.
    for (double& v : numbers) v = round(v);
  }
}

}  // namespace

Result<LookFit> FitLook(std::span<const LookPair> pairs, const LookFitParams& params) {
  if (pairs.empty()) return Fail(ErrorCode::kInvalidInput, "no pair of pictures is given");
  PETZVAL_ASSIGN(const Look neutral, LoadLook(kNeutralLook));

  // Step 1: the colours of the scenes.
  std::vector<Pixels> pixels;
  std::vector<std::vector<LookTarget>> targets;
  std::vector<LookTarget> all;
  for (const LookPair& pair : pairs) {
    pixels.push_back(GridOf(pair, neutral));
    targets.push_back(TargetsOf(pair, -1, neutral));
    all.insert(all.end(), targets.back().begin(), targets.back().end());
  }
  if (all.size() < kFewestSamples) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the pairs have {} colours in even areas that are not clipped, {} are "
                            "needed",
                            all.size(), kFewestSamples));
  }

  // Step 2: the look.
  LookFit fit;
  fit.monochrome = IsMonochrome(all);
  const Learned learned = Learn(neutral, all, fit.monochrome);
  fit.look = learned.look();
  Round(&fit.look);
  fit.look.name = params.name;

  // Step 3: figures, of what was seen and of what was not.
  std::vector<double> untouched, fitted, held_out;
  for (size_t i = 0; i < pairs.size(); ++i) {
    AddDifferences(pixels[i].before, pixels[i], -1, &untouched);
    std::vector<double> own;
    AddDifferences(RenderColors(fit.look, neutral, pixels[i].scene), pixels[i], -1, &own);
    fit.pair.push_back(pairs[i].name);
    fit.pair_mean.push_back(Statistics(own).mean);
    fitted.insert(fitted.end(), own.begin(), own.end());
  }
  const size_t folds = pairs.size() > 1 ? std::min(pairs.size(), kMostFolds) : 4;
  for (size_t fold = 0; params.leave_out && fold < folds; ++fold) {
    std::vector<LookTarget> seen;
    if (pairs.size() == 1) {
      seen = TargetsOf(pairs[0], static_cast<int>(fold), neutral);
    } else {
      for (size_t i = 0; i < pairs.size(); ++i) {
        if (i % folds != fold) seen.insert(seen.end(), targets[i].begin(), targets[i].end());
      }
    }
    if (seen.size() < kFewestSamples / 2) continue;
    // From where the fit itself began, so that nothing of the left-out picture is in the start.
    const SolvedLook without =
        SolveLook(learned.base, neutral, learned.turns, seen, learned.start, kFullSteps);
    const Look look = TurnedLook(learned.base, learned.turns, without.at);
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (pairs.size() > 1 && i % folds != fold) continue;
      AddDifferences(RenderColors(look, neutral, pixels[i].scene), pixels[i],
                     pairs.size() > 1 ? -1 : static_cast<int>(fold), &held_out);
    }
  }
  fit.untouched = Statistics(std::move(untouched));
  fit.fitted = Statistics(std::move(fitted));
  fit.held_out = Statistics(std::move(held_out));
  if (fit.held_out.mean > 1.5 * fit.fitted.mean + 0.5) {
    fit.warnings.push_back(fmt::format(
        "pictures that were left out differ by {:.1f} on the mean, those that were not by {:.1f}: "
        "more pairs would make the look surer",
        fit.held_out.mean, fit.fitted.mean));
  }
  fit.look.description = params.description.empty()
                             ? fmt::format("Learned from {} {} of pictures.", pairs.size(),
                                           pairs.size() == 1 ? "pair" : "pairs")
                             : params.description;
  fit.look.source = fmt::format(
      "petzval look fit over the look {}: CIEDE2000 mean {:.2f}{}, untouched "
      "{:.2f}",
      kNeutralLook, fit.fitted.mean,
      params.leave_out ? fmt::format(", of pictures left out {:.2f}", fit.held_out.mean) : "",
      fit.untouched.mean);

  // Step 4: what is left, as a table.
  if (params.residual_cube) {
    std::vector<ResidualScene> scenes;
    for (size_t i = 0; i < pairs.size(); ++i) {
      scenes.push_back(
          {pairs[i].name, RenderColors(fit.look, neutral, pixels[i].scene), pixels[i].after});
    }
    PETZVAL_ASSIGN(Residual residual, FitResidual(scenes, params.cube_size));
    std::vector<double> left;
    for (size_t i = 0; i < pairs.size(); ++i) {
      std::vector<Vec3> shown = scenes[i].shown;
      for (Vec3& rgb : shown) rgb = residual.Apply(rgb);
      AddDifferences(shown, pixels[i], -1, &left);
    }
    fit.with_residual = Statistics(std::move(left));
    fit.warnings.insert(fit.warnings.end(), residual.warnings.begin(), residual.warnings.end());
    fit.residual = std::move(residual.lut);
    SetText(&fit.look, "lut", params.name + ".cube");
  }
  return fit;
}

Status WriteLookFit(const LookFit& fit, const std::string& path) {
  if (!path.ends_with(".toml")) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a look is a file *.toml, not {}", path));
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  Look look = fit.look;
  if (fit.residual) {
    const std::string cube = std::filesystem::path(path).stem().string() + ".cube";
    SetText(&look, "lut", cube);
    look.folder = folder.string();
    PETZVAL_RETURN_IF_ERROR(WriteCube((folder / cube).string(), *fit.residual));
  }
  const std::string text = LookToToml(look, folder.string());
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace petzval::calibrate
