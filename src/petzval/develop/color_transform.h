// From white-balanced camera RGB to the working space, by whatever is known about the camera.
#ifndef PETZVAL_DEVELOP_COLOR_TRANSFORM_H_
#define PETZVAL_DEVELOP_COLOR_TRANSFORM_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "petzval/color/dcp_profile.h"
#include "petzval/color/spaces.h"
#include "petzval/develop/color_transform_kernels.h"
#include "petzval/develop/white_balance.h"
#include "petzval/device/calibration.h"

namespace petzval {

// A stage on linear ProPhoto between colour and exposure, such as the HueSatMap of a DNG profile.
// 1.0 = white level; values may be negative and beyond 1, never NaN. f(k rgb) = k f(rgb) unless the
// profile says otherwise; grey stays grey.
class ProPhotoStage {
 public:
  virtual ~ProPhotoStage() = default;
  // `count` pixels in place. Thread-safe.
  virtual void Apply(float* red, float* green, float* blue, int count) const = 0;
};

// The HueSatMap of a profile under a light; null when the profile has none (dcp_stage.cc).
std::unique_ptr<const ProPhotoStage> MakeDcpStage(const DcpProfile& profile, Chromaticity white);

// The noise that a camera colour has after white balance: variance = slope * x + offset.
struct BalancedNoise {
  std::array<float, 3> slope{}, offset{};
};
// `noise`: of the mosaic; `gain`: white balance; `share`: of a merged pixel's variance to that of
// one frame.
BalancedNoise BalanceNoise(const NoiseModel& noise, const Vec3& gain, double share = 1);

// One picture's way from white-balanced camera RGB to linear Rec.2020, decided once.
//
// Either a plain matrix, or a fit whose roots are taken pixel by pixel. The fit fades to its matrix
// where the signal is weak (its weakest channel's signal-to-noise ratio from 6 down to 2: roots of
// noise are biased) and outside the colours that it was made from (their convex hull in
// (r, g) / (r + g + b), grown by 10 %; over a further 10 %), and as far as it would take more than
// half of a primary of the matrix away. White is kept, NaN counts as 0 and what is finite stays
// finite.
class PixelTransform {
 public:
  // Plain: what the finishing stage of develop does by itself.
  static PixelTransform FromMatrix(const Mat3& rec2020_from_camera);
  // `color`: to XYZ D50. A `stage` comes after it.
  static PixelTransform FromCalibration(const ColorTransform& color, const BalancedNoise& noise,
                                        std::unique_ptr<const ProPhotoStage> stage = nullptr);
  // A matrix to linear Rec.2020 with a stage after it.
  static PixelTransform FromStage(const Mat3& rec2020_from_camera,
                                  std::unique_ptr<const ProPhotoStage> stage);
  // The same transform, then times `k`: the exposure.
  PixelTransform Exposed(double k) &&;

  // Whether this is matrix() and nothing else.
  bool plain() const { return plain_; }
  // The matrix, or what the fit fades to; with exposure.
  const Mat3& matrix() const { return matrix_; }

  // `count` pixels in place. A pixel's result depends on nothing but the pixel. Thread-safe.
  void Apply(float* red, float* green, float* blue, int count) const;
  Vec3 Apply(const Vec3& camera) const;

 private:
  PixelTransform() = default;

  Mat3 matrix_ = Mat3::Identity();
  ColorKernel kernel_;  // exposure included, or to ProPhoto without it when there is a stage
  bool plain_ = true;
  double exposure_ = 1;
  std::shared_ptr<const ProPhotoStage> stage_;
};

// What is known about a camera and the decision about the light, made into a transform: the profile
// if there is one, else the calibration (its `match` if one is wanted), else the file's matrices.
// `description` gets words for reports: "D65 .. A, root2".
PixelTransform MakePixelTransform(const CameraColor& camera, const LightDecision& light,
                                  const BalancedNoise& noise, std::string* description);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_COLOR_TRANSFORM_H_
