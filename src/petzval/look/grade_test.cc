// Grading: each step does what it says and nothing else; smooth, rising, neutral where it should
// be.
#include "petzval/look/grade.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

#include "petzval/look/color_path.h"
#include "petzval/look/look_test_names.h"
#include "petzval/look/look_values.h"
#include "petzval/look/mono.h"
#include "petzval/look/tone_curve.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;

const ToneCurve& Curve() {
  static const ToneCurve curve(1.5, 0.1845, 6);
  return curve;
}
double GreyTone(double y) { return Curve().Apply(y); }

Look Plain() {
  Look look = DefaultLook();
  look.name = "plain";
  return look;
}
Look With(const std::vector<std::pair<std::string, std::string>>& changes) {
  Look look = Plain();
  for (const auto& [name, value] : changes) {
    const Status set = SetLookValue(&look, name, value);
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
  }
  return look;
}

// A scene colour and what a per-channel curve makes of it, with the hue of the scene.
struct Pair {
  Vec3 scene, toned;
};
Pair PairOf(const Vec3& rec2020) {
  const OklabConverter space(kRec2020);
  Vec3 toned;
  for (int i = 0; i < 3; ++i) toned[i] = Curve().Apply(rec2020[i]);
  const Vec3 scene_lab = space.FromRgb(rec2020);
  return {scene_lab, PreserveHue(scene_lab, space.FromRgb(toned), 1)};
}
// A scene colour of Oklab hue and saturation (chroma over lightness) at lightness l.
Pair PairOfHue(double hue_deg, double saturation, double l) {
  const OklabConverter space(kRec2020);
  return PairOf(space.ToRgb(OklabFromOklch({l, saturation * l, hue_deg * kDeg})));
}
OklchColor Graded(const Look& look, const Pair& p) {
  return OklchFromOklab(Grade(look, GreyTone).Apply(p.scene, p.toned));
}
double Turn(double to, double from) { return WrapAngle(to - from) / kDeg; }

TEST(Grade, WithoutWishesChangesNothing) {
  Look look = Plain();
  ASSERT_TRUE(SetLookValue(&look, "chroma_skin", "2"));
  const Grade grade(look, GreyTone);
  EXPECT_TRUE(grade.keeps_greys());
  EXPECT_FALSE(grade.monochrome());
  for (double hue = 0; hue < 360; hue += 15) {
    const Pair p = PairOfHue(hue, 0.15, 0.6);
    const Vec3 out = grade.Apply(p.scene, p.toned);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[i], p.toned[i], 1e-12);
  }
}

TEST(Grade, SectorsReachTheirHueAndNotTheOppositeOne) {
  for (int sector = 0; sector < kHueSectors; ++sector) {
    SCOPED_TRACE(kHueSectorNames[sector]);
    std::string chroma, shift, lightness;
    for (int i = 0; i < kHueSectors; ++i) {
      const std::string comma = i ? "," : "";
      chroma += comma + (i == sector ? "1.3" : "1");
      shift += comma + (i == sector ? "7" : "0");
      lightness += comma + (i == sector ? "-0.5" : "0");
    }
    const Look plain = With({{"skin_guard", "0"}, {"chroma_skin", "2"}});
    Look look = With({{"hue_chroma", chroma},
                      {"hue_shift_deg", shift},
                      {"hue_lightness", lightness},
                      {"skin_guard", "0"},
                      {"chroma_skin", "2"}});
    const double center = kHueSectorCenterDeg[sector];
    const Pair own = PairOfHue(center, 0.2, 0.6), other = PairOfHue(center + 180, 0.2, 0.6);
    const OklchColor was = Graded(plain, own), is = Graded(look, own);
    EXPECT_NEAR(is.c / was.c, 1.3, 1e-6);
    EXPECT_NEAR(Turn(is.h, was.h), 7, 1e-6);
    EXPECT_LT(is.l, was.l - 0.05);
    const OklchColor far_was = Graded(plain, other), far_is = Graded(look, other);
    EXPECT_NEAR(far_is.c / far_was.c, 1, 1e-6);
    EXPECT_NEAR(Turn(far_is.h, far_was.h), 0, 1e-6);
    EXPECT_NEAR(far_is.l, far_was.l, 1e-6);
  }
}

TEST(Grade, SectorsAreSmoothAroundTheCircleAndKeepTheOrderOfHues) {
  const Look look = With({{"hue_chroma", "0.5,1.5,0.7,1.6,0.6,1.4,0.8,1.2"},
                          {"hue_shift_deg", "10,-8,12,-10,12,-15,10,-6"},
                          {"hue_lightness", "0.4,-0.3,0.3,-0.4,0.4,-0.4,0.2,-0.3"},
                          {"skin_guard", "0"},
                          {"chroma_skin", "2"}});
  const Grade grade(look, GreyTone);
  constexpr double kStep = 0.25;
  OklchColor last = OklchFromOklab(
      grade.Apply(PairOfHue(-kStep, 0.15, 0.6).scene, PairOfHue(-kStep, 0.15, 0.6).toned));
  for (double hue = 0; hue < 360; hue += kStep) {
    const Pair p = PairOfHue(hue, 0.15, 0.6);
    const OklchColor now = OklchFromOklab(grade.Apply(p.scene, p.toned));
    const double turn = Turn(now.h, last.h);
    EXPECT_GT(turn, 0) << hue;
    EXPECT_LT(turn, 8 * kStep) << hue;
    EXPECT_NEAR(now.c / last.c, 1, 0.02) << hue;
    EXPECT_NEAR(now.l, last.l, 0.006) << hue;
    last = now;
  }
}

TEST(Grade, SkinIsKeptFromSectorsAsFarAsTheGuardSays) {
  const std::vector<std::pair<std::string, std::string>> strong = {
      {"hue_chroma", "1.6,1.6,1.6,1.6,1.6,1.6,1.6,1.6"},
      {"hue_shift_deg", "12,12,12,12,12,12,12,12"},
      {"hue_lightness", "-0.5,-0.5,-0.5,-0.5,-0.5,-0.5,-0.5,-0.5"},
      {"chroma_skin", "2"}};
  const Pair skin = PairOfHue(53, 0.09, 0.65);
  const OklchColor was = Graded(Plain(), skin);
  ASSERT_GT(SkinWeight({skin.toned[0], OklchFromOklab(skin.toned).c, 53 * kDeg}), 0.99);
  double last = 100;
  for (const char* guard : {"0", "0.5", "1"}) {
    auto wishes = strong;
    wishes.emplace_back("skin_guard", guard);
    const double turn = Turn(Graded(With(wishes), skin).h, was.h);
    EXPECT_LT(turn, last);
    last = turn;
  }
  EXPECT_NEAR(last, 0, 0.2);
  // chroma_skin: no more saturation than the scene had, however steep the curve.
  const OklchColor held = Graded(With({{"chroma", "1.5"}, {"chroma_skin", "1"}}), skin);
  const OklchColor scene = OklchFromOklab(skin.scene);
  EXPECT_NEAR(held.c / held.l, scene.c / scene.l, 0.01 * scene.c / scene.l);
}

TEST(Grade, LightnessCurveMovesGreysAndKeepsSaturation) {
  const Look look = With({{"curve", "5,2,0,0,3,0,0,-1,-3"}, {"chroma_skin", "2"}});
  const Grade grade(look, GreyTone);
  EXPECT_FALSE(grade.keeps_greys());
  EXPECT_NEAR(grade.Apply({}, {})[0], 0.05, 1e-12);
  EXPECT_NEAR(grade.Apply({{0.5, 0, 0}}, {{0.5, 0, 0}})[0], 0.53, 1e-12);
  EXPECT_NEAR(grade.Apply({{1.5, 0, 0}}, {{1, 0, 0}})[0], 0.97, 1e-12);
  EXPECT_NEAR(grade.Apply({{1.9, 0, 0}}, {{1.4, 0, 0}})[0], 1.37, 1e-12);
  const Pair p = PairOfHue(140, 0.15, 0.45);
  const OklchColor was = Graded(With({{"chroma_skin", "2"}}), p), is = Graded(look, p);
  EXPECT_NEAR(is.c / is.l, was.c / was.l, 0.02 * was.c / was.l);
}

TEST(Grade, SplitToningTintsEachEndAndLeavesBlackAndWhite) {
  const Look look = With({{"shadow_hue", "250"},
                          {"shadow_chroma", "0.03"},
                          {"highlight_hue", "80"},
                          {"highlight_chroma", "0.04"}});
  const Grade grade(look, GreyTone);
  EXPECT_FALSE(grade.keeps_greys());
  const auto at = [&](double l) { return OklchFromOklab(grade.Apply({{l, 0, 0}}, {{l, 0, 0}})); };
  EXPECT_NEAR(at(0).c, 0, 1e-9);
  EXPECT_NEAR(at(1).c, 0, 1e-9);
  EXPECT_NEAR(at(0.2).h / kDeg, 250 - 360, 8);
  EXPECT_GT(at(0.2).c, 0.02);
  EXPECT_NEAR(at(0.84).h / kDeg, 80, 8);
  EXPECT_GT(at(0.84).c, 0.03);
  for (double l = 0; l <= 1; l += 0.05) EXPECT_DOUBLE_EQ(at(l).l, l);
}

TEST(Grade, FiltersOfBlackAndWhiteDarkenTheirComplement) {
  // Linear Rec.2020 of a clear sky, leaves, lips, and a grey.
  const Pair sky = PairOf({{0.22, 0.33, 0.62}}), leaf = PairOf({{0.07, 0.13, 0.03}});
  const Pair lips = PairOf({{0.30, 0.10, 0.08}}), grey = PairOf({{0.2, 0.2, 0.2}});
  const auto shown = [](const char* filter, const Pair& p) {
    const OklchColor out = Graded(With({{"monochrome", "1"}, {"mono_filter", filter}}), p);
    EXPECT_NEAR(out.c, 0, 1e-12);
    return out.l;
  };
  double last_sky = 2;
  for (const char* filter : {"blue", "none", "yellow", "orange", "red"}) {
    EXPECT_LT(shown(filter, sky), last_sky) << filter;
    last_sky = shown(filter, sky);
    EXPECT_NEAR(shown(filter, grey), std::cbrt(GreyTone(0.2)), 1e-6) << filter;
  }
  EXPECT_GT(shown("green", leaf), shown("none", leaf));
  EXPECT_LT(shown("green", lips), shown("none", lips));
  EXPECT_GT(shown("red", lips), shown("none", lips));
  // Without a filter it is luminance of the calibrated signal.
  EXPECT_NEAR(shown("none", sky), std::cbrt(GreyTone(0.2627 * 0.22 + 0.678 * 0.33 + 0.0593 * 0.62)),
              1e-6);
  // Weights of one's own count by their ratio.
  const Pair any = PairOf({{0.3, 0.1, 0.2}});
  const OklchColor out = Graded(
      With({{"monochrome", "1"}, {"mono_filter", "weights"}, {"mono_weights", "2,0,2"}}), any);
  EXPECT_NEAR(out.l, std::cbrt(GreyTone(0.25)), 1e-6);
  // A filter may see nothing of a light; it does not see less than nothing.
  const Pair violet = PairOf({{0.0, 0.0, 1.0}});
  EXPECT_EQ(shown("red", violet), 0);
}

TEST(Grade, ToningIsIndependentOfSplitToningAndOnlyForBlackAndWhite) {
  const auto hue_at = [](const Look& look, double l) {
    return OklchFromOklab(Grade(look, GreyTone).Apply({{l, 0, 0}}, {{l, 0, 0}}));
  };
  const Look sepia = With({{"monochrome", "1"}, {"mono_toning", "sepia"}});
  const Look blue = With({{"monochrome", "1"}, {"mono_toning", "blue"}});
  EXPECT_NEAR(hue_at(sepia, 0.5).h / kDeg, 70, 1e-6);
  EXPECT_NEAR(hue_at(blue, 0.5).h / kDeg, 252 - 360, 1e-6);
  const Look color = With({{"mono_toning", "sepia"}});
  EXPECT_EQ(hue_at(color, 0.5).c, 0);
  EXPECT_TRUE(Grade(color, GreyTone).keeps_greys());
  for (const char* toning : {"sepia", "blue"}) {
    const Look half =
        With({{"monochrome", "1"}, {"mono_toning", toning}, {"mono_toning_strength", "0.5"}});
    const Look full = With({{"monochrome", "1"}, {"mono_toning", toning}});
    EXPECT_NEAR(hue_at(half, 0.4).c, 0.5 * hue_at(full, 0.4).c, 1e-9);
    EXPECT_LT(MonoToning(toning, 0)[1], 1e-9);
    // One hill: no bands of more and less colour.
    double last = 0;
    bool falling = false;
    for (double l = 0; l <= 1; l += 0.01) {
      const double c = OklchFromOklab(MonoToning(toning, l)).c;
      if (c < last - 1e-12) falling = true;
      if (falling) {
        EXPECT_LE(c, last + 1e-12) << l;
      }
      last = c;
    }
  }
}

class EveryGrade : public testing::TestWithParam<std::string> {};

TEST_P(EveryGrade, BrighterScenesAreNotShownDarker) {
  const Grade grade(*LoadLook(GetParam()), GreyTone);
  for (int hue = 0; hue < 360; hue += 10) {
    for (const double saturation : {0.0, 0.05, 0.15, 0.3}) {
      double last = -1;
      for (double l = 0.02; l < 1.8; l += 0.01) {
        const Pair p = PairOfHue(hue, saturation, l);
        const Vec3 out = grade.Apply(p.scene, p.toned);
        EXPECT_GE(out[0], last - 1e-9) << hue << " " << saturation << " " << l;
        last = out[0];
      }
    }
  }
}

TEST_P(EveryGrade, RampsHaveNoSteps) {
  // Along greys and along colours, what is added changes slowly: no bands.
  const Grade grade(*LoadLook(GetParam()), GreyTone);
  for (const double saturation : {0.0, 0.08, 0.2}) {
    for (int hue = 0; hue < 360; hue += 30) {
      Vec3 last{}, last_step{};
      int n = 0;
      for (double l = 0.1; l < 1.2; l += 0.002, ++n) {
        const Pair p = PairOfHue(hue, saturation, l);
        const Vec3 out = grade.Apply(p.scene, p.toned);
        Vec3 step;
        for (int i = 0; i < 3; ++i) step[i] = out[i] - last[i];
        for (int i = 0; n > 1 && i < 3; ++i) {
          EXPECT_LT(std::fabs(step[i] - last_step[i]), 6e-4)
              << hue << " " << saturation << " " << l;
        }
        last = out;
        last_step = step;
      }
    }
  }
}

TEST_P(EveryGrade, GivesFiniteColours) {
  const Grade grade(*LoadLook(GetParam()), GreyTone);
  for (const double l : {0.0, 1e-12, 0.3, 1.0, 3.0}) {
    for (const double a : {-0.5, 0.0, 1e-12, 0.5}) {
      for (const double b : {-0.5, 0.0, 0.5}) {
        const Vec3 out = grade.Apply({{l, a, b}}, {{l, a, b}});
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isfinite(out[i]));
        EXPECT_GE(out[0], 0);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryGrade, testing::ValuesIn(OwnLooks()), LookTestName);

}  // namespace
}  // namespace petzval
