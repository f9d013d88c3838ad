#include "petzval/measure/chart/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "petzval/color/difference.h"
#include "petzval/measure/chart/color_reference.h"

namespace petzval::measure {
namespace {

TEST(Chart, EveryShippedFileLoads) {
  ASSERT_GE(ChartNames().size(), 3u);
  for (const std::string& name : ChartNames()) {
    const Result<Chart> chart = FindChart(name);
    ASSERT_TRUE(chart) << chart.error().message;
    EXPECT_EQ(chart->name, name);
    EXPECT_EQ(chart->size(), chart->columns * chart->rows);
    for (const ChartEdition& edition : chart->editions) {
      EXPECT_EQ(edition.lab.size(), chart->patches.size());
      EXPECT_FALSE(edition.source.empty());
      if (edition.reflectances.empty()) continue;
      // The table and its reflectances tell the same colours under D50.
      const auto computed = ReferenceLab(*chart, edition, "D50");
      ASSERT_TRUE(computed) << computed.error().message;
      for (int i = 0; i < chart->size(); ++i) {
        EXPECT_LT(DeltaE2000((*computed)[i], edition.lab[i]), 0.5) << chart->patches[i].name;
      }
    }
  }
}

TEST(Chart, ClassicHasPublishedValues) {
  const Chart chart = *FindChart("colorchecker24");
  EXPECT_EQ(chart.patches[14].name, "red");
  EXPECT_EQ(chart.patches[14].column, 2);
  EXPECT_EQ(chart.patches[14].row, 2);
  const Vec3 dark_skin = FindEdition(chart, "babelcolor")->lab[0];
  EXPECT_NEAR(dark_skin[0], 38.45, 0.01);
  EXPECT_NEAR(dark_skin[1], 13.60, 0.02);
  EXPECT_NEAR(dark_skin[2], 14.53, 0.02);
  EXPECT_NEAR(FindEdition(chart, "after-2014")->lab[15][2], 80.41, 1e-9);
  EXPECT_NEAR(DensityOf(FindEdition(chart, "")->lab[chart.greys[5]]), 1.5, 0.03);
}

TEST(Chart, GreyStepsHaveTheirDensities) {
  const Chart chart = *FindChart("greysteps20");
  EXPECT_FALSE(IsSearchable(chart));
  for (int i = 0; i < chart.size(); ++i) {
    EXPECT_NEAR(DensityOf(chart.editions[0].lab[i]), 0.05 + 0.1 * i, 1e-9);
  }
}

TEST(Chart, UnknownNamesAreAnsweredWithTheNearest) {
  const auto chart = FindChart("colorcheker24");
  ASSERT_FALSE(chart);
  EXPECT_EQ(chart.error().message,
            "there is no chart 'colorcheker24', did you mean 'colorchecker24'?");
  const auto edition = FindEdition(*FindChart("colorchecker24"), "after2014");
  ASSERT_FALSE(edition);
  EXPECT_EQ(edition.error().message,
            "chart colorchecker24 has no edition 'after2014', did you mean 'after-2014'?");
}

TEST(Chart, ReferenceFollowsTheLight) {
  const Chart chart = *FindChart("colorchecker24");
  const auto a = ReferenceLab(chart, chart.editions[0], "A");
  ASSERT_TRUE(a) << a.error().message;
  // Under tungsten light and Bradford's adaptation greys stay grey, saturated colours do not stay.
  EXPECT_LT(DeltaE2000((*a)[20], chart.editions[0].lab[20]), 1);
  double largest = 0;
  for (int i = 0; i < 18; ++i) {
    largest = std::max(largest, DeltaE2000((*a)[i], chart.editions[0].lab[i]));
  }
  EXPECT_GT(largest, 3);
  // Another edition is shifted by the same.
  const auto other = ReferenceLab(chart, chart.editions[1], "A");
  const auto d50 = ReferenceLab(chart, chart.editions[0], "D50");
  ASSERT_TRUE(other && d50);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR((*other)[12][c] - chart.editions[1].lab[12][c], (*a)[12][c] - (*d50)[12][c], 1e-9);
  }
  EXPECT_FALSE(ReferenceLab(chart, chart.editions[0], "D5O"));
  const Chart sg = *FindChart("colorcheckersg");
  const auto none = ReferenceLab(sg, sg.editions[0], "A");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("no measured reflectances"), std::string::npos);
}

TEST(Chart, FilesAreCheckedStrictly) {
  const std::string good =
      "schema = 1\nname = \"x\"\ntitle = \"X\"\nsource = \"test\"\ncolumns = 2\nrows = 1\n"
      "patch_width = 0.8\npatch_height = 0.8\npatches = [\"a\", \"b\"]\ngreys = [\"a\"]\n"
      "skins = []\n";
  const std::string edition = "[[edition]]\nname = \"e\"\ntitle = \"E\"\nsource = \"test\"\n";
  const auto load = [](const std::string& text) {
    const std::string path = testing::TempDir() + "chart_test.toml";
    std::ofstream(path) << text;
    Result<Chart> chart = FindChart(path);
    std::remove(path.c_str());
    return chart;
  };
  const auto message = [&](const std::string& text) {
    const Result<Chart> chart = load(text);
    return chart ? std::string("loaded") : chart.error().message;
  };
  EXPECT_TRUE(load(good + edition + "lab = [[90, 0, 0], [50, 10, 0]]\n"));
  EXPECT_NE(message(good + edition + "lab = [[90, 0, 0]]\n").find("1 rows, the chart has 2"),
            std::string::npos);
  EXPECT_NE(message(good + edition + "density = [0.1, -1]\n").find("density -1"),
            std::string::npos);
  EXPECT_NE(message(good + edition).find("needs one of lab, xyY and density"), std::string::npos);
  EXPECT_NE(message(good).find("edition"), std::string::npos);
  EXPECT_NE(message("pathc_width = 1\n" + good + edition).find("patch_width"), std::string::npos);
  std::string greys = good;
  greys.replace(greys.find("[\"a\"]"), 5, "[\"c\"]");
  EXPECT_NE(message(greys + edition).find("there is no patch 'c'"), std::string::npos);
}

}  // namespace
}  // namespace petzval::measure
