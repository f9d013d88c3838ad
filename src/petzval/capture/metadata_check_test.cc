// Claims that cannot be true are found and replaced; plausible ones are left alone.
#include "petzval/capture/metadata_check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "petzval/capture/level_check.h"
#include "petzval/color/spaces.h"

namespace petzval {
namespace {

constexpr NoiseLine kNoise{5e-4, 2e-5};

// Patches and gradients of a noisy sensor whose true levels are black 64 and `clip`, with a share
// of clipped area when `brightest` is above 1. Coloured light: blue has half the signal.
RawFrame MakeFrame(double brightest, int clip = 1023, NoiseLine noise = kNoise) {
  const int width = 640, height = 480;
  RawFrame frame;
  frame.mosaic = Image<uint16_t>(width, height);
  frame.cfa.color = {CfaColor::kRed, CfaColor::kGreen, CfaColor::kGreen, CfaColor::kBlue};
  frame.black_dn.fill(64);
  frame.white_dn.fill(static_cast<float>(clip));
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int patch = (x / 64 * 3 + y / 60 * 7) % 23;
      double m = brightest * std::pow((patch + 0.5) / 22.5, 2.2) * (0.9 + 0.1 * x / width);
      if (frame.cfa.At(x, y) == CfaColor::kBlue) m *= 0.5;
      const double v = m + noise.Sigma(m) * normal(random);
      frame.mosaic.At(x, y) =
          static_cast<uint16_t>(std::clamp(64 + v * (clip - 64) + 0.5, 0.0, double(clip)));
    }
  }
  DngColor::Calibration calibration;
  calibration.illuminant = 21;
  calibration.camera_from_xyz.m = {{{0.8, -0.2, -0.1}, {-0.4, 1.2, 0.2}, {-0.1, 0.2, 0.6}}};
  frame.color.calibration.push_back(calibration);
  frame.color.as_shot_neutral = Vec3{{0.5, 1, 0.6}};
  return frame;
}

StatedMetadata Profile(double s, double o) {
  StatedMetadata stated;
  stated.noise_profile = {s, o};
  return stated;
}

std::string All(const RawFrame& frame) {
  std::string all;
  for (const auto& w : frame.warnings) all += w + "\n";
  return all;
}

TEST(CheckMetadataTest, TruthIsLeftAlone) {
  for (double brightest : {0.004, 0.05, 0.5, 0.9, 1.3, 3.0}) {
    RawFrame frame = MakeFrame(brightest);
    ASSERT_TRUE(CheckMetadata(Profile(kNoise.s, kNoise.o), frame));
    EXPECT_EQ(All(frame), "") << "brightest " << brightest;
    EXPECT_TRUE(frame.noise_from_file);
    EXPECT_EQ(frame.noise.plane[2], kNoise);
    EXPECT_EQ(frame.white_dn[0], 1023);
  }
}

TEST(CheckMetadataTest, ABrightWallWithLittleNoiseIsNoPileUp) {
  // Even light, base ISO: a narrow hump at the top of the histogram of every colour.
  for (double s : {1e-5, 1e-4, 1e-3}) {
    RawFrame frame = MakeFrame(0, 1023, {s, 1e-6});
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    for (int y = 0; y < frame.height(); ++y) {
      for (int x = 0; x < frame.width(); ++x) {
        const double m = x < 200 ? 0.1 : frame.cfa.At(x, y) == CfaColor::kGreen ? 0.6 : 0.4;
        const double v = m + std::sqrt(s * m + 1e-6) * normal(random);
        frame.mosaic.At(x, y) = static_cast<uint16_t>(64 + v * 959 + 0.5);
      }
    }
    ASSERT_TRUE(CheckMetadata(Profile(s, 1e-6), frame));
    EXPECT_EQ(frame.white_dn[1], 1023) << "s " << s << ": " << All(frame);
  }
}

TEST(CheckMetadataTest, ValuesWithGapsAreNoPileUp) {
  // Six bits shifted up by four, and a dark frame of few values.
  for (double brightest : {0.02, 0.6}) {
    RawFrame frame = MakeFrame(brightest);
    for (int y = 0; y < frame.height(); ++y) {
      for (int x = 0; x < frame.width(); ++x) {
        uint16_t& v = frame.mosaic.At(x, y);
        v = static_cast<uint16_t>((v + 8) / 16 * 16);
      }
    }
    ASSERT_TRUE(CheckMetadata({}, frame));
    EXPECT_EQ(frame.white_dn[1], 1023) << "brightest " << brightest << ": " << All(frame);
  }
}

TEST(CheckMetadataTest, WhiteLevelAboveTheClippedPixels) {
  for (int claim : {1090, 2047, 16383}) {
    RawFrame frame = MakeFrame(2.0);
    const double range = claim - 64.0;
    frame.white_dn.fill(static_cast<float>(claim));
    frame.baseline_exposure_ev = 1;
    // The profile belongs to the claimed levels: far from them it cannot be true of the others.
    const double k = (1023 - 64) / range;
    ASSERT_TRUE(CheckMetadata(Profile(kNoise.s * k, kNoise.o * k * k), frame));
    EXPECT_EQ(frame.white_dn[0], 1023) << All(frame);
    EXPECT_NE(All(frame).find("clip at 1023"), std::string::npos) << All(frame);
    const double change = std::log2((1023 - 64) / range);
    EXPECT_NEAR(frame.baseline_exposure_ev, change > -2 ? 1 + change : 1, 1e-4)
        << "the picture must not become brighter, unless it was dark by the claim alone";
    EXPECT_EQ(frame.noise_from_file, claim < 10000) << All(frame);
    EXPECT_NEAR(frame.noise.plane[1].Variance(0.3) / kNoise.Variance(0.3), 1, 0.6);
  }
}

TEST(CheckMetadataTest, SmallOffsetOfTheClippingPoint) {
  // The case of 15360 instead of 16383.
  RawFrame frame = MakeFrame(2.0, 15360);
  frame.white_dn.fill(16383);
  ASSERT_TRUE(CheckMetadata(Profile(kNoise.s, kNoise.o), frame));
  EXPECT_EQ(frame.white_dn[0], 15360) << All(frame);
}

TEST(CheckMetadataTest, WhiteLevelBelowThePixels) {
  RawFrame clipped = MakeFrame(2.0);
  clipped.white_dn.fill(700);
  ASSERT_TRUE(CheckMetadata({}, clipped));
  EXPECT_EQ(clipped.white_dn[0], 1023) << All(clipped);

  RawFrame smooth = MakeFrame(0.8);
  smooth.white_dn.fill(300);
  ASSERT_TRUE(CheckMetadata({}, smooth));
  EXPECT_GT(smooth.white_dn[0], 700) << All(smooth);
  EXPECT_NE(All(smooth).find("above the white level 300"), std::string::npos) << All(smooth);
}

TEST(CheckMetadataTest, WhiteLevelOfTheContainer) {
  RawFrame frame = MakeFrame(0.6);
  frame.white_dn.fill(65535);
  frame.baseline_exposure_ev = 6;
  ASSERT_TRUE(CheckMetadata({}, frame));
  EXPECT_EQ(frame.white_dn[0], 1023) << All(frame);
  EXPECT_NEAR(frame.baseline_exposure_ev, 0, 0.2);
}

TEST(CheckMetadataTest, AWhiteLevelOfTheContainerIsNoExposure) {
  for (double brightest : {0.3, 0.8, 2.0}) {
    RawFrame frame = MakeFrame(brightest);
    frame.white_dn.fill(65535);
    ASSERT_TRUE(CheckMetadata({}, frame));
    EXPECT_EQ(frame.white_dn[0], 1023) << All(frame);
    EXPECT_EQ(frame.baseline_exposure_ev, 0) << "else the picture stays as dark as the claim";
  }
}

TEST(CheckMetadataTest, TwelveBitsInWordsOfSixteen) {
  for (double brightest : {0.5, 0.9}) {
    RawFrame frame = MakeFrame(brightest, 4095);
    frame.white_dn.fill(65535);
    ASSERT_TRUE(CheckMetadata({}, frame));
    EXPECT_EQ(frame.white_dn[0], 4095) << All(frame);
    EXPECT_EQ(frame.baseline_exposure_ev, 0);
    EXPECT_NE(All(frame).find("12 bits"), std::string::npos) << All(frame);
  }
}

TEST(CheckMetadataTest, ADarkFrameOfSixteenBitsKeepsItsWhite) {
  // Pedestals of sensors of 16 bits, and none at all where it was taken off.
  for (int pedestal : {0, 1024, 4096}) {
    RawFrame frame = MakeFrame(0.05, 65535, {1e-5, 1e-9});
    frame.black_dn.fill(static_cast<float>(pedestal));
    for (int y = 0; y < frame.height(); ++y) {
      for (int x = 0; x < frame.width(); ++x) {
        uint16_t& v = frame.mosaic.At(x, y);
        v = static_cast<uint16_t>(std::max(0, v - 64 + pedestal));
      }
    }
    ASSERT_TRUE(CheckMetadata({}, frame));
    EXPECT_EQ(frame.white_dn[0], 65535) << "pedestal " << pedestal << ": " << All(frame);
  }
}

TEST(CheckMetadataTest, CodesThatCannotReachTheWhiteLevel) {
  // Packed samples of ten bits: certain even in the dark and under any stated level.
  RawFrame frame = MakeFrame(0.05);
  frame.white_dn.fill(4095);
  StatedMetadata stated;
  stated.bits = 10;
  ASSERT_TRUE(CheckMetadata(stated, frame));
  EXPECT_EQ(frame.white_dn[1], 1023) << All(frame);
  RawFrame words = MakeFrame(0.05, 4095);
  ASSERT_TRUE(CheckMetadata({}, words));
  EXPECT_EQ(words.white_dn[1], 4095) << All(words);
}

TEST(CheckMetadataTest, LevelsFarBeyondSixteenBitsAreAnError) {
  for (float black : {-2e9f, 1e9f}) {
    RawFrame frame = MakeFrame(0.5);
    frame.black_dn.fill(black);
    frame.white_dn.fill(3e9f);
    EXPECT_FALSE(CheckMetadata({}, frame).has_value());
  }
}

TEST(CheckMetadataTest, BlackLevelAboveThePixels) {
  RawFrame frame = MakeFrame(0.8);
  frame.black_dn.fill(256);
  ASSERT_TRUE(CheckMetadata({}, frame));
  EXPECT_NEAR(frame.black_dn[0], 64, 12) << All(frame);
  EXPECT_NE(All(frame).find("below the black level 256"), std::string::npos) << All(frame);
}

TEST(CheckMetadataTest, NightNoiseBelowBlackIsNoReasonToLowerIt) {
  // ISO 6400: read noise of 110 DN, most of it cut off at zero.
  constexpr NoiseLine kNight{1.16e-2, 1.31e-2};
  for (double brightest : {0.02, 0.3}) {
    RawFrame frame = MakeFrame(brightest, 1023, kNight);
    ASSERT_TRUE(CheckMetadata(Profile(kNight.s, kNight.o), frame));
    EXPECT_EQ(frame.black_dn[0], 64) << All(frame);
  }
}

TEST(CheckMetadataTest, LevelsWithoutARangeAreAnError) {
  RawFrame frame = MakeFrame(0.5);
  frame.white_dn.fill(64);
  const auto status = CheckMetadata({}, frame);
  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("not above its black level"), std::string::npos);
}

TEST(CheckMetadataTest, NoiseProfiles) {
  const auto accepted = [](std::vector<double> profile) {
    RawFrame frame = MakeFrame(0.8);
    StatedMetadata stated;
    stated.noise_profile = std::move(profile);
    EXPECT_TRUE(CheckMetadata(stated, frame));
    EXPECT_NEAR(frame.noise.plane[1].Variance(0.3) / kNoise.Variance(0.3), 1, 1.0);
    EXPECT_GT(frame.noise.plane[0].s, 0);
    EXPECT_GT(frame.noise.plane[0].o, 0);
    EXPECT_EQ(frame.noise_from_file, frame.warnings.empty()) << All(frame);
    return frame.noise_from_file;
  };
  const double s = kNoise.s, o = kNoise.o;
  EXPECT_TRUE(accepted({s, o}));
  EXPECT_TRUE(accepted({1.9 * s, 1.9 * o}));
  EXPECT_TRUE(accepted({s, o, s, o, s, o}));
  EXPECT_FALSE(accepted({}));
  EXPECT_FALSE(accepted({0, 0}));
  EXPECT_FALSE(accepted({-s, o}));
  EXPECT_FALSE(accepted({NAN, o}));
  EXPECT_FALSE(accepted({INFINITY, o}));
  EXPECT_FALSE(accepted({s, o, s}));
  EXPECT_FALSE(accepted({20 * s, 20 * o}));
  EXPECT_FALSE(accepted({s / 20, o / 20}));
}

TEST(CheckMetadataTest, PlaceholderProfileOnACleanPicture) {
  RawFrame frame = MakeFrame(0.8, 65535, {1e-7, 1e-9});
  ASSERT_TRUE(CheckMetadata(Profile(1e-3, 1e-5), frame));
  EXPECT_FALSE(frame.noise_from_file);
  EXPECT_LT(frame.noise.plane[1].Variance(0.3), 1e-6);
}

TEST(CheckMetadataTest, ColourMatrices) {
  const auto checked = [](const std::function<void(DngColor&)>& change) {
    RawFrame frame = MakeFrame(0.8);
    change(frame.color);
    EXPECT_TRUE(CheckMetadata(Profile(kNoise.s, kNoise.o), frame));
    return frame;
  };
  for (const Mat3& bad : {Mat3::Identity(), Mat3{}, 0.5 * Mat3::Identity(),
                          Mat3{{{{1, 2, 3}, {2, 4, 6}, {0, 0, 1}}}}}) {
    const RawFrame frame = checked([&](DngColor& c) { c.calibration[0].camera_from_xyz = bad; });
    EXPECT_TRUE(frame.color.calibration.empty());
    EXPECT_EQ(frame.warnings.size(), 1u) << All(frame);
  }
  // One good matrix of two is enough.
  const RawFrame half = checked([](DngColor& c) {
    c.calibration.push_back(c.calibration[0]);
    c.calibration[0].camera_from_xyz = Mat3::Identity();
  });
  ASSERT_EQ(half.color.calibration.size(), 1u);
  EXPECT_EQ(half.color.calibration[0].camera_from_xyz[0][0], 0.8);

  EXPECT_NE(All(checked([](DngColor& c) { c.calibration.clear(); })).find("no colour matrix"),
            std::string::npos);
  const RawFrame forward =
      checked([](DngColor& c) { c.calibration[0].xyz_d50_from_camera = Mat3::Identity(); });
  EXPECT_FALSE(forward.color.calibration[0].xyz_d50_from_camera.has_value());
}

TEST(CheckMetadataTest, ForwardMatrixStandsInForAPlaceholder) {
  RawFrame frame = MakeFrame(0.8);
  auto& calibration = frame.color.calibration[0];
  calibration.camera_from_xyz = Mat3::Identity();
  calibration.xyz_d50_from_camera =
      Mat3{{{{0.6, 0.25, 0.1142}, {0.25, 0.75, 0}, {0.02, 0.1, 0.7051}}}};
  ASSERT_TRUE(CheckMetadata(Profile(kNoise.s, kNoise.o), frame));
  ASSERT_EQ(frame.color.calibration.size(), 1u);
  // White of D65 must give the neutral.
  const Vec3 white{{kWhiteD65.x / kWhiteD65.y, 1, (1 - kWhiteD65.x - kWhiteD65.y) / kWhiteD65.y}};
  const Vec3 camera = frame.color.calibration[0].camera_from_xyz * white;
  EXPECT_NEAR(camera[0] / camera[1], 0.5, 0.003);
  EXPECT_NEAR(camera[2] / camera[1], 0.6, 0.003);
}

TEST(ValueHistogramTest, CountsEveryPhaseAndQuantiles) {
  RawFrame frame = MakeFrame(0);
  frame.mosaic = Image<uint16_t>(64, 4000);
  for (int y = 0; y < 4000; ++y) {
    for (int x = 0; x < 64; ++x)
      frame.mosaic.At(x, y) = static_cast<uint16_t>(100 + x % 2 + 2 * (y % 2));
  }
  const auto h = CountValues(frame);
  EXPECT_GT(h[0].total, 10000);
  EXPECT_EQ(h[0].count[100], h[0].total);
  EXPECT_EQ(h[2].count[103], h[2].total);
  EXPECT_EQ(h[1].count[101] + h[1].count[102], h[1].total);
  EXPECT_EQ(h[1].count[101], h[1].count[102]);
  EXPECT_EQ(h[1].Quantile(0.25), 101);
  EXPECT_EQ(h[1].Quantile(0.75), 102);
  EXPECT_EQ(h[2].Top(), 103);
}

}  // namespace
}  // namespace petzval
