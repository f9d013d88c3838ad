// Tone operators: greys, wild input, path to white, headroom, and what others publish of them.
#include "petzval/look/tone_operator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "petzval/color/golden_test_util.h"
#include "petzval/color/oklab.h"
#include "petzval/color/spaces.h"
#include "petzval/look/agx_inset.h"
#include "petzval/look/hue_drift_test_util.h"

namespace petzval {
namespace {

constexpr ToneKind kKinds[] = {ToneKind::kSigmoid, ToneKind::kFilmLike, ToneKind::kAgx,
                               ToneKind::kAces2};

TEST(ToneOperator, Names) {
  EXPECT_EQ(*FindToneKind("film-like"), ToneKind::kFilmLike);
  auto wrong = FindToneKind("agxx");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_NE(wrong.error().message.find("\"agx\""), std::string::npos);
}

TEST(ToneOperator, GreysRiseFromBlackToThePeak) {
  for (ToneKind kind : kKinds) {
    for (double contrast : {1.0, 1.5, 2.2}) {
      for (double white : {1.3, 4.0, 16.0}) {
        for (double headroom : {1.0, 4.0}) {
          const auto tone = MakeToneOperator({kind, contrast, 0.1845, white, headroom});
          const double peak = UsedHeadroom(headroom, white);
          EXPECT_NEAR(tone->Grey(0.1845), 0.1845, 1e-6) << static_cast<int>(kind);
          double last = 0;
          for (double ev = -14; ev <= 7; ev += 0.05) {
            const double x = std::exp2(ev);
            const Vec3 out = tone->Apply({{x, x, x}});
            EXPECT_EQ(out[0], out[1]);
            EXPECT_EQ(out[1], out[2]);
            EXPECT_EQ(out[0], tone->Grey(x));
            EXPECT_GE(out[0], last);
            EXPECT_LE(out[0], peak);
            if (x < 0.999 * white) {
              EXPECT_NEAR(tone->SceneOfGrey(out[0]), x, 1e-4 * x) << static_cast<int>(kind);
            }
            last = out[0];
          }
          EXPECT_NEAR(last, peak, 0.003 * peak) << static_cast<int>(kind) << " " << white;
          EXPECT_EQ(tone->Grey(0), 0);
        }
      }
    }
  }
}

// Over-saturated pixels must not go black, and nothing may jump.
TEST(ToneOperator, NegativeInputIsContinuous) {
  for (ToneKind kind : kKinds) {
    const auto tone = MakeToneOperator({kind, 1.6, 0.1845, 8, 1});
    for (const Vec3& base : {Vec3{{0.02, 0.1, 2}}, Vec3{{1.5, 0.05, 0.2}}, Vec3{{0.2, 0.6, 0.1}}}) {
      for (int channel = 0; channel < 3; ++channel) {
        Vec3 in = base;
        Vec3 last;
        for (double v = 0.3; v >= -0.3; v -= 0.0005) {
          in[channel] = v;
          const Vec3 out = tone->Apply(in);
          for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(out[i] >= 0 && out[i] <= 1) << static_cast<int>(kind) << " " << v;
            if (v < 0.2999) {
              EXPECT_NEAR(out[i], last[i], 0.02) << static_cast<int>(kind) << " " << v;
            }
          }
          last = out;
        }
      }
    }
  }
}

TEST(ToneOperator, AnyBitsGiveFiniteLight) {
  const double inf = std::numeric_limits<double>::infinity();
  const double wild[] = {std::nan(""), -inf, -1e30, -0.3, -1e-310, 0,     1e-310,
                         1e-12,        0.18, 1,     50,   1e9,     1e300, inf};
  for (ToneKind kind : kKinds) {
    for (double headroom : {1.0, 6.0}) {
      const auto tone = MakeToneOperator({kind, 1.6, 0.1845, 8, headroom});
      for (double r : wild) {
        for (double g : wild) {
          for (double b : wild) {
            const Vec3 out = tone->Apply({{r, g, b}});
            for (int i = 0; i < 3; ++i) {
              ASSERT_TRUE(out[i] >= 0 && out[i] <= headroom)
                  << static_cast<int>(kind) << " " << r << " " << g << " " << b;
            }
          }
        }
      }
    }
  }
}

TEST(ToneOperator, BrightColoursLoseSaturation) {
  const OklabConverter p3(kDisplayP3);
  for (ToneKind kind : kKinds) {
    const auto tone = MakeToneOperator({kind, 1.6, 0.1845, 8, 1});
    for (const Vec3& hue : {Vec3{{1, 0.25, 0.1}}, Vec3{{0.2, 1, 0.3}}, Vec3{{0.1, 0.3, 1}}}) {
      const auto saturation = [&](double e) {
        const OklchColor c =
            OklchFromOklab(p3.FromRgb(tone->Apply({{e * hue[0], e * hue[1], e * hue[2]}})));
        return c.c / c.l;
      };
      EXPECT_LT(saturation(4), 0.75 * saturation(0.4)) << static_cast<int>(kind);
      EXPECT_LT(saturation(16), 0.5 * saturation(0.4)) << static_cast<int>(kind);
    }
  }
}

TEST(ToneOperator, HeadroomLeavesMidTonesAlone) {
  for (ToneKind kind : kKinds) {
    const auto sdr = MakeToneOperator({kind, 1.5, 0.1845, 8, 1});
    const auto hdr = MakeToneOperator({kind, 1.5, 0.1845, 8, 4});
    for (double ev = -3; ev <= 0.5; ev += 0.25) {
      const double x = 0.1845 * std::exp2(ev);
      EXPECT_NEAR(std::log2(hdr->Grey(x) / sdr->Grey(x)), 0, ev < -0.9 ? 0.7 : 0.25)
          << static_cast<int>(kind) << " " << ev;
    }
    EXPECT_GT(hdr->Grey(6), 2 * sdr->Grey(6)) << static_cast<int>(kind);
  }
  EXPECT_EQ(UsedHeadroom(8, 1.2), 1);  // nothing beyond diffuse white: nothing is stretched
  EXPECT_EQ(UsedHeadroom(8, 4), 3);
  EXPECT_EQ(UsedHeadroom(2, 30), 2);
}

// Oklab hue over -2..+6 EV as in hue_drift_golden.json, in linear Rec.709.
TEST(ToneOperator, FilmLikeDriftIsThePublishedOne) {
  PETZVAL_GOLDEN_JSON(golden, "hue_drift_golden.json");
  const auto& want = golden.at("ops").at("film_like_mid_channel");
  const auto tone = MakeToneOperator({ToneKind::kFilmLike, 1.6, 0.1845, 1e5, 1});
  const OklabConverter rec709(kRec709);
  const auto drift = [&](const Vec3& base) {
    return LargestDriftDeg(base, rec709, rec709, [&](const Vec3& in) { return tone->Apply(in); });
  };
  double sum = 0;
  for (int hue = 0; hue < 360; hue += 15) {
    const double got = drift(DriftHue(hue));
    EXPECT_NEAR(got, want.at(std::to_string(hue)).get<double>(), 0.3) << hue;
    sum += std::fabs(got);
  }
  EXPECT_NEAR(sum / 24, want.at("mean_abs").get<double>(), 0.3);
  // Skin turns as far one way as the other: the sign of the larger is a matter of digits.
  EXPECT_NEAR(std::fabs(drift({{.45, .28, .2}})), -want.at("skin").get<double>(), 0.3);
  EXPECT_NEAR(drift({{.2, .35, .7}}), want.at("sky").get<double>(), 0.3);
  EXPECT_NEAR(drift({{.6, .25, .03}}), want.at("orange").get<double>(), 0.3);
}

TEST(ToneOperator, AgxAndAces2DriftLessThanTheSigmoid) {
  const OklabConverter p3(kDisplayP3), rec709(kRec709);
  const Mat3 p3_from_709 = RgbFromRgb(kDisplayP3, kRec709);
  double mean[4] = {};
  for (ToneKind kind : kKinds) {
    const auto tone = MakeToneOperator({kind, 1.6, 0.1845, 64, 1});
    for (int hue = 0; hue < 360; hue += 15) {
      mean[static_cast<int>(kind)] +=
          std::fabs(
              LargestDriftDeg(DriftHue(hue), rec709, p3,
                              [&](const Vec3& in) { return tone->Apply(p3_from_709 * in); })) /
          24;
    }
  }
  for (ToneKind kind : kKinds) {
    RecordProperty("mean_drift_" + std::to_string(static_cast<int>(kind)),
                   std::to_string(mean[static_cast<int>(kind)]));
  }
  EXPECT_LT(mean[2], 0.6 * mean[0]);
  EXPECT_LT(mean[3], 0.6 * mean[0]);
  EXPECT_LT(mean[1], 6);
}

}  // namespace
}  // namespace petzval
