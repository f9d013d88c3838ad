// Camera profiles made byte by byte, whole, damaged and cut at every length.
#include "petzval/capture/dcp_reader.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "petzval/capture/dng_tags.h"
#include "petzval/capture/dng_test_builder.h"
#include "petzval/color/spectral.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Ifd;
using testing_dng::Put;
using testing_dng::TemporaryFile;

const std::vector<double> kWarm = {0.92, -0.37, -0.02, -0.41, 1.18, 0.27, -0.07, 0.17, 0.57};
const std::vector<double> kCool = {0.65, -0.12, -0.09, -0.38, 1.16, 0.25, -0.04, 0.15, 0.60};

Bytes Floats(const std::vector<float>& v, bool big) {
  Bytes b;
  for (float x : v) Put(b, std::bit_cast<uint32_t>(x), 4, big);
  return b;
}
void SetFloats(Ifd* ifd, uint16_t tag, const std::vector<float>& v) {
  ifd->Set(tag, 11, v.size(), Floats(v, ifd->big()));
}

// Deltas of a table that keep neutrals: something else in every entry.
std::vector<float> Table(int hues, int saturations, int values) {
  std::vector<float> v;
  for (int k = 0; k < values; ++k) {
    for (int h = 0; h < hues; ++h) {
      for (int s = 0; s < saturations; ++s) {
        v.insert(v.end(), {static_cast<float>(h - s), 1 + 0.01f * static_cast<float>(s + k),
                           s == 0 ? 1.0f : 1 + 0.01f * static_cast<float>(h)});
      }
    }
  }
  return v;
}

Ifd FullIfd(bool big) {
  Ifd ifd(big);
  ifd.Ascii(tag::kUniqueCameraModel, "Maker Phone");
  ifd.Ascii(tag::kProfileName, "Test profile");
  ifd.Ascii(tag::kProfileCopyright, "nobody");
  ifd.Ascii(tag::kProfileCalibrationSignature, "com.example");
  ifd.Rational(tag::kColorMatrix1, kWarm, true);
  ifd.Rational(tag::kColorMatrix2, kCool, true);
  ifd.Rational(tag::kColorMatrix3, kCool, true);
  ifd.Short(tag::kCalibrationIlluminant1, {17});
  ifd.Short(tag::kCalibrationIlluminant2, {21});
  ifd.Short(tag::kCalibrationIlluminant3, {255});
  Bytes xy;
  Put(xy, 0, 2, big);
  for (uint64_t n : {3721, 10000, 3751, 10000}) Put(xy, n, 4, big);
  ifd.Undefined(tag::kIlluminantData3, xy);
  ifd.Long(tag::kProfileHueSatMapDims, {6, 4, 1});
  for (uint16_t t :
       {tag::kProfileHueSatMapData1, tag::kProfileHueSatMapData2, tag::kProfileHueSatMapData3}) {
    SetFloats(&ifd, t, Table(6, 4, 1));
  }
  ifd.Long(tag::kProfileLookTableDims, {3, 2, 5});
  SetFloats(&ifd, tag::kProfileLookTableData, Table(3, 2, 5));
  ifd.Long(tag::kProfileLookTableEncoding, {1});
  SetFloats(&ifd, tag::kProfileToneCurve, {0, 0, 0.25f, 0.4f, 1, 1});
  ifd.Rational(tag::kBaselineExposureOffset, {-0.35}, true);
  ifd.Long(tag::kProfileEmbedPolicy, {3});
  ifd.Long(tag::kDefaultBlackRender, {1});
  return ifd;
}

Bytes ProfileFile(const Ifd& ifd) {
  Bytes file = ifd.big() ? Bytes{'M', 'M', 0x43, 0x52} : Bytes{'I', 'I', 0x52, 0x43};
  file.resize(8);
  testing_dng::PatchFirstIfd(file, ifd.Write(file), ifd.big());
  return file;
}

Result<DcpFile> Read(const Bytes& file) { return ReadDcp(ByteSource::FromMemory(file)); }

void ExpectWhole(const DcpFile& file) {
  const DcpProfile& p = file.profile;
  EXPECT_TRUE(file.warnings.empty());
  EXPECT_EQ("Maker Phone", p.camera_model);
  EXPECT_EQ("Test profile", p.name);
  EXPECT_EQ("nobody", p.copyright);
  EXPECT_EQ("com.example", p.calibration_signature);
  ASSERT_EQ(3u, p.lights.size());
  EXPECT_EQ(17, p.lights[0].illuminant);
  EXPECT_NEAR(-0.37, p.lights[0].calibration.camera_from_xyz[0][1], 1e-9);
  EXPECT_NEAR(0.25, p.lights[1].calibration.camera_from_xyz[1][2], 1e-9);
  EXPECT_NEAR(0.3721, p.lights[2].white->x, 1e-9);
  EXPECT_NEAR(0.3751, p.lights[2].white->y, 1e-9);
  ASSERT_EQ(24u, p.lights[0].map.delta.size());
  EXPECT_EQ((HueSatMap::Delta{5 - 3, 1.03f, 1.05f}), p.lights[0].map.At(5, 3));
  ASSERT_EQ(30u, p.look.delta.size());
  EXPECT_TRUE(p.look.srgb_values);
  EXPECT_FALSE(p.lights[0].map.srgb_values);
  EXPECT_EQ((HueSatMap::Delta{2 - 1, 1 + 0.01f * 5, 1.02f}), p.look.At(2, 1, 4));
  ASSERT_EQ(3u, p.tone_curve.size());
  EXPECT_NEAR(0.4, p.tone_curve[1][1], 1e-7);
  EXPECT_NEAR(-0.35, p.baseline_exposure_offset_ev, 1e-9);
  EXPECT_EQ(3, p.embed_policy);
  EXPECT_EQ(1, p.default_black_render);
}

TEST(DcpReader, BothByteOrders) {
  for (bool big : {false, true}) {
    const auto file = Read(ProfileFile(FullIfd(big)));
    ASSERT_TRUE(file) << file.error().message;
    ExpectWhole(*file);
  }
}

TEST(DcpReader, WhiteOfASpectrum) {
  const auto light = FindLight("FL2");
  ASSERT_TRUE(light);
  const Chromaticity want = ChromaticityFromXyz(XyzOfLight(*light));
  for (bool big : {false, true}) {
    Ifd ifd = FullIfd(big);
    Bytes data;
    Put(data, 1, 2, big);
    Put(data, kSpectralCount, 4, big);
    for (uint64_t n : {380, 1, 5, 1}) Put(data, n, 4, big);
    for (double v : light->value) {
      Put(data, static_cast<uint64_t>(v * 1e5 + 0.5), 4, big);
      Put(data, 100000, 4, big);
    }
    ifd.Undefined(tag::kIlluminantData3, data);
    auto file = Read(ProfileFile(ifd));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_NEAR(want.x, file->profile.lights[2].white->x, 1e-5);
    EXPECT_NEAR(want.y, file->profile.lights[2].white->y, 1e-5);
    // One sample short, or a count that the bytes do not hold: the light is not known.
    data.pop_back();
    ifd.Undefined(tag::kIlluminantData3, data);
    EXPECT_FALSE(Read(ProfileFile(ifd)));
  }
}

TEST(DcpReader, ProfilesInsideADng) {
  for (bool big : {false, true}) {
    testing_dng::Dng dng(4, 4, big);
    for (auto&& [tag, m] : {std::pair{tag::kColorMatrix1, kWarm}, {tag::kColorMatrix2, kCool}}) {
      dng.ifd.Rational(tag, m, true);
    }
    dng.ifd.Short(tag::kCalibrationIlluminant1, {17});
    dng.ifd.Short(tag::kCalibrationIlluminant2, {21});
    dng.ifd.Ascii(tag::kUniqueCameraModel, "Maker Phone");
    // Offsets count from the profile's own first byte; its byte order is its own, too.
    dng.ifd.Long(tag::kExtraCameraProfiles, {0, 0, 5});
    Bytes file = dng.Build(testing_dng::Ramp(16));
    std::vector<uint64_t> at;
    for (bool inner_big : {big, !big}) {
      file.resize((file.size() + 7) / 8 * 8);
      at.push_back(file.size());
      const Bytes inner = ProfileFile(FullIfd(inner_big));
      file.insert(file.end(), inner.begin(), inner.end());
    }
    at.push_back(7);  // nothing there
    dng.ifd.Long(tag::kExtraCameraProfiles, at);
    testing_dng::PatchFirstIfd(file, dng.ifd.Write(file), big);
    const TemporaryFile on_disk(file);
    std::vector<std::string> warnings;
    const auto files = ReadProfiles(on_disk.path(), &warnings);
    ASSERT_TRUE(files) << files.error().message;
    ASSERT_EQ(3u, files->size());
    EXPECT_EQ(2u, (*files)[0].profile.lights.size());
    ExpectWhole((*files)[1]);
    ExpectWhole((*files)[2]);
    ASSERT_EQ(1u, warnings.size());
    EXPECT_NE(std::string::npos, warnings[0].find("profile 4"));
  }
}

TEST(DcpReader, FrameCarriesItsProfile) {
  Ifd full = FullIfd(false);
  testing_dng::Dng dng(16, 16);
  dng.ifd.Rational(tag::kColorMatrix1, kWarm, true);
  dng.ifd.Short(tag::kCalibrationIlluminant1, {17});
  dng.ifd.Rational(tag::kColorMatrix2, kCool, true);
  dng.ifd.Short(tag::kCalibrationIlluminant2, {255});
  Bytes xy = {0, 0};
  for (uint64_t n : {3127, 10000, 3290, 10000}) Put(xy, n, 4, false);
  dng.ifd.Undefined(tag::kIlluminantData2, xy);
  dng.ifd.Ascii(tag::kUniqueCameraModel, "Maker Phone");
  dng.ifd.Ascii(tag::kCameraCalibrationSignature, "com.example");
  dng.ifd.Rational(tag::kCameraCalibration1, {1.1, 0, 0, 0, 1, 0, 0, 0, 0.9}, true);
  auto frame = testing_dng::Read(dng.Build(testing_dng::Ramp(256)));
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_FALSE(frame->profile);
  EXPECT_EQ("Maker Phone", frame->unique_camera_model);
  ASSERT_EQ(2u, frame->color.calibration.size());
  EXPECT_NEAR(0.3290, (*frame->color.calibration[1].white_xy)[1], 1e-9);
  // The signature is not that of the file's profile, which has none: kept, not applied.
  EXPECT_EQ(Mat3::Identity(), frame->color.calibration[0].camera_calibration);
  EXPECT_NEAR(1.1, (*frame->color.body_calibration[0])[0][0], 1e-9);
  EXPECT_EQ("com.example", frame->color.calibration_signature);

  SetFloats(&dng.ifd, tag::kProfileToneCurve, {0, 0, 0.25f, 0.4f, 1, 1});
  frame = testing_dng::Read(dng.Build(testing_dng::Ramp(256)));
  ASSERT_TRUE(frame && frame->profile);
  EXPECT_EQ(3u, frame->profile->tone_curve.size());
  SetFloats(&dng.ifd, tag::kProfileToneCurve, {0, 0, 0.25f, 0.4f, 0.2f, 1});
  frame = testing_dng::Read(dng.Build(testing_dng::Ramp(256)));
  ASSERT_TRUE(frame && !frame->profile);
  EXPECT_FALSE(frame->warnings.empty());
}

void ExpectRefused(const Ifd& ifd, const std::string& word) {
  const auto file = Read(ProfileFile(ifd));
  ASSERT_FALSE(file) << word;
  EXPECT_NE(std::string::npos, file.error().message.find(word)) << file.error().message;
  EXPECT_EQ(std::string::npos, file.error().message.find('\n'));
}

TEST(DcpReader, WhatIsWrongIsSaidInOneSentence) {
  Ifd ifd = FullIfd(false);
  ifd.Rational(tag::kColorMatrix2, {1, 2, 3, 2, 4, 6, 0, 0, 1}, true);
  ExpectRefused(ifd, "singular");
  ifd.Rational(tag::kColorMatrix2, {1, 2, 3}, true);
  ExpectRefused(ifd, "3 x 3");
  ifd.Rational(tag::kColorMatrix2, std::vector<double>(12, 0.1), true);
  ExpectRefused(ifd, "four colours");
  ifd = FullIfd(false);
  SetFloats(&ifd, tag::kColorMatrix2,
            {std::numeric_limits<float>::quiet_NaN(), 0, 0, 0, 1, 0, 0, 0, 1});
  ExpectRefused(ifd, "number that is none");
  ifd = FullIfd(false);
  for (uint16_t t : {tag::kColorMatrix1, tag::kColorMatrix2, tag::kColorMatrix3}) ifd.Remove(t);
  ExpectRefused(ifd, "no ColorMatrix");
  ifd = FullIfd(false);
  ifd.Long(tag::kProfileHueSatMapDims, {0, 4, 1});
  ExpectRefused(ifd, "0 hues");
  ifd.Long(tag::kProfileHueSatMapDims, {4'000'000'000u, 4'000'000'000u, 2});
  ExpectRefused(ifd, "too large");
  ifd.Long(tag::kProfileHueSatMapDims, {700, 250, 100});
  ExpectRefused(ifd, "too large");
  ifd.Long(tag::kProfileHueSatMapDims, {7, 4, 1});
  ExpectRefused(ifd, "not all there");
  ifd = FullIfd(false);
  auto table = Table(3, 2, 5);
  table[16] = std::numeric_limits<float>::infinity();
  SetFloats(&ifd, tag::kProfileLookTableData, table);
  ExpectRefused(ifd, "LookTable");
  ifd = FullIfd(false);
  SetFloats(&ifd, tag::kProfileToneCurve, {0, 0, 0.25f, 0.4f, 1});
  ExpectRefused(ifd, "tone curve");
  SetFloats(&ifd, tag::kProfileToneCurve, {0, 0, 0.5f, 0.4f, 0.5f, 1});
  ExpectRefused(ifd, "ascend");
  ifd = FullIfd(false);
  ifd.Remove(tag::kIlluminantData3);
  ExpectRefused(ifd, "light 255");
  EXPECT_FALSE(Read({}));
  EXPECT_FALSE(Read({'I', 'I', 42, 0, 8, 0, 0, 0}));
  EXPECT_FALSE(ReadDcp(std::string("/no/such/file.dcp")));
}

TEST(DcpReader, NeutralsAreKeptWithAWarning) {
  Ifd ifd = FullIfd(false);
  auto table = Table(6, 4, 1);
  table[2] = 1.2f;  // hue 0, saturation 0: would make greys lighter
  SetFloats(&ifd, tag::kProfileHueSatMapData1, table);
  const auto file = Read(ProfileFile(ifd));
  ASSERT_TRUE(file);
  ASSERT_EQ(1u, file->warnings.size());
  const Vec3 grey{{0.2, 0.2, 0.2}};
  EXPECT_EQ(grey, file->profile.lights[0].map.Apply(grey));
  EXPECT_EQ(1.0f, file->profile.lights[0].map.At(0, 0).value_scale);
}

// Whatever comes out can be computed with.
void ExpectUsable(const Bytes& file) {
  const auto read = Read(file);
  if (!read) {
    EXPECT_FALSE(read.error().message.empty());
    return;
  }
  const DcpProfile& p = read->profile;
  EXPECT_TRUE(CheckDcpProfile(p));
  const HueSatMap map = InterpolateMaps(p, kWhiteD50);
  const Vec3 mapped = p.look.Apply(map.Apply({{0.2, 0.5, 0.1}}));
  const Vec3 toned = DcpToneCurve(p.tone_curve).Apply(mapped);
  const Mat3 camera = ModelOf(p).CameraFromXyz(kWhiteD50);
  for (int c = 0; c < 3; ++c) {
    EXPECT_TRUE(std::isfinite(toned[c]) && std::isfinite(camera[c][c]));
  }
}

TEST(DcpReader, DamagedFilesAreReadOrRefused) {
  for (bool big : {false, true}) {
    const Bytes whole = ProfileFile(FullIfd(big));
    for (size_t n = 0; n + 4 < whole.size(); ++n) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n));
      EXPECT_FALSE(Read(cut)) << n;  // the directory is last, and after it a pointer to none
    }
    std::mt19937 random(7);
    for (int i = 0; i < 4000; ++i) {
      Bytes bad = whole;
      for (int k = 0; k < 1 + i % 4; ++k) {
        // Half of the damage goes to the directory.
        const size_t from = k % 2 ? 0 : bad.size() - 320;
        bad[from + random() % (bad.size() - from)] = static_cast<uint8_t>(random());
      }
      ExpectUsable(bad);
    }
  }
}

}  // namespace
}  // namespace petzval
