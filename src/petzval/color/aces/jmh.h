// The appearance space of ACES 2: lightness J, colourfulness M, hue h.
#ifndef PETZVAL_COLOR_ACES_JMH_H_
#define PETZVAL_COLOR_ACES_JMH_H_

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

struct Jmh {
  double j = 0;  // 100 for white of 100 cd/m^2
  double m = 0;
  double h = 0;  // degrees, 0..360; 0 for a neutral
};

// Hellwig and Fairchild, "Brightness, lightness, colorfulness, and chroma in CIECAM02 and CAM16"
// (Color Research and Application 47, 2022), as the Academy simplified it for output transforms:
// dim surround, 100 cd/m^2 adapting luminance, the white of the space fully discounted, own
// primaries of the cones, no eccentricity of hue. It inverts exactly, also for negative RGB.
class JmhSpace {
 public:
  explicit JmhSpace(const RgbSpace& space);
  // Linear RGB, 1 = 100 cd/m^2. A colour that is darker than black is 0, 0, 0.
  Jmh FromRgb(const Vec3& rgb) const;
  Vec3 ToRgb(const Jmh& jmh) const;

 private:
  Mat3 aab_from_cone_, cone_from_aab_, cone_from_rgb_, rgb_from_cone_;
  double white_ = 0;
};

// J of a neutral of this luminance in cd/m^2 (odd around 0), and back.
double JFromLuminance(double nits);
double LuminanceFromJ(double j);

// Colourfulness grows with about this power of lightness when light of one chromaticity does.
double ColourfulnessExponent();

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_JMH_H_
