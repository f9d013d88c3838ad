// Automatic exposure: what it does to ordinary, dark, bright, backlit and broken scenes.
#include "petzval/look/tone_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "petzval/color/difference.h"
#include "petzval/look/local_tone.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/test_scenes.h"
#include "petzval/look/tone_curve.h"

namespace petzval {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Case {
  Look look;
  TonePlan Plan(const Image<float>& scene, const SceneInfo& info = {}) const {
    return PlanTone(look, LogLuminance(scene, 512), info);
  }
  // L* of a region's luminance in the finished picture.
  double Lightness(const TonePlan& plan, double luminance) const {
    const double ev = std::log2(luminance / plan.mid_grey) + plan.exposure_ev;
    const ToneCurve curve(look.Get("contrast"), plan.mid_grey, plan.white);
    return LightnessFromLuminance(curve.Apply(plan.mid_grey * std::exp2(plan.Target(ev))));
  }
  double MeanLightness(const TonePlan& plan, const Image<float>& scene) const {
    double sum = 0;
    for (int y = 0; y < scene.height(); ++y) {
      for (int x = 0; x < scene.width(); ++x) sum += Lightness(plan, scene.At(x, y, 1));
    }
    return sum / (scene.width() * scene.height());
  }
};

class EveryLookTone : public testing::TestWithParam<std::string>, public Case {
 protected:
  EveryLookTone() { look = *LoadLook(GetParam()); }
};

TEST_P(EveryLookTone, AGreyCardIsGrey) {
  for (double v : {0.08, 0.12, 0.18}) {
    const auto scene = MakeScene(80, 60, [&](double, double) { return Grey(v); });
    const double l = Lightness(Plan(scene), v);
    EXPECT_GT(l, 42) << v;
    EXPECT_LT(l, 64) << v;
  }
}

TEST_P(EveryLookTone, AnUnderexposedOrdinarySceneIsBrightened) {
  for (double gain : {0.25, 0.5, 1.0}) {
    const auto scene = MakeScene(120, 90, [&](double u, double v) {
      return Grey(gain * (v < 0.35 ? 0.6 : 0.12 * Texture(u, v)));
    });
    const double l = MeanLightness(Plan(scene), scene);
    EXPECT_GT(l, 40) << gain;
    EXPECT_LT(l, 68) << gain;
  }
}

TEST_P(EveryLookTone, KeysAreRespected) {
  const auto high = MakeScene(120, 90, [](double u, double v) {
    return Grey(u < 0.1 ? 0.03 : 0.6 * std::pow(Texture(u, v), 0.2));
  });
  const auto low = MakeScene(120, 90, [](double u, double v) {
    return Grey(std::hypot(u - 0.5, v - 0.5) < 0.2 ? 0.3 : 0.002 * Texture(u, v));
  });
  EXPECT_GT(MeanLightness(Plan(high), high), 70);
  EXPECT_LT(MeanLightness(Plan(low), low), 30);
  EXPECT_LT(Lightness(Plan(low), 0.002), 12);  // the black behind a lit face stays black
}

TEST_P(EveryLookTone, NightStaysNight) {
  const auto scene = MakeScene(160, 120, [](double u, double v) {
    return Grey(v > 0.8 ? 0.004 * Texture(u, v) : 0.001 * Texture(u, v));
  });
  SceneInfo night, day;
  night.light_lv = 0;
  day.light_lv = 12;
  const double at_night = MeanLightness(Plan(scene, night), scene);
  EXPECT_LE(at_night, look.Get("night_lightness") + 1);
  EXPECT_LT(at_night, MeanLightness(Plan(scene, day), scene));
  // From dusk to day the picture never gets darker.
  double last = 0;
  for (double lv = -2; lv <= 9; lv += 0.5) {
    SceneInfo info;
    info.light_lv = lv;
    const double l = MeanLightness(Plan(scene, info), scene);
    EXPECT_GE(l, last - 0.8) << lv;
    last = l;
  }
  SceneInfo unknown;
  unknown.light_lv = kUnknown;
  EXPECT_TRUE(std::isfinite(Plan(scene, unknown).exposure_ev));
}

TEST_P(EveryLookTone, BacklightOpensShadowsAndHoldsTheSky) {
  const auto scene = MakeScene(
      160, 120, [](double u, double v) { return Grey(v < 0.45 ? 0.7 : 0.025 * Texture(u, v)); });
  const TonePlan plan = Plan(scene);
  EXPECT_GT(plan.shadow_ev, 0.2);
  EXPECT_GT(plan.highlight_ev, 0.1);
  EXPECT_GT(Lightness(plan, 0.7), 80);
  EXPECT_LT(Lightness(plan, 0.7), 97);
  // Looks that close their shadows on purpose still show what is there.
  const bool open = LoadLook(GetParam())->Get("shadow_lift") >= 0.6;
  EXPECT_GT(Lightness(plan, 0.025), open ? 12 : 4);
}

TEST_P(EveryLookTone, LampsAndHotPixelsDoNotDecide) {
  const auto base = [](double u, double v) { return Grey(0.1 * Texture(u, v)); };
  const auto clean = MakeScene(400, 300, base);
  TestRandom random;
  auto lamps = MakeScene(400, 300, base);
  for (int i = 0; i < 400; ++i) {  // a third of a percent
    const int x = static_cast<int>(random.Next() * 400), y = static_cast<int>(random.Next() * 300);
    for (int c = 0; c < 3; ++c) lamps.At(x, y, c) = i % 2 ? 1.0f : 40.0f;
  }
  EXPECT_NEAR(Plan(lamps).exposure_ev, Plan(clean).exposure_ev, 0.12);
  EXPECT_NEAR(std::log2(Plan(lamps).white / Plan(clean).white), 0, 0.15);
}

TEST_P(EveryLookTone, NoiseLimitsTheGain) {
  const auto scene =
      MakeScene(120, 90, [](double u, double v) { return Grey(0.003 * Texture(u, v)); });
  SceneInfo clean, noisy;
  clean.noise_sigma = 0.0005;
  noisy.noise_sigma = 0.03;
  EXPECT_LT(Plan(scene, noisy).exposure_ev, Plan(scene, clean).exposure_ev - 1);
  EXPECT_GE(Plan(scene, noisy).exposure_ev, 0);
}

TEST_P(EveryLookTone, TheUserIsObeyed) {
  const auto scene =
      MakeScene(120, 90, [](double u, double v) { return Grey(0.1 * Texture(u, v)); });
  SceneInfo info;
  const TonePlan plan = Plan(scene, info);
  info.exposure_ev = -1.5;
  EXPECT_NEAR(Plan(scene, info).exposure_ev, plan.exposure_ev - 1.5, 1e-12);
  EXPECT_EQ(Plan(scene, info).white, plan.white);
  info.auto_exposure = false;
  EXPECT_EQ(Plan(scene, info).exposure_ev, -1.5);
}

TEST_P(EveryLookTone, TargetAlwaysRises) {
  TonePlan plan;
  plan.shadow_ev = look.Get("shadow_lift");
  plan.highlight_ev = look.Get("highlight_hold");
  EXPECT_EQ(plan.Target(0), 0);
  for (double ev = -14; ev < 8; ev += 0.01) EXPECT_GT(plan.TargetSlope(ev), 0.15) << ev;
}

TEST_P(EveryLookTone, BlackAndBrokenPicturesGetFinitePlans) {
  const double values[] = {
      0, -1, 1e-30, 1e30, kUnknown, -kUnknown, std::numeric_limits<double>::infinity()};
  for (double v : values) {
    const auto scene = MakeScene(9, 7, [&](double, double) { return Grey(v); });
    const TonePlan plan = Plan(scene);
    EXPECT_TRUE(std::isfinite(plan.exposure_ev)) << v;
    EXPECT_TRUE(plan.white > 0.3 && plan.white < 31) << v;
  }
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLookTone, testing::ValuesIn(OwnLooks()), LookTestName);

}  // namespace
}  // namespace petzval
