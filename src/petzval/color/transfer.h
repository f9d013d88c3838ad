// Transfer functions: linear light to code values and back.
#ifndef PETZVAL_COLOR_TRANSFER_H_
#define PETZVAL_COLOR_TRANSFER_H_

#include <cmath>

namespace petzval {

// IEC 61966-2-1 (sRGB; Display P3 uses the same curve). 0..1 to 0..1, monotone, odd around zero so
// that values outside the gamut survive a round trip.
inline double EncodeSrgb(double linear) {
  const double x = std::fabs(linear);
  const double y = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
  return std::copysign(y, linear);
}

inline double DecodeSrgb(double encoded) {
  const double y = std::fabs(encoded);
  const double x = y <= 0.04045 ? y / 12.92 : std::pow((y + 0.055) / 1.055, 2.4);
  return std::copysign(x, encoded);
}

}  // namespace petzval

#endif  // PETZVAL_COLOR_TRANSFER_H_
