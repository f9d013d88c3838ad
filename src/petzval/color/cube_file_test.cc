// .cube files: what must be read, what must be refused and in which words; exact tables.
#include "petzval/color/cube_file.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <limits>
#include <random>

namespace petzval {
namespace {

std::string Entries(int count, const std::string& entry = "0 0.5 1\n") {
  std::string out;
  for (int i = 0; i < count; ++i) out += entry;
  return out;
}

std::string ErrorOf(const std::string& text) {
  const auto lut = ParseCube(text, "x.cube");
  return lut ? "" : lut.error().message;
}

TEST(Lut, IdentityLeavesColoursAlone) {
  for (int size : {2, 5, 33}) {
    const Lut3d cube = Lut3d::Identity(size);
    for (const Vec3& v : {Vec3{{0.1, 0.9, 0.4}}, Vec3{{1, 0, 0.3}}, Vec3{{0.5, 0.5, 0.2}}}) {
      for (int c = 0; c < 3; ++c) EXPECT_NEAR(cube.Apply(v)[c], v[c], 1e-7);
    }
  }
}

TEST(Lut, TetrahedraMeetTheirCornersAndAreLinearBetween) {
  Lut3d cube = Lut3d::Identity(2);
  std::mt19937 random(1);
  for (float& v : cube.rgb) v = static_cast<float>(random() % 1000) / 1000;
  // Red 0.6, green 0.3, blue 0.1: from black over red and yellow to white.
  const Vec3 got = cube.Apply({{0.6, 0.3, 0.1}});
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(got[c],
                0.4 * cube.At(0, 0, 0)[c] + 0.3 * cube.At(1, 0, 0)[c] + 0.2 * cube.At(1, 1, 0)[c] +
                    0.1 * cube.At(1, 1, 1)[c],
                1e-12);
  }
  // Greys take the diagonal alone.
  const Vec3 grey = cube.Apply({{0.25, 0.25, 0.25}});
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(grey[c], 0.75 * cube.At(0, 0, 0)[c] + 0.25 * cube.At(1, 1, 1)[c], 1e-12);
  }
}

TEST(Lut, OutsideTheDomainAndNan) {
  Lut3d cube = Lut3d::Identity(3);
  cube.domain_min = {{-1, 0, 0}};
  cube.domain_max = {{3, 1, 2}};
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(cube.Apply({{1, 0.5, 1}}), (Vec3{{0.5, 0.5, 0.5}}));
  EXPECT_EQ(cube.Apply({{nan, inf, -inf}}), (Vec3{{0, 1, 0}}));
  Lut1d curve;
  for (auto& value : curve.value) value = {0.25f, 0.5f, 1};
  curve.domain_max = {{2, 2, 2}};
  EXPECT_EQ(curve.Apply({{0.5, 1.5, 9}}), (Vec3{{0.375, 0.75, 1}}));
  EXPECT_EQ(curve.Apply({{nan, -1, 1}}), (Vec3{{0.25, 0.25, 0.5}}));
}

TEST(CubeFile, ReadsAdobesForms) {
  const auto cube = ParseCube(
      "\xEF\xBB\xBF# made by hand\r\nTITLE \"Warm evening\"\r\n\r\nLUT_3D_SIZE 2\r\n"
      "DOMAIN_MIN -1 0 0.5\r\nDOMAIN_MAX 2.0 1 1e0\r\n" +
          Entries(7, "  0 +.5\t1e-1 \r\n") + "1 2 -3",
      "x");
  ASSERT_TRUE(cube) << cube.error().message;
  EXPECT_EQ(cube->title, "Warm evening");
  ASSERT_TRUE(cube->cube);
  EXPECT_FALSE(cube->curve);
  EXPECT_EQ(cube->cube->At(0, 0, 0), (Vec3{{0, 0.5, 0.1f}}));
  EXPECT_EQ(cube->cube->At(1, 1, 1), (Vec3{{1, 2, -3}}));
  EXPECT_EQ(cube->cube->domain_min, (Vec3{{-1, 0, 0.5}}));
  EXPECT_EQ(cube->cube->domain_max, (Vec3{{2, 1, 1}}));
  const auto curve = ParseCube("LUT_1D_SIZE 3\nDOMAIN_MAX 4 4 4\n0 0 0\n1 2 3\n4 5 6\n", "x");
  ASSERT_TRUE(curve);
  EXPECT_EQ(curve->curve->Apply({{2, 2, 2}}), (Vec3{{1, 2, 3}}));
}

TEST(CubeFile, ReadsResolvesCurveBeforeCube) {
  const auto lut = ParseCube(
      "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 2\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE -1.0 3.0\n"
      "0 0 0\n1 1 1\n" +
          Entries(7, "0 0 0\n") + "1 1 1\n",
      "x");
  ASSERT_TRUE(lut) << lut.error().message;
  ASSERT_TRUE(lut->curve && lut->cube);
  // 1 becomes 0.5, which lies three eighths of the way from -1 to 3; only white is not black.
  EXPECT_EQ(lut->Apply({{1, 1, 1}}), (Vec3{{0.375, 0.375, 0.375}}));
  EXPECT_EQ(lut->Apply({{2, 2, 0}}), (Vec3{{0.25, 0.25, 0.25}}));
}

TEST(CubeFile, NumbersDoNotDependOnTheLocale) {
  const std::string old = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) {
    if (std::setlocale(LC_NUMERIC, name)) break;
  }
  const auto lut = ParseCube("LUT_1D_SIZE 2\n0.25 0.5 0.75\n1 1 1\n", "x");
  ASSERT_TRUE(lut);
  const auto text = FormatCube(*lut);
  std::setlocale(LC_NUMERIC, old.c_str());
  EXPECT_EQ(lut->curve->value[0][0], 0.25f);
  EXPECT_NE(text->find("0.25 0.5 0.75"), std::string::npos);
}

TEST(CubeFile, WhatIsWrongIsNamed) {
  EXPECT_EQ(ErrorOf(""), "x.cube: there is no table in it");
  EXPECT_EQ(ErrorOf("# nothing\nTITLE \"a\"\n"), "x.cube: there is no table in it");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 2\n" + Entries(7)), "x.cube: 7 entries where 8 are announced");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 2\n" + Entries(9)), "x.cube: line 10: more than the 8 entries");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 1\n0 0 0\n"),
            "x.cube: line 1: a table of size 1 is none: at least 2");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 145\n"),
            "x.cube: line 1: a table of size 145 is too large: at most 144");
  EXPECT_EQ(ParseCube("LUT_1D_SIZE 70000\n", "x").error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 2.5\n"),
            "x.cube: line 1: a table of size 2.5 is none: at least 2");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 144\n0 0 0\n"),
            "x.cube: line 2: a file of 22 bytes cannot hold 2985984 entries");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0 0\n0 nan 0\n"),
            "x.cube: line 3: 'nan' is not a finite number");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0 0\n0 1e99 0\n"),
            "x.cube: line 3: '1e99' is not a finite number");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0 0\n0 1e999 0\n"),
            "x.cube: line 3: '1e999' is not a finite number");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0,5 0\n0 0 0\n"), "x.cube: line 2: '0,5' is not a number");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0\n0 0 0\n"), "x.cube: line 2: a number is missing");
  EXPECT_EQ(ErrorOf("LUT_1D_SIZE 2\n0 0 0 7\n0 0 0\n"),
            "x.cube: line 2: '7' stands after the last number");
  EXPECT_EQ(ErrorOf("0 0 0\n"), "x.cube: line 1: numbers before LUT_1D_SIZE or LUT_3D_SIZE");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n"), "x.cube: line 2: LUT_3D_SIZE stands twice");
  EXPECT_EQ(ErrorOf("LUT_3D_SISE 2\n"),
            "x.cube: line 1: unknown keyword 'LUT_3D_SISE' (did you mean LUT_3D_SIZE?)");
  EXPECT_EQ(ErrorOf("LUT_3D_SIZE 2\n" + Entries(2) + "TITLE \"late\"\n"),
            "x.cube: line 4: 'TITLE' stands among the entries");
  EXPECT_NE(ErrorOf("LUT_1D_SIZE 2\nDOMAIN_MAX 0 1 1\n" + Entries(2)), "");
  EXPECT_NE(ErrorOf("LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 1 1\n" + Entries(2)), "");
  EXPECT_EQ(ReadCube("/nonexistent.cube").error().code, ErrorCode::kIo);
}

TEST(CubeFile, WritesWhatItReads) {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> any(-1, 2);
  for (int kind = 0; kind < 3; ++kind) {
    ColorLut lut;
    lut.title = "A \"quoted\" name";
    if (kind != 1) {
      lut.curve.emplace();
      lut.curve->domain_min = {{-0.125, 0, 0}};
      lut.curve->domain_max = {{1, 2, 4}};
      if (kind == 2) {
        lut.curve->domain_min = {{0, 0, 0}};
        lut.curve->domain_max = {{4, 4, 4}};
      }
      for (auto& value : lut.curve->value) {
        for (int i = 0; i < 17; ++i) value.push_back(any(random));
      }
    }
    if (kind != 0) {
      lut.cube = Lut3d::Identity(5);
      for (float& v : lut.cube->rgb) v = any(random);
      lut.cube->domain_min = {{-1, -1, -1}};
      lut.cube->domain_max = {{3, 3, 3}};
    }
    const auto text = FormatCube(lut);
    ASSERT_TRUE(text);
    const auto again = ParseCube(*text, "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->title, "A  quoted  name");
    EXPECT_EQ(again->curve.has_value(), kind != 1);
    EXPECT_EQ(again->cube.has_value(), kind != 0);
    if (kind != 1) {
      EXPECT_EQ(again->curve->value, lut.curve->value);
      EXPECT_EQ(again->curve->domain_min, lut.curve->domain_min);
      EXPECT_EQ(again->curve->domain_max, lut.curve->domain_max);
    }
    if (kind != 0) {
      EXPECT_EQ(again->cube->rgb, lut.cube->rgb);
      EXPECT_EQ(again->cube->domain_max, lut.cube->domain_max);
    }
  }
  EXPECT_FALSE(FormatCube({}));
  ColorLut uneven;
  uneven.cube = Lut3d::Identity(2);
  uneven.curve.emplace();
  for (auto& value : uneven.curve->value) value = {0, 1};
  EXPECT_TRUE(FormatCube(uneven));
  uneven.curve->domain_max = {{1, 2, 1}};
  EXPECT_EQ(FormatCube(uneven).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace petzval
