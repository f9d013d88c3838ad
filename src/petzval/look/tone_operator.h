// Tone operators: scene light to display light, per colour.
#ifndef PETZVAL_LOOK_TONE_OPERATOR_H_
#define PETZVAL_LOOK_TONE_OPERATOR_H_

#include <memory>
#include <string>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"

namespace petzval {

enum class ToneKind {
  kSigmoid,   // log-logistic per channel; the shape of ToneCurve
  kFilmLike,  // largest and smallest channel through it, the middle interpolated (DNG's rule)
  kAgx,       // inset, logarithm, sigmoid, outset
  kAces2,     // tone scale and chroma compression on J, M of Hellwig and Fairchild
};
// "sigmoid", "film-like", "agx", "aces2". Errors name the nearest.
Result<ToneKind> FindToneKind(const std::string& name);

struct ToneParams {
  ToneKind kind = ToneKind::kSigmoid;
  double contrast = 1.6;
  double mid_grey = 0.1845;
  double white = 4;     // scene value that becomes the display's peak
  double headroom = 1;  // peak of the display over diffuse white, >= 1
};

// Linear Display P3, gamut-compressed (>= 0), exposed -> display-linear P3, 0..headroom. Monotone
// along greys, greys stay grey, bright colours go to white. Finite for any finite input.
class ToneOperator {
 public:
  virtual ~ToneOperator() = default;
  virtual Vec3 Apply(const Vec3& scene) const = 0;
};
std::unique_ptr<ToneOperator> MakeToneOperator(const ToneParams& params);

}  // namespace petzval

#endif  // PETZVAL_LOOK_TONE_OPERATOR_H_
