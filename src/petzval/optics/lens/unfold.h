// A folded lens with its plane mirrors taken out.
#ifndef PETZVAL_OPTICS_LENS_UNFOLD_H_
#define PETZVAL_OPTICS_LENS_UNFOLD_H_

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// The lens as its light sees it: each plane mirror that turns the axis becomes a plane inside its
// medium, what stands behind an odd number of them is mirrored in z. Rays meet the same surfaces at
// the same heights; one of the axes across is reversed, which nothing symmetric notices. A mirror
// clips no more (its tilted rim is an ellipse). Notes of the designer (vary, pickups, solves,
// tolerances) are dropped. A lens without mirrors comes back as it is. Errors: kUnsupported for
// mirrors that have power, and for tilts that are not those of a mirror: half before it, half
// behind.
Result<Lens> UnfoldedLens(const Lens& lens);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_LENS_UNFOLD_H_
