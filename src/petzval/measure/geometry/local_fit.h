// The value of a smooth field at a point, from the samples around it.
#ifndef PETZVAL_MEASURE_GEOMETRY_LOCAL_FIT_H_
#define PETZVAL_MEASURE_GEOMETRY_LOCAL_FIT_H_

#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct LocalValue {
  double value = 0;
  double standard_error = 0;
  int n = 0;  // samples used; 0: too few to fit
};

// A quadratic surface through the samples of `plane` within `window` (inside the plane), taken at
// (x_px, y_px), which may lie on the window's rim. Samples farther than 5 standard deviations from
// a first fit are left out: dust and hot pixels.
LocalValue FitLocal(const MeasuredPlane& plane, const Rect& window, double x_px, double y_px);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_GEOMETRY_LOCAL_FIT_H_
