// Each check: the claim, what the pixels say, the replacement, one sentence.
#include "petzval/capture/metadata_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/capture/level_check.h"
#include "petzval/capture/noise_estimate.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

// A noise profile is believed within this factor of the variance that the pixels show (twice the
// standard deviation): the estimate itself is good to a quarter, texture and in-camera smoothing
// take it further away.
constexpr double kNoiseFactor = 4;
constexpr int kBlocksToCompare = 2400;
// Levels of 16 bits with room for odd writers and scaled pixels; safe to compute with as int.
constexpr float kFarthestLevel = 1e8f;

double Norm(const std::array<double, 3>& row) {
  return std::sqrt(row[0] * row[0] + row[1] * row[1] + row[2] * row[2]);
}

// Rows that lie nearly in one plane, or no numbers at all: nothing can be inverted.
bool IsSingular(const Mat3& m) {
  const double scale = Norm(m[0]) * Norm(m[1]) * Norm(m[2]);
  return !(scale > 0 && std::abs(Determinant(m)) > 1e-3 * scale);
}

bool IsMultipleOfIdentity(const Mat3& m) {
  const double d = m[0][0];
  double off = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) off = std::max(off, std::abs(m[i][j] - (i == j ? d : 0.0)));
  }
  return off <= 1e-6 * std::abs(d);
}

// A forward matrix takes camera (1, 1, 1) to the white of D50 by definition.
bool IsForwardMatrix(const Mat3& m) {
  const Vec3 white = m * Vec3{{1, 1, 1}};
  return !IsSingular(m) && std::abs(white[0] - 0.9642) < 0.1 && std::abs(white[1] - 1) < 0.1 &&
         std::abs(white[2] - 0.8249) < 0.1;
}

// The colour matrix that goes with a forward matrix when `neutral` is what the camera saw of white
// under about D65: camera = diag(neutral) inverse(FM) (XYZ D65 -> D50).
Mat3 ColorMatrixFromForward(const Mat3& forward, const Vec3& neutral) {
  return Mat3::Diagonal(neutral) * Inverse(forward) * BradfordAdaptation(kWhiteD50, kWhiteD65);
}

void CheckColor(RawFrame& frame) {
  DngColor& color = frame.color;
  if (frame.cfa.IsMono() && !frame.IsLinearRaw()) return;  // no colour to be wrong about
  if (color.calibration.empty()) {
    frame.warnings.push_back("the file has no colour matrix; colours are a guess");
    return;
  }
  std::vector<DngColor::Calibration> good;
  std::optional<DngColor::Calibration> forward_only;
  std::string fault;
  for (DngColor::Calibration c : color.calibration) {
    if (c.xyz_d50_from_camera && !IsForwardMatrix(*c.xyz_d50_from_camera)) {
      frame.warnings.push_back("a forward matrix does not map white to white and is not used");
      c.xyz_d50_from_camera.reset();
    }
    if (IsSingular(c.camera_calibration)) {
      frame.warnings.push_back("a camera calibration matrix is singular and is not used");
      c.camera_calibration = Mat3::Identity();
    }
    if (IsMultipleOfIdentity(c.camera_from_xyz) || IsSingular(c.camera_from_xyz)) {
      fault = IsSingular(c.camera_from_xyz) ? "singular" : "a placeholder (identity)";
      if (c.xyz_d50_from_camera && !forward_only) forward_only = c;
    } else {
      good.push_back(c);
    }
  }
  if (!fault.empty() && good.empty() && forward_only && color.as_shot_neutral) {
    forward_only->camera_from_xyz =
        ColorMatrixFromForward(*forward_only->xyz_d50_from_camera, *color.as_shot_neutral);
    forward_only->illuminant = 21;
    good.push_back(*forward_only);
    frame.warnings.push_back(fmt::format(
        "the colour matrix is {}; one made from the forward matrix and the neutral is used",
        fault));
  } else if (!fault.empty()) {
    frame.warnings.push_back(
        good.empty() ? fmt::format("the colour matrix is {}; colours are a guess", fault)
                     : fmt::format("one of the colour matrices is {} and is not used", fault));
  }
  color.calibration = std::move(good);
}

// The stated noise as a model; nothing if it is no noise at all.
std::optional<NoiseModel> StatedNoise(const std::vector<double>& p) {
  if (p.size() != 2 && p.size() != 6) return std::nullopt;
  NoiseModel model;
  for (size_t c = 0; c < 3; ++c) {
    NoiseLine& line = model.plane[c];
    line = {p[2 * c % p.size()], p[(2 * c + 1) % p.size()]};
    const double sum = line.s + line.o;
    // One of the two may be stated as zero, but not both, and neither below: DNG wants them >= 0.
    if (!std::isfinite(sum) || line.s < 0 || line.o < 0 || !(sum > 0) || line.s > 1 || line.o > 1) {
      return std::nullopt;
    }
    line.s = std::max(line.s, 1e-9);
    line.o = std::max(line.o, 1e-12);
  }
  return model;
}

// By what factor `model` states more variance than `estimate` found, where it found something.
double ClaimedFactor(const NoiseModel& model, const NoiseEstimate& estimate) {
  double log_sum = 0;
  for (double t : {0.0, 0.5, 1.0}) {
    const double x = estimate.signal_low + t * (estimate.signal_high - estimate.signal_low);
    log_sum += std::log(model.plane[1].Variance(x) / estimate.model.plane[1].Variance(x)) / 3;
  }
  return std::exp(log_sum);
}

}  // namespace

Status CheckMetadata(const StatedMetadata& stated, RawFrame& frame) {
  const float black = *std::max_element(frame.black_dn.begin(), frame.black_dn.end());
  const float white = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  if (!(white > black)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("its white level {} is not above its black level {}", white, black));
  }
  const float lowest = *std::min_element(frame.black_dn.begin(), frame.black_dn.end());
  const float highest = *std::max_element(frame.white_dn.begin(), frame.white_dn.end());
  if (!(lowest >= -kFarthestLevel && highest <= kFarthestLevel)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("its levels {} and {} are beyond pixels of 16 bits", lowest, highest));
  }
  CheckColor(frame);

  const auto claim = StatedNoise(stated.noise_profile);
  NoiseEstimate estimate = claim ? EstimateNoise(frame, kBlocksToCompare) : EstimateNoise(frame);
  // In the dark, noise below zero is cut off and an estimate sees little of it: where the file
  // claims more, black is judged by that.
  NoiseModel most = estimate.model;
  for (int c = 0; claim && c < 3; ++c)
    most.plane[c].o = std::max(most.plane[c].o, claim->plane[c].o);
  const bool levels_changed = CheckLevels(most, stated.bits, frame);
  if (levels_changed) estimate = EstimateNoise(frame);
  frame.noise_from_file = false;
  if (claim && !estimate.reliable) {
    frame.noise_from_file = true;  // nothing to hold against it
  } else if (claim) {
    const double factor = ClaimedFactor(*claim, estimate);
    frame.noise_from_file = factor < kNoiseFactor && factor > 1 / kNoiseFactor;
    if (!frame.noise_from_file) {
      estimate = EstimateNoise(frame);
      frame.warnings.push_back(fmt::format(
          "the noise profile states {:.2g} times the variance that the pixels show; the "
          "pixels are believed",
          factor));
    }
  } else if (!stated.noise_profile.empty()) {
    frame.warnings.push_back(
        "the noise profile makes no sense; noise is estimated from the pixels");
  } else {
    frame.warnings.push_back("the file has no noise profile; noise is estimated from the pixels");
  }
  if (!frame.noise_from_file && !estimate.reliable) {
    frame.warnings.push_back(
        "the picture shows too little to estimate noise; the model is a guess");
  }
  frame.noise = frame.noise_from_file ? *claim : estimate.model;
  return {};
}

}  // namespace petzval
