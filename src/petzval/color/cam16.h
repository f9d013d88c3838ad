// CAM16: what a colour looks like in given surroundings, and back.
#ifndef PETZVAL_COLOR_CAM16_H_
#define PETZVAL_COLOR_CAM16_H_

#include "petzval/base/matrix.h"

namespace petzval {

// Surround of the picture: factor c, chromatic induction Nc, degree of adaptation F.
struct Cam16Surround {
  double c = 0.69, nc = 1, f = 1;
};
inline constexpr Cam16Surround kAverageSurround{0.69, 1, 1};
inline constexpr Cam16Surround kDimSurround{0.59, 0.9, 0.9};
inline constexpr Cam16Surround kDarkSurround{0.525, 0.8, 0.8};

struct Cam16Viewing {
  Vec3 white{{95.0456, 100, 108.9058}};                // XYZ, Y = 100
  double adapting_nits = 64 / 3.14159265358979 * 0.2;  // luminance of the adapting field, > 0
  double background = 20;                              // Y of the background, white = 100, > 0
  Cam16Surround surround = kAverageSurround;
  bool discount_illuminant = false;  // true: full adaptation to `white`
};

// Correlates of appearance: lightness J, chroma C, hue angle h (degrees, 0..360), saturation s,
// brightness Q, colourfulness M, hue composition H (0..400: red, yellow, green, blue).
struct Cam16Color {
  double j = 0, c = 0, h = 0, s = 0, q = 0, m = 0, composition = 0;
};

// Li, Li, Wang, Xu, Luo, Cui, Melgosa, Brill, Pointer, "Comprehensive color solutions: CAM16,
// CAT16, and CAM16-UCS" (Color Research and Application 42, 2017).
class Cam16 {
 public:
  explicit Cam16(const Cam16Viewing& viewing = {});

  // XYZ with white at Y = 100. Finite for any finite input: responses keep their sign under the
  // compression, a colour darker than black has J = 0.
  Cam16Color FromXyz(const Vec3& xyz) const;
  // Only lightness, chroma and hue are read. j < 0 counts as 0, and so does the chroma of black.
  Vec3 XyzFromJch(double j, double c, double h) const;
  // The same from colourfulness, and from brightness and colourfulness.
  Vec3 XyzFromJmh(double j, double m, double h) const;
  Vec3 XyzFromQmh(double q, double m, double h) const;

 private:
  Mat3 rgb_from_xyz_, xyz_from_rgb_;  // adapted responses
  double c_ = 0, nc_ = 0, n_ = 0, fl_ = 0, nbb_ = 0, ncb_ = 0, z_ = 0, aw_ = 0;
};

// CAM16-UCS: J', a', b', whose Euclidean distance is a colour difference.
Vec3 Cam16UcsFromJmh(double j, double m, double h);
struct Cam16Jmh {
  double j = 0, m = 0, h = 0;
};
Cam16Jmh JmhFromCam16Ucs(const Vec3& ucs);
// 0 .. about 100; includes the exponent that fits visual data.
double DeltaECam16Ucs(const Vec3& ucs1, const Vec3& ucs2);

}  // namespace petzval

#endif  // PETZVAL_COLOR_CAM16_H_
