// Camera profiles: what makes one usable, its colour model, its map for a light, its tone curve.
#include "petzval/color/dcp_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/temperature.h"

namespace petzval {
namespace {

std::optional<Chromaticity> WhiteOf(const DcpProfile::Light& light) {
  return light.white ? light.white : NominalWhite(light.illuminant);
}

double CctOf(const DcpProfile::Light& light) {
  const double nominal = NominalCct(light.illuminant);
  if (nominal > 0 || !light.white) return nominal;
  return TemperatureFromChromaticity(*light.white).kelvin_k;
}

// Calibration of a light as the colour model wants it. One light alone needs no temperature.
DngCalibration Complete(const DcpProfile::Light& light) {
  DngCalibration c = light.calibration;
  c.cct_k = CctOf(light);
  if (c.cct_k == 0) c.cct_k = 5000;
  c.white = WhiteOf(light);
  return c;
}

Status CheckLight(const DcpProfile::Light& light, bool alone) {
  if (light.white) {
    const Chromaticity w = *light.white;
    if (!(w.x > 0.01 && w.x < 0.99 && w.y > 0.01 && w.y < 0.99 && w.x + w.y <= 1)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the chromaticity {:.4f}, {:.4f} is no light", w.x, w.y));
    }
  }
  if (!alone && CctOf(light) == 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the profile says nothing about what light {} is", light.illuminant));
  }
  if (!DngColorModel::IsUsable(Complete(light))) {
    return Fail(
        ErrorCode::kInvalidInput,
        fmt::format("the matrices for light {} are singular or no camera's", light.illuminant));
  }
  return CheckHueSatMap(light.map);
}

Status CheckCurve(const std::vector<std::array<double, 2>>& curve) {
  if (curve.empty()) return {};
  if (curve.size() < 2 || curve.size() > DcpProfile::kMaxCurvePoints) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a tone curve of {} points is not possible", curve.size()));
  }
  for (size_t i = 0; i < curve.size(); ++i) {
    const auto [x, y] = curve[i];
    if (!(std::abs(x) < 1e4) || !(std::abs(y) < 1e4) || (i > 0 && !(x > curve[i - 1][0]))) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("the tone curve does not ascend at its point {}", i + 1));
    }
  }
  return {};
}

}  // namespace

Status CheckDcpProfile(const DcpProfile& profile) {
  if (profile.lights.empty() || profile.lights.size() > 3) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a profile has one to three lights, not {}", profile.lights.size()));
  }
  for (const auto& light : profile.lights) {
    PETZVAL_RETURN_IF_ERROR(CheckLight(light, profile.lights.size() == 1));
  }
  if (auto look = CheckHueSatMap(profile.look); !look) {
    return Fail(std::move(look).error().In("look table"));
  }
  PETZVAL_RETURN_IF_ERROR(CheckCurve(profile.tone_curve));
  if (!(std::abs(profile.baseline_exposure_offset_ev) < 32)) {
    return Fail(ErrorCode::kInvalidInput, "the exposure offset of the profile is absurd");
  }
  return {};
}

DngColorModel ModelOf(const DcpProfile& profile, const Vec3& analog_balance,
                      const std::vector<Mat3>& camera_calibration) {
  std::vector<DngCalibration> calibrations;
  for (size_t i = 0; i < profile.lights.size(); ++i) {
    calibrations.push_back(Complete(profile.lights[i]));
    if (i < camera_calibration.size()) {
      DngCalibration with = calibrations.back();
      with.camera_calibration = camera_calibration[i];
      if (DngColorModel::IsUsable(with)) calibrations.back() = with;
    }
  }
  return DngColorModel(std::move(calibrations), analog_balance);
}

HueSatMap InterpolateMaps(const DcpProfile& profile, Chromaticity white) {
  if (profile.lights.empty()) return {};
  const HueSatMap& first = profile.lights[0].map;
  bool alike = true;
  for (const auto& light : profile.lights) {
    const HueSatMap& m = light.map;
    alike &= m.hues == first.hues && m.saturations == first.saturations &&
             m.values == first.values && m.srgb_values == first.srgb_values &&
             m.delta.size() == first.delta.size();
  }
  if (profile.lights.size() == 1 || !alike || first.empty()) return first;
  const auto weight = ModelOf(profile).Weights(white);
  HueSatMap mixed = first;
  for (size_t i = 0; i < mixed.delta.size(); ++i) {
    double shift = 0, saturation = 0, value = 0;
    for (size_t k = 0; k < profile.lights.size(); ++k) {
      const HueSatMap::Delta& d = profile.lights[k].map.delta[i];
      shift += weight[k] * d.hue_shift_deg;
      saturation += weight[k] * d.saturation_scale;
      value += weight[k] * d.value_scale;
    }
    mixed.delta[i] = {static_cast<float>(shift), static_cast<float>(saturation),
                      static_cast<float>(value)};
  }
  return mixed;
}

DcpToneCurve::DcpToneCurve(const std::vector<std::array<double, 2>>& points) {
  for (const auto& p : points) {
    x_.push_back(p[0]);
    y_.push_back(p[1]);
  }
  if (x_.size() < 2) {
    x_ = y_ = {0, 1};
  }
  // Second derivatives of the natural spline: a tridiagonal system, solved by elimination from
  // above and substitution from below (Press et al., Numerical Recipes, 3.3, in other letters).
  const size_t n = x_.size();
  second_.assign(n, 0);
  std::vector<double> above(n, 0);
  for (size_t i = 1; i + 1 < n; ++i) {
    const double left = x_[i] - x_[i - 1], right = x_[i + 1] - x_[i];
    const double bend = (y_[i + 1] - y_[i]) / right - (y_[i] - y_[i - 1]) / left;
    const double pivot = 2 * (left + right) - left * above[i - 1];
    above[i] = right / pivot;
    second_[i] = (6 * bend - left * second_[i - 1]) / pivot;
  }
  for (size_t i = n - 1; i-- > 1;) second_[i] -= above[i] * second_[i + 1];
}

double DcpToneCurve::At(double x, bool extended) const {
  const size_t n = x_.size();
  if (x <= x_[0] || std::isnan(x)) {
    const double h = x_[1] - x_[0];
    const double slope = (y_[1] - y_[0]) / h - h * second_[1] / 6;
    return extended && x < x_[0] ? y_[0] + slope * (x - x_[0]) : y_[0];
  }
  if (x >= x_[n - 1]) {
    const double h = x_[n - 1] - x_[n - 2];
    const double slope = (y_[n - 1] - y_[n - 2]) / h + h * second_[n - 2] / 6;
    return extended ? y_[n - 1] + slope * (x - x_[n - 1]) : y_[n - 1];
  }
  const size_t i = static_cast<size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin()) - 1;
  const double h = x_[i + 1] - x_[i];
  const double a = (x_[i + 1] - x) / h, b = (x - x_[i]) / h;
  return a * y_[i] + b * y_[i + 1] +
         ((a * a * a - a) * second_[i] + (b * b * b - b) * second_[i + 1]) * h * h / 6;
}

Vec3 DcpToneCurve::Apply(const Vec3& prophoto) const {
  return ApplyKeepingPlace([this](double x) { return At(x); }, prophoto);
}

double HdrProfileEncode(double x) { return x * (256 + x) / (256 * (1 + x)); }

double HdrProfileDecode(double y) {
  // x^2 + 256 (1 - y) x - 256 y = 0; the form without cancellation.
  const double half = 128 * (1 - y), c = 256 * y;
  const double root = std::sqrt(half * half + c);
  return half >= 0 ? c / (half + root) : root - half;
}

}  // namespace petzval
