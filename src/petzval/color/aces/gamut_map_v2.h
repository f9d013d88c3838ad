// ACES 2: colours into a display's gamut.
#ifndef PETZVAL_COLOR_ACES_GAMUT_MAP_V2_H_
#define PETZVAL_COLOR_ACES_GAMUT_MAP_V2_H_

#include "petzval/color/aces/focus_lines_v2.h"
#include "petzval/color/aces/gamut_hull_v2.h"
#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/reach_v2.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

// Moves colours along lines towards a focus (FocusLinesV2) so that the boundary of AP1 comes to lie
// on the display's; the inner three quarters stay as they are. Hue is kept.
class GamutMapV2 {
 public:
  // `space`: primaries and white that may be shown. peak_nits >= 100.
  GamutMapV2(const RgbSpace& space, double peak_nits);
  // J, M, h after tone scale and chroma compression. A J above the peak loses all colourfulness,
  // one of 0 or less is black. Finite for finite input. The hulls are approximate: colours of AP1's
  // boundary can end outside of the display's cube, bright reds by an eighth of the peak.
  Jmh Apply(const Jmh& toned) const;

 private:
  FocusV2 focus_;
  ReachV2 reach_;
  GamutHullV2 hull_;
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_GAMUT_MAP_V2_H_
