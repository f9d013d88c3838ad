// From exposed scene light to code values: tone, hue, grading, gamut.
#include "petzval/look/color_path.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "petzval/base/parallel.h"
#include "petzval/color/camera_log.h"
#include "petzval/look/gamut.h"
#include "petzval/look/profile_operator.h"
#include "petzval/look/windows.h"

namespace petzval {
namespace {

// Blue lamps, in degrees of Oklab hue; the blue of sRGB lies at 264.
constexpr double kLampCenter = 268, kLampWidth = 70;

// What a profile shows within the display's gamut stays as it is.
constexpr double kHardKnee = 0.97;

bool IsGrey(const Vec3& rgb) { return rgb[0] == rgb[1] && rgb[1] == rgb[2]; }

// Any bits as a colour that sums and products cannot make infinite.
Vec3 Finite(const Vec3& rgb) {
  constexpr double kMost = 1e6;
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = std::isnan(rgb[i]) ? 0 : std::clamp(rgb[i], -kMost, kMost);
  return out;
}

// Light brighter than diffuse white comes from lamps and the sun: as film and eyes do, it loses
// saturation on its way up. The smaller channels of `toned` rise towards the largest.
Vec3 PathToWhite(const Vec3& scene, const Vec3& toned) {
  constexpr double kBeginsEv = 0, kEndsEv = 3, kShare = 0.25;
  const double brightest = std::max({scene[0], scene[1], scene[2]});
  if (!(brightest > 1)) return toned;
  const double share = kShare * SmoothStep(kBeginsEv, kEndsEv, std::log2(brightest));
  const double top = std::max({toned[0], toned[1], toned[2]});
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = toned[i] + share * (top - toned[i]);
  return out;
}

// `lab` with the hue of `from`, as far as that has one.
Vec3 WithHueOf(const Vec3& from, const Vec3& lab) {
  return PreserveHue(from, lab, SmoothStep(0.002, 0.01, std::hypot(from[1], from[2])));
}

ToneKind KindOf(const Look& look) {
  return FindToneKind(look.Text("tone_operator")).value_or(ToneKind::kSigmoid);
}

ToneParams ParamsOf(const Look& look, double white, double headroom,
                    std::shared_ptr<const DcpProfile> profile = nullptr) {
  ToneParams p;
  p.kind = KindOf(look);
  p.profile = std::move(profile);
  p.contrast = look.Get("contrast");
  p.mid_grey = look.Get("mid_grey");
  p.white = white;
  p.headroom = headroom;
  return p;
}

// The smallest white that a curve with the look's slope at mid-grey can reach, and a margin.
double LeastWhite(const Look& look) {
  constexpr double kMargin = 1.05;
  return kMargin * std::pow(look.Get("mid_grey"), 1 - 1 / look.Get("contrast"));
}

}  // namespace

double SkinWeight(const OklchColor& color) {
  constexpr double kDeg = std::numbers::pi / 180;
  // Flat over the hues of skin, falling off to red lips and to yellow cloth.
  const double d = std::fabs(WrapAngle(color.h - 53 * kDeg)) / kDeg;
  return (1 - SmoothStep(16, 34, d)) * SmoothStep(0.01, 0.03, color.c) *
         (1 - SmoothStep(0.13, 0.19, color.c));
}

Vec3 PreserveHue(const Vec3& scene, const Vec3& toned, double p) {
  if ((scene[1] == 0 && scene[2] == 0) || (toned[1] == 0 && toned[2] == 0)) return toned;
  const double turn = WrapAngle(std::atan2(scene[2], scene[1]) - std::atan2(toned[2], toned[1]));
  const double c = std::cos(p * turn), s = std::sin(p * turn);
  return {{toned[0], c * toned[1] - s * toned[2], s * toned[1] + c * toned[2]}};
}

ColorPath::ColorPath(const Look& look, double white, OutputSpace space,
                     const std::shared_ptr<const DcpProfile>& profile)
    : as_is_(profile && KindOf(look) == ToneKind::kProfile),
      code_(space, look.Get("headroom")),
      white_(code_.is_log() ? DecodeLLog(1)
             : as_is_       ? ProfileWhite(*profile)
                            : std::max(white, LeastWhite(look))),
      curve_(look.Get("contrast"), look.Get("mid_grey"), white_),
      tone_(MakeToneOperator(ParamsOf(look, white_, code_.headroom(), profile))),
      hue_preservation_(look.Get("hue_preservation")),
      skin_hue_preservation_(look.Get("skin_hue_preservation")),
      tone_from_rec2020_(code_.is_log() || as_is_ ? Mat3::Identity()
                                                  : RgbFromRgb(kToneSpace, kRec2020)),
      working_(as_is_ ? kRec2020 : kToneSpace),
      display_(code_.primaries()),
      grade_(
          look, [tone = tone_.get()](double scene) { return tone->Grey(scene); }, as_is_),
      knee_(as_is_ ? kHardKnee : kGamutKnee),
      table_(look, code_.primaries(), knee_),
      peak_(as_is_ ? 1 : UsedHeadroom(code_.headroom(), white_)) {
  if (peak_ > 1) standard_ = MakeToneOperator(ParamsOf(look, white_, 1));
}

double ColorPath::CodeOfScene(double scene) const {
  if (code_.is_log()) return code_.Encode(std::max(scene, 0.0));
  return code_.Encode(tone_->Grey(scene));
}

double ColorPath::SceneOfCode(double code) const {
  const double light = code_.Decode(code);
  return code_.is_log() ? light : tone_->SceneOfGrey(light);
}

Vec3 ColorPath::Tone(const Vec3& scene) const {
  Vec3 out = CompressSceneGamut(ToToneSpace(Finite(scene)), white_);
  for (double& v : out.v) v = CodeOfScene(v);
  return out;
}

Vec3 ColorPath::ToToneSpace(const Vec3& scene) const {
  // As differences from a channel, so that greys stay exactly grey.
  const Mat3& m = tone_from_rec2020_;
  const double rg = scene[1] - scene[0], gb = scene[2] - scene[1], br = scene[0] - scene[2];
  return {{scene[0] + m[0][1] * rg - m[0][2] * br, scene[1] - m[1][0] * rg + m[1][2] * gb,
           scene[2] + m[2][0] * br - m[2][1] * gb}};
}

Vec3 ColorPath::HueKept(const Vec3& scene, const Vec3& light, const Vec3& scene_lab) const {
  if (as_is_) return working_.FromRgb(light);
  const Vec3 lab = working_.FromRgb(PathToWhite(scene, light));
  const OklchColor shown = OklchFromOklab(lab), seen = OklchFromOklab(scene_lab);
  if (!(seen.c > 0) || !(shown.c > 0)) return lab;
  // With the scene's hue decide what is skin, so that the operator cannot change the answer.
  const double skin = SkinWeight({shown.l, shown.c, seen.h});
  double p = hue_preservation_ + skin * (skin_hue_preservation_ - hue_preservation_);
  // A blue lamp that turns violet as it gets brighter is no taste but a fault: strong blue keeps
  // its hue.
  const double lamp =
      HueWindow(seen.h, kLampCenter, kLampWidth) * SmoothStep(0.10, 0.22, seen.c / seen.l);
  p += lamp * (1 - p);
  return PreserveHue(scene_lab, lab, p);
}

Vec3 ColorPath::Shown(const Vec3& scene, const Vec3& toned) const {
  if (code_.is_log()) return scene;
  const bool grey = IsGrey(toned);
  // Greys are exact: what the table holds on its diagonal must be the diagonal.
  if (grey && grade_.keeps_greys()) return toned;
  const auto oklab = [&](const Vec3& rgb) {
    return grey ? Vec3{{std::cbrt(rgb[0]), 0, 0}} : working_.FromRgb(rgb);
  };
  const Vec3 scene_lab = oklab(scene);
  const auto kept = [&](const Vec3& light) {
    return grey ? oklab(light) : HueKept(scene, light, scene_lab);
  };
  Vec3 lab = kept(tone_->per_channel() ? toned : tone_->Apply(scene));
  if (!standard_) return Displayed(scene_lab, grade_.Apply(scene_lab, lab));
  const Vec3 standard = kept(standard_->Apply(scene));
  lab = grade_.Apply(scene_lab, WithHueOf(standard, lab));
  lab = WithHueOf(grade_.Apply(scene_lab, standard), lab);
  return Displayed(scene_lab, lab);
}

Vec3 ColorPath::Displayed(const Vec3& scene_lab, const Vec3& graded) const {
  return table_.none() ? MapToPeak(display_, graded, peak_, knee_)
                       : table_.Show(scene_lab, graded, peak_);
}

Vec3 ColorPath::Color(const Vec3& toned_encoded) const {
  Vec3 scene, toned;
  for (int i = 0; i < 3; ++i) {
    toned[i] = code_.Decode(std::clamp(toned_encoded[i], 0.0, 1.0));
    scene[i] = code_.is_log() ? toned[i] : tone_->SceneOfGrey(toned[i]);
  }
  return code_.EncodeColor(Shown(scene, toned));
}

Vec3 ColorPath::Encode(const Vec3& scene) const {
  const Vec3 compressed = CompressSceneGamut(ToToneSpace(Finite(scene)), white_);
  Vec3 toned = compressed;
  if (!code_.is_log()) {
    for (double& v : toned.v) v = tone_->Grey(v);
  }
  return code_.EncodeColor(Shown(compressed, toned));
}

std::vector<float> BakeColorTable(const ColorPath& path, int n) {
  std::vector<double> toned(n), scene(n);
  for (int i = 0; i < n; ++i) {
    toned[i] = path.code_.Decode(i / (n - 1.0));
    if (!path.code_.is_log()) toned[i] = std::min(toned[i], path.peak_);
    scene[i] = path.code_.is_log() ? toned[i] : path.tone_->SceneOfGrey(toned[i]);
  }
  const bool keeps_greys = path.keeps_greys();
  std::vector<float> table(static_cast<size_t>(n) * n * n * 4);
  ParallelFor(n, [&](int b) {
    float* out = table.data() + static_cast<size_t>(b) * n * n * 4;
    for (int g = 0; g < n; ++g) {
      for (int r = 0; r < n; ++r, out += 4) {
        // Not left to rounding: a grey is the same number in every channel, and its own position.
        if (keeps_greys && r == g && g == b) {
          out[0] = out[1] = out[2] = static_cast<float>(r / (n - 1.0));
          continue;
        }
        const Vec3 rgb = path.code_.EncodeColor(
            path.Shown({{scene[r], scene[g], scene[b]}}, {{toned[r], toned[g], toned[b]}}));
        for (int i = 0; i < 3; ++i) out[i] = static_cast<float>(rgb[i]);
      }
    }
  });
  return table;
}

}  // namespace petzval
