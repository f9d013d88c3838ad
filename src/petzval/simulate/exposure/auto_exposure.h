// Time and ISO for a scene that is metered, as a phone's program would choose them.
#ifndef PETZVAL_SIMULATE_EXPOSURE_AUTO_EXPOSURE_H_
#define PETZVAL_SIMULATE_EXPOSURE_AUTO_EXPOSURE_H_

#include "petzval/simulate/exposure/readout.h"

namespace petzval::simulate {

struct MeterParams {
  double grey = 0.13;            // signal that the mean of the logarithms is brought to
  double highlight = 0.9;        // signal of the percentile below
  double percentile = 99;        // of the largest channel, per cent
  double most_protection = 1.5;  // EV by which highlights may darken the picture
  double motion_px_s = 0;        // how fast the picture moves; 0: by equivalent_mm alone
  double equivalent_mm = 26;     // hand-held rule: 1 / equivalent seconds
  double longest_s = 0.1;        // when even the highest ISO is not enough; a burst follows
  double ev = 0;                 // bias
};

struct ExposureSetting {
  double exposure_s = 0, iso = 0;
  double metered_e_s = 0;  // electrons / s of the grey, in the green channel, per pixel
};

// `irradiance`: a small clean picture, 1 or 3 planes, photoelectrons / (s m^2) (negative and not
// finite values are left out). A time or ISO > 0 is kept and the other chosen. Errors:
// kInvalidInput when the picture is dark.
Result<ExposureSetting> Meter(const Image<float>& irradiance, const Sensor& sensor,
                              ReadoutMode mode, const MeterParams& params, double exposure_s = 0,
                              double iso = 0);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_EXPOSURE_AUTO_EXPOSURE_H_
