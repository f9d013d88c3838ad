// SVG drawings as pixels: captions, frames, plots (librsvg).
#ifndef PETZVAL_CAMERA_SVG_PICTURE_H_
#define PETZVAL_CAMERA_SVG_PICTURE_H_

#include <cstdint>
#include <string>

#include "petzval/base/result.h"
#include "petzval/image/image.h"

namespace petzval {

inline constexpr int kMaxSvgSide = 32768;

// Draws `svg` onto `width` x `height` pixels of the background colour (3 planes, 0..255, sRGB).
// 0 for a size: that of the document times `scale`. Errors: kInvalidInput for a document that is
// none; kTooLarge beyond kMaxSvgSide.
struct SvgSize {
  int width = 0, height = 0;
  double scale = 1;
  int first_row = 0;  // rows above are left out of the result
};
Result<Image<uint16_t>> DrawSvg(const std::string& svg, const SvgSize& size,
                                uint32_t background_rgb = 0xffffff);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_SVG_PICTURE_H_
