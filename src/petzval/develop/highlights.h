// Clipped highlights: where they begin, what colour they had, and their reconstruction.
#ifndef PETZVAL_DEVELOP_HIGHLIGHTS_H_
#define PETZVAL_DEVELOP_HIGHLIGHTS_H_

#include <algorithm>
#include <array>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/develop/half_picture.h"

namespace petzval {

// One white-balanced camera RGB whose channels saturate at `clip` (> 0). A clipped channel follows
// the others along `ratio` (share of each channel in the colour of the light, sum 1); what is
// gained is limited to the luminance of the brightest clip level and fades to neutral where the
// last channel clips. Values without clipped channels come back unchanged.
std::array<float, 3> ReconstructHighlight(const std::array<float, 3>& value,
                                          const std::array<float, 3>& clip,
                                          const std::array<float, 3>& ratio);

// How far channel `value` has clipped: 0 below 92 % of `clip`, 1 at it.
float ClipShare(float value, float clip);

// Whether ReconstructHighlight would change `value`.
bool IsClipping(const std::array<float, 3>& value, const std::array<float, 3>& clip);

// Where clipping happens in a picture and the colour of the light around it, on a grid of cells of
// kCell x kCell squares.
class Highlights {
 public:
  static constexpr int kCell = 16;

  // `shading`: what `half` was made with; `gain`: white balance; `clip`: from FindClipLevels.
  Highlights(const HalfPicture& half, const Shading& shading, const Vec3& gain,
             const std::array<float, 3>& clip);

  bool any() const { return any_; }
  // Whether squares [x0, x1) x [y0, y1) may hold clipped pixels.
  bool Touches(int x0, int y0, int x1, int y1) const;
  // Whether the cell of a square holds clipped pixels.
  bool Clips(int square_x, int square_y) const {
    const int x = std::clamp(square_x, 0, width_ * kCell - 1) / kCell;
    const int y = std::clamp(square_y, 0, height_ * kCell - 1) / kCell;
    return any_ && clipped_[y * width_ + x];
  }
  // Colour of the unclipped light near a square: shares of R, G, B after white balance, sum 1.
  std::array<float, 3> RatioAt(int square_x, int square_y) const;
  // The same at a place given in shares of width and height.
  std::array<float, 3> RatioAtShare(float x, float y) const {
    return RatioAt(static_cast<int>(x * width_ * kCell), static_cast<int>(y * height_ * kCell));
  }
  // Saturation levels after white balance, without shading.
  const std::array<float, 3>& clip() const { return clip_; }

 private:
  void Diffuse();

  bool any_ = false;
  int width_ = 0, height_ = 0;  // in cells
  std::array<float, 3> clip_{};
  std::vector<uint8_t> clipped_;
  Image<float> ratio_;  // 3 planes
};

// Reconstructs a levelled mosaic block in place. `r`: its rectangle in shifted coordinates, even
// origin and size; `shade`: gains of the same rectangle; `marks`: becomes 1 at clipped squares and
// 0 elsewhere, at least half the size of `r`.
void ReconstructMosaic(const Highlights& highlights, const Rect& r, ImageView<const float> shade,
                       ImageView<float> mosaic, Image<uint8_t>* marks);
// The same for three full planes, each with its gains.
void ReconstructPlanes(const Highlights& highlights, const Rect& r,
                       const std::array<ImageView<const float>, 3>& shade, Image<float>* rgb);
// The same for the half-size picture. Codes have no room for all of what is reconstructed: where
// they end, the colour is kept and not the luminance.
void ReconstructHalf(const Highlights& highlights, const Shading& shading, const Vec3& gain,
                     HalfPicture* half);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_HIGHLIGHTS_H_
