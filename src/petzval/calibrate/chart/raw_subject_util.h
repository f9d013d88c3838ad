// RAW files as subjects with their colour, for tests and benches of charts.
#ifndef PETZVAL_CALIBRATE_CHART_RAW_SUBJECT_UTIL_H_
#define PETZVAL_CALIBRATE_CHART_RAW_SUBJECT_UTIL_H_

#include <algorithm>

#include "petzval/calibrate/frames/raw_subject_util.h"
#include "petzval/capture/reader.h"
#include "petzval/color/spaces.h"
#include "petzval/develop/white_balance.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// Colour as the file has it or a generic phone's.
inline measure::Subject SubjectOf(const RawFrame& frame) {
  measure::Subject subject = MosaicOf(frame);
  // The white of the whole picture is near enough to find a chart by.
  Vec3 sum{};
  double n[3] = {};
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 0; x < frame.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const float v = subject.mosaic.At(x, y);
        if (!subject.sites[c].Has(x, y) || v >= subject.clip) continue;
        sum[c] += v;
        n[c] += 1;
      }
    }
  }
  for (int c = 0; c < 3; ++c) sum[c] /= std::max(1.0, n[c]);
  const CameraColor camera = MakeCameraColor(frame.color, true, &subject.warnings);
  const Vec3 neutral = GreenToOne(frame.color.as_shot_neutral.value_or(sum));
  subject.neutral = neutral;
  subject.xyz_d50_from_rgb =
      camera.model.XyzD50FromCamera(camera.model.WhiteFromNeutral(neutral), neutral);
  return subject;
}

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_RAW_SUBJECT_UTIL_H_
