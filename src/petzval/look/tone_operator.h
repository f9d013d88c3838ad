// Tone operators: scene light to display light, per colour.
#ifndef PETZVAL_LOOK_TONE_OPERATOR_H_
#define PETZVAL_LOOK_TONE_OPERATOR_H_

#include <memory>
#include <string>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/dcp_profile.h"

namespace petzval {

enum class ToneKind {
  kSigmoid,   // log-logistic per channel; the shape of ToneCurve
  kFilmLike,  // largest and smallest channel through it, the middle interpolated (DNG's rule)
  kAgx,       // the primaries drawn in and turned, the same curve, and half the way out again
  kAces2,     // tone scale and chroma compression on J, M of Hellwig and Fairchild
  kProfile,   // that of a camera profile, see profile_operator.h; kFilmLike where none is given
};
// "sigmoid", "film-like", "agx", "aces2", "profile". Errors name the nearest.
Result<ToneKind> FindToneKind(const std::string& name);

struct ToneParams {
  ToneKind kind = ToneKind::kSigmoid;
  // Slope at mid-grey without display limits, both axes logarithmic. kAces2 takes it relative to
  // 1.5, which gives the Academy's exponent.
  double contrast = 1.6;
  double mid_grey = 0.1845;  // stays where it is
  double white = 4;          // scene value that becomes the display's peak
  double headroom = 1;       // peak of the display over diffuse white, >= 1
  // For kProfile, whose operator works on linear Rec.2020 instead, to a peak of 1.
  std::shared_ptr<const DcpProfile> profile;
};

// Linear Display P3, gamut-compressed (negative values and NaN count as 0), exposed ->
// display-linear P3, 0..headroom. Continuous, monotone along greys, greys stay grey, bright colours
// lose saturation towards the peak. Finite for any input.
class ToneOperator {
 public:
  virtual ~ToneOperator() = default;
  virtual Vec3 Apply(const Vec3& scene) const = 0;
  // What Apply gives for a neutral, and the neutral that gives `display` (0..headroom).
  virtual double Grey(double scene) const = 0;
  virtual double SceneOfGrey(double display) const = 0;
  // True when Apply is Grey on each channel.
  virtual bool per_channel() const { return false; }
};
// The headroom is used as far as the scene has light for it: a scene that ends at diffuse white is
// not stretched. `white` > mid_grey.
std::unique_ptr<ToneOperator> MakeToneOperator(const ToneParams& params);

// The part of the headroom that a scene with this `white` uses: 1..headroom.
double UsedHeadroom(double headroom, double white);

}  // namespace petzval

#endif  // PETZVAL_LOOK_TONE_OPERATOR_H_
