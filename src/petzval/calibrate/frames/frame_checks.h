// What flats and darks must be before anything is measured on them.
#ifndef PETZVAL_CALIBRATE_FRAMES_FRAME_CHECKS_H_
#define PETZVAL_CALIBRATE_FRAMES_FRAME_CHECKS_H_

#include <string>

#include "petzval/base/result.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// RAW, with more black than white and at least 64 pixels a side.
Status CheckRaw(const measure::Subject& frame);
// Of one size, mosaic and scale.
Status CheckAlike(const measure::Subject& a, const measure::Subject& b);

// Mean of each colour over the frame (all three the same for a monochrome sensor), share of clipped
// samples, and the difference of the brightest and darkest ninth of the frame.
struct FrameLevels {
  double mean[3] = {};
  double clipped = 0;
  double range = 0;
  double brightest() const;
  double darkest() const;
};
FrameLevels LevelsOf(const measure::Subject& frame);

// Light shows as colours or places of different level; an even offset is a wrong black level.
Status CheckDark(const measure::Subject& dark);
Status CheckFlatHasLight(const measure::Subject& flat);

// Whether the colours stand in squares of 2 x 2.
bool IsQuad(const measure::Subject& frame);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FRAMES_FRAME_CHECKS_H_
