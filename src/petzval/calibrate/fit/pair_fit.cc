// Learns a tone curve and a residual table from pairs, and how far they hold for other scenes.
#include "petzval/calibrate/fit/pair_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/calibrate/fit/pair_cube.h"
#include "petzval/calibrate/fit/pair_curve.h"
#include "petzval/calibrate/fit/pair_exposure.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"

namespace petzval::calibrate {
namespace {

using Pairs = std::vector<const PixelPair*>;

constexpr double kSmoothness[] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
constexpr int kMostFolds = 8;
// The smoothness is looked for on a coarser table: costs do not depend on the size of it.
constexpr int kSearchSize = 9;

Vec3 LabOf(const Vec3& encoded) {
  static const Mat3 to_xyz = XyzFromRgb(kRec709);
  static const Vec3 white = to_xyz * Vec3{{1, 1, 1}};
  return LabFromXyz(
      to_xyz * Vec3{{DecodeSrgb(encoded[0]), DecodeSrgb(encoded[1]), DecodeSrgb(encoded[2])}},
      white);
}

Vec3 Curved(const PairCurve& curve, const Vec3& before) {
  return {{curve.Apply(before[0]), curve.Apply(before[1]), curve.Apply(before[2])}};
}

struct Rendering {
  PairCurve curve;
  Lut3d cube;
};

std::vector<double> CurveErrors(const PairCurve& curve, const Pairs& pairs) {
  std::vector<double> de;
  for (const PixelPair* p : pairs) {
    de.push_back(DeltaE2000(LabOf(Curved(curve, p->before)), LabOf(p->after)));
  }
  return de;
}

std::vector<double> Errors(const Rendering& r, const Pairs& pairs) {
  std::vector<double> de;
  for (const PixelPair* p : pairs) {
    de.push_back(DeltaE2000(LabOf(r.cube.Apply(Curved(r.curve, p->before))), LabOf(p->after)));
  }
  return de;
}

Lut3d FitCube(const PairCurve& curve, const Pairs& pairs, int size, double smoothness) {
  std::vector<Vec3> input, output;
  std::vector<double> weight;
  for (const PixelPair* p : pairs) {
    input.push_back(Curved(curve, p->before));
    output.push_back(p->after);
    weight.push_back(p->weight);
  }
  return FitResidualCube(size, input, output, weight, smoothness);
}

bool Finite(const Vec3& v) {
  return std::isfinite(v[0]) && std::isfinite(v[1]) && std::isfinite(v[2]);
}

Status CheckScenes(std::span<const PairScene> scenes, const PairFitParams& params) {
  if (params.cube_size < 2 || params.cube_size > 33) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a cube of {} (2 to 33 are allowed)", params.cube_size));
  }
  double clipped = 0, weight = 0;
  size_t count = 0;
  for (const PairScene& scene : scenes) {
    count += scene.pairs.size();
    clipped += scene.clipped_share;
    for (const PixelPair& p : scene.pairs) {
      if (!Finite(p.before) || !Finite(p.after) || !(p.weight >= 0) || !std::isfinite(p.weight)) {
        return Fail(ErrorCode::kInvalidInput,
                    scene.name + ": a pair has a number that is not finite, or a negative weight");
      }
      weight += p.weight;
    }
  }
  if (count == 0 || !(weight > 0)) {
    return Fail(ErrorCode::kInvalidInput, "there are no pairs of colours to learn from");
  }
  if (clipped > params.max_clipped_share * scenes.size()) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("{:.0f} % of the finished pictures is clipped to white or black ({:g} % "
                    "at most): what a curve has clipped cannot be matched",
                    100 * clipped / scenes.size(), 100 * params.max_clipped_share));
  }
  return {};
}

// Which part of the pairs is left out together: scenes (joined when there are many), or quarters of
// the only one. As fold of every pair, in the order of the scenes.
int Folds(std::span<const PairScene> scenes, std::vector<int>* fold_of_scene) {
  const int n = static_cast<int>(scenes.size());
  fold_of_scene->resize(n);
  for (int i = 0; i < n; ++i) (*fold_of_scene)[i] = i % kMostFolds;
  return n == 1 ? 4 : std::min(n, kMostFolds);
}

// Every pair under the fit made without its part, for every smoothness; NaN where that fit could
// not be made, `why` then says why.
std::vector<std::vector<double>> LeaveOut(const Pairs& all, const std::vector<int>& fold, int folds,
                                          int size, std::span<const double> smoothness,
                                          std::string* why) {
  std::vector<std::vector<double>> de(smoothness.size(), std::vector<double>(all.size(), NAN));
  std::vector<std::string> error(folds);
  ParallelFor(folds, [&](int f) {
    Pairs rest, part;
    std::vector<size_t> place;
    for (size_t i = 0; i < all.size(); ++i) {
      (fold[i] == f ? part : rest).push_back(all[i]);
      if (fold[i] == f) place.push_back(i);
    }
    int greys = 0;
    const auto curve = FitPairCurve(rest, &greys);
    if (!curve) {
      error[f] = curve.error().message;
      return;
    }
    for (size_t k = 0; k < smoothness.size(); ++k) {
      const std::vector<double> errors =
          Errors({*curve, FitCube(*curve, rest, size, smoothness[k])}, part);
      for (size_t i = 0; i < place.size(); ++i) de[k][place[i]] = errors[i];
    }
  });
  for (const std::string& e : error) {
    if (!e.empty()) *why = e;
  }
  return de;
}

std::vector<double> Known(const std::vector<double>& de) {
  std::vector<double> known;
  for (double d : de) {
    if (std::isfinite(d)) known.push_back(d);
  }
  return known;
}

}  // namespace

Vec3 PairFit::Apply(const Vec3& before) const { return cube.Apply(Curved(curve, before)); }

Result<PairFit> FitPairs(std::span<const PairScene> given, const PairFitParams& params) {
  PETZVAL_RETURN_IF_ERROR(CheckScenes(given, params));
  PairFit fit;
  std::vector<PairScene> scenes(given.begin(), given.end());
  fit.exposure_ev.assign(scenes.size(), 0);
  if (params.free_exposure) {
    PETZVAL_ASSIGN(fit.exposure_ev, SceneExposures(scenes));
    for (size_t s = 0; s < scenes.size(); ++s) {
      for (PixelPair& p : scenes[s].pairs) {
        for (double& v : p.before.v) v *= std::exp2(fit.exposure_ev[s]);
      }
    }
  }
  std::vector<int> fold_of_scene;
  const int folds = Folds(scenes, &fold_of_scene);
  Pairs all;
  std::vector<int> fold, scene_of;
  for (size_t s = 0; s < scenes.size(); ++s) {
    const auto& pairs = scenes[s].pairs;
    for (size_t i = 0; i < pairs.size(); ++i) {
      all.push_back(&pairs[i]);
      scene_of.push_back(static_cast<int>(s));
      fold.push_back(scenes.size() == 1 ? static_cast<int>(4 * i / pairs.size())
                                        : fold_of_scene[s]);
    }
  }

  int greys = 0;
  PETZVAL_ASSIGN(fit.curve, FitPairCurve(all, &greys));
  if (greys < 60) {
    fit.warnings.push_back(
        fmt::format("only {} areas are grey: the tone curve comes from all colours", greys));
  }
  fit.curve_error = Statistics(CurveErrors(fit.curve, all));

  std::string failed;
  const auto searched =
      LeaveOut(all, fold, folds, std::min(params.cube_size, kSearchSize), kSmoothness, &failed);
  size_t best = 0;
  double best_mean = INFINITY;
  for (size_t k = 0; k < searched.size(); ++k) {
    const std::vector<double> known = Known(searched[k]);
    const double mean = Statistics(known).mean;
    if (known.empty() || !(mean < best_mean)) continue;
    best = k;
    best_mean = mean;
  }
  if (!std::isfinite(best_mean)) {
    fit.warnings.push_back("no scene could be left out, the smoothest table is taken: " + failed);
  } else if (!failed.empty()) {
    fit.warnings.push_back("not all scenes could be left out in turn: " + failed);
  }
  fit.smoothness = kSmoothness[best];
  fit.cube = FitCube(fit.curve, all, params.cube_size, fit.smoothness);
  fit.train = Statistics(Errors({fit.curve, fit.cube}, all));

  const std::vector<double> left_out =
      LeaveOut(all, fold, folds, params.cube_size, {&fit.smoothness, 1}, &failed).front();
  fit.left_out = Statistics(Known(left_out));

  for (const PairScene& scene : scenes) fit.scene.push_back(scene.name);
  if (scenes.size() > 1) {
    std::vector<double> sum(scenes.size(), 0), count(scenes.size(), 0);
    for (size_t i = 0; i < all.size(); ++i) {
      if (!std::isfinite(left_out[i])) continue;
      sum[scene_of[i]] += left_out[i];
      count[scene_of[i]] += 1;
    }
    for (size_t s = 0; s < scenes.size(); ++s) {
      fit.left_out_mean.push_back(count[s] > 0 ? sum[s] / count[s] : NAN);
    }
  }
  return fit;
}

}  // namespace petzval::calibrate
