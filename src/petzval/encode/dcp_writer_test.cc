// Camera profiles out and in again, as DCP files and inside DNGs; exiftool as the judge.
#include "petzval/encode/dcp_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "petzval/base/file.h"
#include "petzval/capture/dcp_reader.h"
#include "petzval/capture/reader.h"
#include "petzval/encode/encode.h"

namespace petzval {
namespace {

std::string TempPath(const std::string& name) { return testing::TempDir() + "/" + name; }

HueSatMap SomeMap(int hues, int saturations, int values) {
  HueSatMap map = HueSatMap::Identity(hues, saturations, values);
  for (int v = 0; v < values; ++v) {
    for (int h = 0; h < hues; ++h) {
      for (int s = 1; s < saturations; ++s) {
        map.At(h, s, v) = {0.37f * static_cast<float>(h - s), 1 + 0.013f * static_cast<float>(s),
                           1 + 0.007f * static_cast<float>(v - h)};
      }
    }
  }
  return map;
}

DcpProfile FullProfile() {
  DcpProfile p;
  p.name = "Test profile";
  p.copyright = "Copyright nobody";
  p.camera_model = "Maker Phone 7";
  p.calibration_signature = "com.example";
  for (int i = 0; i < 3; ++i) {
    DcpProfile::Light light;
    light.illuminant = i == 0 ? 17 : i == 1 ? 21 : 255;
    if (i == 2) light.white = Chromaticity{0.372123, 0.375111};
    light.calibration.camera_from_xyz = {{{{0.831234567, -0.2269, -0.0929},
                                           {-0.5456, 1.3580 - 0.1 * i, 0.2037},
                                           {-0.1542, 0.2696, 0.5424}}}};
    light.calibration.xyz_d50_from_camera =
        Mat3{{{{0.6546, 0.2635, 0.0461}, {0.2566, 0.9309, -0.1875}, {0.0407, -0.2891, 1.0735}}}};
    light.map = SomeMap(12, 6, 1);
    light.map.At(3, 3).hue_shift_deg += static_cast<float>(i);
    p.lights.push_back(light);
  }
  p.look = SomeMap(6, 4, 5);
  p.look.srgb_values = true;
  p.tone_curve = {{0, 0}, {0.125, 0.2}, {0.5, 0.75}, {1, 1}};
  p.baseline_exposure_offset_ev = -0.35;
  p.default_black_render = 1;
  return p;
}

void ExpectSameTables(const DcpProfile& a, const DcpProfile& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.copyright, b.copyright);
  EXPECT_EQ(a.camera_model, b.camera_model);
  EXPECT_EQ(a.calibration_signature, b.calibration_signature);
  EXPECT_EQ(a.embed_policy, b.embed_policy);
  EXPECT_EQ(a.default_black_render, b.default_black_render);
  EXPECT_NEAR(a.baseline_exposure_offset_ev, b.baseline_exposure_offset_ev, 1e-6);
  EXPECT_EQ(a.look, b.look);
  ASSERT_EQ(a.tone_curve.size(), b.tone_curve.size());
  for (size_t i = 0; i < a.tone_curve.size(); ++i) {
    for (int k = 0; k < 2; ++k) EXPECT_NEAR(a.tone_curve[i][k], b.tone_curve[i][k], 1e-7);
  }
  ASSERT_EQ(a.lights.size(), b.lights.size());
  for (size_t i = 0; i < a.lights.size(); ++i) {
    const auto &x = a.lights[i], &y = b.lights[i];
    EXPECT_EQ(x.illuminant, y.illuminant);
    ASSERT_EQ(x.white.has_value(), y.white.has_value());
    EXPECT_NEAR(x.white.value_or(kWhiteD50).x, y.white.value_or(kWhiteD50).x, 5.1e-7);
    EXPECT_EQ(x.map, y.map);
    for (int r = 0; r < 3; ++r) {
      for (int c = 0; c < 3; ++c) {
        EXPECT_NEAR(x.calibration.camera_from_xyz[r][c], y.calibration.camera_from_xyz[r][c],
                    5.1e-7);
        EXPECT_NEAR((*x.calibration.xyz_d50_from_camera)[r][c],
                    (*y.calibration.xyz_d50_from_camera)[r][c], 5.1e-7);
      }
    }
  }
}

// Everything that exiftool has to say of a file.
std::string Judgement(const std::string& path) {
  const std::string report = TempPath("judgement.txt");
  EXPECT_EQ(0, std::system(("exiftool -validate -warning -a " + path + " > " + report).c_str()));
  const auto text = ReadFile(report, 1 << 16);
  return text ? std::string(text->begin(), text->end()) : "";
}

TEST(DcpWriter, RoundTrip) {
  const DcpProfile p = FullProfile();
  const std::string path = TempPath("round.dcp");
  ASSERT_TRUE(WriteDcp(path, p));
  const auto back = ReadDcp(path);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(back->warnings.empty());
  ExpectSameTables(p, back->profile);
  // Written again it is the same file.
  EXPECT_EQ(*ReadFile(path, 1 << 20), *SerializeDcp(back->profile));
}

TEST(DcpWriter, CutFilesAreRefused) {
  const auto whole = SerializeDcp(FullProfile());
  ASSERT_TRUE(whole);
  for (size_t n = 0; n < whole->size(); ++n) {
    EXPECT_FALSE(ReadDcp(ByteSource::FromMemory({whole->data(), n}))) << n;
  }
}

TEST(DcpWriter, SmallestProfile) {
  DcpProfile p;
  p.camera_model = "Maker Phone 7";
  p.lights = {FullProfile().lights[1]};
  p.lights[0].map = {};
  p.lights[0].calibration.xyz_d50_from_camera.reset();
  const auto bytes = SerializeDcp(p);
  ASSERT_TRUE(bytes);
  const auto back = ReadDcp(ByteSource::FromMemory(*bytes));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->profile.lights[0].map.empty() && back->profile.look.empty());
  EXPECT_FALSE(back->profile.lights[0].calibration.xyz_d50_from_camera);
  EXPECT_TRUE(back->profile.tone_curve.empty());
}

TEST(DcpWriter, RefusesWhatNoProgramCouldUse) {
  DcpProfile p = FullProfile();
  p.camera_model = "";
  EXPECT_FALSE(SerializeDcp(p));
  p = FullProfile();
  p.lights[0].calibration.camera_from_xyz = Mat3{};
  EXPECT_FALSE(SerializeDcp(p));
  p = FullProfile();
  p.look.delta.pop_back();
  EXPECT_FALSE(SerializeDcp(p));
  EXPECT_FALSE(WriteDcp(TempPath("no/such/folder.dcp"), FullProfile()));
}

TEST(DcpWriter, ExiftoolFindsNothingWrong) {
  ASSERT_EQ(std::system("exiftool -ver > /dev/null 2>&1"), 0) << "install tools/packages.txt";
  const std::string path = TempPath("valid.dcp");
  ASSERT_TRUE(WriteDcp(path, FullProfile()));
  // exiftool calls the tags of a third light, which came with DNG 1.6, unusual.
  EXPECT_NE(std::string::npos, Judgement(path).find(": 5 Warnings (all minor)"));
  DcpProfile two = FullProfile();
  two.lights.pop_back();
  ASSERT_TRUE(WriteDcp(path, two));
  EXPECT_EQ("Validate                        : OK\n", Judgement(path));
  const std::string report = TempPath("names.txt");
  ASSERT_EQ(0, std::system(("exiftool -s3 -UniqueCameraModel -ProfileName -CalibrationIlluminant1 "
                            "-CalibrationIlluminant2 -ProfileEmbedPolicy -DefaultBlackRender "
                            "-ProfileHueSatMapDims -ProfileLookTableEncoding " +
                            path + " > " + report)
                               .c_str()));
  const auto text = ReadFile(report, 1 << 16);
  ASSERT_TRUE(text);
  EXPECT_EQ(
      "Maker Phone 7\nTest profile\nStandard Light A\nD65\nNo Restrictions\nNone\n12 6 1\nsRGB\n",
      std::string(text->begin(), text->end()));
}

TEST(DcpWriter, DngCarriesTheProfile) {
  RawFrame f;
  f.mosaic = Image<uint16_t>(64, 48, 1);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) f.mosaic.At(x, y) = static_cast<uint16_t>(300 + x * 37 + y);
  }
  using enum CfaColor;
  f.cfa = {2, {kRed, kGreen, kGreen, kBlue}};
  f.black_dn.fill(256);
  f.white_dn = {4095, 4095, 4095};
  f.noise.plane.fill({3e-4, 2e-6});
  f.noise_from_file = true;
  f.exif.make = "Maker";
  f.exif.model = "Phone";
  const DcpProfile p = FullProfile();
  EmbedProfile(p, &f);
  for (auto& c : f.color.calibration) c.camera_calibration = Mat3::Diagonal({{1.02, 1, 0.97}});
  f.color.calibration_signature = "com.example";
  f.color.as_shot_neutral = Vec3{{0.5, 1, 0.6}};
  const std::string path = TempPath("profile.dng");
  ASSERT_TRUE(WriteDng(path, f));
  EXPECT_NE(std::string::npos, Judgement(path).find("(all minor)"));
  const auto r = ReadRaw(path);
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_TRUE(r->profile);
  ExpectSameTables(p, *r->profile);
  EXPECT_EQ(p.camera_model, r->unique_camera_model);
  ASSERT_EQ(3u, r->color.calibration.size());
  EXPECT_EQ(255, r->color.calibration[2].illuminant);
  EXPECT_NEAR(0.372123, (*r->color.calibration[2].white_xy)[0], 1e-6);
  EXPECT_NEAR(1.02, r->color.calibration[2].camera_calibration[0][0], 1e-6);
  EXPECT_NEAR(0.97, (*r->color.body_calibration[2])[2][2], 1e-6);
  std::vector<std::string> warnings;
  auto profiles = ReadProfiles(path, &warnings);
  ASSERT_TRUE(profiles && profiles->size() == 1 && warnings.empty());
  ExpectSameTables(p, (*profiles)[0].profile);

  // With two lights it is a DNG 1.4 as any other.
  DcpProfile two = p;
  two.lights.pop_back();
  EmbedProfile(two, &f);
  EXPECT_TRUE(f.color.as_shot_neutral.has_value());
  ASSERT_TRUE(WriteDng(path, f));
  EXPECT_EQ("Validate                        : OK\n", Judgement(path));
  profiles = ReadProfiles(path, &warnings);
  ASSERT_TRUE(profiles);
  ExpectSameTables(two, (*profiles)[0].profile);
}

}  // namespace
}  // namespace petzval
