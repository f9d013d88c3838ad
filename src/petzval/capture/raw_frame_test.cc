// What a frame says of itself.
#include "petzval/capture/raw_frame.h"

#include <gtest/gtest.h>

#include <cmath>

namespace petzval {
namespace {

TEST(ExifInfo, LightValueOfAnExposure) {
  ExifInfo exif;
  EXPECT_TRUE(std::isnan(exif.LightValue()));
  exif.exposure_s = 1.0 / 125;
  EXPECT_TRUE(std::isnan(exif.LightValue()));
  exif.iso = 100;
  exif.f_number = 16;  // sunny 16
  EXPECT_NEAR(exif.LightValue(), 15, 0.05);
  exif.iso = 400;
  EXPECT_NEAR(exif.LightValue(), 13, 0.05);
  exif.f_number = 1.8;
  const double stated = exif.LightValue();
  exif.f_number = 0;
  EXPECT_EQ(exif.LightValue(), stated);
  exif.exposure_s = NAN;
  EXPECT_TRUE(std::isnan(exif.LightValue()));
}

}  // namespace
}  // namespace petzval
