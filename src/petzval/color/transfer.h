// Transfer functions: linear light to code values and back.
#ifndef PETZVAL_COLOR_TRANSFER_H_
#define PETZVAL_COLOR_TRANSFER_H_

#include <cmath>

#include "petzval/base/matrix.h"

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

// ITU-R BT.709, the curve of cameras: scene light to code values. Odd around zero.
double EncodeRec709(double linear);
double DecodeRec709(double code);

// ITU-R BT.1886, the curve of studio displays: code value 0..1 to light of the display in cd / m^2
// of `white_nits` and `black_nits`, white > black >= 0; with 1 and 0 a power of 2.4. Codes below 0
// count as 0 after the black lift, light below black as black.
double DecodeBt1886(double code, double white_nits = 1, double black_nits = 0);
double EncodeBt1886(double light, double white_nits = 1, double black_nits = 0);

// ITU-R BT.2100 HLG: scene light 0..1 (1/12 is where square root meets logarithm) to code values.
// Negative light counts as 0; codes and light beyond 1 continue the curve.
double EncodeHlg(double scene);
double DecodeHlg(double code);
// Its system gamma for a display of `peak_nits` (1.2 at 1000 cd/m^2, BT.2390's extension beyond
// 400..2000), and the light such a display shows for scene light in linear Rec.2020: nits, scaled
// by the luminance, so that hues stay. Scene luminance <= 0 gives black.
double HlgSystemGamma(double peak_nits);
Vec3 HlgDisplayFromScene(const Vec3& scene_rec2020, double peak_nits);
Vec3 HlgSceneFromDisplay(const Vec3& nits_rec2020, double peak_nits);

}  // namespace petzval

#endif  // PETZVAL_COLOR_TRANSFER_H_
