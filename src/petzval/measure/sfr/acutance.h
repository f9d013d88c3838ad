// How sharp a measured transfer function looks: acutance at the usual viewing conditions.
#ifndef PETZVAL_MEASURE_SFR_ACUTANCE_H_
#define PETZVAL_MEASURE_SFR_ACUTANCE_H_

#include <array>
#include <span>

#include "petzval/measure/subject/csf.h"

namespace petzval::measure {

// Where pictures are looked at: a small screen near, a desktop screen, prints, a phone.
struct ViewingCondition {
  double pixels_per_degree;
  const char* name;  // "41.23 px/deg (100 ppi at 60 cm)"
};
inline constexpr std::array<ViewingCondition, 4> kViewingConditions = {{
    {30, "30 px/deg"},
    {41.23, "41.23 px/deg (100 ppi at 60 cm)"},
    {60, "60 px/deg"},
    {90, "90 px/deg"},
}};

// Integral of MTF x contrast sensitivity from 0 to Nyquist (0.5 cycles per pixel, at
// pixels_per_degree / 2 cycles per degree) over the integral of the sensitivity alone. `f_cpp`:
// ascending from 0 to at least 0.5; `mtf` as many values, linear between. 0..1, above 1 only when
// sharpened. NaN when the curve does not reach from 0 to Nyquist.
double Acutance(std::span<const double> f_cpp, std::span<const double> mtf,
                double pixels_per_degree);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_ACUTANCE_H_
