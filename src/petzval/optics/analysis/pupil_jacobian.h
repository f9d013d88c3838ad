// How much solid angle at the image each part of the pupil fills.
#ifndef PETZVAL_OPTICS_ANALYSIS_PUPIL_JACOBIAN_H_
#define PETZVAL_OPTICS_ANALYSIS_PUPIL_JACOBIAN_H_

#include <span>
#include <vector>

#include "petzval/optics/analysis/field_tracer.h"

namespace petzval::optics {

// |d(L, M)/d(px, py)| at each point, by central differences of unclipped rays; 0 where a point has
// no neighbours that arrive.
std::vector<double> PupilJacobian(const FieldTracer& tracer, std::span<const PupilPoint> points);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_ANALYSIS_PUPIL_JACOBIAN_H_
