// Colour matrices of sensors: white is exact, colours nearly, and exactly where the response is
// RGB.
#include "petzval/device/sensor_color.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/color/difference.h"
#include "petzval/color/dng_color.h"

namespace petzval {
namespace {

Vec3 CameraOf(const SpectralDistribution& s, const std::array<SpectralDistribution, 3>& r) {
  return {{Integral(s, r[0]), Integral(s, r[1]), Integral(s, r[2])}};
}

// Mean CIEDE2000 of colorchecker24 under a light through the matrices as DNG readers use them.
double MeanError(const Sensor& sensor, ResponseKind kind, const char* light_name, bool forward) {
  const auto response = ChannelResponses(sensor, kind);
  const auto fit = FitSensorColor(sensor, kind);
  EXPECT_TRUE(fit);
  const SpectralDistribution light = *FindLight(light_name);
  std::vector<DngCalibration> calibrations;
  for (const SensorColorMatrix& m : {fit->a, fit->d65}) {
    DngCalibration c;
    c.cct_k = NominalCct(m.illuminant);
    c.camera_from_xyz = m.camera_from_xyz;
    if (forward) c.xyz_d50_from_camera = m.xyz_d50_from_camera;
    calibrations.push_back(c);
  }
  const DngColorModel model(calibrations);
  const Vec3 neutral = GreenToOne(CameraOf(light, response));
  const Chromaticity white = model.WhiteFromNeutral(neutral);
  const Mat3 xyz = model.XyzD50FromCamera(white, neutral);
  const double green = Integral(light, response[1]);
  const Mat3 to_d50 = BradfordAdaptation(kWhiteD50, ChromaticityFromXyz(XyzOfLight(light)));
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  double sum = 0;
  const ReflectanceSet chart = *FindReflectances("colorchecker24");
  for (const SpectralDistribution& r : chart.reflectance) {
    Vec3 raw = CameraOf(r * light, response);
    for (double& v : raw.v) v /= green;
    sum += DeltaE2000(LabFromXyz(xyz * raw, d50),
                      LabFromXyz(to_d50 * XyzOfReflectance(r, light), d50));
  }
  return sum / static_cast<double>(chart.reflectance.size());
}

TEST(SensorColor, WhiteIsKept) {
  for (const std::string& name : SensorNames()) {
    const Sensor sensor = *FindSensor(name);
    const auto fit = FitSensorColor(sensor);
    if (sensor.cfa == CfaKind::kMono) {
      EXPECT_FALSE(fit);
      continue;
    }
    ASSERT_TRUE(fit) << fit.error().message;
    const auto response = ChannelResponses(sensor, ResponseKind::kSpectral);
    for (const auto& [m, light] : {std::pair(fit->a, "A"), std::pair(fit->d65, "D65")}) {
      const SpectralDistribution l = *FindLight(light);
      const Vec3 white = GreenToOne(m.camera_from_xyz * XyzOfLight(l));
      const Vec3 seen = GreenToOne(CameraOf(l, response));
      const Vec3 d50 = *m.xyz_d50_from_camera * Vec3{{1, 1, 1}};
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(white[i], seen[i], 1e-9) << name;
        EXPECT_NEAR(m.neutral[i], seen[i], 1e-9);
        EXPECT_NEAR(d50[i], XyzFromChromaticity(kWhiteD50)[i], 1e-9);
        EXPECT_LE((m.camera_from_xyz * XyzOfLight(l))[i], 1 + 1e-9);
      }
    }
  }
}

TEST(SensorColor, SpectralMatricesAreUsable) {
  const Sensor sensor = *FindSensor("quad50-1um");
  for (const char* light : {"A", "D65", "D50"}) {
    EXPECT_LT(MeanError(sensor, ResponseKind::kSpectral, light, true), 2.5) << light;
    EXPECT_LT(MeanError(sensor, ResponseKind::kSpectral, light, false), 3.0) << light;
  }
}

TEST(SensorColor, RgbResponseIsExactUnderEveryLight) {
  const Sensor sensor = *FindSensor("quad50-1um");
  for (const char* light : {"A", "D65", "FL2", "LED-B3"}) {
    EXPECT_LT(MeanError(sensor, ResponseKind::kRgb, light, false), 1e-3) << light;
  }
  Sensor given = sensor;
  given.camera_from_xyz = Mat3{{{{0.8, -0.1, -0.1}, {-0.4, 1.3, 0.1}, {0, 0.1, 0.7}}}};
  EXPECT_LT(MeanError(given, ResponseKind::kRgb, "D50", false), 1e-3);
}

TEST(SensorColor, ResponsesCountPhotons) {
  const Sensor sensor = *FindSensor("quad50-1um");
  const auto response = ChannelResponses(sensor, ResponseKind::kSpectral);
  // 1 W / m^2 at 530 nm is 2.668e18 photons / (s m^2).
  EXPECT_NEAR(response[1].At(530) / sensor.spectral[1].At(0.53), 2.668e18, 0.001e18);
}

}  // namespace
}  // namespace petzval
