// As shot, kelvin and tint, or automatic; and what to do when the file knows nothing.
#include "petzval/develop/white_balance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/color/temperature.h"
#include "petzval/develop/auto_white_balance.h"
#include "petzval/develop/dcp_color.h"
#include "petzval/device/calibrated_lights.h"

namespace petzval {
namespace {

// A phone camera where the file states no matrices: least-squares white-preserving fits of the
// measured sensitivities of a current phone-class sensor (Insta360 X5, ASWF rawtoaces-data,
// Apache-2.0) on 214 reflectances under A and D65. Between unknown phone modules such a matrix is
// off by about 3 dE on average; taking camera RGB for Rec.709 primaries leaves colours far too
// pale, because the filters of small sensors overlap much more than the primaries do.
std::vector<DngCalibration> GenericPhone() {
  DngCalibration a;
  a.cct_k = NominalCct(17);
  a.camera_from_xyz = {
      {{{0.9173, -0.3690, -0.0233}, {-0.4120, 1.1781, 0.2657}, {-0.0654, 0.1669, 0.5736}}}};
  a.xyz_d50_from_camera =
      Mat3{{{{0.6788, 0.1668, 0.1187}, {0.2143, 0.8871, -0.1013}, {0.0419, -0.5644, 1.3476}}}};
  DngCalibration d65;
  d65.cct_k = NominalCct(21);
  d65.camera_from_xyz = {
      {{{0.8161, -0.2269, -0.0929}, {-0.5456, 1.3580, 0.2037}, {-0.1542, 0.2696, 0.5424}}}};
  d65.xyz_d50_from_camera =
      Mat3{{{{0.6546, 0.2635, 0.0461}, {0.2566, 0.9309, -0.1875}, {0.0407, -0.2891, 1.0735}}}};
  return {a, d65};
}

bool IsPlausibleNeutral(const Vec3& n) {
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(n[c]) || n[c] <= 0) return false;
  }
  // The gains of real lights and filters stay within 1/16..16 of green.
  return n[0] / n[1] < 16 && n[1] / n[0] < 16 && n[2] / n[1] < 16 && n[1] / n[2] < 16;
}

// The neutral that the file states; none when it is absent or cannot be true.
std::optional<Vec3> StatedNeutral(const DngColor& color, const CameraColor& camera,
                                  std::vector<std::string>* warnings) {
  if (color.as_shot_neutral) {
    const Vec3 n = *color.as_shot_neutral;
    if (!IsPlausibleNeutral(n)) {
      warnings->push_back("the white balance of the file is absurd; estimated from the picture");
      return std::nullopt;
    }
    const bool ones = std::abs(n[0] / n[1] - 1) < 1e-6 && std::abs(n[2] / n[1] - 1) < 1e-6;
    if (ones && camera.generic) {
      warnings->push_back(
          "the white balance of the file is a placeholder; estimated from the picture");
      return std::nullopt;
    }
    return GreenToOne(n);
  }
  if (color.as_shot_white_xy && !camera.generic) {
    const auto& xy = *color.as_shot_white_xy;
    if (xy[0] > 0.1 && xy[0] < 0.7 && xy[1] > 0.1 && xy[1] < 0.7) {
      const Vec3 n = camera.model.NeutralFromWhite({xy[0], xy[1]});
      if (IsPlausibleNeutral(n)) return n;
    }
    warnings->push_back("the white balance of the file is absurd; estimated from the picture");
    return std::nullopt;
  }
  warnings->push_back(color.as_shot_white_xy
                          ? "the white point of the file says nothing without a colour matrix; "
                            "estimated from the picture"
                          : "the file states no white balance; estimated from the picture");
  return std::nullopt;
}

}  // namespace

CameraColor MakeCameraColor(const DngColor& color, bool told, std::vector<std::string>* warnings) {
  std::vector<DngCalibration> usable, unplaced;
  for (const DngColor::Calibration& c : color.calibration) {
    DngCalibration d;
    d.cct_k = NominalCct(c.illuminant);
    d.white = NominalWhite(c.illuminant);
    if (c.white_xy) d.white = Chromaticity{(*c.white_xy)[0], (*c.white_xy)[1]};
    if (d.cct_k == 0 && d.white) d.cct_k = TemperatureFromChromaticity(*d.white).kelvin_k;
    const bool known = d.cct_k > 0;
    if (!known) d.cct_k = 5000;
    d.camera_from_xyz = c.camera_from_xyz;
    d.camera_calibration = c.camera_calibration;
    d.xyz_d50_from_camera = c.xyz_d50_from_camera;
    if (DngColorModel::IsUsable(d)) (known ? usable : unplaced).push_back(d);
  }
  // Of two lights an unknown one cannot be placed; one alone needs no temperature.
  if (usable.empty() && !unplaced.empty()) {
    usable.push_back(unplaced.front());
    if (unplaced.size() > 1) {
      warnings->push_back(
          "the file does not say for which lights its colour matrices are; the first is used");
    }
  }
  Vec3 balance = color.analog_balance;
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(balance[c]) || balance[c] <= 0) balance = {{1, 1, 1}};
  }
  if (!usable.empty()) return {DngColorModel(usable, balance), false};
  if (!told)
    warnings->push_back("no usable colour matrix in the file; a generic phone camera is assumed");
  return {DngColorModel(GenericPhone()), true};
}

Result<CameraColor> MakeCameraColor(const DngColor& color, const DevelopParams& params, bool told,
                                    std::vector<std::string>* warnings) {
  const std::shared_ptr<const CameraCalibration>& all = params.calibration;
  const ColorCalibration* measured = nullptr;
  if (!params.match.empty()) {
    std::vector<std::string> names;
    if (all) {
      for (const auto& [name, match] : all->match) names.push_back(name);
    }
    if (names.empty()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("no calibration to render as '{}': none matches another camera",
                              params.match));
    }
    const auto found = all->match.find(params.match);
    if (found == all->match.end()) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the calibration does not match '{}', did you mean '{}'?",
                              params.match, NearestName(params.match, names)));
    }
    measured = &found->second;
  } else if (all && all->color) {
    measured = &*all->color;
  }
  if (params.dcp) {
    PETZVAL_RETURN_IF_ERROR(CheckDcpProfile(*params.dcp));
    return CameraColor{ModelOfFile(*params.dcp, color), false, params.dcp, nullptr};
  }
  if (!measured || measured->lights.empty()) return MakeCameraColor(color, told, warnings);
  // A match tells what colours are to look like, not what light there is, where both are known.
  const ColorCalibration& place =
      all->color && !all->color->lights.empty() ? *all->color : *measured;
  const CalibratedLights lights = CalibratedLights::Of(place, std::nullopt);
  CameraColor camera{
      DngColorModel({DngCalibrationOf(lights.first()), DngCalibrationOf(lights.last())})};
  camera.calibration = std::shared_ptr<const ColorCalibration>(all, measured);
  return camera;
}

LightDecision DecideLight(const WhiteBalance& wanted, const DngColor& color,
                          const CameraColor& camera, const Image<float>& picture,
                          const std::array<float, 3>& clip, std::vector<std::string>* warnings) {
  LightScene scene;
  scene.clip = clip;
  return DecideLight(wanted, color, camera, picture, scene, warnings);
}

LightDecision DecideLight(const WhiteBalance& wanted, const DngColor& color,
                          const CameraColor& camera, const Image<float>& picture,
                          const LightScene& scene, std::vector<std::string>* warnings) {
  LightDecision light;
  std::optional<Vec3> neutral;
  if (wanted.mode == WhiteBalance::Mode::kKelvin) {
    light.white = ChromaticityFromTemperature({wanted.kelvin_k, wanted.tint});
    neutral = camera.model.NeutralFromWhite(light.white);
    if (!IsPlausibleNeutral(*neutral)) {
      warnings->push_back("the camera cannot be balanced to the wanted temperature and tint");
      neutral = std::nullopt;
    }
  } else if (wanted.mode == WhiteBalance::Mode::kAsShot) {
    neutral = StatedNeutral(color, camera, warnings);
  }
  if (!neutral) {
    const NeutralEstimate seen = EstimateNeutral(picture, camera.model, camera.generic, scene);
    neutral = seen.neutral;
    light.confidence = seen.confidence;
    light.second_share = seen.second_share;
    if (seen.second_share > 0) {
      light.second_kelvin_k =
          TemperatureFromChromaticity(camera.model.WhiteFromNeutral(seen.second_neutral)).kelvin_k;
    }
  }
  light.neutral = *neutral;
  if (wanted.mode != WhiteBalance::Mode::kKelvin) {
    light.white = camera.model.WhiteFromNeutral(light.neutral);
  }

  const Mat3 matrix = RgbFromXyzD50(kRec2020) *
                      camera.model.XyzD50FromCamera(light.white, light.neutral) *
                      Mat3::Diagonal(light.neutral);
  // White stays white exactly, whatever was rounded on the way.
  const Vec3 ones = matrix * Vec3{{1, 1, 1}};
  light.rec2020_from_camera = Mat3::Diagonal({{1 / ones[0], 1 / ones[1], 1 / ones[2]}}) * matrix;
  return light;
}

void DecideLightClass(const CameraColor& camera, const DevelopParams& params,
                      LightDecision* light) {
  if (!camera.calibration || camera.dcp) return;
  light->light_class = params.light_class ? params.light_class
                                          : EstimateLightClass(*camera.calibration, light->neutral);
  if (light->light_class && params.white_balance.mode != WhiteBalance::Mode::kKelvin) {
    light->white = CalibratedLights::Of(*camera.calibration, light->light_class)
                       .WhiteFromNeutral(light->neutral);
  }
}

}  // namespace petzval
