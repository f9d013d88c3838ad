// What changes slowly over a patch: a polynomial that is light, not noise.
#ifndef PETZVAL_MEASURE_NOISE_SHADING_H_
#define PETZVAL_MEASURE_NOISE_SHADING_H_

#include <vector>

#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

inline constexpr int kMaxShadingOrder = 4;

// A polynomial of total degree `order` in the place within `roi`.
class Shading {
 public:
  // Least squares over the sites of `values` in `roi` (inside the plane). With fewer sites than
  // coefficients, or all of them on one line, the mean alone.
  Shading(ImageView<const float> values, SiteMask sites, const Rect& roi, int order);

  double At(int x, int y) const;
  double mean() const { return mean_; }           // of the samples
  double peak_to_peak() const { return range_; }  // over a grid of 17 x 17 places
  int terms() const { return static_cast<int>(coefficients_.size()); }
  int order() const { return order_; }

 private:
  void Basis(int x, int y, double* basis) const;

  Rect roi_;
  int order_ = 0;
  double mean_ = 0, range_ = 0;
  std::vector<double> coefficients_;
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_SHADING_H_
