// Lens shading correction from DNG gain maps.
#ifndef PETZVAL_DEVELOP_SHADING_H_
#define PETZVAL_DEVELOP_SHADING_H_

#include <string>
#include <vector>

#include "petzval/develop/mosaic_source.h"

namespace petzval {

class Shading {
 public:
  // `maps` (may be empty) and `source` must outlive this. Maps that make no sense (no points, gains
  // that are not finite or outside 0.05..64) are left out with a sentence in `warnings`.
  Shading(const std::vector<GainMap>& maps, const MosaicSource& source,
          std::vector<std::string>* warnings);

  bool empty() const { return maps_.empty(); }
  double max_gain() const { return max_gain_; }

  // Gains of rectangle `r` (shifted coordinates, mirrored beyond the picture) of plane `p`; a view
  // whose rows are all the same one when there are no maps.
  ImageView<const float> Gain(int p, const Rect& r, Image<float>* scratch) const;

 private:
  std::vector<const GainMap*> maps_;
  const MosaicSource& source_;
  double max_gain_ = 1;
  Image<float> ones_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_SHADING_H_
