// Oklab (Ottosson 2020): a space whose hue stays put when only lightness and chroma change.
#ifndef PETZVAL_COLOR_OKLAB_H_
#define PETZVAL_COLOR_OKLAB_H_

#include <array>

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"

namespace petzval {

// XYZ relative to D65 (white Y = 1) -> Oklab. L of white is 1; negative cone responses keep their
// sign under the cube root.
Vec3 OklabFromXyz(const Vec3& xyz_d65);
Vec3 XyzFromOklab(const Vec3& lab);

// Between linear RGB of one space (white D65) and Oklab with the matrices multiplied out once.
class OklabConverter {
 public:
  explicit OklabConverter(const RgbSpace& space);
  Vec3 FromRgb(const Vec3& rgb) const;
  Vec3 ToRgb(const Vec3& lab) const;
  // Linear RGB along a ray of constant lightness and hue: channel i at chroma c is
  // p[i][0] + p[i][1] c + p[i][2] c^2 + p[i][3] c^3.
  std::array<std::array<double, 4>, 3> ChromaPolynomials(double l, double cos_h,
                                                         double sin_h) const;

 private:
  Mat3 lms_from_rgb_, rgb_from_lms_;
};

// Lightness, chroma, hue. Hue in radians, -pi..pi; 0 for a neutral.
struct OklchColor {
  double l = 0, c = 0, h = 0;
};
OklchColor OklchFromOklab(const Vec3& lab);
Vec3 OklabFromOklch(const OklchColor& lch);

// `radians` brought into -pi..pi.
double WrapAngle(double radians);

// Constant-hue chroma reduction into the cube of `space` (CSS Color Module Level 4, 13.2: binary
// search in Oklch, stopping where plain clipping is no longer visible, JND 0.02). In and out are
// linear; a colour with L >= 1 becomes white, with L <= 0 black. Always within 0..1.
Vec3 MapToGamutCss(const OklabConverter& space, const Vec3& lab);

}  // namespace petzval

#endif  // PETZVAL_COLOR_OKLAB_H_
