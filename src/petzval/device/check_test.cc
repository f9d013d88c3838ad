// Devices against their lenses and physics: what we ship passes, what is wrong is named.
#include "petzval/device/check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/optics/lens/lens_file.h"

namespace petzval {
namespace {

const Finding* Find(const std::vector<Finding>& list, const std::string& subject,
                    const std::string& check) {
  for (const Finding& f : list) {
    if (f.subject == subject && f.check == check) return &f;
  }
  return nullptr;
}

TEST(CheckDevice, WhatWeShipHasNoErrors) {
  for (const std::string& name : DeviceNames()) {
    const auto device = FindDevice(name);
    ASSERT_TRUE(device);
    const std::vector<Finding> findings = CheckDevice(*device);
    EXPECT_GT(findings.size(), 4u * device->cameras.size());
    for (const Finding& f : findings) {
      EXPECT_NE(f.level, FindingLevel::kError)
          << name << ": " << f.subject << ": " << f.check << ": " << f.sentence;
      EXPECT_FALSE(f.sentence.empty());
      if (f.level == FindingLevel::kWarning) {
        std::printf("%s: %s: %s: %s\n", name.c_str(), f.subject.c_str(), f.check.c_str(),
                    f.sentence.c_str());
      }
    }
  }
}

TEST(CheckDevice, NamesWhatIsWrong) {
  auto device = FindDevice("flagship-2022");
  DeviceCamera& wide = device->cameras[0];
  const auto level = [&](const char* check) {
    const auto findings = CheckDevice(*device);
    const Finding* f = Find(findings, "camera wide", check);
    return f ? f->level : FindingLevel::kWarning;
  };
  EXPECT_EQ(level("focal length"), FindingLevel::kOk);
  wide.focal_mm *= 1.03;
  EXPECT_EQ(level("focal length"), FindingLevel::kError);
  EXPECT_EQ(level("equivalent"), FindingLevel::kError);
  wide.focal_mm /= 1.03;
  wide.f_number = 1.7;
  EXPECT_EQ(level("f-number"), FindingLevel::kError);
  wide.f_number = 2.8;  // stopped down
  EXPECT_EQ(level("f-number"), FindingLevel::kOk);
  wide.lens = "flagship2022_portrait";
  EXPECT_EQ(level("image circle"), FindingLevel::kError);
  wide.lens = "no_such_lens";
  EXPECT_EQ(level("lens"), FindingLevel::kError);
  device->cameras[1].position_mm = wide.position_mm;
  const auto findings = CheckDevice(*device);
  int apart = 0;
  for (const Finding& f : findings)
    apart += f.check == "baseline" && f.level == FindingLevel::kError;
  EXPECT_EQ(apart, 1);
}

TEST(CheckSensor, NoiseThatCannotBe) {
  Sensor sensor = *FindSensor("quad50-1um");
  sensor.full_well_e = 100;
  const auto findings = CheckSensor(sensor);
  EXPECT_EQ(Find(findings, "sensor quad50-1um", "dynamic range")->level, FindingLevel::kWarning);
  EXPECT_EQ(Find(findings, "sensor quad50-1um", "speed")->level, FindingLevel::kWarning);
  sensor.unsourced = {"pitch_um"};
  EXPECT_NE(Find(CheckSensor(sensor), "sensor quad50-1um", "sources")->sentence.find("pitch_um"),
            std::string::npos);
}

TEST(LensChiefAngles, AgreeWithTheTableOfTheLensFile) {
  const auto lens = optics::FindLens("flagship2022_wide");
  ASSERT_TRUE(lens && lens->sensor_cra);
  const auto chief = LensChiefAngles(*lens, 5.12);
  ASSERT_TRUE(chief) << chief.error().message;
  for (size_t i = 0; i + 1 < lens->sensor_cra->image_mm.size(); ++i) {
    EXPECT_NEAR(chief->At(lens->sensor_cra->image_mm[i]), lens->sensor_cra->deg[i], 0.5);
  }
}

TEST(LensChiefAngles, ScaleWithTheLens) {
  const auto lens = optics::FindLens("flagship2022_wide");
  const auto one = LensChiefAngles(*lens, 5);
  const auto half = LensChiefAngles(optics::ScaledLens(*lens, 0.5), 2.5);
  ASSERT_TRUE(one && half);
  for (double h = 0; h < 5; h += 0.7) EXPECT_NEAR(half->At(h / 2), one->At(h), 0.05);
}

}  // namespace
}  // namespace petzval
