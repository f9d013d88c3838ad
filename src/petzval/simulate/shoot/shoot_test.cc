// The virtual camera on a painted wall, where everything can be computed by hand.
#include "petzval/simulate/shoot/shoot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "petzval/base/parallel.h"
#include "petzval/capture/reader.h"
#include "petzval/image/picture.h"
#include "petzval/simulate/shoot/test_camera.h"

namespace petzval::simulate {
namespace {

using Json = nlohmann::json;

// Where the mosaic falls from the left level to the right one, by the green sites of two rows.
double EdgeAt(const Image<float>& mosaic, int y, double left, double right) {
  double share = 0;
  for (const int row : {y, y + 1}) {
    for (int x = (row + 1) % 2; x < mosaic.width(); x += 2) {
      share += (mosaic.At(x, row) - right) / (left - right);
    }
  }
  return share;
}

TEST(Shoot, AGreyWallIsWhatPhotometrySays) {
  ShootJob job = SmallJob("grey");
  job.params.iso = 200;
  job.params.exposure_s = 0.01;
  const Device device = TwoEyes();
  const SceneSource scene = GreyWall();
  const auto result = ShootScene(job, scene, device, nullptr);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->cameras.size(), 1u);
  const auto frame = ReadRaw(job.folder + "/left_frame_00.dng");
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->cfa.Name(), "RGGB");
  EXPECT_EQ(frame->width(), 252);
  EXPECT_EQ(frame->exif.iso, 200);
  EXPECT_NEAR(frame->exif.exposure_s, 0.01, 1e-6);
  EXPECT_EQ(frame->exif.focal_length_35mm, 27);
  EXPECT_EQ(frame->exif.make, "petzval");
  EXPECT_EQ(frame->white_dn[0], 4095);
  EXPECT_EQ(frame->BlackAt(0, 0), 256);

  const auto setups = SetUpCameras(device, scene, job.params);
  ASSERT_TRUE(setups);
  const CameraSetup& setup = (*setups)[0];
  for (size_t c = 0; c < 3; ++c) {  // each colour by wavelengths that it sees
    for (const uint8_t w : setup.wavelengths[c]) {
      EXPECT_NEAR(setup.optics->wavelengths_um()[w], setup.sensor.spectral[c].peak_um, 0.06);
    }
  }
  const Readout readout = *MakeReadout(setup.sensor, setup.mode, 200);
  const NoiseLine noise = NoiseOf(readout, setup.sensor, 0.01);
  EXPECT_NEAR(frame->noise.plane[1].s / noise.s, 1, 1e-6);
  EXPECT_NEAR(frame->noise.plane[1].o / noise.o, 1, 1e-6);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR((*frame->color.as_shot_neutral)[c], setup.neutral[c], 1e-5);
  }
  ASSERT_EQ(frame->color.calibration.size(), 2u);
  EXPECT_TRUE(frame->color.calibration[0].xyz_d50_from_camera);

  // radiance x solid angle x response x area x time / full scale, in each colour.
  const auto clean = ReadPfm(job.folder + "/left_clean.pfm");
  ASSERT_TRUE(clean);
  const auto exact = ReadRaw(job.folder + "/left_clean.dng");
  ASSERT_TRUE(exact);
  for (const auto& [x, y] : {std::pair(126, 94), std::pair(127, 94), std::pair(127, 95),
                             std::pair(20, 16), std::pair(241, 171)}) {
    const double r_mm = std::hypot(x + 0.5 - 126, y + 0.5 - 94) * setup.pitch_mm;
    const int c = setup.film_cfa[static_cast<size_t>(y % 4 * 4 + x % 4)];
    const double irradiance = setup.optics->Throughput(r_mm) *
                              Integral(0.5 * Light(), setup.channels[static_cast<size_t>(c)]);
    const double area = readout.pitch_mm * readout.pitch_mm * 1e-6;
    const double signal = irradiance * area * 0.01 / readout.full_scale_e;
    EXPECT_NEAR(clean->At(x, y) / signal, 1, 2e-3) << x << " " << y;
    EXPECT_NEAR(exact->mosaic.At(x, y) / 65535.0, clean->At(x, y), 1e-5);
  }
  // The noisy frame scatters about the clean one as its noise profile says.
  double sum = 0, expected = 0;
  for (int y = 0; y < 188; ++y) {
    for (int x = 0; x < 252; ++x) {
      const double d = (frame->mosaic.At(x, y) - 256.0) / 3839 - clean->At(x, y);
      if (std::abs(d) > 0.1) continue;  // hot pixels
      sum += d * d;
      expected += noise.Variance(clean->At(x, y)) +
                  std::pow(clean->At(x, y) * setup.sensor.prnu_pct / 100, 2);
    }
  }
  EXPECT_NEAR(std::sqrt(sum / expected), 1, 0.03);

  const Json truth = Json::parse(Bytes(job.folder + "/truth.json"));
  const Json& camera = truth["cameras"][0];
  EXPECT_EQ(camera["sensor"]["electrons_per_dn"], 1 / readout.dn_per_e);
  EXPECT_EQ(camera["sensor"]["noise"]["S"], noise.s);
  EXPECT_EQ(camera["frames"][0]["exposure_s"], 0.01);
  EXPECT_GT(camera["frames"][0]["half_psnr_db"], 60);
  // lux on the film: 683 lm / W of the same irradiance.
  const double lux =
      683.002 * setup.optics->Throughput(0) * Integral(0.5 * Light(), CieObserver1931()[1]);
  EXPECT_NEAR(camera["film_lux"].get<double>(), lux, 1e-3 * lux);  // a pinhole lights all alike
  for (const std::string& name : result->cameras[0].files) {
    EXPECT_TRUE(std::filesystem::exists(job.folder + "/" + name)) << name;
  }
}

TEST(Shoot, MeteredFramesLandInTheMiddle) {
  ShootJob job = SmallJob("metered");
  const auto result = ShootScene(job, GreyWall(), TwoEyes(), nullptr);
  ASSERT_TRUE(result) << result.error().message;
  const auto clean = ReadPfm(job.folder + "/left_clean.pfm");
  EXPECT_GT(clean->At(127, 94), 0.1);
  EXPECT_LT(clean->At(127, 94), 0.3);
  EXPECT_LE(result->cameras[0].frames[0].exposure_s, 0.04);
}

TEST(Shoot, TwoEyesSeeTheDisparity) {
  ShootJob job = SmallJob("eyes");
  job.params.cameras = {"left", "right"};
  job.params.iso = 100;
  job.params.exposure_s = 0.01;
  job.params.samples = 32;
  const SceneSource scene =
      WallScene(kWallMm, Light(), {0.8 * Light(), 0.1 * Light()},
                [](double x, double, double) { return x < 40 ? size_t{0} : size_t{1}; });
  const Device device = TwoEyes();
  const auto result = ShootScene(job, scene, device, nullptr);
  ASSERT_TRUE(result) << result.error().message;
  const auto left = ReadPfm(job.folder + "/left_clean.pfm");
  const auto right = ReadPfm(job.folder + "/right_clean.pfm");
  const auto setups = SetUpCameras(device, scene, job.params);
  const CameraSetup& setup = (*setups)[0];
  // Two wall points straight before the camera tell the scale of the picture there.
  double x0 = 0, x1 = 0, y = 0;
  ASSERT_TRUE(setup.ToPixel(scene.view.pose, {{0, 0, kWallMm}}, &x0, &y));
  ASSERT_TRUE(setup.ToPixel(scene.view.pose, {{12, 0, kWallMm}}, &x1, &y));
  // f B / z with f as the distance of film and pupil.
  const double f_b_z = setup.optics->focal_mm() * 12 / kWallMm / setup.pitch_mm;
  EXPECT_NEAR(x1 - x0, f_b_z, 0.01 * f_b_z);
  const int row = 94;
  const double far_left = left->At(11, row), far_right = left->At(241, row);
  // The grey levels fall towards the corners alike in both, so that the shift is of the edge alone.
  const double a = EdgeAt(*left, row, far_left, far_right);
  const double b = EdgeAt(*right, row, far_left, far_right);
  EXPECT_NEAR(a - b, f_b_z, 0.05);

  const auto depth = ReadPfm(job.folder + "/right_depth.pfm");
  EXPECT_NEAR(depth->At(50, 40), 1000 / kWallMm, 1e-5);
}

TEST(Shoot, RollingShutterShearsWhatMoves) {
  ShootJob job = SmallJob("rolling");
  job.params.iso = 400;
  job.params.exposure_s = 0.001;
  job.params.samples = 32;
  job.params.flat_field = true;
  const double speed = 6000;  // mm / s
  const SceneSource scene = WallScene(
      kWallMm, Light(), {0.8 * Light(), 0.1 * Light()},
      [=](double x, double, double s) { return x < -100 + speed * s ? size_t{0} : size_t{1}; });
  const Device device = TwoEyes();
  ASSERT_TRUE(ShootScene(job, scene, device, nullptr));
  const auto clean = ReadPfm(job.folder + "/left_clean.pfm");
  const auto setups = SetUpCameras(device, scene, job.params);
  const CameraSetup& setup = (*setups)[0];
  const double px_per_mm = setup.optics->focal_mm() / kWallMm / setup.pitch_mm;
  const auto at = [&](int y) {
    return EdgeAt(*clean, y, clean->At(3 + y % 2, y), clean->At(245 + y % 2, y));
  };
  const double expected = speed * setup.readout_s() * 100 / setup.whole_height * px_per_mm;
  EXPECT_GT(expected, 10);
  EXPECT_NEAR(at(140) - at(40), expected, 0.02 * expected + 0.3);

  // Motion blur: the edge is spread over speed x time.
  ShootJob slow = job;
  slow.folder = Folder("slow");
  slow.params.exposure_s = 0.02;
  slow.params.iso = 50;
  ASSERT_TRUE(ShootScene(slow, scene, device, nullptr));
  const auto blurred = ReadPfm(slow.folder + "/left_clean.pfm");
  const double left = blurred->At(4, 61), right = blurred->At(246, 61);
  int between = 0;
  for (int x = 0; x < 252; x += 2) {
    const double share = (blurred->At(x, 61) - right) / (left - right);
    between += share > 0.1 && share < 0.9;
  }
  EXPECT_NEAR(2 * between, 0.8 * speed * 0.02 * px_per_mm, 4);
}

TEST(Shoot, SameBytesForAnyNumberOfThreadsAndShakenFramesMove) {
  const int before = Threads();
  std::vector<std::string> folders;
  const SceneSource scene =
      WallScene(kWallMm, Light(), {0.8 * Light(), 0.1 * Light()}, [](double x, double y, double) {
        return static_cast<size_t>(std::fmod(std::abs(std::floor(x / 97) + std::floor(y / 83)), 2));
      });
  for (const int threads : {1, 3}) {
    SetThreads(threads);
    ShootJob job = SmallJob("threads" + std::to_string(threads));
    job.params.frames = 3;
    job.params.shake = 3;
    job.params.ev_steps = {0, -2, 2};
    ASSERT_TRUE(ShootScene(job, scene, TwoEyes(), nullptr));
    folders.push_back(job.folder);
  }
  SetThreads(before);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folders[0])) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(Bytes(entry.path().string()), Bytes(folders[1] + "/" + name)) << name;
    ++files;
  }
  EXPECT_EQ(files, 3 + 3 + 3 + 4 + 1);

  const Json truth = Json::parse(Bytes(folders[0] + "/truth.json"));
  const Json& frames = truth["cameras"][0]["frames"];
  const double t0 = frames[0]["exposure_s"], t1 = frames[1]["exposure_s"];
  EXPECT_NEAR(t1 / t0, 0.25, 1e-9);
  EXPECT_NEAR(frames[2]["ev"].get<double>(), 2, 1e-9);
  // The motion field is that of the poses: rotation by the truth's angles.
  const auto motion = ReadPfm(folders[0] + "/left_motion_02_x.pfm");
  ASSERT_TRUE(motion);
  const Json& m = frames[2]["pose"]["world_from_camera"];
  const auto setups = SetUpCameras(TwoEyes(), scene, SmallJob("x").params);
  const double focal_px = (*setups)[0].optics->focal_mm() / (*setups)[0].pitch_mm;
  // The wall stands still: turning right moves the picture left.
  const double turned = -focal_px * m[0][2].get<double>();
  const double moved = frames[2]["pose"]["position_mm"][0].get<double>();
  EXPECT_NEAR(motion->At(126, 94), turned - focal_px * moved / kWallMm, 0.1);
}

TEST(Shoot, RefusesAndLeavesWhatIsNotItsOwn) {
  ShootJob job = SmallJob("refuse");
  job.params.iso = 100;
  job.params.exposure_s = 0.01;
  job.params.truth = false;
  const SceneSource scene = GreyWall();
  const Device device = TwoEyes();
  ASSERT_TRUE(ShootScene(job, scene, device, nullptr));
  std::ofstream(job.folder + "/mine.txt") << "mine";
  const auto again = ShootScene(job, scene, device, nullptr);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("is there already"), std::string::npos);
  job.params.force = true;
  EXPECT_TRUE(ShootScene(job, scene, device, nullptr));
  EXPECT_EQ(Bytes(job.folder + "/mine.txt"), "mine");
  for (const auto& entry : std::filesystem::directory_iterator(job.folder)) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos);
  }

  const auto message = [&](auto change) {
    ShootJob bad = job;
    change(&bad.params);
    const auto result = ShootScene(bad, scene, device, nullptr);
    return result ? std::string() : result.error().message;
  };
  EXPECT_NE(message([](ShootParams* p) { p->cameras = {"lft"}; }).find("did you mean 'left'"),
            std::string::npos);
  EXPECT_NE(message([](ShootParams* p) {
              p->cameras = {"left", "left"};
            }).find("twice"),
            std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->frames = 0; }).find("frames"), std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->iso = -5; }).find("iso"), std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->iso = 10; }).find("ISO 10"), std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->exposure_s = std::nan(""); }).find("time"),
            std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->scale = 0; }).find("scale"), std::string::npos);
  EXPECT_NE(message([](ShootParams* p) {
              p->window = {200, 0, 100, 100};
            }).find("window"),
            std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->optics = OpticsKind::kTraced; }).find("names no lens"),
            std::string::npos);
  EXPECT_NE(message([](ShootParams* p) { p->lens = "planar50"; }).find("planar50f14"),
            std::string::npos);
  ShootJob nowhere = job;
  nowhere.folder = "/proc/nowhere/x";
  EXPECT_FALSE(ShootScene(nowhere, scene, device, nullptr));

  // A device file that holds calibrations only.
  Device measured;
  measured.name = "mine";
  const auto none = ShootScene(job, scene, measured, nullptr);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("describes no camera"), std::string::npos);
  SceneSource framed = scene;
  framed.view.dolly = true;
  const Status view = FrameView(measured, job.params, &framed);
  ASSERT_FALSE(view);
  EXPECT_NE(view.error().message.find("describes no camera"), std::string::npos);
}

TEST(Shoot, WindowsAndQuadBayerMosaics) {
  ShootJob job = SmallJob("quad");
  job.params.scale = 32;
  job.params.iso = 100;
  job.params.exposure_s = 0.01;
  job.params.readout = ReadoutMode::kNative;
  job.params.window = {42, 23, 64, 48};
  const auto device = FindDevice("flagship-2022");
  const SceneSource scene = GreyWall();
  const auto result = ShootScene(job, scene, *device, nullptr);
  ASSERT_TRUE(result) << result.error().message;
  const auto frame = ReadRaw(job.folder + "/wide_frame_00.dng");
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->cfa.Name(), "RRGGRRGGGGBBGGBB");
  EXPECT_EQ(frame->width(), 64);
  const Json truth = Json::parse(Bytes(job.folder + "/truth.json"));
  EXPECT_EQ(truth["cameras"][0]["window_xywh"], Json({40, 20, 64, 48}));
  // The window is the same as that part of the whole, but for the noise of the film.
  ShootJob whole = job;
  whole.folder = Folder("whole");
  whole.params.window = {};
  ASSERT_TRUE(ShootScene(whole, scene, *device, nullptr));
  const auto part = ReadPfm(job.folder + "/wide_clean.pfm");
  const auto all = ReadPfm(whole.folder + "/wide_clean.pfm");
  for (int i = 0; i < 40; ++i) {
    EXPECT_NEAR(part->At(i, i) / all->At(i + 40, i + 20), 1, 0.01);
  }
}

}  // namespace
}  // namespace petzval::simulate
