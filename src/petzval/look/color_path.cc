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
  const double scene_chroma = std::hypot(scene[1], scene[2]);
  const double toned_chroma = std::hypot(toned[1], toned[2]);
  if (!(scene_chroma > 0) || !(toned_chroma > 0)) return toned;
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
      working_(kRec2020),
      display_(space == OutputSpace::kSrgb ? kRec709 : kDisplayP3) {}

Vec3 ColorPath::Tone(const Vec3& scene) const {
  const Vec3 compressed = CompressSceneGamut(scene, curve_.white());
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = EncodeSrgb(curve_.Apply(compressed[i]));
  return out;
}

Vec3 ColorPath::ColorFrom(const Vec3& scene, const Vec3& toned_encoded) const {
  // Greys are exact: what the table holds on its diagonal must be the diagonal.
  if (toned_encoded[0] == toned_encoded[1] && toned_encoded[1] == toned_encoded[2]) {
    return toned_encoded;
  }
  Vec3 toned;
  for (int i = 0; i < 3; ++i) toned[i] = DecodeSrgb(toned_encoded[i]);
  const Vec3 scene_lab = working_.FromRgb(scene);
  const Vec3 toned_lab = working_.FromRgb(toned);

  // Hue: with the scene's hue decide what is skin, so that the curve cannot change the answer.
  const OklchColor toned_lch = OklchFromOklab(toned_lab);
  const double scene_hue = OklchFromOklab(scene_lab).h;
  const double skin = SkinWeight({toned_lch.l, toned_lch.c, scene_hue});
  double p = hue_preservation_ + skin * (skin_hue_preservation_ - hue_preservation_);
  // A blue lamp that turns violet as it gets brighter is no taste but a fault: strong blue keeps
  // its hue.
  const double lamp = HueWindow(scene_hue, kLampCenter, kLampWidth) *
                      SmoothStep(0.10, 0.22, OklchFromOklab(scene_lab).c / scene_lab[0]);
  p += lamp * (1 - p);
  Vec3 lab = PreserveHue(scene_lab, toned_lab, p);

  // Chroma by sector.
  double factor = chroma_ * (1 + (chroma_red_ - 1) * HueWindow(scene_hue, kRedCenter, kRedWidth)) *
                  (1 + (chroma_blue_ - 1) * HueWindow(scene_hue, kBlueCenter, kBlueWidth));
  factor += skin * (chroma_skin_ - factor);
  lab[1] *= factor;
  lab[2] *= factor;

  const Vec3 linear = MapToDisplayGamut(display_, lab);
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = EncodeSrgb(linear[i]);
  return out;
}

Vec3 ColorPath::Color(const Vec3& toned_encoded) const {
  Vec3 scene;
  for (int i = 0; i < 3; ++i) {
    scene[i] = curve_.Inverse(DecodeSrgb(std::clamp(toned_encoded[i], 0.0, 1.0)));
  }
  return ColorFrom(scene, toned_encoded);
}

Vec3 ColorPath::Encode(const Vec3& scene) const {
  return ColorFrom(CompressSceneGamut(scene, curve_.white()), Tone(scene));
}

std::vector<float> BakeColorTable(const ColorPath& path, int n) {
  std::vector<float> table(static_cast<size_t>(n) * n * n * 4);
  ParallelFor(n, [&](int b) {
    float* out = table.data() + static_cast<size_t>(b) * n * n * 4;
    for (int g = 0; g < n; ++g) {
      for (int r = 0; r < n; ++r, out += 4) {
        const double step = 1.0 / (n - 1);
        const Vec3 rgb = path.Color({{r * step, g * step, b * step}});
        for (int i = 0; i < 3; ++i) out[i] = static_cast<float>(rgb[i]);
        out[3] = 0;
      }
    }
  });
  return table;
}

}  // namespace petzval
