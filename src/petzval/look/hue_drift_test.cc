// Hue, from the tone operator to code values: the bars of hue preservation, and two screens.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/gamut.h"
#include "petzval/look/hue_drift_test_util.h"
#include "petzval/look/look_test_names.h"

namespace petzval {
namespace {

constexpr double kDeg = std::numbers::pi / 180;
constexpr const char* kOperators[] = {"sigmoid", "film-like", "agx", "aces2"};

void Set(Look* look, const std::string& name, double value) {
  for (auto& [key, v] : look->values) {
    if (key == name) v = value;
  }
}

// A look that does nothing but tone, with the given operator and hue preservation.
Look PlainLook(const std::string& tone, double p) {
  Look look = *LoadLook("authentic");
  for (const char* one : {"chroma", "chroma_red", "chroma_blue"}) Set(&look, one, 1);
  Set(&look, "chroma_skin", 2);
  for (const char* one : {"hue_preservation", "skin_hue_preservation"}) Set(&look, one, p);
  for (auto& [key, list] : look.lists) {
    if (key == "hue_chroma") list.assign(list.size(), 1);
    if (key == "hue_lightness" || key == "hue_shift_deg" || key == "curve") {
      list.assign(list.size(), 0);
    }
  }
  EXPECT_TRUE(SetLookValue(&look, "tone_operator", tone).has_value());
  return look;
}

struct Drift {
  double mean = 0, worst = 0;
  std::vector<double> each;
};

// Against the hue of the input, or, `after_scene_gamut`, against what the compression of scene
// colours leaves of it (24 hues of a saturation of 0.9 reach its bend).
Drift DriftOfLook(const Look& look, OutputSpace space, bool after_scene_gamut) {
  const ColorPath path(look, 31, space);
  const OklabConverter in(kRec709), tone(kDisplayP3);
  const OklabConverter out(space == OutputSpace::kSrgb ? kRec709 : kDisplayP3);
  const Mat3 p3_from_709 = RgbFromRgb(kDisplayP3, kRec709);
  const auto oklab = [&](const Vec3& scene) {
    if (!after_scene_gamut) return in.FromRgb(scene);
    return tone.FromRgb(CompressSceneGamut(p3_from_709 * scene, 31));
  };
  const Mat3 rec2020_from_709 = RgbFromRgb(kRec2020, kRec709);
  Drift drift;
  for (int hue = 0; hue < 360; hue += 15) {
    const double d = LargestDriftDeg(DriftHue(hue), oklab, out, [&](const Vec3& scene) {
      Vec3 rgb = path.Encode(rec2020_from_709 * scene);
      for (double& v : rgb.v) v = DecodeSrgb(v);
      return rgb;
    });
    drift.each.push_back(d);
    drift.mean += std::fabs(d) / 24;
    drift.worst = std::max(drift.worst, std::fabs(d));
  }
  return drift;
}

TEST(HueDrift, ConstantHueIsConstantAfterGamutMapping) {
  for (const char* tone : kOperators) {
    for (OutputSpace space : {OutputSpace::kSrgb, OutputSpace::kDisplayP3}) {
      const Drift drift = DriftOfLook(PlainLook(tone, 1), space, false);
      RecordProperty(std::string("mean_") + tone, std::to_string(drift.mean));
      RecordProperty(std::string("worst_") + tone, std::to_string(drift.worst));
      EXPECT_LE(drift.mean, 3) << tone;
      EXPECT_LE(drift.worst, 10) << tone;
      const Drift own = DriftOfLook(PlainLook(tone, 1), space, true);
      RecordProperty(std::string("own_worst_") + tone, std::to_string(own.worst));
      EXPECT_LE(own.worst, 1) << tone;
    }
  }
}

TEST(HueDrift, FallsWithPreservationForEveryOperator) {
  for (const char* tone : kOperators) {
    double last = 1e9;
    for (double p : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const Drift drift = DriftOfLook(PlainLook(tone, p), OutputSpace::kDisplayP3, true);
      RecordProperty(std::string(tone) + "_" + std::to_string(p), std::to_string(drift.mean));
      EXPECT_LT(drift.mean, last + 1e-9) << tone << " " << p;
      last = drift.mean;
    }
  }
}

// Film and eyes turn reds to orange and blues to violet as they get brighter; the parameter says
// how much of it is left: no salmon-pink sunsets by force (a quarter is a popular amount).
TEST(HueDrift, ShareThatIsLeftIsWhatTheParameterSays) {
  const Drift all = DriftOfLook(PlainLook("sigmoid", 0), OutputSpace::kDisplayP3, true);
  for (double p : {0.25, 0.5, 0.75}) {
    const Drift some = DriftOfLook(PlainLook("sigmoid", p), OutputSpace::kDisplayP3, true);
    for (size_t i = 0; i < all.each.size(); ++i) {
      // Where chroma is too small to count depends on hue, too; strong blue is kept by its own
      // rule, see ColorPath.
      const double hue = 15.0 * static_cast<double>(i);
      if (hue > 195 && hue < 300) continue;
      EXPECT_NEAR(std::fabs(some.each[i]), (1 - p) * std::fabs(all.each[i]),
                  1 + 0.15 * std::fabs(all.each[i]))
          << hue << " " << p;
    }
  }
}

TEST(GamutMapping, KeepsHueOfColoursFarOutside) {
  // From Rec.2020 and beyond to both displays: hue within 1 deg, nothing turns black.
  for (const RgbSpace& space : {kRec709, kDisplayP3}) {
    const OklabConverter in(kRec2020), out(space);
    for (int hue = 0; hue < 360; hue += 5) {
      for (double s : {0.7, 1.0}) {
        for (double e : {0.02, 0.2, 0.7}) {
          Vec3 rgb = FromHsv(hue, s);
          for (double& v : rgb.v) v *= e;
          const Vec3 lab = in.FromRgb(rgb);
          const Vec3 shown = MapToDisplayGamut(out, lab);
          const OklchColor want = OklchFromOklab(lab), got = OklchFromOklab(out.FromRgb(shown));
          EXPECT_NEAR(got.l, want.l, 2e-3) << hue;
          if (got.c > 0.02) {
            EXPECT_NEAR(WrapAngle(got.h - want.h) / kDeg, 0, 1) << hue << " " << s << " " << e;
          }
        }
      }
    }
  }
}

class EveryLookHdr : public testing::TestWithParam<std::string> {
 protected:
  Look look_ = *LoadLook(GetParam());
};

TEST_P(EveryLookHdr, SharesItsHuesWithTheStandardVersion) {
  Look hdr_look = look_;
  Set(&hdr_look, "headroom", 4);
  Look sdr_look = look_;
  Set(&sdr_look, "headroom", 1);
  const ColorPath sdr(sdr_look, 8, OutputSpace::kDisplayP3),
      hdr(hdr_look, 8, OutputSpace::kRec2020Pq);
  const DisplayCode code(OutputSpace::kRec2020Pq, 4);
  const OklabConverter p3(kDisplayP3), rec2020(kRec2020);
  const Mat3 rec2020_from_709 = RgbFromRgb(kRec2020, kRec709);
  double worst = 0;
  for (int hue = 0; hue < 360; hue += 15) {
    for (double s : {0.3, 0.6, 0.9}) {
      for (double ev = -4; ev <= 3; ev += 0.5) {
        Vec3 scene = DriftHue(hue, s);
        for (double& v : scene.v) v *= 0.5 * std::exp2(ev);
        scene = rec2020_from_709 * scene;
        Vec3 a = sdr.Encode(scene), b = hdr.Encode(scene);
        for (int i = 0; i < 3; ++i) {
          ASSERT_TRUE(b[i] >= 0 && b[i] <= 1);
          a[i] = DecodeSrgb(a[i]);
          b[i] = code.Decode(b[i]);
        }
        const OklchColor x = OklchFromOklab(p3.FromRgb(a)), y = OklchFromOklab(rec2020.FromRgb(b));
        if (x.c < 0.03 || y.c < 0.03) continue;
        worst = std::max(worst, std::fabs(WrapAngle(x.h - y.h)) / kDeg);
      }
    }
  }
  RecordProperty("worst_deg", std::to_string(worst));
  EXPECT_LE(worst, 2);
}

TEST_P(EveryLookHdr, LightnessRisesOnBothAndGreysStayGrey) {
  Set(&look_, "headroom", 4);
  for (OutputSpace space : {OutputSpace::kRec2020Pq, OutputSpace::kRec2020Hlg}) {
    const ColorPath path(look_, 8, space);
    double last = 0;
    for (double ev = -12; ev <= 6; ev += 0.05) {
      const double x = std::exp2(ev);
      const Vec3 rgb = path.Encode({{x, x, x}});
      if (path.keeps_greys()) {
        for (int i = 0; i < 3; ++i) EXPECT_NEAR(rgb[i], rgb[0], 1e-12) << ev;
      }
      EXPECT_GE(rgb[1], last - 1e-12) << ev;
      last = rgb[1];
    }
    // The peak is used: four times diffuse white, 812 cd/m^2.
    if (path.keeps_greys()) {
      EXPECT_NEAR(last, DisplayCode(space, 4).Encode(4), 1e-6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLookHdr, testing::ValuesIn(OwnLooks()), LookTestName);

TEST(LogOutput, CarriesTheSceneAsItIs) {
  const ColorPath path(*LoadLook("vivid"), 4, OutputSpace::kLLog);
  const DisplayCode code(OutputSpace::kLLog, 1);
  EXPECT_TRUE(path.keeps_greys());
  EXPECT_EQ(path.tone_from_rec2020(), Mat3::Identity());
  for (const Vec3& scene : {Vec3{{0.18, 0.18, 0.18}}, Vec3{{0.5, 0.2, 0.08}}, Vec3{{6, 3, 2}}}) {
    const Vec3 rgb = path.Encode(scene);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(code.Decode(rgb[i]), scene[i], 1e-6 * scene[i]);
  }
  EXPECT_NEAR(path.Encode({{0, 0, 0}})[1], 0.09, 1e-12);
}

}  // namespace
}  // namespace petzval
