// From display light to code values of an output space and back.
#ifndef PETZVAL_LOOK_DISPLAY_CODE_H_
#define PETZVAL_LOOK_DISPLAY_CODE_H_

#include "petzval/base/matrix.h"
#include "petzval/color/spaces.h"
#include "petzval/look/look.h"

namespace petzval {

// ITU-R BT.2408: the luminance of diffuse white on displays of high dynamic range.
inline constexpr double kDiffuseWhiteNits = 203;

// Encoding of light that is linear in `primaries` with diffuse white at 1 (for kLLog: scene light).
class DisplayCode {
 public:
  // `headroom` >= 1 is what the look asks for; spaces of standard range have none.
  DisplayCode(OutputSpace space, double headroom);

  RgbSpace primaries() const;
  double headroom() const { return headroom_; }  // what the space can hold of it
  bool is_log() const { return space_ == OutputSpace::kLLog; }

  // A neutral of this light, 0..headroom, as the code of all its channels, 0..1; and back. Monotone
  // and exact inverses of each other.
  double Encode(double light) const;
  double Decode(double code) const;
  // A colour; equal channels give equal codes, those of Encode.
  Vec3 EncodeColor(const Vec3& light) const;

 private:
  OutputSpace space_;
  double headroom_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_DISPLAY_CODE_H_
