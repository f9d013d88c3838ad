// RAW files as subjects, for tests and benches of this layer (the program's own reader stands
// above it).
#ifndef PETZVAL_CALIBRATE_FRAMES_RAW_SUBJECT_UTIL_H_
#define PETZVAL_CALIBRATE_FRAMES_RAW_SUBJECT_UTIL_H_

#include <algorithm>
#include <cmath>

#include "petzval/capture/raw_frame.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

// (DN - black) / (white - black); colour stays unknown.
inline measure::Subject MosaicOf(const RawFrame& frame) {
  measure::Subject subject;
  subject.path = frame.path;
  subject.black_dn = frame.black_dn[0];
  subject.white_dn = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  subject.bits = static_cast<int>(std::lround(std::log2(subject.white_dn + 1)));
  subject.clip = 1 - 0.5 / (subject.white_dn - subject.black_dn);
  subject.iso = frame.exif.iso;
  subject.exposure_s = frame.exif.exposure_s;
  subject.mosaic = Image<float>(frame.width(), frame.height());
  for (measure::SiteMask& sites : subject.sites) sites.bits = 0;
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 0; x < frame.width(); ++x) {
      const int c = static_cast<int>(frame.cfa.At(x, y)) % 3;
      const float black = frame.BlackAt(x, y);
      subject.mosaic.At(x, y) =
          (static_cast<float>(frame.mosaic.At(x, y)) - black) / (frame.white_dn[c] - black);
      if (x < 4 && y < 4) subject.sites[c].bits |= static_cast<uint16_t>(1u << (y * 4 + x));
    }
  }
  return subject;
}

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FRAMES_RAW_SUBJECT_UTIL_H_
