// From exposed scene light to display code values: tone, hue, chroma, gamut.
#include "petzval/look/color_path.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/base/parallel.h"
#include "petzval/color/transfer.h"
#include "petzval/look/gamut.h"

namespace petzval {
namespace {

double SmoothStep(double lo, double hi, double x) {
  const double t = std::clamp((x - lo) / (hi - lo), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// 1 at `center_deg`, 0 from `half_width_deg` on, raised cosine between.
double HueWindow(double hue, double center_deg, double half_width_deg) {
  constexpr double kDeg = std::numbers::pi / 180;
  const double d = std::fabs(WrapAngle(hue - center_deg * kDeg)) / (half_width_deg * kDeg);
  return d < 1 ? 0.5 + 0.5 * std::cos(std::numbers::pi * d) : 0;
}

// Sectors of Oklab hue in degrees: the red of sRGB lies at 29, its blue at 264, a clear sky at 240.
constexpr double kRedCenter = 24, kRedWidth = 42;
constexpr double kBlueCenter = 258, kBlueWidth = 55;
constexpr double kLampCenter = 268, kLampWidth = 70;

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

ColorPath::ColorPath(const Look& look, double white, OutputSpace space)
    : curve_(look.Get("contrast"), look.Get("mid_grey"), white),
      hue_preservation_(look.Get("hue_preservation")),
      skin_hue_preservation_(look.Get("skin_hue_preservation")),
      chroma_(look.Get("chroma")),
      chroma_red_(look.Get("chroma_red")),
      chroma_blue_(look.Get("chroma_blue")),
      chroma_skin_(look.Get("chroma_skin")),
      tone_from_rec2020_(RgbFromRgb(kToneSpace, kRec2020)),
      working_(kToneSpace),
      display_(space == OutputSpace::kSrgb ? kRec709 : kDisplayP3) {}

Vec3 ColorPath::Tone(const Vec3& scene) const {
  const Vec3 compressed = CompressSceneGamut(ToToneSpace(scene), curve_.white());
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = EncodeSrgb(curve_.Apply(compressed[i]));
  return out;
}

Vec3 ColorPath::ToToneSpace(const Vec3& scene) const {
  // As differences from a channel, so that greys stay exactly grey.
  const Mat3& m = tone_from_rec2020_;
  const double rg = scene[1] - scene[0], gb = scene[2] - scene[1], br = scene[0] - scene[2];
  return {{scene[0] + m[0][1] * rg - m[0][2] * br, scene[1] - m[1][0] * rg + m[1][2] * gb,
           scene[2] + m[2][0] * br - m[2][1] * gb}};
}

Vec3 ColorPath::ColorFrom(const Vec3& scene, const Vec3& toned) const {
  // Greys are exact: what the table holds on its diagonal must be the diagonal.
  if (toned[0] == toned[1] && toned[1] == toned[2]) return toned;
  const Vec3 scene_lab = working_.FromRgb(scene);
  const Vec3 toned_lab = working_.FromRgb(toned);

  // Hue: with the scene's hue decide what is skin, so that the curve cannot change the answer.
  const OklchColor toned_lch = OklchFromOklab(toned_lab);
  const OklchColor scene_lch = OklchFromOklab(scene_lab);
  const double scene_hue = scene_lch.h;
  const double skin = SkinWeight({toned_lch.l, toned_lch.c, scene_hue});
  double p = hue_preservation_ + skin * (skin_hue_preservation_ - hue_preservation_);
  // A blue lamp that turns violet as it gets brighter is no taste but a fault: strong blue keeps
  // its hue.
  const double lamp = HueWindow(scene_hue, kLampCenter, kLampWidth) *
                      SmoothStep(0.10, 0.22, scene_lch.c / scene_lch.l);
  p += lamp * (1 - p);
  Vec3 lab = PreserveHue(scene_lab, toned_lab, p);

  // Chroma by sector.
  double factor = chroma_ * (1 + (chroma_red_ - 1) * HueWindow(scene_hue, kRedCenter, kRedWidth)) *
                  (1 + (chroma_blue_ - 1) * HueWindow(scene_hue, kBlueCenter, kBlueWidth));
  // Skin keeps the saturation it had: a steep curve makes it heavy, a factor makes it orange.
  const double saturation = (toned_lch.c * scene_lch.l) / (scene_lch.c * toned_lch.l);
  if (skin > 0) factor += skin * (std::min(factor, chroma_skin_ / saturation) - factor);
  lab[1] *= factor;
  lab[2] *= factor;

  return MapToDisplayGamut(display_, lab);
}

Vec3 ColorPath::Color(const Vec3& toned_encoded) const {
  Vec3 scene, toned;
  for (int i = 0; i < 3; ++i) {
    toned[i] = DecodeSrgb(std::clamp(toned_encoded[i], 0.0, 1.0));
    scene[i] = curve_.Inverse(toned[i]);
  }
  Vec3 out = ColorFrom(scene, toned);
  for (int i = 0; i < 3; ++i) out[i] = EncodeSrgb(out[i]);
  return out;
}

Vec3 ColorPath::Encode(const Vec3& scene) const {
  const Vec3 compressed = CompressSceneGamut(ToToneSpace(scene), curve_.white());
  Vec3 toned;
  for (int i = 0; i < 3; ++i) toned[i] = curve_.Apply(compressed[i]);
  Vec3 out = ColorFrom(compressed, toned);
  for (int i = 0; i < 3; ++i) out[i] = EncodeSrgb(out[i]);
  return out;
}

std::vector<float> BakeColorTable(const ColorPath& path, int n) {
  std::vector<double> toned(n), scene(n);
  for (int i = 0; i < n; ++i) {
    toned[i] = DecodeSrgb(i / (n - 1.0));
    scene[i] = path.curve_.Inverse(toned[i]);
  }
  std::vector<float> table(static_cast<size_t>(n) * n * n * 4);
  ParallelFor(n, [&](int b) {
    float* out = table.data() + static_cast<size_t>(b) * n * n * 4;
    for (int g = 0; g < n; ++g) {
      for (int r = 0; r < n; ++r, out += 4) {
        const Vec3 rgb =
            path.ColorFrom({{scene[r], scene[g], scene[b]}}, {{toned[r], toned[g], toned[b]}});
        for (int i = 0; i < 3; ++i) out[i] = static_cast<float>(EncodeSrgb(rgb[i]));
        // Not left to rounding: a grey is the same number in every channel, and its own position.
        if (r == g && g == b) out[0] = out[1] = out[2] = static_cast<float>(r / (n - 1.0));
        out[3] = 0;
      }
    }
  });
  return table;
}

}  // namespace petzval
