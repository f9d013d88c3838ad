// Calibration to profile: matrices of the lights, their maps, and how near they come.
#include "petzval/calibrate/dcp/make_dcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/color/difference.h"
#include "petzval/color/temperature.h"
#include "petzval/device/convex_hull.h"

namespace petzval::calibrate {
namespace {

const Vec3 kD50 = XyzFromChromaticity(kWhiteD50);

struct NamedLight {
  const char* name;
  int source;
};
constexpr NamedLight kNamedLights[] = {{"A", 17},   {"D50", 23}, {"D55", 20}, {"D65", 21},
                                       {"D75", 22}, {"B", 18},   {"C", 19}};

const LightCalibration* Find(const ColorCalibration& color, const std::string& name) {
  for (const auto& light : color.lights) {
    if (light.light == name) return &light;
  }
  return nullptr;
}

Result<const LightCalibration*> FindLightOf(const ColorCalibration& color,
                                            const std::string& name) {
  if (const LightCalibration* light = Find(color, name)) return light;
  std::vector<std::string> names;
  for (const auto& light : color.lights) names.push_back(light.light);
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("the calibration knows no light '{}', did you mean '{}'?", name,
                          NearestName(name, names)));
}

double Cct(const LightCalibration& light) {
  return TemperatureFromChromaticity(light.white).kelvin_k;
}

// The lights to write, the warm one first: A and D65 where they are, else the ends of the thermal
// ones, else the ends of all.
Result<std::vector<const LightCalibration*>> ChooseLights(const ColorCalibration& color,
                                                          const DcpOptions& options) {
  if (color.lights.empty()) {
    return Fail(ErrorCode::kInvalidInput, "the calibration has no light");
  }
  std::vector<const LightCalibration*> thermal;
  for (const auto& light : color.lights) {
    if (light.light_class == LightClass::kThermal) thermal.push_back(&light);
  }
  if (thermal.empty()) {
    for (const auto& light : color.lights) thermal.push_back(&light);
  }
  const auto [warmest, coolest] = std::minmax_element(
      thermal.begin(), thermal.end(), [](auto* a, auto* b) { return Cct(*a) < Cct(*b); });
  const LightCalibration* warm = Find(color, "A");
  const LightCalibration* cool = Find(color, "D65");
  if (!warm) warm = *warmest;
  if (!cool) cool = *coolest;
  if (!options.warm_light.empty()) {
    PETZVAL_ASSIGN(warm, FindLightOf(color, options.warm_light));
  }
  if (!options.cool_light.empty()) {
    PETZVAL_ASSIGN(cool, FindLightOf(color, options.cool_light));
  }
  std::vector<const LightCalibration*> chosen = {warm};
  if (cool != warm) chosen.push_back(cool);
  if (!options.third_light.empty()) {
    PETZVAL_ASSIGN(const LightCalibration* third, FindLightOf(color, options.third_light));
    if (third == warm || third == cool || chosen.size() < 2) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the third light '{}' is one of the other two", third->light));
    }
    chosen.push_back(third);
  }
  return chosen;
}

// EXIF LightSource: of the lights that have one exactly; else 255, stated by its white.
void SetIlluminant(const LightCalibration& light, DcpProfile::Light* out) {
  for (const NamedLight& known : kNamedLights) {
    const auto white = NominalWhite(known.source);
    if (light.light == known.name && white &&
        std::hypot(white->x - light.white.x, white->y - light.white.y) < 2e-3) {
      out->illuminant = known.source;
      return;
    }
  }
  out->illuminant = 255;
  out->white = light.white;
}

double Smooth(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

Vec3 LabD50(const Vec3& xyz) { return LabFromXyz(xyz, kD50); }

// Balanced camera colours in the hull: a grid of chromaticities, each at L* = 50 by the matrix.
std::vector<Vec3> HullColors(const LightCalibration& light) {
  constexpr int kSteps = 60;
  const HullEdges edges = EdgesOfHull(light.hull);
  const double y = LuminanceFromLightness(50);
  std::vector<Vec3> colors;
  for (int i = 1; i < kSteps; ++i) {
    for (int j = 1; i + j < kSteps; ++j) {
      const double r = static_cast<double>(i) / kSteps, g = static_cast<double>(j) / kSteps;
      if (edges.normal.empty() || edges.Gauge({r, g}) > 1) continue;
      const Vec3 rgb{{r, g, 1 - r - g}};
      const double k = y / std::max(1e-3, light.matrix.Apply(rgb)[1]);
      colors.push_back({{k * rgb[0], k * rgb[1], k * rgb[2]}});
    }
  }
  return colors;
}

Result<DcpProfile::Light> MakeLight(const LightCalibration& light, const DcpOptions& options) {
  DcpProfile::Light out;
  SetIlluminant(light, &out);
  const Mat3 forward = light.matrix.AsMatrix();
  const auto fail = [&] {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the matrix for the light {} is singular or no camera's", light.light));
  };
  if (!(std::abs(Determinant(forward)) > 1e-6)) return fail();
  Mat3 camera =
      Mat3::Diagonal(light.neutral) * Inverse(forward) * BradfordAdaptation(kWhiteD50, light.white);
  const Vec3 seen = camera * kD50;
  const double most = std::max({seen[0], seen[1], seen[2]});
  if (!(most > 0)) return fail();
  out.calibration.camera_from_xyz = (1 / most) * camera;
  Mat3 scaled = forward;
  for (int i = 0; i < 3; ++i) {
    const double sum = forward[i][0] + forward[i][1] + forward[i][2];
    if (!(sum > 0)) return fail();
    for (double& x : scaled[i]) x *= kD50[i] / sum;
  }
  out.calibration.xyz_d50_from_camera = scaled;
  out.calibration.cct_k = Cct(light);
  out.calibration.white = light.white;
  if (!DngColorModel::IsUsable(out.calibration)) return fail();
  if (light.chosen) out.map = MapOfLight(light, options.hues, options.saturations);
  return out;
}

}  // namespace

Vec3 ApplyCalibration(const LightCalibration& light, const Vec3& rgb) {
  const Vec3 plain = light.matrix.Apply(rgb);
  if (!light.chosen) return plain;
  double weight = 1;
  const double r = std::max(rgb[0], 0.0), g = std::max(rgb[1], 0.0), b = std::max(rgb[2], 0.0);
  if (!light.hull.empty() && r + g + b > 0) {
    const double gauge = EdgesOfHull(light.hull).Gauge({r / (r + g + b), g / (r + g + b)});
    weight = 1 - Smooth((gauge - 1.1) / 0.1);
  }
  const Vec3 fit = light.chosen->Apply(rgb);
  Vec3 xyz;
  for (int i = 0; i < 3; ++i) xyz[i] = plain[i] + weight * (fit[i] - plain[i]);
  return xyz;
}

Vec3 ApplyDcpLight(const DcpProfile::Light& light, const Vec3& rgb) {
  const Vec3 xyz = *light.calibration.xyz_d50_from_camera * rgb;
  static const Mat3 to = RgbFromXyz(kProPhoto), from = XyzFromRgb(kProPhoto);
  return from * light.map.Apply(to * xyz);
}

HueSatMap MapOfLight(const LightCalibration& light, int hues, int saturations) {
  // Towards grey deltas have limits that depend on hue; they are taken a little off it.
  constexpr double kLeastSaturation = 0.01;
  HueSatMap map = HueSatMap::Identity(hues, saturations);
  if (!light.chosen) return map;
  const Mat3 camera_from_prophoto = Inverse(light.matrix.AsMatrix()) * XyzFromRgb(kProPhoto);
  const Mat3 prophoto_from_xyz = RgbFromXyz(kProPhoto);
  for (int h = 0; h < hues; ++h) {
    for (int s = 0; s < saturations; ++s) {
      const HsvColor in{6.0 * h / hues, std::max(kLeastSaturation, s / (saturations - 1.0)), 1};
      const Vec3 rgb = camera_from_prophoto * RgbFromHsv(in);
      Vec3 want = prophoto_from_xyz * ApplyCalibration(light, rgb);
      for (double& x : want.v) x = std::max(0.0, x);
      const HsvColor out = HsvFromRgb(want);
      double shift = out.h - in.h;
      shift -= 6 * std::round(shift / 6);
      HueSatMap::Delta& d = map.At(h, s);
      d.hue_shift_deg = static_cast<float>(std::clamp(60 * shift, -60.0, 60.0));
      d.saturation_scale = static_cast<float>(std::clamp(out.s / in.s, 0.25, 4.0));
      d.value_scale = s == 0 ? 1.0f : static_cast<float>(std::clamp(out.v, 0.25, 4.0));
    }
  }
  return map;
}

std::vector<double> DcpDifferences(const DcpProfile::Light& profile, const LightCalibration& light,
                                   std::span<const Vec3> rgb) {
  std::vector<double> differences;
  for (const Vec3& color : rgb) {
    differences.push_back(
        DeltaE2000(LabD50(ApplyDcpLight(profile, color)), LabD50(ApplyCalibration(light, color))));
  }
  return differences;
}

Result<MadeDcp> MakeDcp(const ColorCalibration& color, const DcpOptions& options) {
  if (options.camera_model.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                "a camera profile needs the camera's name as its DNGs state it");
  }
  PETZVAL_RETURN_IF_ERROR(CheckHueSatMap(HueSatMap::Identity(
      std::clamp(options.hues, 0, 10'000), std::clamp(options.saturations, 0, 10'000))));
  PETZVAL_ASSIGN(const auto lights, ChooseLights(color, options));
  MadeDcp made;
  DcpProfile& profile = made.profile;
  profile.name = options.name;
  profile.copyright = options.copyright;
  profile.camera_model = options.camera_model;
  bool any_map = false;
  for (const LightCalibration* light : lights) {
    PETZVAL_ASSIGN(DcpProfile::Light out, MakeLight(*light, options));
    any_map |= !out.map.empty();
    DcpLightReport report{light->light, out.illuminant, !out.map.empty()};
    const auto colors = HullColors(*light);
    for (double d : DcpDifferences(out, *light, colors)) {
      report.hull_mean += d / static_cast<double>(colors.size());
      report.hull_max = std::max(report.hull_max, d);
    }
    if (out.illuminant == 255 && profile.lights.size() < 2) {
      made.warnings.push_back(
          fmt::format("the light {} has no number in EXIF: programs from before DNG 1.6 cannot use "
                      "the profile rightly",
                      light->light));
    }
    made.lights.push_back(report);
    profile.lights.push_back(std::move(out));
  }
  if (lights.size() == 1) {
    made.warnings.push_back(fmt::format(
        "the profile knows the light {} only: other lights are rendered with its matrix",
        lights[0]->light));
  }
  // Readers want a map for every light or for none.
  for (auto& light : profile.lights) {
    if (any_map && light.map.empty()) {
      light.map = HueSatMap::Identity(options.hues, options.saturations);
    }
  }
  PETZVAL_RETURN_IF_ERROR(CheckDcpProfile(profile));
  return made;
}

Result<ColorCalibration> CalibrationOfDcp(const DcpProfile& profile) {
  PETZVAL_RETURN_IF_ERROR(CheckDcpProfile(profile));
  ColorCalibration color;
  color.method = "profile";
  color.source = fmt::format("camera profile '{}' for {}", profile.name, profile.camera_model);
  for (const auto& light : profile.lights) {
    LightCalibration out;
    const auto known = std::find_if(std::begin(kNamedLights), std::end(kNamedLights),
                                    [&](const auto& k) { return k.source == light.illuminant; });
    out.light =
        known != std::end(kNamedLights) ? known->name : fmt::format("light-{}", light.illuminant);
    const auto white = light.white ? light.white : NominalWhite(light.illuminant);
    out.white = white.value_or(kWhiteD50);
    // Fluorescent lamps have their numbers; of others the distance from black bodies tells.
    const bool fluorescent =
        light.illuminant == 2 || (light.illuminant >= 12 && light.illuminant <= 16);
    const bool far =
        light.illuminant == 255 && std::abs(TemperatureFromChromaticity(out.white).tint) > 12;
    out.light_class = fluorescent || far ? LightClass::kHalophosphate : LightClass::kThermal;
    const Mat3& camera_from_xyz = light.calibration.camera_from_xyz;
    const Vec3 seen = camera_from_xyz * XyzFromChromaticity(out.white);
    out.neutral = GreenToOne(seen);
    Mat3 m =
        BradfordAdaptation(kWhiteD50, out.white) * Inverse(camera_from_xyz) * Mat3::Diagonal(seen);
    if (const auto& forward = light.calibration.xyz_d50_from_camera) m = *forward;
    for (int i = 0; i < 3; ++i) {
      const double sum = m[i][0] + m[i][1] + m[i][2];
      if (!(sum > 1e-6) || !(out.neutral[i] > 0) || !std::isfinite(out.neutral[i])) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("the matrices for light {} do not keep white", out.light));
      }
      for (double& x : m[i]) x *= kD50[i] / sum;
    }
    out.matrix = ColorFit::FromMatrix(m);
    color.lights.push_back(std::move(out));
  }
  return color;
}

}  // namespace petzval::calibrate
