// The colour model of DNG: neutral to white point, interpolation, camera to XYZ D50.
#include "petzval/color/dng_color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "petzval/color/temperature.h"

namespace petzval {
namespace {

// Where DNG measures distances between lights: (1 / CCT, tint), scaled.
std::array<double, 2> Place(Chromaticity white) {
  const Temperature t = TemperatureFromChromaticity(white);
  return {std::min(1500 / t.kelvin_k, 1.0), t.tint / 200};
}

Chromaticity WhiteOf(const DngCalibration& c) {
  // Daylight lies about 10 tint units above the Planckian locus.
  return c.white.value_or(ChromaticityFromTemperature({c.cct_k, c.cct_k < 4000 ? 0.0 : 10.0}));
}

// Three lights: inverse squared distance, made steeper, and what is left of small shares cut off.
std::vector<double> WeightsOfThree(const std::vector<DngCalibration>& lights, Chromaticity white) {
  constexpr double kLeastDistance = 1e-8, kLeastWeight = 0.02;
  const auto at = Place(white);
  std::vector<double> weight;
  double sum = 0;
  for (const DngCalibration& light : lights) {
    const auto p = Place(WhiteOf(light));
    const double dx = at[0] - p[0], dy = at[1] - p[1];
    weight.push_back(1 / (dx * dx + dy * dy + kLeastDistance));
    sum += weight.back();
  }
  double kept = 0;
  for (double& w : weight) {
    w /= sum;
    w = w * w * (3 - 2 * w);
    w = std::clamp((w - kLeastWeight) / (1 - kLeastWeight), 0.0, 1.0);
    kept += w;
  }
  for (double& w : weight) w /= kept;  // one is at least 1/3 before, so that kept > 0.2
  return weight;
}

}  // namespace

double NominalCct(int light_source) {
  switch (light_source) {
    case 3:
    case 17:
      return 2850;  // tungsten, A
    case 24:
      return 3200;  // ISO studio tungsten
    case 23:
      return 5000;  // D50
    case 1:
    case 4:
    case 9:
    case 18:
    case 20:
      return 5500;  // daylight, flash, fine, B, D55
    case 10:
    case 19:
    case 21:
      return 6500;  // cloudy, C, D65
    case 11:
    case 22:
      return 7500;  // shade, D75
    case 12:
      return 6400;  // daylight fluorescent
    case 13:
      return 5050;  // day white fluorescent
    case 2:
    case 14:
      return 4150;  // fluorescent, cool white
    case 15:
      return 3525;  // white fluorescent
    case 16:
      return 2925;  // warm white fluorescent
    default:
      return 0;
  }
}

std::optional<Chromaticity> NominalWhite(int light_source) {
  switch (light_source) {
    case 17:
      return Chromaticity{0.4476, 0.4074};  // rounded as DNG readers have it
    case 18:
      return Chromaticity{0.3484, 0.3516};  // B
    case 19:
      return Chromaticity{0.3101, 0.3162};  // C
    case 20:
      return Chromaticity{0.3324, 0.3474};  // D55
    case 21:
      return kWhiteD65;
    case 22:
      return Chromaticity{0.2990, 0.3149};  // D75
    case 23:
      return kWhiteD50;
    default: {
      const double cct_k = NominalCct(light_source);
      if (cct_k == 0) return std::nullopt;
      const bool daylight = cct_k > 5000 && light_source != 12 && light_source != 13;
      return ChromaticityFromTemperature({cct_k, daylight ? 10.0 : 0.0});
    }
  }
}

DngColorModel::DngColorModel(std::vector<DngCalibration> calibrations, const Vec3& analog_balance)
    : calibrations_(std::move(calibrations)), analog_balance_(analog_balance) {
  if (calibrations_.empty()) calibrations_.emplace_back();
  if (calibrations_.size() > 3) calibrations_.resize(3);
  // The scale of a colour matrix means nothing, but two are mixed: each sees D50 with 1 in its most
  // sensitive channel.
  for (DngCalibration& c : calibrations_) {
    const Vec3 white = c.camera_from_xyz * XyzFromChromaticity(kWhiteD50);
    const double most = std::max({white[0], white[1], white[2]});
    if (most > 0) c.camera_from_xyz = (1 / most) * c.camera_from_xyz;
  }
  // Forward matrices are rounded in files; their rows are scaled so that ones map to D50 exactly.
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  for (DngCalibration& c : calibrations_) {
    if (!c.xyz_d50_from_camera) continue;
    for (int i = 0; i < 3; ++i) {
      auto& row = (*c.xyz_d50_from_camera)[i];
      const double sum = row[0] + row[1] + row[2];
      // A row that is far off is left: it is no rounding.
      if (std::abs(sum - d50[i]) > 0.1) continue;
      for (double& x : row) x *= d50[i] / sum;
    }
  }
}

bool DngColorModel::IsUsable(const DngCalibration& calibration) {
  if (!(calibration.cct_k > 0)) return false;
  for (const auto* matrix : {&calibration.camera_from_xyz, &calibration.camera_calibration}) {
    const double determinant = Determinant(*matrix);
    if (!std::isfinite(determinant) || std::abs(determinant) < 1e-6) return false;
  }
  const Vec3 white = calibration.camera_calibration *
                     (calibration.camera_from_xyz * XyzFromChromaticity(kWhiteD50));
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(white[c]) || white[c] <= 1e-3) return false;
  }
  if (const auto& forward = calibration.xyz_d50_from_camera) {
    const double determinant = Determinant(*forward);
    const Vec3 xyz = *forward * Vec3{{1, 1, 1}};
    if (!std::isfinite(determinant) || std::abs(determinant) < 1e-6 || !(xyz[1] > 0.1)) {
      return false;
    }
  }
  return true;
}

std::vector<double> DngColorModel::Weights(Chromaticity white) const {
  if (calibrations_.size() == 1) return {1};
  if (calibrations_.size() == 3) return WeightsOfThree(calibrations_, white);
  const double t = 1 / TemperatureFromChromaticity(white).kelvin_k;
  const double first = 1 / calibrations_[0].cct_k, second = 1 / calibrations_[1].cct_k;
  if (first == second) return {1, 0};
  const double share = std::clamp((t - second) / (first - second), 0.0, 1.0);
  return {share, 1 - share};
}

Mat3 DngColorModel::Mix(Mat3 DngCalibration::*matrix, const std::vector<double>& weight) const {
  Mat3 sum;
  for (size_t i = 0; i < calibrations_.size(); ++i) {
    sum = sum + weight[i] * (calibrations_[i].*matrix);
  }
  return sum;
}

Mat3 DngColorModel::CameraFromXyz(Chromaticity white) const {
  const auto weight = Weights(white);
  return Mat3::Diagonal(analog_balance_) * Mix(&DngCalibration::camera_calibration, weight) *
         Mix(&DngCalibration::camera_from_xyz, weight);
}

Vec3 DngColorModel::NeutralFromWhite(Chromaticity white) const {
  return GreenToOne(CameraFromXyz(white) * XyzFromChromaticity(white));
}

Chromaticity DngColorModel::WhiteFromNeutral(const Vec3& neutral) const {
  constexpr int kPasses = 30;
  Chromaticity last = kWhiteD50;
  for (int pass = 0; pass < kPasses; ++pass) {
    const Vec3 xyz = Inverse(CameraFromXyz(last)) * neutral;
    const double sum = xyz[0] + xyz[1] + xyz[2];
    if (!std::isfinite(sum) || sum <= 0) return last;
    // A neutral far from every light can lead outside the spectral locus.
    const Chromaticity next = {std::clamp(xyz[0] / sum, 0.01, 0.9),
                               std::clamp(xyz[1] / sum, 0.01, 0.9)};
    if (std::abs(next.x - last.x) + std::abs(next.y - last.y) < 1e-7) return next;
    // An iteration that swings between two points ends between them.
    if (pass == kPasses - 1) return {(last.x + next.x) / 2, (last.y + next.y) / 2};
    last = next;
  }
  return last;
}

Mat3 DngColorModel::XyzD50FromCamera(Chromaticity white, const Vec3& neutral) const {
  if (std::all_of(calibrations_.begin(), calibrations_.end(),
                  [](const auto& c) { return c.xyz_d50_from_camera.has_value(); })) {
    const auto weight = Weights(white);
    const Mat3 reference_from_camera =
        Inverse(Mat3::Diagonal(analog_balance_) * Mix(&DngCalibration::camera_calibration, weight));
    Mat3 forward;
    for (size_t i = 0; i < calibrations_.size(); ++i) {
      forward = forward + weight[i] * *calibrations_[i].xyz_d50_from_camera;
    }
    const Vec3 reference = reference_from_camera * neutral;
    return forward * Mat3::Diagonal({{1 / reference[0], 1 / reference[1], 1 / reference[2]}}) *
           reference_from_camera;
  }
  const Mat3 xyz_from_camera = BradfordAdaptation(kWhiteD50, white) * Inverse(CameraFromXyz(white));
  return (1 / (xyz_from_camera * neutral)[1]) * xyz_from_camera;
}

}  // namespace petzval
