// RAW files that LibRaw unpacks.
#ifndef PETZVAL_CAPTURE_LIBRAW_READER_H_
#define PETZVAL_CAPTURE_LIBRAW_READER_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/capture/dng_pixels.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// Reads any file that LibRaw knows: CFA with two by two repeat, or three full planes. Sizes are
// checked between its identification and its unpacking. The noise model is left empty.
// Errors: kUnsupported (unknown format, X-Trans, four colours, floating point), kInvalidInput
// (damaged), kTooLarge.
Result<RawFrame> ReadWithLibraw(const std::string& path);

// Only the pixels of a compressed DNG whose tags we read ourselves, cut to `area` of the stored
// picture. `linearized` tells whether the linearisation table has been applied on the way.
Result<Image<uint16_t>> UnpackDngWithLibraw(const std::string& path, const DngLayout& layout,
                                            const Rect& area, bool& linearized);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_LIBRAW_READER_H_
