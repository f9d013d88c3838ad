// PNG whose strips are rendered, filtered and deflated in parallel.
#ifndef PETZVAL_ENCODE_PNG_H_
#define PETZVAL_ENCODE_PNG_H_

#include "petzval/base/file.h"
#include "petzval/encode/encode.h"

namespace petzval {

// Writes an RGB PNG of 8 or 16 bits with iCCP, eXIf and XMP (iTXt) to `file`, which the caller
// commits. The strips of one zlib stream are independent deflate blocks that end on a byte, so that
// several threads make them; no strip refers to the rows above it. Errors: kIo; those of the
// source.
Status EncodePng(const PixelSource& source, const EncodeParams& params,
                 const PictureMetadata& metadata, OutputFile* file);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_PNG_H_
