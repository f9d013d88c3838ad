// What a look may know about the scene beside its pixels, from the shot and its development.
#ifndef PETZVAL_CAMERA_SCENE_INFO_H_
#define PETZVAL_CAMERA_SCENE_INFO_H_

#include "petzval/burst/burst.h"
#include "petzval/develop/develop.h"
#include "petzval/look/look.h"

namespace petzval {

// Average variance of the merged pixels relative to one frame, 0..1.
double MeanVarianceRatio(const MergedBurst& merged);

// `params`: what `developer` was made with; its exposure_ev is the user's correction when it was
// left to the look (pass it in `user_exposure_ev`).
SceneInfo SceneOf(const MergedBurst& merged, const Developer& developer,
                  const DevelopParams& params, double user_exposure_ev, bool auto_exposure);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_SCENE_INFO_H_
