// What measures of noise ask of their frames, and the channels they cut out of them.
#ifndef PETZVAL_MEASURE_NOISE_FRAMES_H_
#define PETZVAL_MEASURE_NOISE_FRAMES_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/patches.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// "green, 64 x 48 px at (120, 80)".
std::string PatchWords(Channel channel, const Rect& roi);

// One frame at least, none empty, all of one kind, size, mosaic and scale.
Status CheckAlike(const Subject& a, const Subject& b);
Status CheckFrames(std::span<const Subject> frames);

// A channel of a patch, copied out of the picture: place (0, 0) is the patch's corner.
struct PatchPlane {
  Image<float> values;
  SiteMask sites;  // moved along
};
PatchPlane CropChannel(const Subject& subject, Channel channel, const Rect& roi);
// `sites` as they lie in a picture whose first pixel is (x, y).
SiteMask MovedSites(SiteMask sites, int x, int y);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_FRAMES_H_
