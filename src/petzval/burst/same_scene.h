// Whether an aligned frame shows what the reference shows.
#ifndef PETZVAL_BURST_SAME_SCENE_H_
#define PETZVAL_BURST_SAME_SCENE_H_

#include "petzval/burst/align.h"

namespace petzval::burst {

// Correlation of what both guides show at medium scales after the global alignment, -1..1, without
// the share of the noise. Block means without their surroundings, so that shading, flicker and the
// sky above every ground do not count; the better of two sizes of blocks, so that motion within the
// scene does little. Less three standard deviations of chance; 1 where neither shows enough to
// tell.
double SceneCorrelation(const AlignInput& input, const GlobalMotion& motion);

// False only when nothing of the reference is found again: far below what moving subjects, blur or
// a failed alignment of the same scene leave.
bool ShowsSameScene(const AlignInput& input, const GlobalMotion& motion);

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_SAME_SCENE_H_
