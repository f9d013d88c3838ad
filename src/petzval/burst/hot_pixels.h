// Defective sites of the sensor: found over time in a burst, by shape in a single frame.
#ifndef PETZVAL_BURST_HOT_PIXELS_H_
#define PETZVAL_BURST_HOT_PIXELS_H_

#include <string>
#include <vector>

#include "petzval/burst/motion.h"
#include "petzval/capture/raw_frame.h"

namespace petzval {

// The careful rule for a single frame: a site far (8 sigma) above its same-colour neighbours while
// the sites of other colours right beside it see nothing - no lens draws so small a spot - becomes
// the median of its same-colour neighbours. Stars and glints stay; weak defects stay too.
// Returns the number of sites replaced. LinearRaw is left alone.
int FixHotPixels(RawFrame* frame);

namespace burst {

// One frame of an aligned burst; `motion` leads from the reference to it, nullptr: it is the
// reference. `gain` brings it to the reference's level, `row_gain` (one per row, or nullptr) evens
// flicker out.
struct HotFrame {
  RawFrame* raw = nullptr;
  const MotionField* motion = nullptr;
  float gain = 1;
  const float* row_gain = nullptr;

  float GainAt(int y) const { return row_gain ? gain * row_gain[y] : gain; }
};

// Sites that stand out from what the other frames saw at the same point of the scene, in at least
// three quarters of the frames that show it: fixed on the sensor while the scene moves. They are
// replaced in every frame by that prediction. Frames must have moved by a pixel or more against
// each other; where they have not, the rule for single frames decides on the reference. When far
// too many sites stand out, only the strongest are looked at, and a warning says so. Returns the
// number of sites replaced.
int FixHotPixelsOverTime(const std::vector<HotFrame>& frames, std::vector<std::string>* warnings);

}  // namespace burst
}  // namespace petzval

#endif  // PETZVAL_BURST_HOT_PIXELS_H_
