// A finished picture in its frame, strip by strip.
#ifndef PETZVAL_CAMERA_FRAMED_PICTURE_H_
#define PETZVAL_CAMERA_FRAMED_PICTURE_H_

#include <memory>

#include "petzval/base/result.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/encode/encode.h"
#include "petzval/look/frame.h"

namespace petzval {

// What the shot tells for a caption.
CaptionFacts CaptionOf(const ExifInfo& exif);

// `picture` on the canvas of `plan`, 8 or 16 bits. The result keeps what it needs alive, except for
// what `picture` itself refers to. Errors: when the caption cannot be drawn.
Result<PixelSource> FramePicture(const PixelSource& picture, const FramePlan& plan);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_FRAMED_PICTURE_H_
