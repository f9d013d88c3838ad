// Between the lights that a camera was calibrated under.
#include "petzval/device/calibrated_lights.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/color/temperature.h"
#include "petzval/device/convex_hull.h"

namespace petzval {
namespace {

// Both fits with as many terms as the larger: the terms of a smaller kind are the first of it.
void MakeAlike(ColorFit* a, ColorFit* b) {
  const ColorFitKind kind = std::max(a->kind, b->kind);
  for (ColorFit* fit : {a, b}) {
    fit->kind = kind;
    fit->coefficient.resize(ColorTermCount(kind));
  }
}

ColorFit Mix(ColorFit a, ColorFit b, double share) {
  MakeAlike(&a, &b);
  return Interpolate(a, b, share);
}

const ColorFit& Best(const LightCalibration& light) {
  return light.chosen ? *light.chosen : light.matrix;
}

// a + share * (b - c), each with as many terms as the largest.
ColorFit Moved(ColorFit a, ColorFit b, ColorFit c, double share) {
  MakeAlike(&a, &b);
  MakeAlike(&a, &c);
  MakeAlike(&a, &b);
  for (size_t t = 0; t < a.coefficient.size(); ++t) {
    for (int i = 0; i < 3; ++i) {
      a.coefficient[t][i] += share * (b.coefficient[t][i] - c.coefficient[t][i]);
    }
  }
  return a;
}

Point2 LogNeutral(const Vec3& neutral) {
  return {std::log(neutral[0] / neutral[1]), std::log(neutral[2] / neutral[1])};
}

// How far a white lies from where the lights around it lead to expect it: 0.1 is a tenth of one
// ratio.
double Distance(const CalibratedLights::Place& place, const Vec3& neutral) {
  const Point2 p = LogNeutral(neutral), l = LogNeutral(place.lower->neutral),
               u = LogNeutral(place.upper->neutral);
  return std::hypot(p[0] - l[0] - place.share * (u[0] - l[0]),
                    p[1] - l[1] - place.share * (u[1] - l[1]));
}

// Share of the calibrated lights' deviations from the regression that counts for another light of
// their class: all of it where the white is one that the calibrated lights have, less with the
// distance from there. Chosen on lamps of the regression that are not stored, not on test lamps:
// RGB LEDs have little in common but their primaries' order, of others even distant ones follow.
double Trust(LightClass light_class, double distance) {
  const bool apart = light_class == LightClass::kRgbLed;
  const double always = apart ? 0.25 : 0, reach = apart ? 0.05 : 0.2;
  return always + (1 - always) * std::exp(-0.5 * distance * distance / (reach * reach));
}

// The hull of both; no limit when one has none.
std::vector<Point2> JoinHulls(const CalibratedLights::Place& place) {
  if (place.share == 0) return place.lower->hull;
  if (place.share == 1) return place.upper->hull;
  if (place.lower->hull.empty() || place.upper->hull.empty()) return {};
  std::vector<Point2> points = place.lower->hull;
  points.insert(points.end(), place.upper->hull.begin(), place.upper->hull.end());
  return ConvexHull(std::move(points));
}

std::string Words(const CalibratedLights::Place& place) {
  if (place.share == 0) return place.lower->light;
  if (place.share == 1) return place.upper->light;
  return place.lower->light + " .. " + place.upper->light;
}

}  // namespace

DngCalibration DngCalibrationOf(const LightCalibration& light) {
  DngCalibration dng;
  dng.cct_k = TemperatureFromChromaticity(light.white).kelvin_k;
  const Mat3 forward = light.matrix.AsMatrix();
  dng.xyz_d50_from_camera = forward;
  dng.camera_from_xyz =
      Mat3::Diagonal(light.neutral) * Inverse(forward) * BradfordAdaptation(kWhiteD50, light.white);
  return dng;
}

CalibratedLights::CalibratedLights(const std::vector<const LightCalibration*>& lights) {
  assert(!lights.empty());
  for (const LightCalibration* light : lights) {
    const DngCalibration dng = DngCalibrationOf(*light);
    entries_.push_back({light, 1 / dng.cct_k, dng.camera_from_xyz});
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.inverse_k > b.inverse_k; });
}

CalibratedLights CalibratedLights::Of(const ColorCalibration& color,
                                      std::optional<LightClass> light_class) {
  std::vector<const LightCalibration*> some;
  for (const LightClass wanted :
       {light_class.value_or(LightClass::kThermal), LightClass::kThermal}) {
    for (const LightCalibration& light : color.lights) {
      if (light.light_class == wanted) some.push_back(&light);
    }
    if (!some.empty()) return CalibratedLights(some);
  }
  for (const LightCalibration& light : color.lights) some.push_back(&light);
  return CalibratedLights(some);
}

CalibratedLights::Bracket CalibratedLights::Find(Chromaticity white) const {
  const double inverse_k = 1 / TemperatureFromChromaticity(white).kelvin_k;
  if (!(inverse_k < entries_.front().inverse_k)) return {0, 0, 0};
  for (size_t i = 1; i < entries_.size(); ++i) {
    if (inverse_k < entries_[i].inverse_k) continue;
    const double span = entries_[i - 1].inverse_k - entries_[i].inverse_k;
    return {i - 1, i, span > 0 ? (entries_[i - 1].inverse_k - inverse_k) / span : 1};
  }
  return {entries_.size() - 1, entries_.size() - 1, 0};
}

CalibratedLights::Place CalibratedLights::At(Chromaticity white) const {
  const Bracket b = Find(white);
  return {entries_[b.lower].light, entries_[b.upper].light, b.share};
}

Mat3 CalibratedLights::CameraFromXyz(Chromaticity white) const {
  const Bracket b = Find(white);
  return (1 - b.share) * entries_[b.lower].camera_from_xyz +
         b.share * entries_[b.upper].camera_from_xyz;
}

Vec3 CalibratedLights::NeutralFromWhite(Chromaticity white) const {
  return GreenToOne(CameraFromXyz(white) * XyzFromChromaticity(white));
}

Chromaticity CalibratedLights::WhiteFromNeutral(const Vec3& neutral) const {
  constexpr int kPasses = 30;
  Chromaticity white = kWhiteD50;
  for (int pass = 0; pass < kPasses; ++pass) {
    const Vec3 xyz = Inverse(CameraFromXyz(white)) * neutral;
    Chromaticity next = ChromaticityFromXyz(xyz);
    // A neutral that no light gives this camera.
    if (!std::isfinite(next.x) || !std::isfinite(next.y) || next.x < 0.05 || next.y < 0.05 ||
        next.x + next.y > 0.99) {
      return white;
    }
    const bool done = std::abs(next.x - white.x) + std::abs(next.y - white.y) < 1e-7;
    // Two temperatures that follow each other for ever meet in the middle.
    if (pass == kPasses - 1) next = {(next.x + white.x) / 2, (next.y + white.y) / 2};
    white = next;
    if (done) break;
  }
  return white;
}

ColorTransform TransformFor(const ColorCalibration& color, const LightEstimate& light) {
  const bool known = light.light_class && std::any_of(color.lights.begin(), color.lights.end(),
                                                      [&](const LightCalibration& l) {
                                                        return l.light_class == *light.light_class;
                                                      });
  const CalibratedLights lights =
      CalibratedLights::Of(color, known ? light.light_class : std::nullopt);
  ColorTransform transform;
  transform.white = lights.WhiteFromNeutral(light.neutral);
  const CalibratedLights::Place place = lights.At(transform.white);
  const LightCalibration &lower = *place.lower, &upper = *place.upper;
  transform.matrix = Interpolate(lower.matrix, upper.matrix, place.share);
  transform.fit = Mix(Best(lower), Best(upper), place.share);
  transform.hull = JoinHulls(place);
  transform.description = Words(place);
  if (color.by_white) {
    const MatrixByWhite& by = *color.by_white;
    const auto matrix_at = [&](const Vec3& n) { return ColorFit::FromMatrix(by.At(n)); };
    const ColorFit matrix = matrix_at(light.neutral);
    // A regression of matrices leaves what roots add to what the lights say.
    const bool roots = by.fit_kind != ColorFitKind::kMatrix;
    const ColorFit fit =
        roots ? by.FitAt(light.neutral) : Moved(transform.fit, matrix, transform.matrix, 1);
    const double trust = known ? Trust(*light.light_class, Distance(place, light.neutral)) : 0;
    const auto said = [&](auto at) {
      return Mix(at(lower.neutral), at(upper.neutral), place.share);
    };
    transform.fit =
        !roots ? Moved(fit, transform.matrix, said(matrix_at), trust)
               : Moved(fit, transform.fit, said([&](const Vec3& n) { return by.FitAt(n); }), trust);
    transform.matrix = Moved(matrix, transform.matrix, said(matrix_at), trust);
    transform.description =
        known ? "by white point and " + transform.description : "by white point";
  }
  transform.description += std::string(", ") + ColorFitKindName(transform.fit.kind);
  return transform;
}

std::optional<LightClass> EstimateLightClass(const ColorCalibration& color, const Vec3& neutral) {
  // Whites of one class scatter by about this; further away it is some other light.
  constexpr double kNear = 0.04, kUnique = 2.5, kClose = 0.02;
  std::array<double, kLightClassCount> distance;
  distance.fill(INFINITY);
  for (const LightCalibration& light : color.lights) {
    double& d = distance[static_cast<int>(light.light_class)];
    // RGB LEDs are mixed to any white: it says nothing about them.
    if (std::isfinite(d) || light.light_class == LightClass::kRgbLed) continue;
    const CalibratedLights lights = CalibratedLights::Of(color, light.light_class);
    d = Distance(lights.At(lights.WhiteFromNeutral(neutral)), neutral);
  }
  const auto nearest = std::min_element(distance.begin(), distance.end());
  if (!(*nearest < kNear)) return std::nullopt;
  for (auto other = distance.begin(); other != distance.end(); ++other) {
    if (other != nearest && *other < std::max(kUnique * *nearest, kClose)) return std::nullopt;
  }
  return static_cast<LightClass>(nearest - distance.begin());
}

}  // namespace petzval
