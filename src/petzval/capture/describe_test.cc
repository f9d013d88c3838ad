// The descriptions hold what scripts rely on, whatever the frame.
#include "petzval/capture/describe.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace petzval {
namespace {

RawFrame MakeFrame() {
  RawFrame frame;
  frame.path = "a\xFF.dng";  // not UTF-8
  frame.mosaic = Image<uint16_t>(8, 8);
  frame.mosaic.Fill(512);
  frame.cfa.color = {CfaColor::kRed, CfaColor::kGreen, CfaColor::kGreen, CfaColor::kBlue};
  frame.black_dn.fill(0);
  frame.white_dn.fill(1024);
  frame.default_crop = {1, 2, 6, 4};
  frame.noise.plane.fill({1e-4, 1e-6});
  return frame;
}

TEST(DescribeTest, JsonKeysOfAnEmptyFrame) {
  const auto j = nlohmann::json::parse(DescribeJson(MakeFrame()));
  for (const char* key : {"make", "model", "iso", "time_s", "lens", "f_number", "warp_rectilinear",
                          "as_shot_neutral", "as_shot_white_xy"}) {
    ASSERT_TRUE(j.contains(key)) << key;
    EXPECT_TRUE(j[key].is_null()) << key;
  }
  EXPECT_EQ(j["width_px"], 8);
  EXPECT_EQ(j["height_px"], 8);
  EXPECT_EQ(j["cfa"], "RGGB");
  EXPECT_EQ(j["black_dn"], 0);
  EXPECT_EQ(j["white_dn"], 1024);
  EXPECT_EQ(j["noise_profile"].size(), 6u);
  EXPECT_EQ(j["noise_profile"][1], 1e-6);
  EXPECT_EQ(j["default_crop_px"], (nlohmann::json{1, 2, 6, 4}));
  EXPECT_TRUE(j["warnings"].empty() && j["warnings"].is_array());
}

TEST(DescribeTest, EverythingThatIsStatedIsThere) {
  RawFrame frame = MakeFrame();
  frame.exif.make = "Make";
  frame.exif.model = "Model";
  frame.exif.iso = 400;
  frame.exif.exposure_s = 0.02;
  frame.black_dn[5] = 3;
  frame.white_dn = {1, 2, 3};
  DngColor::Calibration calibration;
  calibration.illuminant = 21;
  calibration.camera_from_xyz = Mat3::Identity();
  calibration.xyz_d50_from_camera = Mat3::Identity();
  frame.color.calibration.push_back(calibration);
  frame.color.as_shot_neutral = Vec3{{0.5, 1, 0.6}};
  GainMap map;
  map.gain = {1, 2};
  map.points_h = 2;
  map.points_v = 1;
  frame.gain_maps.push_back(map);
  frame.warp = WarpRectilinear{};
  frame.warp->plane.resize(1);
  frame.other_opcodes = {"FixVignetteRadial"};
  frame.warnings = {"one", "two"};
  const auto j = nlohmann::json::parse(DescribeJson(frame));
  EXPECT_EQ(j["iso"], 400);
  EXPECT_EQ(j["time_s"], 0.02);
  EXPECT_EQ(j["black_dn"].size(), 16u);
  EXPECT_EQ(j["white_dn"], (nlohmann::json{1, 2, 3}));
  EXPECT_EQ(j["calibration"][0]["color_matrix"][1][1], 1);
  EXPECT_EQ(j["gain_maps"][0]["gain_max"], 2);
  EXPECT_EQ(j["warp_rectilinear"]["planes"][0]["radial"][0], 1);
  EXPECT_EQ(j["warnings"].size(), 2u);
  const std::string text = DescribeText(frame);
  for (const char* part :
       {"Make Model", "1/50 s", "ISO 400", "RGGB", "FixVignetteRadial", "two", "estimated"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace petzval
