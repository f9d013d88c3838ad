// Field values in any unit as the angle of the central ray at the entrance pupil.
#ifndef PETZVAL_OPTICS_TRACE_FIELD_H_
#define PETZVAL_OPTICS_TRACE_FIELD_H_

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

// Radians. Errors: kInvalidInput for angles of 90 degrees and more, object heights without an
// object, and image heights that no chief ray reaches.
Result<double> FieldAngle(const LensModel& model, double field, Launch launch);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_FIELD_H_
