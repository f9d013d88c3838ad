// Two lights in one picture: which part each lights.
#ifndef PETZVAL_DEVELOP_AWB_MIXED_H_
#define PETZVAL_DEVELOP_AWB_MIXED_H_

#include <cstdint>
#include <vector>

#include "petzval/develop/awb_samples.h"

namespace petzval {

struct LightParts {
  // 0..1: that the parts differ by their light and not by their surfaces.
  double certainty = 0;
  double smaller_share = 0;  // 0..0.5 of the picture, bright parts counting more
  // Pixels of each part, of the size of AwbSamples::usable; empty when there is one light.
  std::vector<uint8_t> larger, smaller;
};

// Tiles of the picture are sorted into two groups by the light that colours and edges of each show.
// Two lights are believed when the groups lie far apart along `to_cold` (a unit vector from
// lamplight to daylight), each is tight and hangs together in the picture, has more than one
// colour, and colours and edges say the same.
LightParts SplitLights(const AwbSamples& samples, const LogChroma& to_cold);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AWB_MIXED_H_
