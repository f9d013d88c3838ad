// Lens shading correction from DNG gain maps.
#ifndef PETZVAL_DEVELOP_SHADING_H_
#define PETZVAL_DEVELOP_SHADING_H_

#include <string>
#include <vector>

#include "petzval/develop/mosaic_source.h"

namespace petzval {

class Shading {
 public:
  // Gains outside these make no sense; products of maps are limited to them.
  static constexpr float kMinGain = 0.05f, kMaxGain = 64.0f;

  // `maps` (may be empty) and `source` must outlive this. Maps that make no sense (no points, gains
  // that are not finite or outside the limits) are left out with a sentence in `warnings`.
  Shading(const std::vector<GainMap>& maps, const MosaicSource& source,
          std::vector<std::string>* warnings);

  // Where a pixel lies between the points of one axis of a grid.
  struct GridPosition {
    int i0 = 0, i1 = 0;
    float t = 0;
  };

  bool empty() const { return maps_.empty(); }
  // Limits of what Gain may say, of all planes: at least 1 and at most 1.
  double max_gain() const { return max_gain_; }
  double min_gain() const { return min_gain_; }

  // Gains of rectangle `r` (shifted coordinates, mirrored beyond the picture) of plane `p`; a view
  // whose rows are all the same one when there are no maps.
  ImageView<const float> Gain(int p, const Rect& r, Image<float>* scratch) const;

  // Gains of R, G, B of the first `width` squares of 2 x 2 pixels in row `y` of squares, into the
  // 3 planes of `out` (allocated here if too small).
  void SquareGains(int y, int width, Image<float>* out) const;

 private:
  bool HasPlane(const GainMap& m, int p) const;
  void FrameGain(int p, const std::vector<int>& columns, const std::vector<int>& rows,
                 Image<float>* out) const;

  void FindDisjoint();
  const GainMap* MapAt(int p, int column, int row) const;
  const GridPosition* Across(const GainMap& m) const;
  GridPosition Down(const GainMap& m, int row) const;

  std::vector<const GainMap*> maps_;
  std::vector<std::vector<GridPosition>> across_;  // of the frame's columns, for each kind of grid
  std::vector<int> across_of_;                     // the kind of each map
  bool disjoint_ = false;                          // every pixel and plane has exactly one map
  const MosaicSource& source_;
  double max_gain_ = 1, min_gain_ = 1;
  Image<float> ones_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_SHADING_H_
