// Lens distortion and lateral colour: DNG's WarpRectilinear, or tables over the radius.
#ifndef PETZVAL_DEVELOP_WARP_H_
#define PETZVAL_DEVELOP_WARP_H_

#include <optional>
#include <string>
#include <vector>

#include "petzval/develop/mosaic_source.h"

namespace petzval {

// A correction that is symmetric about the axis. Corrected radius r comes from radius
// r * (1 + factor[p]((r / radius)^2)) of plane `p` of the picture as shot.
struct RadialWarp {
  double center_x = 0, center_y = 0;  // shifted coordinates
  double radius = 1;                  // of the last entries, px
  // At equal steps of the squared radius from 0 to 1, linear in between.
  std::array<std::vector<float>, 3> factor;
};

class Warp {
 public:
  // None when there is nothing to correct or the coefficients make no sense (they fold the picture
  // or move parts of it by more than a quarter of the diagonal: a warning then).
  static std::optional<Warp> Make(const std::optional<WarpRectilinear>& stated,
                                  const MosaicSource& source, std::vector<std::string>* warnings);
  // `radial` must make sense.
  static Warp Make(RadialWarp radial, const MosaicSource& source);

  // Where the corrected pixel centre (x, y) lies in the picture as shot, plane `p`: shifted
  // coordinates, pixel centres at +0.5, kept inside the picture.
  std::array<double, 2> SourceOf(int p, double x, double y) const;

  // The pixels as shot that rectangle `r` of the corrected picture needs.
  Rect SourceRect(const Rect& r) const;

  // Columns that a picture handed to Apply must have beyond its rectangle, whatever they hold.
  static constexpr int kSpareColumns = 64;

  // Resamples `from`, which holds rectangle `from_rect` in its top left, to rectangle `r` in `out`
  // from (out_x, out_y) on: Catmull-Rom (Keys 1981, a = -1/2). Planes are moved in camera colours,
  // where lateral colour lives, then multiplied by `matrix`.
  void Apply(const Image<float>& from, const Rect& from_rect, const Rect& r, const Mat3& matrix,
             Image<float>* out, int out_x, int out_y) const;

 private:
  Warp() = default;
  void SetLimits(const MosaicSource& source);
  // SourceOf minus the point itself, not kept inside.
  std::array<double, 2> Displacement(int p, double x, double y) const;

  std::optional<RadialWarp> radial_;  // else the planes
  WarpRectilinear::Plane plane_[3];
  bool together_ = false;               // all planes move alike
  double center_x_ = 0, center_y_ = 0;  // shifted coordinates
  double radius_ = 1;                   // from the centre to the farthest corner
  double min_x_ = 0, min_y_ = 0, max_x_ = 0, max_y_ = 0;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_WARP_H_
