#include "petzval/measure/chart/locate_chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "petzval/base/parallel.h"
#include "petzval/image/png.h"
#include "petzval/measure/chart/synthetic_chart_util.h"

namespace petzval::measure {
namespace {

Result<LocatedChart> Locate(const SyntheticChart& s) {
  return LocateChart(MakeOverview(PictureOf(s)), s.chart);
}

// The largest distance of a patch's centre from the truth, as a share of the patches' distance.
double CentreError(const LocatedChart& located, const SyntheticChart& s) {
  const Homography truth = s.PictureFromChart();
  double error = 0;
  for (const ChartPatch& p : s.chart.patches) {
    const Point at{p.column + 0.5, p.row + 0.5};
    const Point a = truth.Map(at), b = located.picture_from_chart.Map(at);
    const Point next = truth.Map({at.x + 1, at.y});
    error =
        std::max(error, std::hypot(a.x - b.x, a.y - b.y) / std::hypot(a.x - next.x, a.y - next.y));
  }
  return error;
}

void ExpectFound(const SyntheticChart& s, double tolerance, const std::string& what) {
  const Result<LocatedChart> located = Locate(s);
  ASSERT_TRUE(located) << what << ": " << located.error().message;
  EXPECT_LT(CentreError(*located, s), tolerance) << what;
  EXPECT_LT(located->color_fit, 6) << what;
  EXPECT_GT(located->confidence, 0.5) << what;
  EXPECT_TRUE(located->warnings.empty()) << what;
}

void ExpectRefused(const SyntheticChart& s, const std::string& words) {
  const Result<LocatedChart> located = Locate(s);
  ASSERT_FALSE(located) << words;
  EXPECT_NE(located.error().message.find(words), std::string::npos) << located.error().message;
}

TEST(LocateChart, FindsItInEveryOrientation) {
  for (const double degrees : {0, 8, 45, 90, 137, 180, 270}) {
    SyntheticChart s = SyntheticOf("colorchecker24");
    s.area = {{{260, 190}, {640, 190}, {640, 443}, {260, 443}}};
    Turn(&s, degrees);
    ExpectFound(s, 0.03, std::to_string(degrees));
  }
}

TEST(LocateChart, FindsItUnderPerspective) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.area = {{{180, 120}, {620, 200}, {640, 400}, {150, 520}}};
  ExpectFound(s, 0.015, "tilted");
}

TEST(LocateChart, FindsSmallAndLargeOnes) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.area = {{{500, 300}, {596, 300}, {596, 364}, {500, 364}}};
  ExpectFound(s, 0.05, "16 px for each patch");
  s.area = {{{15, 15}, {870, 15}, {870, 585}, {15, 585}}};
  ExpectFound(s, 0.03, "the whole picture");
}

TEST(LocateChart, FindsItTintedUnderexposedAndNoisy) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.exposure = 0.05;
  s.tint = {{0.45, 1, 0.6}};
  s.electrons = 20000;
  s.read_noise = 0.0008;
  ExpectFound(s, 0.04, "dark");
  s = SyntheticOf("colorchecker24");
  s.frame = 0.5;
  ExpectFound(s, 0.03, "light frame");
  s = SyntheticOf("colorchecker24");
  s.glare = 0.03;
  ExpectFound(s, 0.03, "glare");
  s = SyntheticOf("colorchecker24");
  s.exposure = 1.6;
  s.clip = 1;
  ExpectFound(s, 0.03, "white is clipped");
}

TEST(LocateChart, TellsAMirroredPictureAndExchangedColors) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  std::swap(s.area[0], s.area[1]);
  std::swap(s.area[2], s.area[3]);
  Result<LocatedChart> located = Locate(s);
  ASSERT_TRUE(located) << located.error().message;
  EXPECT_TRUE(located->mirrored);
  EXPECT_LT(CentreError(*located, s), 0.03);
  ASSERT_EQ(located->warnings.size(), 1u);

  s = SyntheticOf("colorchecker24");
  std::swap(s.xyz_d50_from_rgb[0][0], s.xyz_d50_from_rgb[0][2]);
  std::swap(s.xyz_d50_from_rgb[1][0], s.xyz_d50_from_rgb[1][2]);
  std::swap(s.xyz_d50_from_rgb[2][0], s.xyz_d50_from_rgb[2][2]);
  located = Locate(s);
  ASSERT_TRUE(located) << located.error().message;
  EXPECT_TRUE(located->red_blue_exchanged);
  EXPECT_FALSE(located->mirrored);
  EXPECT_LT(CentreError(*located, s), 0.03);
}

TEST(LocateChart, RefusesWhatIsNotAWholeChart) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  // Four of six columns, then two of four rows, are in the picture.
  s.area = {{{-160, 150}, {320, 150}, {320, 470}, {-160, 470}}};
  ExpectRefused(s, "of the 24 patches of ColorChecker Classic are in the picture");
  s.area = {{{200, 440}, {680, 440}, {680, 760}, {200, 760}}};
  ExpectRefused(s, "only 12 of the 24 patches");
  // Other colours on the same grid.
  s = SyntheticOf("colorchecker24");
  std::reverse(s.lab.begin(), s.lab.begin() + 18);
  ExpectRefused(s, "have the colours of ColorChecker Classic");
  // The grey row the other way round.
  s = SyntheticOf("colorchecker24");
  std::reverse(s.lab.begin() + 18, s.lab.end());
  ExpectRefused(s, "a grid of patches was found");
  // Half of it covered.
  s = SyntheticOf("colorchecker24");
  for (int i = 0; i < 24; ++i) {
    if (i % 6 >= 3) s.lab[i] = {{20, 0, 0}};
  }
  EXPECT_FALSE(Locate(s));
  // All alike.
  s = SyntheticOf("colorchecker24");
  s.lab.assign(24, {{60, 0, 0}});
  EXPECT_FALSE(Locate(s));
}

TEST(LocateChart, RefusesPhotographsWithoutOne) {
  const std::string folder = PETZVAL_SOURCE_DIR "/../shared/data/kodak/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data at " << folder;
  std::vector<Chart> charts;
  for (const std::string& name : SearchableCharts()) charts.push_back(*FindChart(name));
  for (int i = 1; i <= 24; i += 2) {
    const std::string name = (i < 10 ? "kodim0" : "kodim") + std::to_string(i) + ".png";
    const Result<PngImage> png = ReadPng(folder + name);
    ASSERT_TRUE(png) << name;
    Overview overview{Image<float>(png->pixels.width(), png->pixels.height(), 3)};
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < overview.rgb.height(); ++y) {
        for (int x = 0; x < overview.rgb.width(); ++x) {
          overview.rgb.At(x, y, c) = std::pow(png->pixels.At(x, y, c) / 255.0f, 2.2f);
        }
      }
    }
    EXPECT_FALSE(LocateAnyChart(overview, charts)) << name;
  }
}

TEST(LocateChart, FindsTheLargerChartAmongSeveralKinds) {
  std::vector<Chart> charts;
  for (const std::string& name : SearchableCharts()) charts.push_back(*FindChart(name));
  ASSERT_GE(charts.size(), 2u);
  SyntheticChart s = SyntheticOf("colorcheckersg");
  s.area = {{{150, 80}, {730, 100}, {720, 500}, {160, 520}}};
  const Result<LocatedChart> sg = LocateAnyChart(MakeOverview(PictureOf(s)), charts);
  ASSERT_TRUE(sg) << sg.error().message;
  EXPECT_EQ(sg->chart.name, "colorcheckersg");
  EXPECT_LT(CentreError(*sg, s), 0.05);
  s = SyntheticOf("colorchecker24");
  const Result<LocatedChart> classic = LocateAnyChart(MakeOverview(PictureOf(s)), charts);
  ASSERT_TRUE(classic) << classic.error().message;
  EXPECT_EQ(classic->chart.name, "colorchecker24");
}

TEST(LocateChart, KeepsToTheRegion) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  const Overview overview = MakeOverview(RawOf(s));
  ASSERT_EQ(overview.scale, 2);
  const auto found = LocateChart(overview, s.chart, Rect{150, 100, 600, 450});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_LT(CentreError(*found, s), 0.03);
  EXPECT_FALSE(LocateChart(overview, s.chart, Rect{0, 0, 400, 450}));
  const auto tiny = LocateChart(overview, s.chart, Rect{880, 100, 600, 450});
  ASSERT_FALSE(tiny);
  EXPECT_NE(tiny.error().message.find("too small"), std::string::npos);
}

TEST(LocateChart, ReducesLargePictures) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.width = 1900;
  s.height = 1300;
  s.area = {{{300, 200}, {1700, 260}, {1680, 1200}, {320, 1100}}};
  ExpectFound(s, 0.03, "2.5 megapixels");
  s.area = {{{1500, 1000}, {1596, 1000}, {1596, 1064}, {1500, 1064}}};
  ExpectFound(s, 0.05, "small in 2.5 megapixels");
}

TEST(PlaceChart, TakesCornersAsTold) {
  const Chart chart = *FindChart("greysteps20");
  const auto located = PlaceChart(chart, {{{10, 10}, {410, 20}, {410, 60}, {10, 50}}}, 500, 100);
  ASSERT_TRUE(located) << located.error().message;
  const std::array<Point, 4> corners = located->Corners();
  EXPECT_NEAR(corners[2].x, 410, 1e-6);
  EXPECT_NEAR(corners[2].y, 60, 1e-6);
  const std::vector<GreyStep> steps = GreySteps(*located, chart.editions[0]);
  ASSERT_EQ(steps.size(), 20u);
  EXPECT_NEAR(steps[3].density, 0.35, 1e-9);
  for (int i = 0; i < 20; ++i) {
    const Rect& r = steps[i].roi;
    EXPECT_GE(r.width, 8);
    EXPECT_GE(r.height, 20);
    const std::array<Point, 4> patch = located->PatchOutline(i);
    for (const Point& p : {Point{1.0 * r.x, 1.0 * r.y}, Point{1.0 * r.x + r.width, 1.0 * r.y},
                           Point{1.0 * r.x, 1.0 * r.y + r.height},
                           Point{1.0 * r.x + r.width, 1.0 * r.y + r.height}}) {
      EXPECT_TRUE(Inside(patch, p)) << i;
    }
  }
  EXPECT_FALSE(PlaceChart(chart, {{{10, 10}, {510, 20}, {410, 60}, {10, 50}}}, 500, 100));
  EXPECT_FALSE(PlaceChart(chart, {{{10, 10}, {410, 60}, {410, 20}, {10, 50}}}, 500, 100));
  EXPECT_FALSE(PlaceChart(chart, {{{10, 10}, {30, 10}, {30, 12}, {10, 12}}}, 500, 100));
}

TEST(LocateChart, SurvivesPixelsThatAreNoNumbers) {
  const SyntheticChart s = SyntheticOf("colorchecker24");
  Subject subject = PictureOf(s);
  for (int y = 0; y < s.height; ++y) {
    for (int x = y % 7; x < s.width; x += 400) {
      subject.rgb.At(x, y, y % 3) = y % 2 ? std::nanf("") : HUGE_VALF;
    }
  }
  const auto located = LocateChart(MakeOverview(subject), s.chart);
  if (located) {
    EXPECT_LT(CentreError(*located, s), 0.1);
  }
  subject.rgb.Fill(std::nanf(""));
  EXPECT_FALSE(LocateChart(MakeOverview(subject), s.chart));
  subject.rgb.Fill(0);
  EXPECT_FALSE(LocateChart(MakeOverview(subject), s.chart));
}

TEST(LocateChart, DoesNotDependOnThreads) {
  SyntheticChart s = SyntheticOf("colorchecker24");
  s.electrons = 500;
  const Overview overview = MakeOverview(PictureOf(s));
  const int threads = Threads();
  SetThreads(1);
  const auto one = LocateChart(overview, s.chart);
  SetThreads(3);
  const auto three = LocateChart(overview, s.chart);
  SetThreads(threads);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->picture_from_chart.matrix, three->picture_from_chart.matrix);
}

TEST(LocateChart, SaysThatGreyStepsNeedCorners) {
  const auto located = LocateChart(MakeOverview(PictureOf(SyntheticOf("colorchecker24"))),
                                   *FindChart("greysteps20"));
  ASSERT_FALSE(located);
  EXPECT_NE(located.error().message.find("give its corners"), std::string::npos);
}

}  // namespace
}  // namespace petzval::measure
