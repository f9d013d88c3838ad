// DNG files, read by us: the tags from the TIFF container, the pixels by DngPixels or LibRaw.
#ifndef PETZVAL_CAPTURE_DNG_READER_H_
#define PETZVAL_CAPTURE_DNG_READER_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/byte_source.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {

// What was read beside the frame and is not yet judged (metadata_check.h).
struct StatedMetadata {
  std::vector<double> noise_profile;  // 2 or 6 values; empty: not stated
  int bits = 16;                      // of the codes in the file: no pixel can exceed 2^bits - 1
};

// Whether the directory of `tiff` says that it is a DNG.
bool IsDng(const TiffFile& tiff);

// Reads one DNG. `path` is for the compressed forms that LibRaw opens itself; empty: they are
// refused as kUnsupported. The noise model is left empty: see CheckMetadata.
// Errors: kInvalidInput, kUnsupported, kTooLarge; sizes are checked before memory is taken.
Result<RawFrame> ReadDng(const TiffFile& tiff, const std::string& path, StatedMetadata& stated);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DNG_READER_H_
