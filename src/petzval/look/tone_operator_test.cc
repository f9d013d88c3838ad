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

TEST(AgxInset, RotationsOfPublishedPrimaries) {
  // The matrix of EaryChow's AgX in Rec.2020 beside the angles that its author states: the lengths
  // are taken from the matrix, the angles are to give all the rest.
  PETZVAL_GOLDEN_JSON(golden, "aces_agx_golden.json");
  Mat3 want;
  for (int i = 0; i < 9; ++i)
    want[i / 3][i % 3] = golden.at("agx_params").at("eary_inset_rec2020")[i];
  const Mat3 xyz = XyzFromRgb(kRec2020) * want;
  const Chromaticity primary[] = {kRec2020.red, kRec2020.green, kRec2020.blue};
  PrimaryInset inset;
  inset.rotate_deg = {{2.13976149, -1.22827335, -3.05174246}};
  for (int c = 0; c < 3; ++c) {
    const Chromaticity moved = ChromaticityFromXyz({{xyz[0][c], xyz[1][c], xyz[2][c]}});
    inset.inset[c] = 1 - std::hypot(moved.x - kWhiteD65.x, moved.y - kWhiteD65.y) /
                             std::hypot(primary[c].x - kWhiteD65.x, primary[c].y - kWhiteD65.y);
  }
  const Mat3 got = InsetMatrix(kRec2020, inset);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(got[i][0] + got[i][1] + got[i][2], 1, 1e-12);
    for (int j = 0; j < 3; ++j) EXPECT_NEAR(got[i][j], want[i][j], 1e-6);
  }
}

TEST(AgxInset, MechanismGivesThePublishedRows) {
  // Inset, logarithm, sigmoid: with the parameters of Sobotka's AgX the rows come out.
  PETZVAL_GOLDEN_JSON(golden, "aces_agx_golden.json");
  const auto& params = golden.at("agx_params");
  Mat3 inset;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) inset[i][j] = params.at("sobotka_inset_rowmajor")[4 * i + j];
  }
  const double low = params.at("log2_range")[0], high = params.at("log2_range")[1];
  const auto sigmoid = [](double x) {
    constexpr double kPivot = 10 / 16.5, kSlope = 2;
    const double power = x > kPivot ? 3.25 : 3, room = x > kPivot ? 1 - kPivot : kPivot;
    const double rise = kSlope * room;
    const double scale = rise * std::pow(std::pow(rise / 0.5, power) - 1, -1 / power);
    const double t = kSlope * std::fabs(x - kPivot) / scale;
    return 0.5 + std::copysign(scale * t / std::pow(1 + std::pow(t, power), 1 / power), x - kPivot);
  };
  const std::pair<const char*, Vec3> colours[] = {
      {"grey18", {{.18, .18, .18}}}, {"white1", {{1, 1, 1}}},
      {"grey4", {{4, 4, 4}}},        {"red", {{1, 0, 0}}},
      {"green", {{0, 1, 0}}},        {"blue", {{0, 0, 1}}},
      {"skin", {{.45, .28, .2}}},    {"sky", {{.2, .35, .7}}},
      {"orange", {{.6, .25, .03}}},  {"black.001", {{.001, .001, .001}}}};
  for (const auto& [name, rgb] : colours) {
    const Vec3 drawn = inset * rgb,
               want = ToVec3(golden.at("agx_sobotka_base_from_linear_rec709").at(name));
    for (int i = 0; i < 3; ++i) {
      const double x = std::clamp((std::log2(drawn[i]) - low) / (high - low), 0.0, 1.0);
      EXPECT_NEAR(sigmoid(x), want[i], 2e-4) << name << " " << i;
    }
  }
}

}  // namespace
}  // namespace petzval
