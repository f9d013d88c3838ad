// Channels that a sensor lacks, and patches that no measure should look at.
#include "petzval/measure/subject/patches.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval::measure {
namespace {

Subject Picture(int width, int height) {
  Subject s;
  s.rgb = Image<float>(width, height, 3);
  s.rgb.Fill(0.5f);
  return s;
}

TEST(PatchesTest, ChannelsOfSensors) {
  Subject bayer, mono;
  bayer.mosaic = Image<float>(8, 8);
  bayer.sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0}};
  mono.mosaic = Image<float>(8, 8);
  mono.mono = true;
  mono.sites = {SiteMask{0}, SiteMask{}, SiteMask{0}};
  for (const Channel channel : {Channel::kGreen, Channel::kLuminance}) {
    EXPECT_TRUE(CheckChannel(bayer, channel));
    EXPECT_TRUE(CheckChannel(mono, channel));
  }
  EXPECT_TRUE(CheckChannel(bayer, Channel::kRed));
  EXPECT_EQ(CheckChannel(bayer, Channel::kBlue).error().message, "the sensor has no blue pixels");
  EXPECT_EQ(CheckChannel(mono, Channel::kRed).error().message, "the sensor has no red pixels");
  EXPECT_TRUE(CheckChannel(Picture(4, 4), Channel::kBlue));
}

TEST(PatchesTest, RefusesWhatIsSmallOrOutside) {
  const Subject s = Picture(40, 30);
  const auto check = [&](const Rect& roi) { return CheckPatches({&s, 1}, {&roi, 1}, 16); };
  EXPECT_TRUE(check({0, 0, 40, 30}));
  EXPECT_TRUE(check({24, 14, 16, 16}));
  EXPECT_FALSE(check({0, 0, 15, 16}));
  EXPECT_FALSE(check({25, 14, 16, 16}));
  EXPECT_FALSE(check({24, -1, 16, 16}));
  EXPECT_FALSE(check({2147483647, 0, 16, 16}));
}

TEST(PatchesTest, RefusesValuesThatAreNoNumbers) {
  Subject s = Picture(40, 30);
  s.path = "hot.tif";
  s.rgb.At(20, 10, 1) = std::nanf("");
  s.rgb.At(2, 3, 2) = INFINITY;
  const auto check = [&](const Rect& roi) { return CheckPatches({&s, 1}, {&roi, 1}, 16); };
  EXPECT_TRUE(check({3, 11, 36, 16}));
  EXPECT_NE(check({4, 4, 17, 16}).error().message.find("no numbers"), std::string::npos);
  EXPECT_NE(check({0, 0, 16, 16}).error().message.find("hot.tif"), std::string::npos);
}

}  // namespace
}  // namespace petzval::measure
