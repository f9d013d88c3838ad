// Colours of a chart through the virtual camera and the matrices of its files.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "petzval/capture/reader.h"
#include "petzval/color/difference.h"
#include "petzval/color/dng_color.h"
#include "petzval/image/picture.h"
#include "petzval/simulate/shoot/test_camera.h"

namespace petzval::simulate {
namespace {

// Patches of colorchecker24 in a 6 x 4 grid over the picture.
SceneSource ChartWall(std::vector<Vec3>* xyz) {
  const SpectralDistribution light = Light();
  std::vector<SpectralDistribution> paint;
  const ReflectanceSet chart = *FindReflectances("colorchecker24");
  for (const SpectralDistribution& r : chart.reflectance) {
    paint.push_back(r * light);
    xyz->push_back(XyzOfReflectance(r, light));
  }
  return WallScene(kWallMm, light, paint, [](double x, double y, double) {
    const int i = static_cast<int>(std::clamp(std::floor((x + 900) / 300), 0.0, 5.0));
    const int j = static_cast<int>(std::clamp(std::floor((600 - y) / 300), 0.0, 3.0));
    return static_cast<size_t>(j * 6 + i);
  });
}

TEST(Shoot, ColoursAreExactWithTheTrueMatrix) {
  ShootJob job = SmallJob("chart");
  job.params.response = ResponseKind::kRgb;
  job.params.noise = false;
  job.params.iso = 50;
  job.params.exposure_s = 0.07;
  job.params.flat_field = true;
  std::vector<Vec3> xyz;
  const SceneSource scene = ChartWall(&xyz);
  const Device device = TwoEyes();
  const auto result = ShootScene(job, scene, device, nullptr);
  ASSERT_TRUE(result) << result.error().message;
  const auto frame = ReadRaw(job.folder + "/left_frame_00.dng");
  const auto clean = ReadRaw(job.folder + "/left_clean.dng");
  const auto linear = ReadPicture(job.folder + "/left_linear.tif");
  ASSERT_TRUE(frame && clean && linear);
  const auto setups = SetUpCameras(device, scene, job.params);

  std::vector<DngCalibration> calibrations;
  for (const auto& c : frame->color.calibration) {
    calibrations.push_back({.cct_k = NominalCct(c.illuminant),
                            .camera_from_xyz = c.camera_from_xyz,
                            .camera_calibration = c.camera_calibration});
  }
  const DngColorModel model(calibrations);
  const Vec3 neutral = GreenToOne(*frame->color.as_shot_neutral);
  const Chromaticity white = model.WhiteFromNeutral(neutral);
  const Mat3 xyz_from_camera = model.XyzD50FromCamera(white, neutral);
  const Mat3 to_d50 =
      BradfordAdaptation(kWhiteD50, ChromaticityFromXyz(XyzOfLight(scene.key_light)));
  const Mat3 xyz_from_linear = BradfordAdaptation(kWhiteD50, kWhiteD65) * XyzFromRgb(kRec2020);
  const Vec3 d50 = XyzFromChromaticity(kWhiteD50);
  double mean_clean = 0, mean_frame = 0, mean_linear = 0;
  double scale = 0, linear_scale = 0;
  for (int pass = 0; pass < 2; ++pass) {  // the white patch first: exposure
    for (int p = 0; p < 24; ++p) {
      double px = 0, py = 0;
      const double x_mm = -750 + 300 * (p % 6), y_mm = 450 - 300 * (p / 6);
      ASSERT_TRUE((*setups)[0].ToPixel(scene.view.pose, {{x_mm, y_mm, kWallMm}}, &px, &py));
      Vec3 sums[3];
      double count[3] = {0, 0, 0};
      for (int y = static_cast<int>(py) - 4; y < static_cast<int>(py) + 4; ++y) {
        for (int x = static_cast<int>(px) - 4; x < static_cast<int>(px) + 4; ++x) {
          const auto c = static_cast<int>(clean->cfa.At(x, y));
          sums[0][c] += clean->mosaic.At(x, y) / 65535.0;
          sums[1][c] += (frame->mosaic.At(x, y) - 256.0) / 3839;
          count[c] += 1;
          for (int i = 0; i < 3; ++i) sums[2][i] += linear->value.At(x, y, i) / 64;
        }
      }
      for (int c = 0; c < 3; ++c) sums[0][c] /= count[c], sums[1][c] /= count[c];
      const Vec3 target = to_d50 * xyz[static_cast<size_t>(p)];
      const Vec3 from_clean = xyz_from_camera * sums[0], from_frame = xyz_from_camera * sums[1];
      const Vec3 from_linear = xyz_from_linear * sums[2];
      if (pass == 0) {
        if (p != 18) continue;
        scale = target[1] / from_clean[1];
        linear_scale = target[1] / from_linear[1];
        continue;
      }
      const auto error = [&](const Vec3& v, double k) {
        return DeltaE2000(LabFromXyz({{k * v[0], k * v[1], k * v[2]}}, d50),
                          LabFromXyz(target, d50));
      };
      mean_clean += error(from_clean, scale) / 24;
      mean_frame += error(from_frame, scale) / 24;
      mean_linear += error(from_linear, linear_scale) / 24;
    }
  }
  EXPECT_LT(mean_clean, 0.05);
  EXPECT_LT(mean_frame, 0.1);
  EXPECT_LT(mean_linear, 0.05);
  // One exposure scale for the mosaic and the linear picture.
  EXPECT_NEAR(linear_scale / scale, 1, 5e-3);
}

}  // namespace
}  // namespace petzval::simulate
