#include "petzval/measure/chart/color.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "petzval/measure/chart/color_reference.h"
#include "petzval/measure/chart/synthetic_chart_util.h"

namespace petzval::measure {
namespace {

const Figure* Find(const Findings& findings, const std::string& name) {
  for (const Figure& f : findings.figures) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

bool Warns(const ColorReport& report, const std::string& words) {
  return std::any_of(report.findings.warnings.begin(), report.findings.warnings.end(),
                     [&](const std::string& w) { return w.find(words) != std::string::npos; });
}

ColorParams ClassicParams() {
  ColorParams params;
  params.chart = "colorchecker24";
  return params;
}

// A camera whose RGB mixes XYZ, so that the matrix back is exact: no primaries of a display.
Mat3 CameraMatrix() {
  Mat3 rgb_from_xyz;
  rgb_from_xyz[0] = {0.9, -0.15, -0.07};
  rgb_from_xyz[1] = {-0.4, 1.15, 0.28};
  rgb_from_xyz[2] = {-0.03, 0.15, 0.55};
  return Inverse(rgb_from_xyz);
}

TEST(MeasureColor, AddsNothingToAnExactPicture) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.exposure = 0.4;
  const auto report = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LT(report->de2000_max, 0.001);
  EXPECT_NEAR(report->best.gain, 2.5, 1e-4);
  EXPECT_NEAR(report->greys.gain, 2.5, 1e-4);
  EXPECT_GT(report->none.de2000_mean, 10);
  EXPECT_NEAR(report->saturation, 1, 1e-4);
  EXPECT_LT(report->white_balance_error_deg, 0.001);
  EXPECT_NEAR(report->glare, 0, 1e-5);
  EXPECT_TRUE(report->findings.warnings.empty()) << report->findings.warnings[0];
  ASSERT_EQ(report->patches.size(), 24u);
  EXPECT_EQ(report->patches[14].name, "red");
  EXPECT_NEAR(Find(report->findings, "exposure_best")->value, std::log2(0.4), 1e-4);
  EXPECT_NEAR(Find(report->findings, "skin_hue_error_max")->value, 0, 0.01);
  for (const Figure& f : report->findings.figures) EXPECT_TRUE(f.known()) << f.name;
}

TEST(MeasureColor, StaysBelowATenthOnANoisyMosaic) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.width = 1800;
  s.height = 1200;
  s.area = {{{330, 200}, {1500, 240}, {1480, 1000}, {350, 980}}};
  s.xyz_d50_from_rgb = CameraMatrix();
  s.electrons = 5000;
  s.read_noise = 0.0006;
  s.exposure = 0.7;
  Subject raw = RawOf(s);
  raw.neutral = Inverse(s.xyz_d50_from_rgb) * XyzFromChromaticity(kWhiteD50);
  const auto report = MeasureColor(raw);  // the chart is recognised, too
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->located.chart.name, "colorchecker24");
  EXPECT_LT(report->de2000_mean, 0.1);
  EXPECT_LT(report->de2000_max, 0.4);
  const auto& channel = report->patches[0].statistics.channel;
  EXPECT_NEAR(channel[1].n, 2 * channel[0].n, 0.02 * channel[1].n);  // as RGGB has it
}

TEST(MeasureColor, MeasuresUnderTheLightOfTheChart) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.lab = *ReferenceLab(s.chart, s.chart.editions[0], "A");
  ColorParams params = ClassicParams();
  const auto wrong = MeasureColor(PictureOf(s), params);
  params.light = "A";
  const auto right = MeasureColor(PictureOf(s), params);
  ASSERT_TRUE(wrong && right);
  EXPECT_LT(right->de2000_max, 0.001);
  EXPECT_GT(wrong->de2000_mean, 0.8);
  params.light = "D5O";
  EXPECT_FALSE(MeasureColor(PictureOf(s), params));
}

TEST(MeasureColor, LeavesOutWhatIsClippedOrLost) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.exposure = 1.3;
  s.clip = 1;
  const auto report = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->patches[18].used);
  EXPECT_NE(report->patches[18].note.find("clipped"), std::string::npos);
  EXPECT_TRUE(report->patches[19].used);
  EXPECT_TRUE(Warns(*report, "patch white 9.5 is clipped"));
  EXPECT_LT(report->de2000_max, 0.001);

  s.exposure = 4;
  const auto clipped = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_FALSE(clipped);

  // Corners given: the search would not find anything in such a picture.
  s = SyntheticOf("colorchecker24");
  s.exposure = 0.0002;
  s.read_noise = 0.002;
  ColorParams params = ClassicParams();
  params.corners = s.area;
  const auto dark = MeasureColor(PictureOf(s), params);
  ASSERT_FALSE(dark);
  EXPECT_NE(dark.error().message.find("can be used: "), std::string::npos) << dark.error().message;
  EXPECT_NE(dark.error().message.find("is lost in"), std::string::npos) << dark.error().message;
}

TEST(MeasureColor, RefusesCornersInAnotherOrder) {
  const SyntheticChart s = SyntheticOf("colorchecker24");
  ColorParams params = ClassicParams();
  params.corners = s.area;
  const auto right = MeasureColor(PictureOf(s), params);
  ASSERT_TRUE(right) << right.error().message;
  EXPECT_LT(right->de2000_max, 0.1);
  for (const std::array<int, 4>& order :
       {std::array{2, 3, 0, 1}, std::array{1, 0, 3, 2}, std::array{3, 2, 1, 0}}) {
    for (int i = 0; i < 4; ++i) (*params.corners)[i] = s.area[order[i]];
    const auto turned = MeasureColor(PictureOf(s), params);
    ASSERT_FALSE(turned);
    EXPECT_NE(turned.error().message.find("clockwise"), std::string::npos)
        << turned.error().message;
  }
}

TEST(MeasureColor, FindsATintASaturationAndGlare) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.tint = {{1.2, 1, 1}};
  const auto tinted = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(tinted) << tinted.error().message;
  const double angle = std::acos(3.2 / std::sqrt(3.0) / std::sqrt(1.44 + 2)) * 180 / M_PI;
  EXPECT_NEAR(tinted->white_balance_error_deg, angle, 0.01);
  EXPECT_GT(tinted->best.de2000_mean, 3);
  EXPECT_LT(tinted->balanced.de2000_max, 0.001);

  s = SyntheticOf("colorchecker24");
  s.glare = 0.02;
  const auto glare = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(glare);
  EXPECT_NEAR(glare->glare, 0.02, 0.0005);
  EXPECT_LT(glare->saturation, 0.97);

  s = SyntheticOf("colorchecker24");
  for (Vec3& lab : s.lab) {
    lab[1] *= 1.1;
    lab[2] *= 1.1;
  }
  const auto vivid = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(vivid);
  EXPECT_NEAR(vivid->saturation, 1.1, 0.01);
  EXPECT_GT(vivid->patches[14].dc, 5);
  EXPECT_LT(std::abs(vivid->patches[14].dh), 0.5);
}

TEST(MeasureColor, SignsOfTheDifferences) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  const double turn = 5 * M_PI / 180;
  Vec3& lab = s.lab[0];  // dark skin, towards yellow
  lab = {{lab[0] + 2, std::cos(turn) * lab[1] - std::sin(turn) * lab[2],
          std::sin(turn) * lab[1] + std::cos(turn) * lab[2]}};
  ColorParams params = ClassicParams();
  params.exposure = ExposureAlignment::kNone;
  const auto report = MeasureColor(PictureOf(s), params);
  ASSERT_TRUE(report);
  const ColorPatch& patch = report->patches[0];
  EXPECT_NEAR(patch.dl, 2, 1e-3);
  EXPECT_NEAR(patch.dc, 0, 1e-3);
  EXPECT_NEAR(patch.dh, 2 * std::hypot(lab[1], lab[2]) * std::sin(turn / 2), 1e-3);
  EXPECT_NEAR(patch.de2000, DeltaE2000(lab, s.chart.editions[0].lab[0]), 1e-3);
  EXPECT_NEAR(report->de2000_mean, patch.de2000 / 24, 1e-3);
  EXPECT_NEAR(Find(report->findings, "skin_hue_error")->value, 2.5, 0.01);
}

TEST(MeasureColor, NamesABetterEdition) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.lab = FindEdition(s.chart, "after-2014")->lab;
  const auto report = MeasureColor(PictureOf(s), ClassicParams());
  ASSERT_TRUE(report);
  EXPECT_TRUE(Warns(*report, "edition after-2014 of the chart fits better"));
  ColorParams params = ClassicParams();
  params.edition = "after-2014";
  EXPECT_LT(MeasureColor(PictureOf(s), params)->de2000_max, 0.001);
}

TEST(MeasureColor, RefusesWhatItCannotMeasure) {
  const Subject picture = PictureOf(SyntheticOf("colorchecker24"));
  ColorParams params;
  params.chart = "colourchecker24";
  EXPECT_NE(MeasureColor(picture, params).error().message.find("did you mean 'colorchecker24'"),
            std::string::npos);
  params = ColorParams();
  params.corners = SyntheticOf("colorchecker24").area;
  EXPECT_NE(MeasureColor(picture, params).error().message.find("corners need the name"),
            std::string::npos);
  params = ClassicParams();
  params.patch_share = 2;
  EXPECT_FALSE(MeasureColor(picture, params));
  Subject mono = RawOf(SyntheticOf("colorchecker24"));
  mono.mono = true;
  EXPECT_NE(MeasureColor(mono).error().message.find("monochrome"), std::string::npos);
  EXPECT_FALSE(FindExposureAlignment("bset"));
  EXPECT_EQ(*FindExposureAlignment("greys"), ExposureAlignment::kGreys);
}

TEST(MeasurePatch, SeparatesNoiseGradientAndOutliers) {
  Subject subject;
  subject.rgb = Image<float>(120, 100, 3);
  for (int y = 0; y < 100; ++y) {
    Random random(3, static_cast<uint64_t>(y));
    for (int x = 0; x < 120; ++x) {
      for (int c = 0; c < 3; ++c) {
        double v = 0.4 * (1 + 0.001 * (x + 0.5 - 60)) + 0.01 * random.Normals().a;
        if (x % 25 == 7 && y % 25 == 7) v = 0.95;  // dust or hot pixels
        subject.rgb.At(x, y, c) = static_cast<float>(v);
      }
    }
  }
  subject.clip = 0.9;
  const std::array<Point, 4> outline = {{{10, 10}, {110, 10}, {110, 90}, {10, 90}}};
  const PatchChannel green = MeasurePatch(subject, outline).channel[1];
  EXPECT_NEAR(green.mean, 0.4, 3 * 0.01 / std::sqrt(8000.0));
  EXPECT_NEAR(green.variance, 1e-4, 5e-6);
  EXPECT_NEAR(green.gradient, 0.1, 0.005);
  EXPECT_EQ(green.n, 8000 - 12);
  EXPECT_NEAR(green.clipped, 12.0 / 8000, 1e-9);
  // Beyond the picture nothing counts.
  const std::array<Point, 4> outside = {{{200, 10}, {210, 10}, {210, 90}, {200, 90}}};
  EXPECT_EQ(MeasurePatch(subject, outside).channel[0].n, 0);
}

}  // namespace
}  // namespace petzval::measure
