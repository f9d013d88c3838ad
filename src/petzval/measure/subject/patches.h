// What a measure asks of a channel and of patches before it looks at a pixel.
#ifndef PETZVAL_MEASURE_SUBJECT_PATCHES_H_
#define PETZVAL_MEASURE_SUBJECT_PATCHES_H_

#include <span>

#include "petzval/base/result.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// "red", "green", "blue", "luminance".
const char* ChannelWord(Channel channel);

// kInvalidInput when the sensor has no pixels of that colour. (PlaneOf would answer with those of a
// monochrome sensor under the wrong name.) Luminance is always there.
Status CheckChannel(const Subject& subject, Channel channel);

// Each of `rois` inside the frames, which are of one size, at least `min_side` a side and without
// values that are no numbers, which would make every figure one. Errors: kInvalidInput.
Status CheckPatches(std::span<const Subject> frames, std::span<const Rect> rois, int min_side);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_PATCHES_H_
