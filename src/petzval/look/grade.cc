// Colour grading: what a look does to the hue, chroma and lightness of each colour.
#include "petzval/look/grade.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "petzval/base/monotone_cubic.h"
#include "petzval/look/color_path.h"
#include "petzval/look/mono.h"
#include "petzval/look/windows.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

// Skin is never shown with less than this share of the saturation that it has in the scene.
constexpr double kPaleSkin = 0.94;

// Sectors of the older factors chroma_red and chroma_blue, in degrees: the red of sRGB lies at 29,
// its blue at 264, a clear sky at 240.
constexpr double kRedCenter = 24, kRedWidth = 42;
constexpr double kBlueCenter = 258, kBlueWidth = 55;

// A value for each hue through those of the sectors: periodic, smooth, without overshoot.
class HueCurve {
 public:
  HueCurve(const std::vector<double>& of_sector, double neutral) : neutral_(neutral) {
    flat_ = std::all_of(of_sector.begin(), of_sector.end(), [&](double v) { return v == neutral; });
    // Two further sectors on either side, so that the slopes at the seam are right.
    for (int i = -2; i < kHueSectors + 3; ++i) {
      const int wrapped = (i + kHueSectors) % kHueSectors;
      const int turns = (i + kHueSectors) / kHueSectors - 1;
      hue_deg_.push_back(kHueSectorCenterDeg[wrapped] + 360.0 * turns);
      value_.push_back(of_sector[wrapped]);
    }
  }
  bool flat() const { return flat_; }
  double At(double hue) const {
    if (flat_) return neutral_;
    double deg = hue / kDeg;
    if (deg < 0) deg += 360;
    return MonotoneCubic(hue_deg_, value_, std::clamp(deg, 0.0, 360.0));
  }

 private:
  bool flat_;
  double neutral_;
  std::vector<double> hue_deg_, value_;
};

// Lightness through the nine knots of the look's curve; beyond white its end goes on.
class LightnessCurve {
 public:
  explicit LightnessCurve(const std::vector<double>& percent) {
    for (size_t i = 0; i < percent.size(); ++i) {
      const double l = static_cast<double>(i) / (static_cast<double>(percent.size()) - 1);
      in_.push_back(l);
      out_.push_back(std::max(0.0, l + percent[i] / 100));
      flat_ = flat_ && percent[i] == 0;
    }
  }
  bool flat() const { return flat_; }
  double At(double l) const {
    if (flat_) return l;
    if (l >= 1) return std::max(0.0, out_.back() + l - 1);
    return MonotoneCubic(in_, out_, std::max(0.0, l));
  }

 private:
  bool flat_ = true;
  std::vector<double> in_, out_;
};

struct Tint {
  double a = 0, b = 0;
  Tint(double hue_deg, double chroma)
      : a(chroma * std::cos(hue_deg * kDeg)), b(chroma * std::sin(hue_deg * kDeg)) {}
  bool none() const { return a == 0 && b == 0; }
};

// Warm light is a little more orange than yellow: the direction of the Planckian locus.
constexpr double kWarmA = 0.014, kWarmB = 0.034;
// Half the width of the change from shadows to highlights.
constexpr double kSplitWidth = 0.38;

}  // namespace

struct Grade::State {
  State(const Look& look, std::function<double(double)> grey_tone, bool as_is)
      : grey(std::move(grey_tone)),
        mono(look.Get("monochrome")),
        mono_weights(MonoWeights(look)),
        toning(look.Text("mono_toning")),
        toning_strength(look.Get("mono_toning_strength")),
        hue_chroma(look.List("hue_chroma"), 1),
        hue_lightness(look.List("hue_lightness"), 0),
        hue_shift(look.List("hue_shift_deg"), 0),
        keeps_skin(!as_is),
        skin_guard(look.Get("skin_guard")),
        chroma(look.Get("chroma")),
        chroma_red(look.Get("chroma_red")),
        chroma_blue(look.Get("chroma_blue")),
        chroma_skin(look.Get("chroma_skin")),
        curve(look.List("curve")),
        warmth(look.Get("warmth") / 100),
        shadow(look.Get("shadow_hue"), look.Get("shadow_chroma")),
        highlight(look.Get("highlight_hue"), look.Get("highlight_chroma")),
        split_pivot(0.5 + 0.3 * look.Get("split_balance")) {
    toned_print = mono > 0 && toning != "none" && toning_strength > 0;
  }

  Vec3 Sectors(const Vec3& scene, Vec3 lab) const;
  Vec3 Monochrome(const Vec3& scene, const Vec3& lab) const;
  Vec3 Curve(const Vec3& lab) const;
  Vec3 Tints(Vec3 lab) const;

  std::function<double(double)> grey;
  double mono;
  Vec3 mono_weights;
  std::string toning;
  double toning_strength;
  bool toned_print = false;
  HueCurve hue_chroma, hue_lightness, hue_shift;
  bool keeps_skin;
  double skin_guard, chroma, chroma_red, chroma_blue, chroma_skin;
  LightnessCurve curve;
  double warmth;
  Tint shadow, highlight;
  double split_pivot;
  OklabConverter rec2020{kRec2020};
};

Vec3 Grade::State::Sectors(const Vec3& scene, Vec3 lab) const {
  const OklchColor from = OklchFromOklab(scene);
  const OklchColor to = OklchFromOklab(lab);
  if (!(from.c > 0) || !(from.l > 0) || !(to.c > 0) || !(to.l > 0)) return lab;
  // With the scene's hue decide what is skin and which sector counts, so that the tone operator
  // cannot change the answer.
  const double skin = SkinWeight({to.l, to.c, from.h});
  const double free = 1 - skin_guard * skin;

  double factor = 1 + free * (hue_chroma.At(from.h) - 1);
  factor *= chroma * (1 + (chroma_red - 1) * HueWindow(from.h, kRedCenter, kRedWidth)) *
            (1 + (chroma_blue - 1) * HueWindow(from.h, kBlueCenter, kBlueWidth));
  // Skin keeps the saturation it had: a steep curve makes it heavy, a factor makes it orange, a
  // soft shoulder makes it pale. Only towards white it may fade, as everything does.
  if (skin > 0 && keeps_skin) {
    const double saturation = (to.c * from.l) / (from.c * to.l);
    const double least = kPaleSkin * std::min(1.0, chroma) * (1 - SmoothStep(0.84, 1.0, to.l));
    const double most = std::max(chroma_skin, least);
    factor += skin * (std::clamp(factor, least / saturation, most / saturation) - factor);
  }
  const double turn = free * hue_shift.At(from.h) * kDeg;
  const double c = factor * std::cos(turn), s = factor * std::sin(turn);
  lab = {{lab[0], c * lab[1] - s * lab[2], s * lab[1] + c * lab[2]}};

  if (!hue_lightness.flat()) {
    // A power of lightness leaves black and white where they are. The scene's saturation decides
    // how much: it does not change with exposure, so that brighter stays brighter.
    constexpr double kSaturated = 0.10;
    const double saturation = from.c / from.l;
    const double share =
        saturation * saturation / (saturation * saturation + kSaturated * kSaturated);
    lab[0] = std::pow(lab[0], std::exp2(-free * share * hue_lightness.At(from.h)));
  }
  return lab;
}

Vec3 Grade::State::Monochrome(const Vec3& scene, const Vec3& lab) const {
  const Vec3 light = rec2020.ToRgb(scene);
  const double seen = std::max(
      0.0, mono_weights[0] * light[0] + mono_weights[1] * light[1] + mono_weights[2] * light[2]);
  // A neutral of luminance y has the Oklab lightness of its cube root.
  const double l = std::cbrt(std::max(0.0, grey(seen)));
  return {{lab[0] + mono * (l - lab[0]), lab[1] * (1 - mono), lab[2] * (1 - mono)}};
}

Vec3 Grade::State::Curve(const Vec3& lab) const {
  const double l = curve.At(lab[0]);
  // Chroma goes with lightness, so that a lifted or printed-down colour keeps its saturation; not
  // below a floor, where a lifted black would be noise in colour.
  constexpr double kFloor = 0.1;
  const double keep = (l + kFloor) / (std::max(0.0, lab[0]) + kFloor);
  return {{l, lab[1] * keep, lab[2] * keep}};
}

Vec3 Grade::State::Tints(Vec3 lab) const {
  const double l = std::clamp(lab[0], 0.0, 1.0);
  const double paper = 1 - SmoothStep(0.86, 1, l);
  if (warmth != 0) {
    const double share = warmth * l * (0.4 + 0.6 * paper);
    lab[1] += kWarmA * share;
    lab[2] += kWarmB * share;
  }
  if (!shadow.none() || !highlight.none()) {
    const double lights = SmoothStep(split_pivot - kSplitWidth, split_pivot + kSplitWidth, l);
    const double darks = (1 - lights) * SmoothStep(0, 0.2, l);
    lab[1] += darks * shadow.a + lights * paper * highlight.a;
    lab[2] += darks * shadow.b + lights * paper * highlight.b;
  }
  if (toned_print) {
    const Vec3 tone = MonoToning(toning, l);
    lab[1] += mono * toning_strength * tone[1];
    lab[2] += mono * toning_strength * tone[2];
  }
  return lab;
}

Grade::Grade(const Look& look, std::function<double(double)> grey, bool as_is)
    : state_(std::make_unique<State>(look, std::move(grey), as_is)) {}
Grade::~Grade() = default;
Grade::Grade(Grade&&) noexcept = default;
Grade& Grade::operator=(Grade&&) noexcept = default;

Vec3 Grade::Apply(const Vec3& scene, const Vec3& toned) const {
  const State& s = *state_;
  Vec3 lab = toned;
  if (s.mono < 1) lab = s.Sectors(scene, lab);
  if (s.mono > 0) lab = s.Monochrome(scene, lab);
  if (!s.curve.flat()) lab = s.Curve(lab);
  lab = s.Tints(lab);
  lab[0] = std::max(0.0, lab[0]);
  return lab;
}

bool Grade::keeps_greys() const {
  const State& s = *state_;
  return s.curve.flat() && s.warmth == 0 && s.shadow.none() && s.highlight.none() && !s.toned_print;
}

bool Grade::monochrome() const { return state_->mono == 1; }

}  // namespace petzval
