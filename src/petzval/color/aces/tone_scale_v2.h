// ACES 2: tone scale on luminance, and what it does to colourfulness.
#ifndef PETZVAL_COLOR_ACES_TONE_SCALE_V2_H_
#define PETZVAL_COLOR_ACES_TONE_SCALE_V2_H_

#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/reach_v2.h"

namespace petzval::aces {

// What the tone scale is made from; the defaults are the Academy's.
struct ToneScaleV2Params {
  double peak_nits = 100;  // of the display, > 0
  double exponent = 1.15;  // contrast
  // Scene value that becomes the peak; 0: 128 at 100 cd/m^2 to 896 at 10000.
  double hit = 0;
};

// Scene luminance (0.18 = mid-grey) -> cd/m^2: a Michaelis-Menten curve with an exponent, and a toe
// below (Academy, ACES 2 output transforms; the tone scale of Daniele Siragusano). Mid-grey becomes
// about 10 cd/m^2 at a peak of 100, 14.5 at 1000. Monotone; scene <= 0 gives 0.
class ToneScaleV2 {
 public:
  explicit ToneScaleV2(const ToneScaleV2Params& params);
  double Apply(double scene) const;
  // Of 0..peak; values that it never reaches give the scene value of the peak.
  double Inverse(double nits) const;
  double peak_nits() const { return peak_; }
  // Scene value that becomes the peak.
  double hit() const { return hit_; }
  // What mid-grey is meant to become; the curve gives up to 4 % less at high peaks.
  double grey_nits() const { return grey_nits_; }

 private:
  double peak_, exponent_, hit_;
  double s_ = 0, m_ = 0, grey_nits_ = 0;
};

// Colourfulness after the tone scale: chroma follows lightness, is compressed towards the limit of
// AP1 in the lights, and expanded a little in the shadows.
class ChromaCompressionV2 {
 public:
  explicit ChromaCompressionV2(double peak_nits);
  // The scene's J, M, h and the J after the tone scale -> J, M, h to be shown (hue unchanged).
  // Finite for finite input; M of black is 0.
  Jmh Apply(const Jmh& scene, double toned_j) const;

 private:
  double limit_j_, scale_, compression_, saturation_, threshold_;
  ReachV2 reach_;
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_TONE_SCALE_V2_H_
