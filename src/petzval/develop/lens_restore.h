// Takes the blur of the lens off a demosaiced picture, everywhere as the place asks for.
#ifndef PETZVAL_DEVELOP_LENS_RESTORE_H_
#define PETZVAL_DEVELOP_LENS_RESTORE_H_

#include <array>
#include <span>
#include <vector>

#include "petzval/develop/lens_field.h"
#include "petzval/develop/lens_kernels.h"
#include "petzval/develop/shading.h"

namespace petzval {

// Filters (see DesignLensFilter) towards the lens's own green blur in the middle of the picture,
// made for each radius and channel, turned for a grid of places, and mixed for tiles of 16 x 16
// pixels. The filter of a tile differs by so little from its neighbour's that no seam shows
// (Efficient Filter Flow, Hirsch et al. 2010, blends instead; for the same smoothness that costs
// four times as much).
class LensRestorer {
 public:
  // What the filters read beyond a pixel.
  static constexpr int kMargin = kMaxLensRadius;

  // `gain`: white balance; `variance_share`: of the merged pixels' variance to one frame's.
  LensRestorer(const LensField& field, const MosaicSource& source, const Shading& shading,
               const Vec3& gain, double variance_share);

  // `from` holds `from_rect` of demosaiced white-balanced camera RGB in its top left; `to` gets the
  // pixels of `r` at the same places, with some more around them. `from` must reach kMargin beyond
  // `r` grown to whole tiles in x, and kMargin beyond `r` in y.
  void Apply(const Image<float>& from, const Rect& from_rect, const Rect& r,
             Image<float>* to) const;

  // How much more variance the finest detail of luma has afterwards in row `y` of the half-size
  // picture, for each square.
  void FinestVariance(int y, std::span<float> factor) const;
  // The largest root of a filter's squared taps.
  double noise_gain() const { return noise_gain_; }

 private:
  static constexpr int kGrid = 128;  // px between places, a multiple of kLensTile

  const float* Node(int c, int gx, int gy) const {
    return &nodes_[((static_cast<size_t>(gy) * grid_width_ + gx) * 3 + c) * LensTaps(radius_)];
  }

  LensField field_;
  int radius_ = 5;
  int grid_x0_ = 0, grid_y0_ = 0;  // shifted coordinates of the first place
  int grid_width_ = 0, grid_height_ = 0;
  std::vector<float> nodes_;      // taps of each place and channel
  std::vector<uint8_t> changes_;  // whether a place's filters change anything
  std::vector<float> finest_;     // over the squared relative radius
  double noise_gain_ = 1;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_RESTORE_H_
