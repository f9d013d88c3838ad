// What is known about a frame, for people and for programs.
#ifndef PETZVAL_CAPTURE_DESCRIBE_H_
#define PETZVAL_CAPTURE_DESCRIBE_H_

#include <string>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// Several lines of text that end with a line feed: camera, exposure, geometry, levels, colour,
// noise, corrections, warnings.
std::string DescribeText(const RawFrame& frame);

// One JSON object: make, model, width_px, height_px, cfa, black_dn, white_dn, iso, time_s,
// f_number, focal_length_mm, focal_length_35mm_mm, lens, software, datetime_original, orientation,
// linear_raw, default_crop_px, baseline_exposure_ev, noise_profile (s and o for red, green, blue in
// turn), noise_from_file, calibration[], analog_balance, as_shot_neutral, as_shot_white_xy,
// gain_maps[], warp_rectilinear, other_opcodes[], warnings[]. What the file does not state is null.
// black_dn is one number when all positions agree, else 16 (4 x 4, row by row); white_dn one number
// or three.
std::string DescribeJson(const RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_DESCRIBE_H_
