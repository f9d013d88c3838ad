// How a look changes a colour, as a function of the numbers that a fit may turn.
#include "petzval/calibrate/taste/look_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"

namespace petzval::calibrate {
namespace {

constexpr double kMinWhite = 0.6, kMaxWhite = 31;
// Encoded values that are inverted: beyond, every scene looks alike.
constexpr double kDarkest = 0.002, kBrightest = 0.995;
constexpr int kNewtonSteps = 12;
constexpr double kDone = 1e-6;

double Norm2(const Vec3& v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }
Vec3 Minus(const Vec3& a, const Vec3& b) { return {{a[0] - b[0], a[1] - b[1], a[2] - b[2]}}; }

// Finds the scene colours of display colours.
class Inverter {
 public:
  explicit Inverter(const ColorPath& path)
      : path_(path), rec2020_from_srgb_(RgbFromRgb(kRec2020, kRec709)) {
    for (double ev = -14; ev <= 5; ev += 0.125) {
      scene_.push_back(std::exp2(ev));
      grey_.push_back(DecodeSrgb(path.Encode({{scene_.back(), scene_.back(), scene_.back()}})[1]));
    }
  }

  Vec3 Scene(const Vec3& display) const {
    Vec3 want;
    for (int i = 0; i < 3; ++i) {
      want[i] = std::clamp(EncodeSrgb(display[i]), kDarkest, kBrightest);
    }
    // The start: the right luminance with the colour of the display.
    Vec3 light;
    for (int i = 0; i < 3; ++i) light[i] = DecodeSrgb(want[i]);
    light = rec2020_from_srgb_ * light;
    const double y = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2];
    const size_t at = std::lower_bound(grey_.begin(), grey_.end() - 1, y) - grey_.begin();
    Vec3 log_scene;
    for (int i = 0; i < 3; ++i) {
      log_scene[i] = std::log(std::max(light[i] * scene_[at] / y, 1e-6));
    }
    Vec3 miss = Minus(Encode(log_scene), want);
    for (int step = 0; step < kNewtonSteps && Norm2(miss) > kDone * kDone; ++step) {
      Mat3 slope;
      constexpr double kDelta = 1e-4;
      for (int j = 0; j < 3; ++j) {
        Vec3 moved = log_scene;
        moved[j] += kDelta;
        const Vec3 change = Minus(Minus(Encode(moved), want), miss);
        for (int i = 0; i < 3; ++i) slope[i][j] = change[i] / kDelta;
      }
      if (!(std::fabs(Determinant(slope)) > 1e-12)) break;
      const Vec3 full = Inverse(slope) * miss;
      // Shortened until it is a step forward.
      bool better = false;
      for (double share = 1; share > 0.02 && !better; share /= 2) {
        Vec3 next;
        for (int i = 0; i < 3; ++i) {
          next[i] = std::clamp(log_scene[i] - share * std::clamp(full[i], -1.5, 1.5), -14.0, 3.5);
        }
        const Vec3 left = Minus(Encode(next), want);
        if (Norm2(left) < Norm2(miss)) {
          log_scene = next;
          miss = left;
          better = true;
        }
      }
      if (!better) break;
    }
    return {{std::exp(log_scene[0]), std::exp(log_scene[1]), std::exp(log_scene[2])}};
  }

 private:
  Vec3 Encode(const Vec3& log_scene) const {
    return path_.Encode({{std::exp(log_scene[0]), std::exp(log_scene[1]), std::exp(log_scene[2])}});
  }

  const ColorPath& path_;
  Mat3 rec2020_from_srgb_;
  std::vector<double> scene_, grey_;
};

constexpr int kPerTask = 64;

}  // namespace

std::vector<Vec3> SceneOfDisplay(const Look& neutral, std::span<const Vec3> display) {
  const ColorPath path(neutral, kNeutralWhite, OutputSpace::kSrgb);
  const Inverter inverter(path);
  std::vector<Vec3> scene(display.size());
  const int n = static_cast<int>(display.size());
  ParallelFor((n + kPerTask - 1) / kPerTask, [&](int task) {
    for (int i = task * kPerTask; i < std::min(n, (task + 1) * kPerTask); ++i) {
      scene[i] = inverter.Scene(display[i]);
    }
  });
  return scene;
}

std::vector<Vec3> RenderColors(const Look& look, const Look& neutral,
                               std::span<const SceneColor> scene) {
  const double ev = look.Get("exposure_bias") - neutral.Get("exposure_bias");
  // White is the brightest content of the scene and moves with the exposure.
  const double white =
      std::clamp(kNeutralWhite * std::exp2(ev + look.Get("shoulder") - neutral.Get("shoulder")),
                 kMinWhite, kMaxWhite);
  const ColorPath path(look, white, OutputSpace::kSrgb);
  const double gain = std::exp2(ev);
  const double vignette = look.Get("vignette") - neutral.Get("vignette");
  const double tangent = std::tan(look.Get("vignette_field") * std::numbers::pi / 180);
  std::vector<Vec3> out(scene.size());
  for (size_t i = 0; i < scene.size(); ++i) {
    const double secant2 = 1 + tangent * tangent * scene[i].radius2;
    const double light = gain * (1 - vignette + vignette / (secant2 * secant2));
    const Vec3& in = scene[i].rec2020;
    const Vec3 code = path.Encode({{light * in[0], light * in[1], light * in[2]}});
    for (int c = 0; c < 3; ++c) out[i][c] = DecodeSrgb(code[c]);
  }
  return out;
}

std::vector<LookTurn> LookTurns(const Look& neutral, bool monochrome) {
  std::vector<LookTurn> turns;
  const auto value = [&](const char* name, double sigma, double min, double max) {
    turns.push_back({name, -1, neutral.Get(name), sigma, min, max, 0.002 * sigma});
  };
  const auto list = [&](const char* name, double sigma, double min, double max) {
    const std::vector<double>& now = neutral.List(name);
    for (size_t i = 0; i < now.size(); ++i) {
      turns.push_back({name, static_cast<int>(i), now[i], sigma, min, max, 0.002 * sigma});
    }
  };
  const auto tint = [&](const char* name) {
    turns.push_back({name, -1, 0, 0.02, -0.1, 0.1, 1e-5});
  };
  value("exposure_bias", 0.5, -2, 2);
  value("contrast", 0.4, 1, 2.5);
  value("shoulder", 0.5, -1, 2);
  list("curve", 3, -25, 25);
  value("vignette", 0.4, 0, 1);
  for (const char* name : {"shadow_a", "shadow_b", "highlight_a", "highlight_b"}) tint(name);
  value("split_balance", 0.3, -1, 1);
  if (monochrome) {
    list("mono_weights", 0.5, -1, 2);
    value("mono_toning_strength", 0.7, 0, 2);
    return turns;
  }
  value("hue_preservation", 0.2, 0, 1);
  value("skin_hue_preservation", 0.2, 0, 1);
  value("chroma", 0.3, 0, 2);
  value("chroma_skin", 0.2, 0, 2);
  value("skin_guard", 0.4, 0, 1);
  value("warmth", 20, -100, 100);
  list("hue_chroma", 0.3, 0, 3);
  list("hue_lightness", 0.25, -1, 1);
  list("hue_shift_deg", 8, -40, 40);
  return turns;
}

Look TurnedLook(const Look& base, std::span<const LookTurn> turns, std::span<const double> at) {
  Look look = base;
  Vec3 shadow{}, highlight{};
  bool tinted = false;
  for (size_t i = 0; i < turns.size(); ++i) {
    const std::string& name = turns[i].name;
    if (name == "shadow_a" || name == "shadow_b") {
      shadow[name == "shadow_a" ? 1 : 2] = at[i];
      tinted = true;
    } else if (name == "highlight_a" || name == "highlight_b") {
      highlight[name == "highlight_a" ? 1 : 2] = at[i];
    } else if (turns[i].index >= 0) {
      for (auto& [key, numbers] : look.lists) {
        if (key == name) numbers[turns[i].index] = at[i];
      }
    } else {
      for (auto& [key, number] : look.values) {
        if (key == name) number = at[i];
      }
    }
  }
  if (!tinted) return look;
  const auto set = [&look](const std::string& prefix, const Vec3& ab) {
    const OklchColor lch = OklchFromOklab(ab);
    const double deg = lch.h * 180 / std::numbers::pi;
    for (auto& [key, number] : look.values) {
      if (key == prefix + "_hue") number = deg < 0 ? deg + 360 : deg;
      if (key == prefix + "_chroma") number = std::min(lch.c, 0.15);
    }
  };
  set("shadow", shadow);
  set("highlight", highlight);
  return look;
}

}  // namespace petzval::calibrate
