// Baseline JPEG whose strips are rendered and compressed in parallel.
#ifndef PETZVAL_ENCODE_JPEG_H_
#define PETZVAL_ENCODE_JPEG_H_

#include "petzval/base/file.h"
#include "petzval/encode/encode.h"

namespace petzval {

// Rows of one strip of a `width` x `height` JPEG: one restart interval, a multiple of the MCU
// height.
int JpegStripRows(int width, int height, ChromaSubsampling subsampling);

// Writes a JPEG (libjpeg-turbo, fixed Huffman tables) of source.strip8 to `file`, which the caller
// commits. Each strip is one restart interval (ITU-T T.81 E.1.4), compressed on its own, so that
// rendering and compression of different strips overlap; decodes bit for bit like one serial
// compression with that interval. Memory: one strip of RGB per thread and the compressed data.
// Errors: kTooLarge beyond 65500 pixels a side or 64 KB of metadata; kIo; those of the source.
Status EncodeJpeg(const PixelSource& source, const EncodeParams& params,
                  const PictureMetadata& metadata, OutputFile* file);

}  // namespace petzval

#endif  // PETZVAL_ENCODE_JPEG_H_
