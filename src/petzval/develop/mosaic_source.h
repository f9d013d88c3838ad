// The pixels of a frame as develop wants them: one geometry for all kinds of sensors.
#ifndef PETZVAL_DEVELOP_MOSAIC_SOURCE_H_
#define PETZVAL_DEVELOP_MOSAIC_SOURCE_H_

#include <array>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/image/image.h"

namespace petzval {

// Index i mirrored about 0 and n - 1 as often as needed; parity is kept for n >= 2.
int MirrorIndex(int i, int n);

// A frame seen as either a Bayer mosaic or three full planes. Quad-Bayer is binned 2 x 2 to Bayer
// (the mean of four sites: a quarter of the variance). Coordinates are those of the mosaic shifted
// by `shift_x, shift_y`, so that red always lies on even ones.
struct MosaicSource {
  bool bayer = false;  // else: planes[0..2] are R, G, B (three times the same one for monochrome)
  bool mono = false;
  std::array<ImageView<const uint16_t>, 3> planes;
  int width = 0, height = 0;
  int shift_x = 0, shift_y = 0;
  int bin = 1;                 // 2: pixels are means of 2 x 2 of the frame's
  int bin_x0 = 0, bin_y0 = 0;  // the frame's pixel at which the first of those begins
  int frame_width = 0, frame_height = 0;
  Rect crop;                         // of the picture, in unshifted pixels of this source
  std::array<float, 16> black_dn{};  // of unshifted (x & 3, y & 3)
  std::array<float, 3> white_dn{};
  NoiseModel noise;        // of these pixels, relative to white_dn - black_dn
  Image<uint16_t> binned;  // owns the pixels when bin == 2

  // Colour of a shifted coordinate.
  static int ColorAt(int x, int y) { return (x & 1) + (y & 1); }
  int Color(int plane, int x, int y) const { return bayer ? ColorAt(x, y) : plane; }
};

// `frame` must outlive the source. Errors: kUnsupported for a CFA that is none of the known kinds,
// kInvalidInput for an empty picture or a white level that is not above black.
Result<MosaicSource> MakeSource(const RawFrame& frame);

// Rectangle `r` (shifted coordinates, may reach beyond the picture: mirrored there) of plane `p`.
// Points into the picture where it can, else copies to `scratch`.
ImageView<const uint16_t> Gather(const MosaicSource& source, int p, const Rect& r,
                                 Image<uint16_t>* scratch);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_MOSAIC_SOURCE_H_
