// Every file of data/sensors and data/devices is read and agrees with itself.
#include "petzval/device/device.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/device/embedded_files.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval {
namespace {

int FilesIn(const std::string& folder) {
  int count = 0;
  const std::string path = std::string(PETZVAL_SOURCE_DIR) + "/data/" + folder;
  for (const auto& file : std::filesystem::directory_iterator(path)) {
    count += file.path().extension() == ".toml";
  }
  return count;
}

TEST(Sensors, EveryFileIsReadAndAgreesWithItself) {
  EXPECT_EQ(static_cast<int>(EmbeddedSensors().size()), FilesIn("sensors"));
  for (const EmbeddedDeviceFile& file : EmbeddedSensors()) {
    const auto sensor = FindSensor(std::string(file.name));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_EQ(sensor->name, file.name);
    EXPECT_FALSE(sensor->source.empty());
    if (!sensor->cra_image_mm.empty()) {
      EXPECT_NEAR(sensor->cra_image_mm.back(), sensor->diagonal_mm() / 2, 0.01) << sensor->name;
    }
    // Green lies between blue and red, and each channel sees its own colour best.
    const auto& s = sensor->spectral;
    if (sensor->cfa != CfaKind::kMono) {
      EXPECT_GT(s[0].At(0.61), std::max(s[1].At(0.61), s[2].At(0.61))) << sensor->name;
      EXPECT_GT(s[1].At(0.53), std::max(s[0].At(0.53), s[2].At(0.53))) << sensor->name;
      EXPECT_GT(s[2].At(0.45), std::max(s[0].At(0.45), s[1].At(0.45))) << sensor->name;
    }
    double last = 0;
    for (double iso = sensor->gains.front().iso; iso <= 12800; iso *= 2) {
      const NoiseLine line = sensor->Noise(iso).plane[1];
      EXPECT_GT(line.s, 0);
      EXPECT_GT(line.o, last) << sensor->name << " " << iso;  // noise grows with the gain
      last = line.o;
    }
  }
}

TEST(Sensors, NumbersThatFollow) {
  const auto sensor = FindSensor("quad50-1um");
  ASSERT_TRUE(sensor);
  EXPECT_NEAR(sensor->diagonal_mm(), 10.24, 1e-9);
  EXPECT_EQ(sensor->nyquist(), 500);
  EXPECT_EQ(sensor->nyquist(true), 250);
  EXPECT_EQ(sensor->FullScaleElectrons(50), sensor->full_well_e);
  EXPECT_NEAR(sensor->FullScaleElectrons(400), sensor->full_well_e / 8, 1e-9);
  EXPECT_NEAR(sensor->Noise(400).plane[0].s, 8 / sensor->full_well_e, 1e-12);
  const double noise = sensor->ReadNoiseElectrons(400);
  EXPECT_NEAR(sensor->Noise(400).plane[0].o, std::pow(noise * 8 / sensor->full_well_e, 2), 1e-15);
  EXPECT_EQ(sensor->ReadNoiseElectrons(25), sensor->gains.front().read_noise_e);
  EXPECT_EQ(sensor->ReadNoiseElectrons(1e5), sensor->gains.back().read_noise_e);
  EXPECT_EQ(sensor->ChiefRayAngleDeg(0), 0);
  EXPECT_NEAR(sensor->ChiefRayAngleDeg(1.92), (13.0 + 24.0) / 2, 1e-9);
}

TEST(Devices, EveryFileIsReadAndAgreesWithItsSensors) {
  EXPECT_EQ(static_cast<int>(EmbeddedDevices().size()), FilesIn("devices"));
  for (const EmbeddedDeviceFile& file : EmbeddedDevices()) {
    const auto device = FindDevice(std::string(file.name));
    ASSERT_TRUE(device) << device.error().message;
    EXPECT_EQ(device->name, file.name);
    for (const DeviceCamera& camera : device->cameras) {
      const auto sensor = FindSensor(camera.sensor);
      ASSERT_TRUE(sensor);
      const double scale = sensor->diagonal_mm() / std::hypot(36.0, 24.0);
      const double focal = camera.equivalent_mm * scale;
      if (camera.role == CameraRole::kUltraWide && camera.focal_mm > 1.1 * focal) {
        // A lens that maps angles, not tangents: the same corner angle needs a longer focal length.
        const double corner = std::hypot(36.0, 24.0) / 2;
        const double f_theta = corner / std::atan(corner / camera.equivalent_mm) * scale;
        EXPECT_NEAR(camera.focal_mm, f_theta, 0.015 * f_theta) << camera.name;
      } else {
        EXPECT_NEAR(camera.focal_mm, focal, 0.005 * focal) << camera.name;
      }
      // A lens that is there fits its camera.
      if (!CameraLensExists(camera)) continue;
      const auto lens = optics::FindLens(camera.lens);
      ASSERT_TRUE(lens);
      if (lens->expect.focal_length_mm > 0) {
        EXPECT_NEAR(camera.lens_scale * lens->expect.focal_length_mm, camera.focal_mm,
                    0.02 * camera.focal_mm)
            << camera.name;
      }
    }
  }
}

TEST(Devices, EveryNumberHasASourceOrIsAssumed) {
  for (const std::string& name : SensorNames()) {
    EXPECT_EQ(FindSensor(name)->unsourced, std::vector<std::string>()) << name;
  }
  for (const std::string& name : DeviceNames()) {
    const auto device = FindDevice(name);
    for (const DeviceCamera& camera : device->cameras) {
      EXPECT_EQ(camera.unsourced, std::vector<std::string>()) << name << " " << camera.name;
    }
    if (device->display) {
      EXPECT_TRUE(device->display->unsourced.empty()) << name;
    }
  }
}

TEST(Devices, Flagship) {
  const auto device = FindDevice("flagship-2022");
  ASSERT_TRUE(device) << device.error().message;
  ASSERT_TRUE(device->display);
  EXPECT_EQ(device->display->width_px, 3200);
  EXPECT_EQ(device->display->bits, 10);
  const auto wide = device->Camera("wide");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->lens, "flagship2022_wide");
  EXPECT_EQ(wide->f_number, 1.9);
  EXPECT_EQ(FindSensor(wide->sensor)->cfa, CfaKind::kQuadBayer);
  EXPECT_NEAR(*device->BaselineMm("wide", "tele"), 16, 1e-12);
  EXPECT_EQ(device->Camera("tel").error().message,
            "device 'flagship-2022' has no camera 'tel', did you mean 'tele'?");
}

TEST(Devices, LensesAreToldApart) {
  DeviceCamera camera;
  camera.name = "x";
  EXPECT_EQ(CameraLensExists(camera).error().message, "camera 'x' names no lens");
  camera.lens = "no_such_lens_at_all";
  EXPECT_FALSE(CameraLensExists(camera));
  camera.lens = std::string(optics::EmbeddedLenses()[0].name);
  EXPECT_TRUE(CameraLensExists(camera));
}

TEST(Sensors, ReadNoiseStepsWhereTheConversionGainChanges) {
  const auto sensor = FindSensor("fullframe24");
  ASSERT_TRUE(sensor);
  EXPECT_EQ(sensor->ReadNoiseElectrons(100), 3.0);
  EXPECT_EQ(sensor->ReadNoiseElectrons(639), 3.0);
  EXPECT_EQ(sensor->ReadNoiseElectrons(640), 1.6);
  EXPECT_NEAR(sensor->ReadNoiseElectrons(2023.86), 1.45, 1e-3);  // half way of the logarithm
}

TEST(Sensors, MicrolensesAndInfraredFilter) {
  const auto sensor = FindSensor("quad50-1um");
  EXPECT_EQ(sensor->MicrolensShading(0), 1);
  EXPECT_NEAR(sensor->MicrolensShading(sensor->microlens_half_deg), 0.5, 1e-12);
  EXPECT_EQ(sensor->MicrolensShading(-5), sensor->MicrolensShading(5));
  const auto mono = FindSensor("mono12-1.25um");
  EXPECT_NEAR(mono->QuantumEfficiency(1, 0.66), 0.70 / 2, 1e-12);
  EXPECT_GT(mono->QuantumEfficiency(1, 0.60), 0.78);
  EXPECT_LT(mono->QuantumEfficiency(1, 0.72), 0.001);
  Sensor plain;
  EXPECT_EQ(plain.MicrolensShading(40), 1);
}

std::string With(const std::string& from, const std::string& to) {
  std::string text;
  for (const EmbeddedDeviceFile& file : EmbeddedSensors()) {
    if (file.name == "bayer16-1um") text = file.toml;
  }
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto sensor = ParseSensor(text, "s.toml");
  return sensor ? "" : sensor.error().message;
}

TEST(Sensors, RefusesWhatIsWrong) {
  EXPECT_NE(With("full_well_e =", "full_wel_e =").find("did you mean"), std::string::npos);
  EXPECT_NE(With("cfa = \"bayer\"", "cfa = \"bayr\"").find("did you mean 'bayer'"),
            std::string::npos);
  EXPECT_NE(With("white_dn = 4095.0", "white_dn = 16383.0").find("white_dn"), std::string::npos);
  EXPECT_NE(With("iso = 400", "iso = 40").find("must ascend"), std::string::npos);
  EXPECT_NE(With("\"spectral\",", "\"spectra\",").find("'spectra' is not a key"),
            std::string::npos);
  EXPECT_NE(With("deg = [0.0, ", "deg = [").find("positions and"), std::string::npos);
  EXPECT_NE(With("red = [0.600, ", "red = [600, ").find("'red' is not"), std::string::npos);
  EXPECT_NE(With("prnu_pct = 0.9", "prnu_pct = -1").find("prnu_pct"), std::string::npos);
  EXPECT_NE(With("cfa = ", "binning = \"charge\"\ncfa = ").find("only quad-Bayer"),
            std::string::npos);
  EXPECT_NE(With("[sources]", "[sources]\nwidth = \"x\"").find("not a key"), std::string::npos);
  EXPECT_NE(With("[sources]", "[sources]\ngain = \"x\"").find("is assumed and has a source"),
            std::string::npos);
  EXPECT_EQ(FindSensor("quad50-1u").error().message,
            "no sensor 'quad50-1u', did you mean 'quad50-1um'?");
  EXPECT_FALSE(FindSensor("/nowhere/x.toml"));
  EXPECT_FALSE(ParseDevice("schema = 1\nname = \"x\"\ntitle = \"\"\nsource = \"\"\n", "d.toml"));
}

}  // namespace
}  // namespace petzval
