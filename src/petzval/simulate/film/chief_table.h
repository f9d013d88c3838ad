// Chief rays by film radius: through the middle of the stop, clear diameters off.
#ifndef PETZVAL_SIMULATE_FILM_CHIEF_TABLE_H_
#define PETZVAL_SIMULATE_FILM_CHIEF_TABLE_H_

#include <vector>

#include "petzval/simulate/film/focused_lens.h"

namespace petzval::simulate {

// In the meridional plane, seen upright: the ray of a film radius r >= 0 leaves at `angle`
// (radians, of the same sign) from the axis and passes the centre of the entrance pupil at
// `offset_mm`, measured along (cos angle, -sin angle).
struct ChiefLine {
  double angle = 0, offset_mm = 0;
};

class ChiefTable {
 public:
  ChiefTable() = default;  // no ray
  // Up to `radius_mm`, or as far as there are chief rays; by continuation from the axis.
  ChiefTable(const FocusedLens& lens, double radius_mm);

  double max_radius_mm() const { return max_radius_mm_; }
  // Cubic between some 300 traced rays; r is limited to the table.
  ChiefLine At(double r) const;
  // How far from the axis, on the side of the film point, it crosses the rear vertex plane.
  double RearAim(double r) const;
  // The film radius whose chief ray passes the point at height `rho_mm` >= 0 and depth `z_mm` from
  // the entrance pupil; false where none of the table does.
  bool Project(double rho_mm, double z_mm, double* r) const;
  // The ray in the camera frame for a film point, by its azimuth.
  bool Ray(double film_x_mm, double film_y_mm, double origin_mm[3], double direction[3]) const;
  bool ProjectPoint(const double point_mm[3], double film_mm[2]) const;

 private:
  double Cubic(const std::vector<double>& v, double r) const;

  double step_mm_ = 1, max_radius_mm_ = -1;
  // Odd functions of r; entry 0 is r = 0.
  std::vector<double> angle_, offset_, rear_;
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_CHIEF_TABLE_H_
