// The scene behind lens and pixel aperture, as the sensor could sample it anywhere.
#ifndef PETZVAL_SIMULATE_FLAT_LIGHT_FIELD_H_
#define PETZVAL_SIMULATE_FLAT_LIGHT_FIELD_H_

#include <array>
#include <functional>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/image/image.h"
#include "petzval/simulate/flat/lake_house.h"

namespace petzval {

// Where frame pixel q sees the scene: p = R(rotation) (q - c) + c + shift, c the centre of the
// frame.
struct Pose {
  double shift_x_px = 0, shift_y_px = 0, rotation_deg = 0;
  // Rows of the 2x3 matrix that takes (x, y, 1) of a frame of width x height to reference pixels.
  std::array<std::array<double, 3>, 2> ReferenceFromFrame(int width, int height) const;
};

// A piece of scene that moves: camera signal times coverage, and coverage, at two samples a pixel,
// blurred like the field. Its first sample lies `pad_px` pixels left of and above the box.
struct Sprite {
  Image<float> samples;  // 4 planes
  int pad_px = 0;
};

// Appearance of a sprite at a point of its box (pixels, pixel centres at integers): colour times
// coverage, and coverage (0 with a colour: light that is added).
struct SpriteSample {
  Rgb color;
  float cover = 0;
};

// Camera signal (0 = black, 1 = white level, not clipped) of three colours at two samples a pixel,
// with a margin around the frame. Memory: 48 bytes for each pixel of frame and margin.
class LightField {
 public:
  // Lens: Gaussian of `lens_sigma_px`; aperture: the mean over the pixel's square.
  LightField(const LakeHouse& scene, int width, int height, int margin_px, double lens_sigma_px,
             const Mat3& camera_from_srgb);

  // A sprite of width x height pixels seen through the same lens.
  Sprite MakeSprite(int width, int height,
                    const std::function<SpriteSample(float x_px, float y_px)>& look) const;
  // Puts a sprite before the scene, its box at pixel (x, y) of the reference; Remove takes back the
  // last one put.
  void Put(const Sprite& sprite, int x, int y);
  void Remove();

  // Signal of each site of a frame's mosaic under a pose, by Lanczos-3 at a phase of 1/4096 sample;
  // negative ringing is set to 0. The reference pose falls on samples exactly.
  void Sample(const Pose& pose, const Cfa& cfa, Image<float>* mosaic) const;

 private:
  void Filter(const std::vector<const float*>& rows, float* out, int n) const;

  int width_, height_, margin_;
  Mat3 camera_from_srgb_;
  int radius_ = 0;
  std::vector<float> kernel_;  // lens and aperture: samples -radius .. radius + 1
  Image<float> field_;         // sample (2 (p + margin)) is pixel p
  struct Backup {
    int x = 0, y = 0;
    Image<float> samples;
  };
  std::vector<Backup> backups_;
};

}  // namespace petzval

#endif  // PETZVAL_SIMULATE_FLAT_LIGHT_FIELD_H_
