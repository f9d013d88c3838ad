// A system turned around, so that rays from the image reach the scene through the same tracer.
#ifndef PETZVAL_OPTICS_TRACE_REVERSE_H_
#define PETZVAL_OPTICS_TRACE_REVERSE_H_

#include "petzval/base/result.h"
#include "petzval/optics/trace/system.h"

namespace petzval::optics {

// Surfaces in reverse order, their shapes mirrored in z, media exchanged: surface 0 is the last one
// of `system`, light that left there enters here. The thickness behind the new last surface is 0:
// results are at the vertex plane of the old first surface; x and y keep their direction. Clear
// diameters, edges and toroids are kept. Errors: kUnsupported for mirrors and moved surfaces.
Result<System> ReversedSystem(const System& system);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_TRACE_REVERSE_H_
