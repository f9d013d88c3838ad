// From exposed scene light to code values: tone, hue, grading, gamut. The exact reference that the
// picture's table is baked from.
#ifndef PETZVAL_LOOK_COLOR_PATH_H_
#define PETZVAL_LOOK_COLOR_PATH_H_

#include <memory>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/color/dcp_profile.h"
#include "petzval/color/oklab.h"
#include "petzval/look/display_code.h"
#include "petzval/look/grade.h"
#include "petzval/look/imported_table.h"
#include "petzval/look/look.h"
#include "petzval/look/tone_curve.h"
#include "petzval/look/tone_operator.h"

namespace petzval {

// Oklab lightness and chroma of `toned`, and its hue moved back towards that of `scene`:
// h = h_scene + (1 - p) (h_toned - h_scene). p = 0 leaves `toned` as it is, p = 1 keeps the hue.
// Both are Oklab. For a scene colour without hue (neutral) the result is `toned`.
Vec3 PreserveHue(const Vec3& scene, const Vec3& toned, double p);

class ColorPath {
 public:
  // `white`: the scene value that becomes display white (the display's peak), see ToneOperator; not
  // below what a curve of the look's contrast can reach (1.05 or less). For kLLog the scene value
  // of code 1 takes its place.
  // `profile`: of the camera; a look whose tone operator is "profile" is made of it alone, without
  // hue preservation, path to white and guard of skin, and ends at the white of the profile.
  ColorPath(const Look& look, double white, OutputSpace space,
            const std::shared_ptr<const DcpProfile>& profile = nullptr);

  // The tone operator works on linear Display P3: wide enough for surfaces, and so close to the
  // output spaces that step 2 is nearly the identity and a small table holds it. (That of profiles
  // works on Rec.2020.)
  static constexpr RgbSpace kToneSpace = kDisplayP3;

  // Linear Rec.2020, exposed (mid-grey of the look = mid-grey of the picture), any value -> code
  // values of the output space, 0..1. NaN counts as 0, infinities as the largest numbers.
  Vec3 Encode(const Vec3& scene) const;

  // The same in the two steps of the table: (1) gamut compression and the tone operator's response
  // to greys, each channel on its own, as a code value; (2) everything else. Neutral colours pass
  // step 2 unchanged when keeps_greys().
  Vec3 Tone(const Vec3& scene) const;
  Vec3 Color(const Vec3& toned_encoded) const;
  bool keeps_greys() const { return code_.is_log() || (grade_.keeps_greys() && table_.none()); }

  // Scene values from here on are display white. May differ from what the constructor got.
  double white() const { return white_; }
  // The scene value of a neutral code, and back: step 1 for one channel.
  double SceneOfCode(double code) const;
  double CodeOfScene(double scene) const;
  // The curve of the looks "sigmoid", "film-like" and "agx" with headroom 1.
  const ToneCurve& curve() const { return curve_; }
  // To the linear space of step 1: kToneSpace, or Rec.2020 itself for kLLog and profiles.
  const Mat3& tone_from_rec2020() const { return tone_from_rec2020_; }

 private:
  Vec3 ToToneSpace(const Vec3& scene) const;
  // What is shown, linear and 0..peak, of `scene` in kToneSpace after gamut compression; `toned`:
  // each channel through the response to greys.
  Vec3 Shown(const Vec3& scene, const Vec3& toned) const;
  // Its part before grading: `light` after the tone operator on its path to white, with the share
  // of the scene's hue that the look preserves. Oklab.
  Vec3 HueKept(const Vec3& scene, const Vec3& light, const Vec3& scene_lab) const;
  // A graded colour as the display shows it, 0..peak.
  Vec3 Displayed(const Vec3& scene_lab, const Vec3& graded) const;
  friend std::vector<float> BakeColorTable(const ColorPath& path, int n);

  bool as_is_;  // the tone operator is that of a profile
  DisplayCode code_;
  double white_;
  ToneCurve curve_;
  std::unique_ptr<const ToneOperator> tone_;
  // With headroom: the operator without. Hues come from it, so that both versions share them.
  std::unique_ptr<const ToneOperator> standard_;
  double hue_preservation_, skin_hue_preservation_;
  Mat3 tone_from_rec2020_;
  OklabConverter working_, display_;
  Grade grade_;
  double knee_;  // of the display's gamut
  ImportedTable table_;
  double peak_;  // of what the tone operator gives
};

// How much an Oklab colour looks like skin, 0..1: hue and chroma windows that hold all skin patches
// of the ColorChecker SG under daylight and tungsten, smooth at their edges.
double SkinWeight(const OklchColor& color);

// Step 2 on a regular grid of n^3 toned colours: r fastest, then g, then b; 4 floats each (R, G, B,
// 0) so that one load fetches a colour.
std::vector<float> BakeColorTable(const ColorPath& path, int n);

}  // namespace petzval

#endif  // PETZVAL_LOOK_COLOR_PATH_H_
