// Tone operators: scene light to display light, per colour.
#include "petzval/look/tone_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

#include "petzval/base/nearest_name.h"
#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/tone_scale_v2.h"
#include "petzval/color/spaces.h"
#include "petzval/look/agx_inset.h"
#include "petzval/look/gamut.h"
#include "petzval/look/profile_operator.h"
#include "petzval/look/tone_curve.h"

namespace petzval {
namespace {

constexpr const char* kNames[] = {"sigmoid", "film-like", "agx", "aces2", "profile"};

// Finite light: nothing below 0, nothing that overflows a power; NaN is no light.
Vec3 Light(const Vec3& scene) {
  constexpr double kMost = 1e6;
  Vec3 out;
  for (int i = 0; i < 3; ++i) out[i] = scene[i] > 0 ? std::min(scene[i], kMost) : 0;
  return out;
}

bool IsGrey(const Vec3& rgb) { return rgb[0] == rgb[1] && rgb[1] == rgb[2]; }

// Into 0..peak: negative channels rise as those of scene colours do, colours that are too bright go
// towards the grey of their luminance (Display P3), so that they stay as bright as they are.
Vec3 IntoGamut(const Vec3& rgb, double peak) {
  Vec3 out = CompressSceneGamut(rgb, std::numeric_limits<double>::infinity());
  const double top = std::max({out[0], out[1], out[2]});
  if (!(top > peak)) return out;
  const double y = std::min(peak, 0.22897 * out[0] + 0.69174 * out[1] + 0.07929 * out[2]);
  const double keep = (peak - y) / (top - y);
  for (double& v : out.v) v = std::clamp(y + keep * (v - y), 0.0, peak);
  return out;
}

class Sigmoid : public ToneOperator {
 public:
  explicit Sigmoid(const ToneCurve& curve) : curve_(curve) {}
  Vec3 Apply(const Vec3& scene) const override {
    Vec3 out = Light(scene);
    for (double& v : out.v) v = curve_.Apply(v);
    return out;
  }
  double Grey(double scene) const override { return curve_.Apply(scene); }
  double SceneOfGrey(double display) const override { return curve_.Inverse(display); }
  bool per_channel() const override { return true; }

 protected:
  ToneCurve curve_;
};

class FilmLike : public Sigmoid {
 public:
  using Sigmoid::Sigmoid;
  Vec3 Apply(const Vec3& scene) const override {
    const Vec3 in = Light(scene);
    const auto [low, high] = std::minmax({in[0], in[1], in[2]});
    const double bottom = curve_.Apply(low), top = curve_.Apply(high);
    const double slope = high > low ? (top - bottom) / (high - low) : 0;
    Vec3 out;
    for (int i = 0; i < 3; ++i) {
      out[i] = in[i] == high ? top : std::min(top, bottom + slope * (in[i] - low));
    }
    return out;
  }
  bool per_channel() const override { return false; }
};

class Agx : public Sigmoid {
 public:
  explicit Agx(const ToneCurve& curve)
      : Sigmoid(curve),
        in_(InsetMatrix(kDisplayP3, kAgxIn)),
        out_(Inverse(InsetMatrix(kDisplayP3, kAgxOut))) {}
  Vec3 Apply(const Vec3& scene) const override {
    const Vec3 light = Light(scene);
    if (IsGrey(light)) return Sigmoid::Apply(light);
    Vec3 drawn = in_ * light;
    for (double& v : drawn.v) v = curve_.Apply(v);
    return IntoGamut(out_ * drawn, curve_.peak());
  }
  bool per_channel() const override { return false; }

 private:
  Mat3 in_, out_;
};

// The Academy's tone scale, of which the part is taken that ends at `white` and leaves mid-grey
// where the look wants it.
class Aces2 : public ToneOperator {
 public:
  explicit Aces2(const ToneParams& p)
      : peak_(p.headroom),
        white_(p.white),
        scale_({100 * p.headroom, kExponent * p.contrast / kContrast}),
        gain_(Gain(p, scale_)),
        lift_(p.headroom / scale_.Apply(gain_ * p.white)),
        chroma_(100 * p.headroom),
        space_(kDisplayP3) {}
  Vec3 Apply(const Vec3& scene) const override {
    Vec3 light = Light(scene);
    if (IsGrey(light)) {
      const double grey = Grey(light[0]);
      return {{grey, grey, grey}};
    }
    for (double& v : light.v) v *= gain_;
    const aces::Jmh seen = space_.FromRgb(light);
    // Colourfulness as at the level that the Academy's scale gives; lifted to ours like light of
    // one chromaticity, because the lift is one of exposure.
    const double nits = scale_.Apply(aces::LuminanceFromJ(seen.j) / 100);
    aces::Jmh shown = chroma_.Apply(seen, aces::JFromLuminance(nits));
    const double j = aces::JFromLuminance(std::min(100 * peak_, 100 * lift_ * nits));
    if (shown.j > 0) shown.m *= std::pow(j / shown.j, aces::ColourfulnessExponent());
    shown.j = j;
    return IntoGamut(space_.ToRgb(shown), peak_);
  }
  double Grey(double scene) const override {
    if (scene >= white_) return peak_;
    return std::min(peak_, lift_ * scale_.Apply(gain_ * scene));
  }
  double SceneOfGrey(double display) const override {
    return display >= peak_ ? white_ : std::min(white_, scale_.Inverse(display / lift_) / gain_);
  }

 private:
  static constexpr double kExponent = 1.15, kContrast = 1.5;
  // The more of the scale is used, the higher mid-grey lies below white.
  static double Gain(const ToneParams& p, const aces::ToneScaleV2& scale) {
    const double wanted = p.mid_grey / p.headroom;
    double low = 1e-3, high = 1e4;
    for (int i = 0; i < 80; ++i) {
      const double middle = std::sqrt(low * high);
      const double got = scale.Apply(middle * p.mid_grey) / scale.Apply(middle * p.white);
      (got < wanted ? low : high) = middle;
    }
    return std::sqrt(low * high);
  }

  double peak_, white_;
  aces::ToneScaleV2 scale_;
  double gain_, lift_;
  aces::ChromaCompressionV2 chroma_;
  aces::JmhSpace space_;
};

}  // namespace

Result<ToneKind> FindToneKind(const std::string& name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found != std::end(kNames)) return static_cast<ToneKind>(found - std::begin(kNames));
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no tone operator \"{}\", the nearest is \"{}\"", name,
                          NearestName(name, std::vector<std::string>(std::begin(kNames),
                                                                     std::end(kNames)))));
}

double UsedHeadroom(double headroom, double white) {
  // Highlights never end brighter than they were in the scene.
  constexpr double kOfWhite = 0.75;
  return std::clamp(kOfWhite * white, 1.0, std::max(1.0, headroom));
}

std::unique_ptr<ToneOperator> MakeToneOperator(const ToneParams& params) {
  ToneParams p = params;
  if (p.kind == ToneKind::kProfile && p.profile) {
    return MakeProfileOperator(*p.profile, ToneCurve(std::max(p.contrast, 1.1), p.mid_grey, 1));
  }
  p.headroom = UsedHeadroom(p.headroom, p.white);
  if (p.kind == ToneKind::kAces2) return std::make_unique<Aces2>(p);
  // Less of the curve's slope at mid-grey goes into the shoulder when the peak is far: taken back,
  // so that mid-tones are the same with and without headroom.
  const double kept = p.contrast * (1 - p.mid_grey) / (1 - p.mid_grey / p.headroom);
  // With a slope below 1 no curve reaches the peak at white.
  const double contrast = std::max(kept, std::min(p.contrast, 1.0));
  const ToneCurve curve(contrast, p.mid_grey, p.white, p.headroom);
  if (p.kind == ToneKind::kFilmLike || p.kind == ToneKind::kProfile) {
    return std::make_unique<FilmLike>(curve);
  }
  if (p.kind == ToneKind::kAgx) return std::make_unique<Agx>(curve);
  return std::make_unique<Sigmoid>(curve);
}

}  // namespace petzval
