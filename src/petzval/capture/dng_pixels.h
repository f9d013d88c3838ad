// The pixels of one directory of a DNG file.
#ifndef PETZVAL_CAPTURE_DNG_PIXELS_H_
#define PETZVAL_CAPTURE_DNG_PIXELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/bit_unpack.h"
#include "petzval/capture/tiff_file.h"
#include "petzval/image/image.h"

namespace petzval {

// How the pixels lie in the file; all values checked.
struct DngLayout {
  enum class Coding { kPlain, kDeflate, kOther };  // kOther: lossless or lossy JPEG

  int width = 0, height = 0;
  int samples = 1;  // per pixel: 1 or 3
  int bits = 16;    // per sample
  int compression = 1;
  Coding coding = Coding::kPlain;
  Packing packing = Packing::kWordsLittle;
  bool planar = false;       // each sample in strips or tiles of its own
  bool differences = false;  // horizontal predictor (deflate only)
  bool little_endian = true;
  int block_width = 0, block_height = 0;  // of strips or tiles
  std::vector<uint64_t> offset;  // of each strip or tile; with planar all of one plane first
  std::vector<uint64_t> bytes;   // stated length of each

  int BlocksAcross() const { return (width + block_width - 1) / block_width; }
  int BlocksDown() const { return (height + block_height - 1) / block_height; }
};

// Reads and checks the layout of directory `ifd`; nothing is allocated for pixels.
// Errors: kInvalidInput (contradictory), kUnsupported (form that nothing reads), kTooLarge.
Result<DngLayout> ReadDngLayout(const TiffFile& tiff, const TiffIfd& ifd);

// Reads the pixels of `area` (within the picture) of a plain or deflate layout: 1 or 3 planes.
// Uncompressed 16-bit words of this machine's order go straight from the file into the picture.
// Errors: kInvalidInput with "truncated" when the file ends before its pixels, or a block is
// damaged.
Result<Image<uint16_t>> ReadDngPixels(const TiffFile& tiff, const DngLayout& layout,
                                      const Rect& area);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DNG_PIXELS_H_
