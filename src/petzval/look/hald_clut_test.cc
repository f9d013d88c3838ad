// HaldCLUT pictures: round trips, levels, and pictures that are none.
#include "petzval/look/hald_clut.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "petzval/image/png.h"

namespace petzval {
namespace {

class HaldClut : public testing::Test {
 protected:
  HaldClut() {
    folder_ = std::filesystem::temp_directory_path() / ("hald" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~HaldClut() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(int width, int height) const {
    Image<uint16_t> pixels(width, height, 3);
    pixels.Fill(7);
    EXPECT_TRUE(WritePng(Path("odd.png"), pixels, 8));
    return Path("odd.png");
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(HaldClut, IdentityOfEveryLevelComesBack) {
  for (const int level : {2, 3, 8}) {
    for (const int depth : {8, 16}) {
      const Lut3d identity = Lut3d::Identity(level * level);
      ASSERT_TRUE(WriteHaldClut(Path("a.png"), identity, level, depth));
      const auto png = ReadPng(Path("a.png"));
      ASSERT_TRUE(png);
      EXPECT_EQ(png->pixels.width(), level * level * level);
      EXPECT_EQ(png->bit_depth, depth);
      const auto read = ReadHaldClut(Path("a.png"));
      ASSERT_TRUE(read) << read.error().message;
      ASSERT_EQ(read->size, level * level);
      for (size_t i = 0; i < identity.rgb.size(); ++i) {
        ASSERT_NEAR(read->rgb[i], identity.rgb[i], depth == 8 ? 0.51 / 255 : 0.51 / 65535);
      }
    }
  }
}

TEST_F(HaldClut, RedIsFastestThenGreenThenBlue) {
  ASSERT_TRUE(WriteHaldClut(Path("a.png"), Lut3d::Identity(4), 2, 8));
  const auto png = ReadPng(Path("a.png"));
  ASSERT_TRUE(png);
  EXPECT_EQ(png->pixels.At(1, 0, 0), 85);
  EXPECT_EQ(png->pixels.At(4, 0, 1), 85);
  EXPECT_EQ(png->pixels.At(0, 2, 2), 85);
  EXPECT_EQ(png->pixels.At(7, 7, 2), 255);
}

TEST_F(HaldClut, AnyCubeIsResampledAndClipped) {
  Lut3d cube = Lut3d::Identity(17);
  for (float& v : cube.rgb) v = 1.5f * v - 0.25f;
  ASSERT_TRUE(WriteHaldClut(Path("a.png"), cube, 4, 16));
  const auto read = ReadHaldClut(Path("a.png"));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size, 16);
  for (const int r : {0, 5, 15}) {
    const Vec3 exact = cube.Apply({{r / 15.0, 0.4, 2 / 3.0}});
    const Vec3 got = read->At(r, 6, 10);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(got[c], std::clamp(exact[c], 0.0, 1.0), 1e-5);
  }
}

TEST_F(HaldClut, WhatIsNoneIsRefused) {
  EXPECT_NE(ReadHaldClut(Write(64, 63)).error().message.find("square, not 64 x 63"),
            std::string::npos);
  EXPECT_NE(ReadHaldClut(Write(65, 65)).error().message.find("which 65 is not"), std::string::npos);
  EXPECT_FALSE(ReadHaldClut(Write(1, 1)));
  EXPECT_FALSE(ReadHaldClut(Write(13 * 13 * 13, 13 * 13 * 13)));
  EXPECT_EQ(ReadHaldClut(Path("missing.png")).error().code, ErrorCode::kIo);
  EXPECT_FALSE(WriteHaldClut(Path("a.png"), Lut3d::Identity(4), 13, 8));
  EXPECT_FALSE(WriteHaldClut(Path("a.png"), Lut3d::Identity(4), 1, 8));
  EXPECT_FALSE(WriteHaldClut(Path("a.png"), Lut3d::Identity(4), 2, 12));
  Lut3d wide = Lut3d::Identity(4);
  wide.domain_max = {{2, 2, 2}};
  EXPECT_FALSE(WriteHaldClut(Path("a.png"), wide, 2, 8));
}

}  // namespace
}  // namespace petzval
