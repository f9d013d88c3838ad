// The colour model of DNG: neutral to white point, interpolation, camera to XYZ D50.
#include "petzval/color/dng_color.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "petzval/color/temperature.h"

namespace petzval {
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

DngColorModel::DngColorModel(std::vector<DngCalibration> calibrations, const Vec3& analog_balance)
    : calibrations_(std::move(calibrations)), analog_balance_(analog_balance) {
  if (calibrations_.empty()) calibrations_.emplace_back();
  std::stable_sort(calibrations_.begin(), calibrations_.end(),
                   [](const auto& a, const auto& b) { return a.cct_k < b.cct_k; });
  if (calibrations_.size() > 2) calibrations_.resize(2);
  if (calibrations_.size() == 2 && !(calibrations_[0].cct_k < calibrations_[1].cct_k)) {
    calibrations_.pop_back();
  }
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

double DngColorModel::Weight(Chromaticity white) const {
  if (calibrations_.size() == 1) return 1;
  const double t = 1 / TemperatureFromChromaticity(white).kelvin_k;
  const double warm = 1 / calibrations_[0].cct_k, cool = 1 / calibrations_[1].cct_k;
  return std::clamp((t - cool) / (warm - cool), 0.0, 1.0);
}

Mat3 DngColorModel::Interpolate(const Mat3& cool, const Mat3& warm, double weight_of_warm) const {
  return (1 - weight_of_warm) * cool + weight_of_warm * warm;
}

Mat3 DngColorModel::CameraFromXyz(Chromaticity white) const {
  const double g = Weight(white);
  const DngCalibration &warm = calibrations_.front(), &cool = calibrations_.back();
  return Mat3::Diagonal(analog_balance_) *
         Interpolate(cool.camera_calibration, warm.camera_calibration, g) *
         Interpolate(cool.camera_from_xyz, warm.camera_from_xyz, g);
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
  const DngCalibration &warm = calibrations_.front(), &cool = calibrations_.back();
  const double g = Weight(white);
  if (warm.xyz_d50_from_camera && cool.xyz_d50_from_camera) {
    const Mat3 reference_from_camera =
        Inverse(Mat3::Diagonal(analog_balance_) *
                Interpolate(cool.camera_calibration, warm.camera_calibration, g));
    const Vec3 reference = reference_from_camera * neutral;
    return Interpolate(*cool.xyz_d50_from_camera, *warm.xyz_d50_from_camera, g) *
           Mat3::Diagonal({{1 / reference[0], 1 / reference[1], 1 / reference[2]}}) *
           reference_from_camera;
  }
  const Mat3 xyz_from_camera = BradfordAdaptation(kWhiteD50, white) * Inverse(CameraFromXyz(white));
  return (1 / (xyz_from_camera * neutral)[1]) * xyz_from_camera;
}

}  // namespace petzval
