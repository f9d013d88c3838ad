// Fits for many lights, and their regression on the white point.
#include "petzval/calibrate/light/light_calibration.h"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/device/convex_hull.h"

namespace petzval::calibrate {
namespace {

struct NamedSpectrum {
  ClassifiedLight light;
  SpectralDistribution power;
};

// What a channel sees of a light, as a share of what it sees of equal energy.
bool SeesLight(const Sensitivities& camera, const SpectralDistribution& light) {
  double peak = 0;
  for (const double p : light.value) peak = std::max(peak, p);
  if (!(peak > 0)) return false;
  std::array<double, 3> seen{};
  for (int c = 0; c < 3; ++c) {
    seen[c] = Integral(camera[c], light) / Integral(camera[c], ConstantSpectrum(peak));
  }
  // A neutral of 1 : 1000 cannot be balanced by any camera.
  const auto [low, high] = std::minmax_element(seen.begin(), seen.end());
  return *low > 1e-3 * *high;
}

Result<std::vector<NamedSpectrum>> FindAll(const std::vector<ClassifiedLight>& lights) {
  std::vector<NamedSpectrum> found;
  for (const ClassifiedLight& light : lights) {
    PETZVAL_ASSIGN(const SpectralDistribution power, FindLight(light.name));
    found.push_back({light, power});
  }
  return found;
}

// F1 and F2 of one light as the regression wants them: the same kinds for all lights.
Result<LightFit> FitFor(const Sensitivities& camera, const SpectralDistribution& light) {
  LightFit out;
  PETZVAL_ASSIGN(const SensitivitySets sets, SimulateSensitivitySets(camera, light, true));
  PETZVAL_ASSIGN(out.matrix, FitDeltaE(ColorFitKind::kMatrix, sets.chart));
  PETZVAL_ASSIGN(out.fit, FitDeltaE(ColorFitKind::kRootPolynomial2, sets.large));
  out.neutral = sets.chart.neutral;
  return out;
}

// Least squares reweighted by Cauchy's function of each row's residual over the median one: a few
// discharge lamps, whose fits lie far from any quadratic, would bend it under daylight else. False
// when the factors leave it open.
bool FitRobustly(const Eigen::MatrixXd& factors, const Eigen::MatrixXd& values,
                 Eigen::MatrixXd* term) {
  constexpr int kPasses = 20;
  Eigen::VectorXd weight = Eigen::VectorXd::Ones(factors.rows());
  for (int pass = 0; pass < kPasses; ++pass) {
    const Eigen::VectorXd root = weight.cwiseSqrt();
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(root.asDiagonal() * factors);
    if (qr.rank() < factors.cols()) return false;
    *term = qr.solve(root.asDiagonal() * values);
    const Eigen::VectorXd residual = (factors * *term - values).rowwise().norm();
    std::vector<double> sorted(residual.data(), residual.data() + residual.size());
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    const double median = std::max(sorted[sorted.size() / 2], 1e-9);
    weight = 1 / (1 + (residual / median).array().square());
  }
  return true;
}

}  // namespace

Result<MatrixByWhite> FitByWhite(std::span<const LightFit> lights) {
  constexpr int kTerms = 6, kLeast = 2 * kTerms;
  if (lights.size() < kLeast) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} lights are too few for a regression by white point, {} are needed",
                            lights.size(), kLeast));
  }
  const int rows = static_cast<int>(lights.size());
  const ColorFitKind kind = lights.front().fit.kind;
  const int count = kind == ColorFitKind::kMatrix ? 0 : ColorTermCount(kind);
  Eigen::MatrixXd factors(rows, kTerms), values(rows, 9 + 3 * count);
  std::vector<Point2> whites;
  for (int i = 0; i < rows; ++i) {
    const LightFit& light = lights[i];
    const double a = std::log(light.neutral[0] / light.neutral[1]);
    const double b = std::log(light.neutral[2] / light.neutral[1]);
    factors.row(i) << 1, a, b, a * a, a * b, b * b;
    const Mat3 m = light.matrix.AsMatrix();
    for (int j = 0; j < 9; ++j) values(i, j) = m[j / 3][j % 3];
    for (int j = 0; j < 3 * count; ++j) values(i, 9 + j) = light.fit.coefficient[j / 3][j % 3];
    whites.push_back({a, b});
  }
  MatrixByWhite by;
  by.hull = ConvexHull(whites);
  Eigen::MatrixXd term(kTerms, values.cols());
  const bool determined = FitRobustly(factors, values, &term);
  if (!determined || by.hull.size() < 3 || !term.allFinite()) {
    return Fail(ErrorCode::kInvalidInput,
                "the whites of the lights lie so that they determine no regression");
  }
  by.fit_kind = kind;
  for (int k = 0; k < kTerms; ++k) {
    for (int j = 0; j < 9; ++j) by.term[k][j / 3][j % 3] = term(k, j);
    by.fit_term[k].resize(count);
    for (int j = 0; j < 3 * count; ++j) by.fit_term[k][j / 3][j % 3] = term(k, 9 + j);
  }
  return by;
}

Result<ColorCalibration> CalibrateSensitivities(const Sensitivities& camera,
                                                const std::string& source,
                                                const SensitivityOptions& options,
                                                std::vector<std::string>* warnings) {
  ColorCalibration color;
  color.method = "ssf";
  color.source = source;
  PETZVAL_ASSIGN(const std::vector<NamedSpectrum> stored,
                 FindAll(options.lights.empty() ? StoredLights() : options.lights));
  PETZVAL_ASSIGN(const std::vector<NamedSpectrum> lamps,
                 FindAll(options.by_white ? RegressionLights() : std::vector<ClassifiedLight>()));

  const int stored_count = static_cast<int>(stored.size());
  std::vector<Result<FitChoice>> choice(stored.size(), FitChoice{});
  std::vector<Result<LightFit>> fit(lamps.size(), LightFit{});
  const auto unseen = Fail(ErrorCode::kInvalidInput, "the camera sees next to nothing of it");
  ParallelFor(stored_count + static_cast<int>(lamps.size()), [&](int i) {
    if (i < stored_count) {
      const SpectralDistribution& power = stored[i].power;
      choice[i] = SeesLight(camera, power) ? ChooseFitOfSensitivities(camera, power, true)
                                           : Result<FitChoice>(unseen);
    } else {
      const SpectralDistribution& power = lamps[i - stored_count].power;
      fit[i - stored_count] =
          SeesLight(camera, power) ? FitFor(camera, power) : Result<LightFit>(unseen);
    }
  });

  for (int i = 0; i < stored_count; ++i) {
    const ClassifiedLight& light = stored[i].light;
    if (!choice[i]) {
      warnings->push_back(fmt::format("{} is left out: {}", light.name, choice[i].error().message));
      continue;
    }
    for (const std::string& w : choice[i]->warnings) warnings->push_back(light.name + ": " + w);
    LightCalibration calibration = std::move(choice[i]->calibration);
    calibration.light = light.name;
    calibration.light_class = light.light_class;
    color.lights.push_back(std::move(calibration));
  }
  if (color.lights.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no light is left to calibrate the camera under");
  }
  if (!options.by_white) return color;
  std::vector<LightFit> good;
  for (const Result<LightFit>& f : fit) {
    if (f) good.push_back(*f);
  }
  auto by_white = FitByWhite(good);
  if (by_white) {
    color.by_white = std::move(*by_white);
  } else {
    warnings->push_back("no regression by white point: " + by_white.error().message);
  }
  return color;
}

Result<ColorCalibration> CalibrateSets(std::span<const LightSet> sets, const std::string& source,
                                       std::vector<std::string>* warnings) {
  if (sets.empty()) return Fail(ErrorCode::kInvalidInput, "no chart is given");
  ColorCalibration color;
  color.method = "chart";
  color.source = source;
  for (const LightSet& set : sets) {
    const std::string& name = set.light.name;
    for (const LightCalibration& known : color.lights) {
      if (known.light == name) {
        return Fail(ErrorCode::kInvalidInput, fmt::format("light '{}' is there twice", name));
      }
    }
    auto choice = ChooseFit(set.set, {.glare_known = set.glare_known});
    if (!choice) return Fail(choice.error().In(name));
    for (const std::string& w : choice->warnings) warnings->push_back(name + ": " + w);
    LightCalibration light = std::move(choice->calibration);
    light.light = name;
    light.light_class = set.light.light_class;
    light.glare = set.glare;
    color.lights.push_back(std::move(light));
  }
  return color;
}

}  // namespace petzval::calibrate
