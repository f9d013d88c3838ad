// Black level of sensors that were made with exact truth, and of real ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "petzval/calibrate/frames/frames.h"
#include "petzval/calibrate/frames/simulated_sensor_util.h"
#include "petzval/capture/reader.h"

namespace petzval::calibrate {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(CalibrateBlackTest, LevelsOfSitesByIsoAndTime) {
  SimulatedSensor sensor;
  sensor.hot_share = 0.001;
  sensor.read_noise_e = 6;
  // An amplifier of its own for each site.
  const auto offset = [](double, double, int c) { return 2.0 * c; };
  std::vector<RawFrame> darks;
  for (uint64_t i = 0; i < 4; ++i) darks.push_back(sensor.Raw(offset, i));
  for (uint64_t i = 4; i < 6; ++i) darks.push_back(sensor.Raw(kNoLight, i, 1));
  sensor.iso = 50;
  sensor.black_dn = 80;
  darks.push_back(sensor.Raw(kNoLight, 7));
  const auto result = CalibrateBlack(darks);
  ASSERT_TRUE(result) << result.error().message;
  const auto& entries = result->black.entries;
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].iso, 50);
  EXPECT_NEAR(entries[0].black_dn[0], 80, 0.1);
  EXPECT_EQ(entries[1].exposure_s, 0.01);
  const double wanted[] = {64, 65, 65, 66};
  for (int s = 0; s < 4; ++s) EXPECT_NEAR(entries[1].black_dn[s], wanted[s], 0.06);
  // Shot noise of the offset is noise as well.
  EXPECT_NEAR(entries[1].noise_dn, std::sqrt((36 + 2) / 4.0 + 1 / 12.0), 0.1);
  EXPECT_EQ(result->exposures[1].frames, 4);
  EXPECT_LT(result->exposures[1].fixed_dn, 0.6);
  EXPECT_NEAR(result->exposures[1].hot_share, 0.001, 0.0004);
  for (const double e : result->exposures[1].standard_error_dn) EXPECT_LT(e, 0.05);
  EXPECT_TRUE(std::isnan(result->exposures[0].fixed_dn));
}

TEST(CalibrateBlackTest, WarnsOfLeaksAndStatedLevels) {
  SimulatedSensor sensor;
  const auto glow = [](double x, double, int) { return 12 * x; };
  std::vector<RawFrame> darks;
  for (uint64_t i = 0; i < 2; ++i) {
    darks.push_back(sensor.Raw(glow, i));
    darks.back().black_dn.fill(50);
  }
  const auto result = CalibrateBlack(darks);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->warnings, Contains(HasSubstr("across the frame")));
  EXPECT_THAT(result->warnings, Contains(HasSubstr("states a black level of 50 DN")));
}

TEST(CalibrateBlackTest, Refusals) {
  const SimulatedSensor sensor;
  const auto refusal = [](const std::vector<RawFrame>& darks) {
    const auto result = CalibrateBlack(darks);
    return result ? "accepted" : result.error().message;
  };
  const auto one = [](const SimulatedSensor& s, const SimulatedSensor::Light& light) {
    std::vector<RawFrame> frames;
    frames.push_back(s.Raw(light, 1));
    return frames;
  };
  EXPECT_THAT(refusal({}), HasSubstr("no dark frame"));
  EXPECT_THAT(refusal(one(sensor, Even(500))), HasSubstr("dark1.dng: there is light"));
  const auto corner = [](double x, double y, int) { return x + y > 1.2 ? 600.0 : 0.0; };
  EXPECT_THAT(refusal(one(sensor, corner)), HasSubstr("there is light"));
  auto two = one(sensor, kNoLight);
  SimulatedSensor small = sensor;
  small.height = 200;
  two.push_back(small.Raw(kNoLight, 2));
  EXPECT_THAT(refusal(two), HasSubstr("dark2.dng: 320 x 200 pixels, but dark1.dng"));
  two.pop_back();
  SimulatedSensor quad = sensor;
  quad.quad = true;
  two.push_back(quad.Raw(kNoLight, 3));
  EXPECT_THAT(refusal(two), HasSubstr("dark3.dng: its mosaic"));
}

TEST(CalibrateBlackTest, RealDarks) {
  const std::string folder = PETZVAL_SOURCE_DIR "/../shared/data/raw/";
  const std::string files[] = {folder + "pi-imx296-static/dark.dng",
                               folder + "colour-chart-1080p/black-frame.dng"};
  const double wanted[] = {60, 3.5}, tolerance[] = {6, 1};
  for (int i = 0; i < 2; ++i) {
    if (!std::filesystem::exists(files[i])) GTEST_SKIP() << files[i] << " is absent";
    std::vector<RawFrame> darks;
    darks.push_back(*ReadRaw(files[i]));
    const auto result = CalibrateBlack(darks);
    ASSERT_TRUE(result) << result.error().message;
    for (const double black : result->black.entries[0].black_dn) {
      EXPECT_NEAR(black, wanted[i], tolerance[i]) << files[i];
    }
  }
}

}  // namespace
}  // namespace petzval::calibrate
