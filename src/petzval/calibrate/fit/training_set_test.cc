// Sensitivities from files, good and bad, and what a camera sees with them.
#include "petzval/calibrate/fit/training_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

#include "petzval/calibrate/fit/training_spectra.h"

namespace petzval::calibrate {
namespace {

class SensitivitiesTest : public testing::Test {
 protected:
  // A table of three bells, changed by `edit` (nm, channel, value) -> value as text.
  std::string Table(const std::function<std::string(double, int, double)>& edit,
                    double first_nm = 400, double last_nm = 700, double step_nm = 10) {
    std::string text = "nm,R,G,B\n";
    for (double nm = first_nm; nm <= last_nm; nm += step_nm) {
      text += std::to_string(nm);
      const double at[3] = {600, 540, 460};
      for (int c = 0; c < 3; ++c) {
        const double t = (nm - at[c]) / 35;
        text += ',';
        text += edit(nm, c, std::exp(-t * t / 2));
      }
      text += "\n";
    }
    return text;
  }
  static std::string Plain(double, int, double value) { return std::to_string(value); }

  Result<Sensitivities> Read(const std::string& text) {
    const std::string path = testing::TempDir() + "/sensitivities_test.csv";
    std::ofstream(path) << text;
    warnings_.clear();
    return ReadSensitivities(path, &warnings_);
  }
  std::string Why(const std::string& text) {
    const auto camera = Read(text);
    return camera ? "" : camera.error().message;
  }

  std::vector<std::string> warnings_;
};

TEST_F(SensitivitiesTest, ReadsATableAndSeesNothingOutsideOfIt) {
  const auto camera = Read(Table(Plain));
  ASSERT_TRUE(camera) << camera.error().message;
  EXPECT_TRUE(warnings_.empty());
  EXPECT_NEAR((*camera)[1].At(540), 1, 1e-6);
  EXPECT_EQ((*camera)[0].At(390), 0);
  EXPECT_EQ((*camera)[0].At(705), 0);
}

TEST_F(SensitivitiesTest, OrderFollowsNames) {
  std::string text = "# from a monochromator\nwavelength;blue;green;red\n";
  for (double nm = 390; nm <= 720; nm += 5) {
    const auto bell = [&](double at) {
      return std::to_string(std::exp(-(nm - at) * (nm - at) / 2500));
    };
    text += std::to_string(nm) + ";" + bell(455) + ";" + bell(535) + ";" + bell(605) + "\r\n";
  }
  const auto camera = Read(text);
  ASSERT_TRUE(camera) << camera.error().message;
  EXPECT_GT((*camera)[0].At(605), 0.99);
  EXPECT_GT((*camera)[2].At(455), 0.99);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SensitivitiesTest, WarnsOfSmallNegativeLobesAndOfAnOddOrder) {
  const auto lobes = Read(Table(
      [](double nm, int c, double v) { return std::to_string(c == 0 && nm == 480 ? -0.02 : v); }));
  ASSERT_TRUE(lobes);
  EXPECT_EQ(warnings_.size(), 1u);
  EXPECT_EQ((*lobes)[0].At(480), 0);
  std::string text = Table(Plain);
  text.replace(0, 8, "nm,a,b,c");
  ASSERT_TRUE(Read(text));
  EXPECT_TRUE(warnings_.empty());
  const auto odd = Read(Table([](double nm, int c, double) {
    const double t = (nm - (c == 0 ? 460 : c == 1 ? 540 : 600)) / 35;
    return std::to_string(std::exp(-t * t / 2));
  }));
  ASSERT_TRUE(odd);
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(SensitivitiesTest, RefusesWhatNoCameraHas) {
  const auto at = [](double where, int channel, const std::string& cell) {
    return [=](double nm, int c, double v) {
      return nm == where && c == channel ? cell : std::to_string(v);
    };
  };
  EXPECT_NE(Why(Table(at(500, 1, "nan"))).find("line 12: \"nan\" is no number"), std::string::npos)
      << Why(Table(at(500, 1, "nan")));
  EXPECT_NE(Why(Table(at(500, 1, ""))).find("is no number"), std::string::npos);
  EXPECT_NE(Why(Table(at(500, 1, "inf"))).find("is no number"), std::string::npos);
  EXPECT_NE(Why(Table(at(500, 1, "-0.2"))).find("negative at 500 nm"), std::string::npos);
  EXPECT_NE(Why(Table([](double, int c, double v) {
              return std::to_string(c == 2 ? 0 : v);
            })).find("blue sees nothing"),
            std::string::npos);
  EXPECT_NE(Why(Table([](double nm, int c, double v) {
              return std::to_string(c == 1 ? 3 * std::exp(-(nm - 600) * (nm - 600) / 2450) : v);
            })).find("red and green are the same"),
            std::string::npos);
  EXPECT_NE(Why(Table(Plain, 450, 700)).find("are needed"), std::string::npos);
  EXPECT_NE(Why(Table(Plain, 400, 650)).find("are needed"), std::string::npos);
  EXPECT_NE(Why(Table(Plain, 400, 700, 30)).find("nothing is known between"), std::string::npos);
  EXPECT_NE(Why(Table(Plain, 4000, 7000, 100)).find("expected are 300 to 1100"), std::string::npos);
  EXPECT_NE(Why("nm,R,G,B\n400,1,2,3\n390,1,2,3\n").find("ascend"), std::string::npos);
  EXPECT_NE(Why("nm,R,G\n400,1,2\n700,1,2\n").find("2 columns"), std::string::npos);
  EXPECT_NE(Why("nm,R,G,B\n400,1,2\n").find("cells instead"), std::string::npos);
  EXPECT_NE(Why("").find("fewer than two rows"), std::string::npos);
  EXPECT_FALSE(ReadSensitivities("/nowhere/at.all", nullptr));
  std::string huge = "nm,R,G,B\n";
  for (int i = 0; i < 5000; ++i) huge += std::to_string(300 + i * 0.1) + ",1,1,1\n";
  EXPECT_NE(Why(huge).find("more than"), std::string::npos);
}

TEST(SimulateTrainingSet, GreyIsGreyAndWhiteIsWhite) {
  Sensitivities camera;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double nm = SpectralDistribution::Nm(i);
    const double at[3] = {600, 540, 460};
    for (int c = 0; c < 3; ++c) {
      camera[c].value[i] = std::exp(-(nm - at[c]) * (nm - at[c]) / 2000);
    }
  }
  const std::vector<SpectralDistribution> surfaces = {ConstantSpectrum(0.2), ConstantSpectrum(1)};
  for (const bool adapt : {false, true}) {
    const auto set = SimulateTrainingSet(camera, *FindLight("A"), surfaces, adapt);
    ASSERT_TRUE(set);
    EXPECT_EQ(set->greys, (std::vector<int>{1, 0}));
    EXPECT_EQ(set->neutral[1], 1);
    EXPECT_GT(set->neutral[0], 1);
    EXPECT_NEAR(set->white.x, kWhiteA.x, 1e-4);
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(set->rgb[0][c], 0.2, 1e-12);
      EXPECT_NEAR(set->rgb[1][c], 1, 1e-12);
      EXPECT_NEAR(set->xyz[1][c], set->white_xyz[c], 1e-9);
    }
  }
  // Low pressure sodium: the blue sees nothing of it.
  SpectralDistribution yellow{};
  yellow.value[42] = 1;  // 590 nm
  for (double& v : camera[2].value) v = v < 1e-3 ? 0 : v;
  EXPECT_FALSE(SimulateTrainingSet(camera, yellow, surfaces, false));
}

TEST(TrainingSpectra, AreThereAndRandomOnesArePhysical) {
  EXPECT_EQ(ColorCheckerSpectra().size(), 24u);
  EXPECT_EQ(TrainingSpectra190().size(), 190u);
  EXPECT_EQ(MemoryColorSpectra().size(), 30u);
  const auto a = RandomReflectances(100, 4), b = RandomReflectances(100, 4);
  EXPECT_EQ(a.size(), 100u);
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a == RandomReflectances(100, 5));
  for (const auto& r : a) {
    for (double v : r.value) {
      EXPECT_GE(v, 0.019);
      EXPECT_LE(v, 0.96);
    }
  }
}

TEST(Join, KeepsGreysAndWeights) {
  TrainingSet a, b;
  a.rgb = a.xyz = {{{0.5, 0.5, 0.5}}, {{0.1, 0.2, 0.3}}};
  a.name = {"a1", "a2"};
  a.greys = {0};
  b.rgb = b.xyz = {{{0.8, 0.8, 0.8}}};
  b.name = {"b1"};
  b.greys = {0};
  b.weight = {2};
  const TrainingSet both = Join(a, b);
  EXPECT_EQ(both.greys, (std::vector<int>{2, 0}));
  EXPECT_EQ(both.weight, (std::vector<double>{1, 1, 2}));
  EXPECT_EQ(both.name.size(), 3u);
}

}  // namespace
}  // namespace petzval::calibrate
