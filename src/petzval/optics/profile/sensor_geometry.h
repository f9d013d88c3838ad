// The sensor as far as a lens sees it: a grid of pixels and three colours of filters.
#ifndef PETZVAL_OPTICS_PROFILE_SENSOR_GEOMETRY_H_
#define PETZVAL_OPTICS_PROFILE_SENSOR_GEOMETRY_H_

#include <array>

#include "petzval/base/result.h"

namespace petzval::optics {

// Pixels as they are developed: a quad-Bayer sensor read at half size counts its binned ones.
struct SensorGeometry {
  int width_px = 0, height_px = 0;
  double pitch_um = 0;       // of these pixels
  bool quad_binned = false;  // these pixels are means of 2 x 2 native ones of the same colour

  double half_diagonal_px() const;
  double half_diagonal_mm() const { return half_diagonal_px() * pitch_um * 1e-3; }
};

// Errors: kInvalidInput unless 1..65535 pixels a side and a pitch of 0.1..100 um.
Status CheckSensor(const SensorGeometry& sensor);

// Relative response of red, green and blue pixels (times the light's spectrum) as skewed bells:
// exp(-((w - peak) / width)^2 / 2) with another width on either side.
struct SensorResponse {
  struct Bell {
    double peak_um, below_um, above_um;
  };
  // A phone sensor behind an IR-cut filter under equal-energy light: peaks and half widths as
  // they are typical of published sensitivities of such sensors (Jiang, Liu, Gu, Suesstrunk 2013,
  // "What is the space of spectral sensitivity functions for digital color cameras?").
  std::array<Bell, 3> bell = {
      {{0.598, 0.022, 0.034}, {0.531, 0.036, 0.040}, {0.462, 0.026, 0.034}}};
  double min_um = 0.42, max_um = 0.68;  // the filter stack passes nothing outside

  double At(int channel, double um) const;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PROFILE_SENSOR_GEOMETRY_H_
