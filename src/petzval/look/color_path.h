// From exposed scene light to display code values: tone, hue, chroma, gamut. The exact reference
// that the picture's table is baked from.
#ifndef PETZVAL_LOOK_COLOR_PATH_H_
#define PETZVAL_LOOK_COLOR_PATH_H_

#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/color/oklab.h"
#include "petzval/look/look.h"
#include "petzval/look/tone_curve.h"

namespace petzval {

// Oklab lightness and chroma of `toned`, and its hue moved back towards that of `scene`:
// h = h_scene + (1 - p) (h_toned - h_scene). p = 0 leaves `toned` as it is, p = 1 keeps the hue.
// Both are Oklab. For a scene colour without hue (neutral) the result is `toned`.
Vec3 PreserveHue(const Vec3& scene, const Vec3& toned, double p);

class ColorPath {
 public:
  // `white`: the scene value that becomes display white, see ToneCurve.
  ColorPath(const Look& look, double white, OutputSpace space);

  // The tone curve works on linear Display P3: wide enough for surfaces, and so close to the output
  // spaces that step 2 is nearly the identity and a small table holds it.
  static constexpr RgbSpace kToneSpace = kDisplayP3;

  // Linear Rec.2020, exposed (mid-grey of the look = mid-grey of the picture), any finite value ->
  // sRGB-encoded RGB of the output space, 0..1.
  Vec3 Encode(const Vec3& scene) const;

  // The same in the two steps of the table: (1) gamut compression and tone curve, each channel on
  // its own, sRGB-encoded, 0..1; (2) everything else. Neutral colours pass step 2 unchanged.
  Vec3 Tone(const Vec3& scene) const;
  Vec3 Color(const Vec3& toned_encoded) const;

  const ToneCurve& curve() const { return curve_; }
  const Mat3& tone_from_rec2020() const { return tone_from_rec2020_; }

 private:
  Vec3 ToToneSpace(const Vec3& scene) const;
  // Step 2 from linear kToneSpace: `scene` after gamut compression, `toned` after the curve.
  Vec3 ColorFrom(const Vec3& scene, const Vec3& toned) const;
  friend std::vector<float> BakeColorTable(const ColorPath& path, int n);

  ToneCurve curve_;
  double hue_preservation_, skin_hue_preservation_;
  double chroma_, chroma_red_, chroma_blue_, chroma_skin_;
  Mat3 tone_from_rec2020_;
  OklabConverter working_, display_;
};

// How much an Oklab colour looks like skin, 0..1: hue and chroma windows that hold all skin patches
// of the ColorChecker SG under daylight and tungsten, smooth at their edges.
double SkinWeight(const OklchColor& color);

// Step 2 on a regular grid of n^3 toned colours: r fastest, then g, then b; 4 floats each (R, G, B,
// 0) so that one load fetches a colour.
std::vector<float> BakeColorTable(const ColorPath& path, int n);

}  // namespace petzval

#endif  // PETZVAL_LOOK_COLOR_PATH_H_
