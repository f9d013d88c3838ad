// ACES 2: what a display can show, per hue.
#ifndef PETZVAL_COLOR_ACES_GAMUT_HULL_V2_H_
#define PETZVAL_COLOR_ACES_GAMUT_HULL_V2_H_

#include <vector>

#include "petzval/color/aces/focus_lines_v2.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

// Cusp and upper hull of the display's cube of linear RGB, for about 360 hues: one per degree, and
// exactly those of the corners of the cube and of AP1, where the hull has kinks.
class GamutHullV2 {
 public:
  GamutHullV2(const RgbSpace& space, double peak_nits);
  // Hue in degrees, 0..360.
  HullV2 At(double h) const;

 private:
  std::vector<double> hues_;  // ascending from 0 to 360
  std::vector<HullV2> hulls_;
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_GAMUT_HULL_V2_H_
