// Pictures by a camera profile: the table beside the profile itself, greys, what is missing.
#include "petzval/look/profile_operator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/color/difference.h"
#include "petzval/color/spectral.h"
#include "petzval/color/transfer.h"
#include "petzval/look/color_path.h"
#include "petzval/look/look_test_table.h"
#include "petzval/look/profile_tone.h"
#include "petzval/look/render_tables.h"

namespace petzval {
namespace {

// A profile of the usual make: colours turned, strengthened and darkened by hue, and an S.
std::shared_ptr<DcpProfile> SomeProfile() {
  auto p = std::make_shared<DcpProfile>();
  p->baseline_exposure_offset_ev = -0.3;
  p->look = HueSatMap::Identity(36, 8, 1);
  for (int h = 0; h < 36; ++h) {
    for (int s = 0; s < 8; ++s) {
      const double angle = h * M_PI / 18, share = s / 7.0;
      p->look.At(h, s) = {static_cast<float>(8 * share * std::sin(angle)),
                          static_cast<float>(1 + 0.15 * share * std::cos(2 * angle)),
                          static_cast<float>(1 - 0.1 * share * (1 + std::cos(angle)))};
    }
  }
  RepairNeutrals(&p->look);
  p->tone_curve = {{0, 0},       {0.02, 0.024}, {0.06, 0.12}, {0.18, 0.42},
                   {0.4, 0.728}, {0.7, 0.92},   {1, 1}};
  return p;
}

// What the profile alone says, encoded sRGB; not limited to its gamut.
Vec3 Reference(const DcpProfile& profile, const Vec3& rec2020) {
  const Vec3 out = RgbFromRgb(kRec709, kProPhoto) *
                   ProfileTone(profile, 0).Apply(RgbFromRgb(kProPhoto, kRec2020) * rec2020);
  return {{EncodeSrgb(out[0]), EncodeSrgb(out[1]), EncodeSrgb(out[2])}};
}

double Difference(const Vec3& a, const Vec3& b) {
  const Mat3 xyz_from_709 = XyzFromRgb(kRec709);
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  const auto lab = [&](Vec3 code) {
    for (double& v : code.v) v = DecodeSrgb(v);
    return LabFromXyz(xyz_from_709 * code, white);
  };
  return DeltaE2000(lab(a), lab(b));
}

std::vector<Vec3> Surfaces() {
  const SpectralDistribution d65 = *FindLight("D65");
  const Mat3 rec2020 = RgbFromXyz(kRec2020);
  std::vector<Vec3> out;
  for (const char* set : {"colorchecker24", "pmc", "ampas190"}) {
    const ReflectanceSet reflectances = *FindReflectances(set);
    for (const SpectralDistribution& r : reflectances.reflectance) {
      const Vec3 surface = rec2020 * XyzOfReflectance(r, d65);
      for (double ev = -4; ev <= 0; ev += 0.5) {
        const double k = std::exp2(ev);
        out.push_back({{k * surface[0], k * surface[1], k * surface[2]}});
      }
    }
  }
  return out;
}

TEST(ProfileOperator, ThePictureIsWhatTheProfileSays) {
  const auto profile = SomeProfile();
  const ColorPath path(*LoadLook("profile"), 4, OutputSpace::kSrgb, profile);
  const std::vector<float> table = BakeColorTable(path, kColorTableSize);
  std::vector<double> exact, baked;
  for (const Vec3& scene : Surfaces()) {
    const Vec3 wanted = Reference(*profile, scene);
    // Colours that sRGB cannot show are the affair of the gamut.
    if (std::min({wanted[0], wanted[1], wanted[2]}) < 0) continue;
    exact.push_back(Difference(wanted, path.Encode(scene)));
    baked.push_back(Difference(wanted, LookUpColor(table, kColorTableSize, path.Tone(scene))));
  }
  ASSERT_GT(exact.size(), 1500u);
  for (auto* all : {&exact, &baked}) std::sort(all->begin(), all->end());
  const double exact_p95 = exact[exact.size() * 95 / 100];
  const double baked_p95 = baked[baked.size() * 95 / 100];
  RecordProperty("exact_p95", std::to_string(exact_p95));
  RecordProperty("baked_p95", std::to_string(baked_p95));
  EXPECT_LE(exact_p95, 0.1);
  EXPECT_LE(baked_p95, 0.5);
}

TEST(ProfileOperator, GreysFollowTheCurveAndStayGrey) {
  const auto profile = SomeProfile();
  const ColorPath path(*LoadLook("profile"), 4, OutputSpace::kSrgb, profile);
  EXPECT_DOUBLE_EQ(path.white(), std::exp2(0.3));
  for (double v = 0.001; v < 2; v *= 1.3) {
    const Vec3 out = path.Encode({{v, v, v}});
    EXPECT_EQ(out[0], out[1]);
    EXPECT_EQ(out[1], out[2]);
    const double wanted = ProfileTone(*profile, 0).Apply({{v, v, v}})[1];
    EXPECT_NEAR(out[0], EncodeSrgb(wanted), 5e-4) << v;
  }
}

TEST(ProfileOperator, GreyAndItsInverseAgree) {
  auto profile = SomeProfile();
  // A toe without slope, and a spline that swings below it.
  profile->tone_curve = {{0, 0}, {0.05, 0}, {0.1, 0.3}, {0.5, 0.9}, {1, 1}};
  const auto tone = MakeProfileOperator(*profile, ToneCurve(1.5, 0.18, 1));
  double last = 0;
  for (double v = 0; v < 1.5; v += 0.003) {
    const double grey = tone->Grey(v);
    EXPECT_GE(grey, last);
    EXPECT_NEAR(tone->Grey(tone->SceneOfGrey(grey)), grey, 1e-9);
    EXPECT_DOUBLE_EQ(tone->Apply({{v, v, v}})[2], grey);
    last = grey;
  }
  EXPECT_EQ(last, 1);
}

TEST(ProfileOperator, AProfileWithoutACurveGetsOne) {
  auto profile = SomeProfile();
  profile->tone_curve.clear();
  profile->look = {};
  profile->baseline_exposure_offset_ev = 0;
  const ToneCurve curve(1.5, 0.18, 1);
  const auto tone = MakeProfileOperator(*profile, curve);
  for (double v = 0.01; v < 1; v += 0.05) EXPECT_NEAR(tone->Grey(v), curve.Apply(v), 1e-3);
}

TEST(ProfileOperator, AnyColourIsFinite) {
  const auto profile = SomeProfile();
  for (OutputSpace space : {OutputSpace::kSrgb, OutputSpace::kDisplayP3, OutputSpace::kRec2020Pq,
                            OutputSpace::kRec2020Hlg, OutputSpace::kLLog}) {
    const ColorPath path(*LoadLook("profile"), 4, space, profile);
    for (double x : std::vector<double>{-INFINITY, -2.0, 0.0, 1e-9, 0.3, 1e30, INFINITY, NAN}) {
      for (const Vec3& scene : {Vec3{{x, 0.2, 0}}, Vec3{{0, x, 1}}, Vec3{{-0.1, 0, x}}}) {
        const Vec3 out = path.Encode(scene);
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(out[i] >= 0 && out[i] <= 1) << x;
      }
    }
  }
}

TEST(ProfileOperator, PicturesAreExposedAsTheFileSays) {
  Image<float> scene(32, 32, 3);
  scene.Fill(0.05f);
  const Look look = *LoadLook("profile");
  const auto none = Rendering::Create(look, scene, 32, 32, {}, OutputSpace::kSrgb);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("profile"), std::string::npos);
  SceneInfo info;
  info.profile = SomeProfile();
  info.exposure_ev = 0.5;
  const auto rendering = Rendering::Create(look, scene, 32, 32, info, OutputSpace::kSrgb);
  ASSERT_TRUE(rendering);
  EXPECT_DOUBLE_EQ(rendering->exposure_ev(), 0.5);
  std::vector<uint16_t> out(size_t{32} * 32 * 3);
  rendering->Render(scene, {0, 0, 32, 32}, out.data(), 96);
  const double v = 0.05 * std::sqrt(2);
  const double wanted = EncodeSrgb(ProfileTone(*info.profile, 0).Apply({{v, v, v}})[1]);
  for (const uint16_t code : out) ASSERT_NEAR(code / 65535.0, wanted, 1e-3);
}

}  // namespace
}  // namespace petzval
