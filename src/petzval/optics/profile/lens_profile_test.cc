// The data type of a baked lens and its file.
#include "petzval/optics/profile/lens_profile.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "petzval/base/file.h"
#include "petzval/optics/profile/test_profile.h"

namespace petzval::optics {
namespace {

const SensorGeometry kSensor = {4096, 3072, 2.0, true};

TEST(LensProfile, MomentsOfAKnownSpread) {
  const BakedPsf psf = MakeTestPsf(0.8, 1.2, 0.0);
  const auto v = psf.VariancePx();
  // Two Gaussians of one centre, and the pixel's box of variance 1/12.
  EXPECT_NEAR(v[0], 0.75 * 0.64 + 0.25 * 1.44 * 0.64 + 1.0 / 12, 0.01);
  EXPECT_NEAR(v[1], 1.44 + 1.0 / 12, 0.01);
  EXPECT_NEAR(psf.CentroidPx(), 0, 1e-6);
  EXPECT_NEAR(MakeTestPsf(0.8, 1.2, 1.0).CentroidPx(), 0.25, 0.01);
}

TEST(LensProfile, TheFileGivesTheProfileBack) {
  LensProfile profile = MakeTestProfile({}, kSensor);
  profile.states.push_back(profile.states[0]);
  profile.states[1].object_mm = 300;
  const auto bytes = EncodeLensProfile(profile);
  EXPECT_LT(bytes.size(), 300'000u);
  const auto read = DecodeLensProfile(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->lens, "test");
  EXPECT_EQ(read->sensor.width_px, kSensor.width_px);
  EXPECT_EQ(read->sensor.quad_binned, true);
  ASSERT_EQ(read->states.size(), 2u);
  EXPECT_TRUE(std::isinf(read->states[0].object_mm));
  for (int i = 0; i < kRadii; ++i) {
    EXPECT_EQ(read->states[1].ideal_px[i], profile.states[1].ideal_px[i]);
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(read->states[0].lateral_px[c][i], profile.states[0].lateral_px[c][i], 1e-6);
      EXPECT_NEAR(read->states[0].shading[c][i], profile.states[0].shading[c][i], 1e-6);
      const BakedPsf &a = read->states[0].psf[c][i], &b = profile.states[0].psf[c][i];
      ASSERT_EQ(a.size, b.size);
      for (size_t k = 0; k < a.weight.size(); ++k) EXPECT_NEAR(a.weight[k], b.weight[k], 2e-5);
    }
  }
  EXPECT_EQ(&read->StateAt(1e9), &read->states[0]);
  EXPECT_EQ(&read->StateAt(250), &read->states[1]);
}

TEST(LensProfile, EveryTruncatedOrGarbledFileIsOneSentence) {
  TestLens small;
  small.corner_outward_px = small.corner_across_px = 0.45;
  const auto bytes = EncodeLensProfile(MakeTestProfile(small, kSensor));
  for (size_t n = 0; n < bytes.size(); n += 1 + n / 7) {
    EXPECT_FALSE(DecodeLensProfile(std::span(bytes).first(n)));
  }
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    auto garbled = bytes;
    garbled[random() % garbled.size()] ^= static_cast<uint8_t>(1 + random() % 255);
    const auto read = DecodeLensProfile(garbled);
    ASSERT_FALSE(read);
    EXPECT_FALSE(read.error().message.empty());
  }
}

// FNV-1a of all but the last 8 bytes, written into these.
void Sign(std::vector<uint8_t>* bytes) {
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i + 8 < bytes->size(); ++i) h = (h ^ (*bytes)[i]) * 0x100000001b3u;
  for (int i = 0; i < 8; ++i) {
    (*bytes)[bytes->size() - 8 + i] = static_cast<uint8_t>(h >> (8 * i));
  }
}

TEST(LensProfile, ForgedFilesWithAGoodChecksumAreOneSentence) {
  TestLens small;
  small.corner_outward_px = small.corner_across_px = 0.45;
  const auto bytes = EncodeLensProfile(MakeTestProfile(small, kSensor));
  auto same = bytes;
  Sign(&same);
  ASSERT_EQ(same, bytes);
  // Every length of the head; an empty name at the very end of the file is among them.
  for (size_t n = 16; n < 120; ++n) {
    std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(n));
    Sign(&cut);
    EXPECT_FALSE(DecodeLensProfile(cut)) << n;
    if (n >= 20) {
      std::fill(cut.begin() + 8, cut.begin() + 12, uint8_t{0});
      Sign(&cut);
      EXPECT_FALSE(DecodeLensProfile(cut)) << n;
    }
  }
  // Numbers of the head at their extremes, and anything anywhere.
  for (size_t at = 8; at < 80; ++at) {
    auto forged = bytes;
    std::fill(forged.begin() + static_cast<ptrdiff_t>(at),
              forged.begin() + static_cast<ptrdiff_t>(at) + 4, uint8_t{0xff});
    Sign(&forged);
    const auto read = DecodeLensProfile(forged);
    EXPECT_TRUE(read || !read.error().message.empty());
    EXPECT_TRUE(!read || CheckProfile(*read));
  }
  std::mt19937 random(11);
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    auto forged = bytes;
    forged[random() % (forged.size() - 8)] ^= static_cast<uint8_t>(1 + random() % 255);
    Sign(&forged);
    const auto read = DecodeLensProfile(forged);
    refused += !read;
    EXPECT_TRUE(!read || CheckProfile(*read));
  }
  EXPECT_GT(refused, 0);
}

TEST(LensProfile, ABadProfileIsNotWritten) {
  const std::string path = testing::TempDir() + "/profile_" + std::to_string(getpid()) + ".lens";
  LensProfile profile = MakeTestProfile({}, kSensor);
  ASSERT_TRUE(WriteLensProfile(path, profile));
  ASSERT_TRUE(ReadLensProfile(path));
  profile.states[0].ideal_px[7] = 0;
  EXPECT_FALSE(WriteLensProfile(path, profile));
  EXPECT_TRUE(ReadLensProfile(path)) << "the file that was there stays";
  profile = MakeTestProfile({}, kSensor);
  profile.states[0].shading[1][20] = std::nan("");
  EXPECT_FALSE(CheckProfile(profile));
  std::filesystem::remove(path);
  EXPECT_FALSE(ReadLensProfile(path));
}

TEST(LensProfile, ModelsFollowTheTables) {
  const LensProfile profile = MakeTestProfile({}, kSensor);
  const FocusState& s = profile.states[0];
  const FittedModels m = FitModels(profile, s);
  const double diagonal = kSensor.half_diagonal_px(), side = 0.5 * kSensor.height_px;
  for (int i = 1; i < kRadii; ++i) {
    const double real = diagonal * i / (kRadii - 1), r = s.ideal_px[i] / side;
    EXPECT_NEAR(side * r * (1 + m.poly5[0] * r * r + m.poly5[1] * r * r * r * r), real, 0.1);
    const double pt = r * ((m.ptlens[0] * r + m.ptlens[1]) * r + m.ptlens[2]) + 1 - m.ptlens[0] -
                      m.ptlens[1] - m.ptlens[2];
    EXPECT_NEAR(side * m.ptlens_scale * r * pt, real, 0.1);
    EXPECT_NEAR(side * m.poly3_scale * r * (1 - m.poly3_k1 + m.poly3_k1 * r * r), real, 2.0);
    const double q = real / side;
    EXPECT_NEAR(side * q * (q * q * m.tca_red[0] + q * m.tca_red[1] + m.tca_red[2]) - real,
                s.lateral_px[0][i], 0.01);
    const double d2 = std::pow(i / 20.0, 2);
    EXPECT_NEAR(1 + d2 * (m.vignetting_pa[0] + d2 * (m.vignetting_pa[1] + d2 * m.vignetting_pa[2])),
                s.shading[1][i], 0.01);
  }
}

}  // namespace
}  // namespace petzval::optics
