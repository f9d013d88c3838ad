// Photon transfer of sensors whose numbers are known.
#include "petzval/measure/noise/photon_transfer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "petzval/measure/noise/sensor_test_util.h"
#include "petzval/measure/noise/transfer_fit.h"

namespace petzval::measure {
namespace {

// Pairs of flats from 1 % to `top` of full scale with a falloff of 20 % to the corners.
std::vector<Subject> Flats(const TestSensor& sensor, double top, int levels, double full_e,
                           int frames = 2) {
  std::vector<Subject> out;
  uint64_t shot = 1;
  for (int i = 0; i < levels; ++i) {
    const double share = 0.01 * std::pow(top / 0.01, i / (levels - 1.0));
    for (int k = 0; k < frames; ++k) {
      out.push_back(sensor.Expose(
          [&](int x, int y) {
            const double u = 2.0 * x / sensor.width - 1, v = 2.0 * y / sensor.height - 1;
            return full_e * share * (1 - 0.1 * (u * u + v * v));
          },
          shot++, 0.1 * share));
    }
  }
  return out;
}

std::vector<Subject> Darks(const TestSensor& sensor, int count) {
  std::vector<Subject> out;
  for (int k = 0; k < count; ++k) {
    out.push_back(sensor.Expose([](int, int) { return 0.0; }, 5000 + k));
  }
  return out;
}

const Figure* Find(const Findings& findings, const std::string& name,
                   const std::string& conditions = "") {
  for (const Figure& f : findings.figures) {
    if (f.name == name && f.conditions.find(conditions) != std::string::npos) return &f;
  }
  return nullptr;
}

bool Warns(const Findings& findings, const std::string& words) {
  for (const std::string& w : findings.warnings) {
    if (w.find(words) != std::string::npos) return true;
  }
  return false;
}

// The sensor of the golden edges: 12 bits, 0.641 e-/DN, 2.5 e- read noise, no pedestal.
TEST(PhotonTransferTest, RecoversN1WithoutDarks) {
  TestSensor sensor;
  sensor.width = 1024;
  sensor.height = 768;
  const auto frames = Flats(sensor, 0.9, 10, 2625.5);
  const auto result = MeasurePhotonTransfer(frames, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_NEAR(result->gain_e_per_dn / 0.641, 1, 0.01);
  EXPECT_NEAR(result->read_noise_e / 2.5, 1, 0.02);
  EXPECT_NEAR(result->full_well_e / (4095 * 0.641), 1, 0.01);
  EXPECT_NEAR(result->prnu / 0.0085, 1, 0.02);
  for (const ChannelTransfer& c : result->channels) {
    EXPECT_TRUE(c.known);
    EXPECT_EQ(c.bend, 0);
    EXPECT_NEAR(c.gain_e_per_dn / 0.641, 1, 0.02);
    EXPECT_NEAR(c.gain_e_per_dn, 0.641, 5 * c.gain_standard_error);
  }
  EXPECT_NEAR(result->noise.plane[1].s * 4095 * 0.641, 1, 0.02);
  EXPECT_TRUE(Warns(result->findings, "the full well is that level"));
  const Figure* linearity = Find(result->findings, "linearity_error");
  ASSERT_TRUE(linearity);
  EXPECT_LT(linearity->value, 0.3);
}

TEST(PhotonTransferTest, RecoversAPhoneSensorWithDarks) {
  TestSensor sensor;
  sensor.gain_e_per_dn = 5.8;
  sensor.read_noise_e = 3.1;
  sensor.prnu = 0.006;
  sensor.dsnu_e = 2;
  sensor.row_noise_e = 1.2;
  sensor.black_dn = 64;
  sensor.white_dn = 1023;
  sensor.full_well_e = 5000;  // of 5562 at the clip level
  const auto frames = Flats(sensor, 1.3, 14, 5000);
  const auto darks = Darks(sensor, 8);
  const auto result = MeasurePhotonTransfer(frames, darks, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_NEAR(result->gain_e_per_dn / 5.8, 1, 0.01);
  // What a pixel reads includes its row's noise.
  EXPECT_NEAR(result->read_noise_e / std::hypot(3.1, 1.2), 1, 0.02);
  EXPECT_NEAR(result->full_well_e / 5000, 1, 0.02);
  EXPECT_NEAR(result->prnu / 0.006, 1, 0.03);
  EXPECT_NEAR(Find(result->findings, "dsnu")->value / 2, 1, 0.05);
  const Figure* row = Find(result->findings, "row_noise_temporal");
  EXPECT_NEAR(row->value, 1.2, 3.5 * row->standard_error);
  EXPECT_LT(row->standard_error, 0.03);
  EXPECT_FALSE(Warns(result->findings, "the full well is that level"));
}

TEST(PhotonTransferTest, AStaticSceneIsEnough) {
  TestSensor sensor;
  sensor.black_dn = 256;
  const auto scene = [](int x, int y) {
    const double stripes = 0.5 + 0.5 * std::sin(x * 0.11) * std::cos(y * 0.07);
    return (x / 16 + y / 16) % 2 ? 1900 * stripes + 4 : 60 * stripes + 4;
  };
  sensor.width = 512;
  sensor.height = 384;
  std::vector<Subject> frames;
  for (int k = 0; k < 8; ++k) {
    // A lamp that flickers by 2 %.
    const double light = 1 + 0.02 * std::sin(2.3 * k);
    frames.push_back(sensor.Expose([&](int x, int y) { return light * scene(x, y); }, k));
  }
  const auto result = MeasurePhotonTransfer(frames, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_NEAR(result->gain_e_per_dn / 0.641, 1, 0.02);
  EXPECT_NEAR(result->read_noise_e / 2.5, 1, 0.02);
  EXPECT_FALSE(Find(result->findings, "prnu")->known());
  EXPECT_FALSE(Find(result->findings, "prnu")->note.empty());
}

TEST(PhotonTransferTest, SixteenBitContainersRoundTwiceAsCoarse) {
  TestSensor sensor;
  sensor.bayer = false;
  sensor.black_dn = 64;
  sensor.white_dn = 1023;
  sensor.gain_e_per_dn = 8;
  sensor.read_noise_e = 4;
  auto frames = Flats(sensor, 0.9, 8, 7600);
  auto darks = Darks(sensor, 4);
  const auto plain = MeasurePhotonTransfer(frames, darks, {});
  for (auto* all : {&frames, &darks}) {
    for (Subject& s : *all) s.black_dn = 64 * 64, s.white_dn = 64 * 1023;
  }
  const auto shifted = MeasurePhotonTransfer(frames, darks, {});
  ASSERT_TRUE(plain && shifted);
  EXPECT_NEAR(plain->read_noise_e / 4, 1, 0.02);
  EXPECT_NEAR(shifted->read_noise_e / plain->read_noise_e, 1, 1e-3);
  EXPECT_NEAR(shifted->gain_e_per_dn * 64 / plain->gain_e_per_dn, 1, 1e-3);
}

TEST(PhotonTransferTest, MovingThingsAndHotPixelsDoNotCount) {
  TestSensor sensor;
  sensor.black_dn = 64;
  auto frames = Flats(sensor, 0.8, 6, 2500);
  Random random(7, 7);
  for (Subject& frame : frames) {
    for (int i = 0; i < 40; ++i) {
      frame.mosaic.At(static_cast<int>(random.Uniform(0, sensor.width)),
                      static_cast<int>(random.Uniform(0, sensor.height))) += 0.3f;
    }
  }
  const auto result = MeasurePhotonTransfer(frames, {}, {});
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->gain_e_per_dn / 0.641, 1, 0.02);
  EXPECT_NEAR(result->read_noise_e / 2.5, 1, 0.03);
}

TEST(PhotonTransferTest, RefusesWithASentence) {
  TestSensor sensor;
  sensor.black_dn = 64;
  const auto message = [](const auto& result) {
    return result ? std::string("no error") : result.error().message;
  };
  auto frames = Flats(sensor, 0.8, 3, 2500, 1);
  EXPECT_NE(message(MeasurePhotonTransfer(frames, {}, {})).find("no two frames"),
            std::string::npos);
  EXPECT_NE(message(MeasurePhotonTransfer({}, {}, {})).find("no frames"), std::string::npos);
  std::vector<Subject> flat;
  for (int k = 0; k < 2; ++k) flat.push_back(sensor.Expose([](int, int) { return 900.0; }, k));
  EXPECT_NE(message(MeasurePhotonTransfer(flat, {}, {})).find("span too little"),
            std::string::npos);
  flat[1].iso = 400;
  EXPECT_NE(message(MeasurePhotonTransfer(flat, {}, {})).find("ISO"), std::string::npos);
  flat[1].iso = 100;
  flat[1].black_dn = 63;
  EXPECT_NE(message(MeasurePhotonTransfer(flat, {}, {})).find("black"), std::string::npos);
  std::vector<Subject> white;
  for (int k = 0; k < 2; ++k) white.push_back(sensor.Expose([](int, int) { return 9e4; }, k));
  EXPECT_NE(message(MeasurePhotonTransfer(white, {}, {})).find("clipped"), std::string::npos);
  std::vector<Subject> picture(2);
  for (Subject& s : picture) s.rgb = Image<float>(64, 64, 3), s.rgb.Fill(0.5f);
  EXPECT_NE(message(MeasurePhotonTransfer(picture, {}, {})).find("RAW"), std::string::npos);
  PhotonTransferOptions outside;
  outside.rois = {{250, 0, 64, 64}};
  EXPECT_NE(message(MeasurePhotonTransfer(frames, {}, outside)).find("outside"), std::string::npos);
}

TEST(VarianceLineTest, FindsABendAndIgnoresAnOutlier) {
  std::vector<VariancePoint> points;
  for (int i = 1; i <= 20; ++i) points.push_back({50.0 * i, 10 + 1.5 * 50 * i, 1e5});
  VarianceLine line = FitVarianceLine(points);
  EXPECT_NEAR(line.slope, 1.5, 1e-6);
  EXPECT_NEAR(line.intercept, 10, 1e-6);
  EXPECT_EQ(line.square, 0);
  points[9].variance *= 2;
  line = FitVarianceLine(points);
  EXPECT_NEAR(line.slope, 1.5, 1e-3);
  for (VariancePoint& p : points) p.variance = 10 + 1.5 * p.level + 1e-4 * p.level * p.level;
  line = FitVarianceLine(points);
  EXPECT_NEAR(line.square, 1e-4, 1e-9);
  EXPECT_NEAR(line.slope, 1.5, 1e-6);
  EXPECT_FALSE(FitVarianceLine({points.data(), 1}).known);
}

}  // namespace
}  // namespace petzval::measure
