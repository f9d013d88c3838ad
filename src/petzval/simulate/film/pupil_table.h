// Which part of the rear plane lets light through, by film radius.
#ifndef PETZVAL_SIMULATE_FILM_PUPIL_TABLE_H_
#define PETZVAL_SIMULATE_FILM_PUPIL_TABLE_H_

#include <vector>

#include "petzval/simulate/film/chief_table.h"
#include "petzval/simulate/film/focused_lens.h"

namespace petzval::simulate {

// A rectangle of the rear vertex plane, in the frame in which the film point lies at (-r, 0) as the
// film itself sees it: x along the radius, symmetric in y.
struct PupilBox {
  float x0 = 0, x1 = 0, y1 = 0;
  float area() const { return (x1 - x0) * 2 * y1; }
};

class PupilTable {
 public:
  // Runs in parallel.
  PupilTable(const FocusedLens& lens, const ChiefTable& chief, double film_radius_mm);

  // Holds everything that passes at any wavelength; empty in the dark.
  PupilBox Box(float r) const {
    const float at = r * inverse_step_;
    if (!(at < static_cast<float>(boxes_.size() - 1))) return {};
    const int i = static_cast<int>(at);
    const float f = at - static_cast<float>(i);
    const PupilBox &a = boxes_[i], &b = boxes_[i + 1];
    return {a.x0 + f * (b.x0 - a.x0), a.x1 + f * (b.x1 - a.x1), a.y1 + f * (b.y1 - a.y1)};
  }
  // Steradians, weighted with the cosines, the mean over all azimuths; linear between the nodes.
  double Throughput(double r, int wavelength) const;
  // The largest distance from the axis at which a passing ray crosses the entrance pupil's plane.
  double widest_mm() const { return widest_mm_; }

 private:
  float inverse_step_ = 1;
  double step_mm_ = 1, widest_mm_ = 0;
  std::vector<PupilBox> boxes_;
  std::vector<std::vector<double>> throughput_;  // [wavelength][node]
};

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_PUPIL_TABLE_H_
