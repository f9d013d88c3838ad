// What files say about their pixels, held against the pixels.
#ifndef PETZVAL_CAPTURE_METADATA_CHECK_H_
#define PETZVAL_CAPTURE_METADATA_CHECK_H_

#include "petzval/base/result.h"
#include "petzval/capture/dng_reader.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// Judges levels, colour matrices and noise profile of `frame`; what cannot be true is replaced by
// an estimate from the pixels and gets a sentence in frame.warnings. Sets frame.noise in any case.
// Errors: kInvalidInput when the levels leave no range at all (white <= black).
Status CheckMetadata(const StatedMetadata& stated, RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_METADATA_CHECK_H_
