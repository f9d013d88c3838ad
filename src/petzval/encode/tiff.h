// TIFF of 8, 16 or 32 (float) bits.
#ifndef PETZVAL_ENCODE_TIFF_H_
#define PETZVAL_ENCODE_TIFF_H_

#include "petzval/base/file.h"
#include "petzval/encode/encode.h"

namespace petzval {

// Writes an RGB TIFF with ICC, EXIF and XMP to `file`, which the caller commits: 8 and 16 bits with
// horizontal predictor and deflate, strips compressed in parallel; 32 bits uncompressed IEEE float.
// BigTIFF where 4 GB are not enough. Errors: kIo; those of the source.
Status EncodeTiff(const PixelSource& source, const EncodeParams& params,
                  const PictureMetadata& metadata, OutputFile* file);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_TIFF_H_
