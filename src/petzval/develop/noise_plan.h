// Noise reduction decided for a frame: what the coarse scales change, and limits for the finest.
#ifndef PETZVAL_DEVELOP_NOISE_PLAN_H_
#define PETZVAL_DEVELOP_NOISE_PLAN_H_

#include <functional>
#include <span>

#include "petzval/develop/develop.h"
#include "petzval/develop/half_picture.h"

namespace petzval {

// Variance of Y, Cr and Cb (see NoiseStage) of one square of the half-size picture after white
// balance, as a function of Y: slope * Y + offset.
struct PlaneNoise {
  std::array<float, 3> slope{}, offset{};
};
PlaneNoise HalfPictureNoise(const NoiseModel& noise, const Vec3& gain);

class NoisePlan {
 public:
  // `variance_ratio`: see MergedBurst, of the frame's mosaic; may be empty. `half` is used here
  // only.
  NoisePlan(const MosaicSource& source, const Shading& shading, const HalfPicture& half,
            ImageView<const uint8_t> variance_ratio, const Vec3& gain, const DevelopParams& params);

  // Multiplies the variance of what is finest at each square in row y of the half-size picture.
  void ScaleFinest(const std::function<void(int y, std::span<float> factor)>& factors);

  // Half-size maps with their padding: what the coarse scales found (see FinishStage), and the
  // variance scale.
  Halide::Runtime::Buffer<int16_t, 3> Coarse() const;
  Halide::Runtime::Buffer<uint16_t, 2> Variance() const;
  // (plane, slope or offset) for FinishStage.
  Halide::Runtime::Buffer<float, 2> FinestNoise() const;

  float luma_amount() const { return luma_amount_; }
  float luma_threshold() const { return luma_threshold_; }
  float chroma_threshold() const { return chroma_threshold_; }

 private:
  // Squares beyond the picture that the maps have: blocks reach over the border.
  static constexpr int kPad = 48;

  void MakeVariance(const MosaicSource& source, const Shading& shading,
                    ImageView<const uint8_t> variance_ratio);
  void MakeCoarse(const HalfPicture& half, const Vec3& gain, const PlaneNoise& noise);

  int width_, height_;  // of the half-size picture
  float luma_amount_, luma_threshold_, chroma_threshold_;
  float finest_[6];
  Image<uint16_t> variance_;  // one row when it is 1 everywhere
  Image<int16_t> coarse_;     // one row of zeros when nothing is reduced
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_NOISE_PLAN_H_
