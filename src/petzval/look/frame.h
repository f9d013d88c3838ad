// Frames and captions: where the finished picture lies on its canvas, and what is written there.
#ifndef PETZVAL_LOOK_FRAME_H_
#define PETZVAL_LOOK_FRAME_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/image/image.h"
#include "petzval/look/look.h"

namespace petzval {

// What a caption may tell of a photograph, as it is to be written ("f/1.9", "1/250 s"); empty:
// unknown.
struct CaptionFacts {
  std::string camera, lens, iso, shutter, aperture, focal, date;
};

// A canvas of width x height in one grey, with the rectangle `crop` of the picture at picture_x,
// picture_y, and over all of it the drawing `svg` (of the size of the canvas, transparent where
// nothing is written; empty: none).
struct FramePlan {
  bool needed = false;  // false: the picture itself
  int width = 0, height = 0;
  Rect crop;
  int picture_x = 0, picture_y = 0;
  double grey = 1;  // sRGB-encoded, 0..1
  std::string svg;
};

// The frame that `look` asks for (frame, frame_width, caption) around an upright picture of
// width x height pixels. "xpan" takes the middle of the picture with sides 65:24 (24:65 of an
// upright format) and frames it in black. A caption needs a frame: its strip below the picture is
// as high as three widths of the frame. Errors: kInvalidInput for a {word} in the caption that
// stands for nothing (naming the nearest), kTooLarge for a canvas beyond the limits of pictures.
Result<FramePlan> PlanFrame(const Look& look, int width, int height, const CaptionFacts& facts);

// The caption with its {words} filled in; parts between middle dots or bars that stay empty are
// left out. Errors: as PlanFrame.
Result<std::string> FillCaption(const std::string& caption, const CaptionFacts& facts,
                                const std::string& look_name);

}  // namespace petzval

#endif  // PETZVAL_LOOK_FRAME_H_
