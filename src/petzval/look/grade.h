// Colour grading: what a look does to the hue, chroma and lightness of each colour.
#ifndef PETZVAL_LOOK_GRADE_H_
#define PETZVAL_LOOK_GRADE_H_

#include <functional>
#include <memory>

#include "petzval/base/matrix.h"
#include "petzval/color/oklab.h"
#include "petzval/look/look.h"

namespace petzval {

// A pure function of two colours, made from a look once and evaluated for each entry of the colour
// table: the number of its steps costs nothing per pixel. In this order: black-and-white mix,
// sectors of hue (chroma, lightness, hue), chroma of all colours with the skin guard, lightness
// curve, warmth, split toning, toning of black-and-white.
class Grade {
 public:
  // `grey`: what the tone operator makes of a neutral scene value (display-linear, monotone); the
  // black-and-white mix needs it. `as_is`: what the operator makes of skin is meant (a camera
  // profile), its saturation is not held to the scene's.
  Grade(const Look& look, std::function<double(double)> grey, bool as_is = false);
  ~Grade();
  Grade(Grade&&) noexcept;
  Grade& operator=(Grade&&) noexcept;

  // Both Oklab, white at L = 1. `scene`: the exposed scene colour after gamut compression, before
  // the tone operator. `toned`: after the tone operator, its hue already preserved. Finite ->
  // finite, L >= 0; the result may lie outside the display's gamut, which maps it at constant
  // lightness and hue. Continuous; along a scene colour that gets brighter L does not fall.
  Vec3 Apply(const Vec3& scene, const Vec3& toned) const;

  // False when greys change (curve, warmth, toning): the table's diagonal is then no longer
  // the identity, and takes what Apply gives for neutral colours.
  bool keeps_greys() const;
  // True when the picture has no colour but that of its toning.
  bool monochrome() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_GRADE_H_
