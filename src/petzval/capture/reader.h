// RAW files in: DNG read by us, everything else that LibRaw unpacks, headerless MIPI RAW.
#ifndef PETZVAL_CAPTURE_READER_H_
#define PETZVAL_CAPTURE_READER_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// Reads one frame. The format is told by the contents, not by the name; a headerless mosaic needs
// its description beside it (FILE.toml, see docs/howto/mipi-raw.md).
// Errors: one sentence with the path in front. Sizes are checked before memory is taken.
// Thread-safe: frames of a burst are read in parallel.
Result<RawFrame> ReadRaw(const std::string& path);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_READER_H_
