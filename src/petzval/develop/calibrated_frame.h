// Noise, shading and black level of a calibrated camera where a file does not state them.
#ifndef PETZVAL_DEVELOP_CALIBRATED_FRAME_H_
#define PETZVAL_DEVELOP_CALIBRATED_FRAME_H_

#include <string>
#include <vector>

#include "petzval/develop/mosaic_source.h"
#include "petzval/device/calibration.h"

namespace petzval {

// The calibration's noise at the frame's ISO takes the place of a noise that was estimated, or with
// `prefer` of any. A frame that states no ISO keeps what it has, unless there is one entry only.
// `source` is of the frame.
void UseCalibration(const RawFrame& frame, const CameraCalibration& calibration, bool prefer,
                    MosaicSource* source);

// The calibration's black level takes the place of one that is absent (0 everywhere) or absurd (off
// by more than 5 % of the range), or with `prefer` of any. For frames as they were read: their
// levels are in DN of the file, while a merge moves them. A frame that states no ISO keeps what it
// has, unless there is one entry only. The frame's warnings get a sentence for what was replaced.
void UseBlackCalibration(const BlackCalibration& black, bool prefer, RawFrame* frame);

// Gain maps of the whole mosaic, one for each site of its cell.
std::vector<GainMap> GainMapsOf(const ShadingCalibration& shading, const RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_CALIBRATED_FRAME_H_
