// Correlated colour temperature and tint of a white point.
#ifndef PETZVAL_COLOR_TEMPERATURE_H_
#define PETZVAL_COLOR_TEMPERATURE_H_

#include "petzval/color/spaces.h"

namespace petzval {

// A white point as photographers and DNG state it. `tint` is -3000 times the signed distance from
// the Planckian locus in the CIE 1960 (u, v) plane: positive = the light is greener than a black
// body (the picture is moved towards magenta), about 10 for daylight.
struct Temperature {
  double kelvin_k = 6504;  // 1667 .. 1e6
  double tint = 0;
};

// Robertson's method (Computation of correlated color temperature, J. Opt. Soc. Am. 58, 1968) on
// his 31 isotemperature lines, as DNG uses it. Any chromaticity gives a finite answer.
Temperature TemperatureFromChromaticity(Chromaticity white);

// Its inverse on the same lines; kelvin_k > 0.
Chromaticity ChromaticityFromTemperature(const Temperature& temperature);

}  // namespace petzval

#endif  // PETZVAL_COLOR_TEMPERATURE_H_
