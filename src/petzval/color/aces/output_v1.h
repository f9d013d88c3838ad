// The Academy's output transforms of version 1: reference rendering and display rendering in one.
#ifndef PETZVAL_COLOR_ACES_OUTPUT_V1_H_
#define PETZVAL_COLOR_ACES_OUTPUT_V1_H_

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"

namespace petzval::aces {

// Displays of the transforms 1.0 and 1.1 (Academy Color Encoding System, S-2013-001 and the output
// transforms of 2018): where it is seen, what white it shows and what it can show.
struct OutputV1 {
  enum class White {
    kD65,       // the white of the Academy adapted to D65
    kD60InD65,  // shown as it is on a D65 display: scaled so that it fits
    kD60InDci,  // the same on a DCI projector
    kD65InDci,  // D65 on a DCI projector
  };
  double peak_nits = 48;  // 48: cinema and video of standard range (the system of 2013)
  double mid_nits = 4.8;  // what mid-grey becomes; high dynamic range only
  double black_nits = 0.02;
  bool dim_surround = false;  // video; standard range only
  White white = White::kD65;
  // Primaries that the result is clipped to. No limit when `limit` is false.
  bool limited = false;
  RgbSpace limit = kRec709;
};

// ACES2065-1 (AP0), any finite value -> XYZ relative to D65. Standard range: 1 = peak white. High
// dynamic range: 1 = 100 cd/m^2.
class OutputTransformV1 {
 public:
  explicit OutputTransformV1(const OutputV1& display);
  Vec3 Apply(const Vec3& ap0) const;

 private:
  Vec3 StandardRange(const Vec3& rendered) const;
  Vec3 HighRange(const Vec3& rendered) const;

  OutputV1 display_;
  double shift_ev_ = 0;  // of the tone scale, so that mid-grey becomes mid_nits
};

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_OUTPUT_V1_H_
