// Two devices at one place: the map between their pixels, and scenes of the library.
#include "petzval/simulate/shoot/pair.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/capture/reader.h"
#include "petzval/image/picture.h"
#include "petzval/simulate/shoot/fake_scene.h"
#include "petzval/simulate/shoot/shoot_scene.h"

namespace petzval::simulate {
namespace {

std::string Folder(const std::string& name) {
  const std::string path = testing::TempDir() + "/petzval_pair_" + name;
  std::filesystem::remove_all(path);
  return path;
}

TEST(MapPixels, PinholesAreAScale) {
  OpticsParams params;
  params.kind = OpticsKind::kPinhole;
  params.focus_mm = 2000;
  params.film_radius_mm = 5;
  const auto small = *MakeOptics(nullptr, 5, params);
  params.film_radius_mm = 22;
  const auto large = *MakeOptics(nullptr, 24, params);
  const FilmGeometry from{small.get(), 200, 150, 0.03, 100, 75};
  const FilmGeometry to{large.get(), 360, 240, 0.1, 180, 120};
  const PixelMap map = MapPixels(from, to, 2000, 16);
  // Tangents are kept: film distance over film distance, pitch over pitch.
  double ax = 0, ay = 0, bx = 0, by = 0;
  ASSERT_TRUE(map.At(100, 75, &ax, &ay));
  EXPECT_NEAR(ax, 180, 1e-3);
  EXPECT_NEAR(ay, 120, 1e-3);
  ASSERT_TRUE(map.At(190, 20, &bx, &by));
  const double f5 = 1 / (1 / 5.0 - 1 / 2000.0), f24 = 1 / (1 / 24.0 - 1 / 2000.0);
  const double scale = f24 / f5 * 0.03 / 0.1;
  EXPECT_NEAR(bx - 180, 90 * scale, 0.01);
  EXPECT_NEAR(by - 120, -55 * scale, 0.01);
  EXPECT_FALSE(map.At(-30, 20, &bx, &by));
}

TEST(ShootPair, SamePlaceOnTheWallThroughBothLenses) {
  // A wall with a bright square: its corner must lie where the map says.
  const SpectralDistribution light = 2e-3 * Daylight(5500);
  const SceneSource scene = WallScene(
      2000, light, {0.8 * light, 0.1 * light},
      [](double x, double y, double) { return x > 200 && y > 150 ? size_t{0} : size_t{1}; });
  ShootPairJob job;
  job.scene = "wall";
  job.device = "flagship-2022";
  job.folder = Folder("wall");
  job.camera = "wide";
  job.params.scale = 16;
  job.params.samples = 4;
  job.params.shake = 0;
  job.params.truth = false;
  job.params.optics = OpticsKind::kPinhole;  // the lenses' own chief rays
  const Device phone = *FindDevice("flagship-2022"), full = *FindDevice("fullframe-reference");
  const auto pair = ShootPairScene(job, scene, phone, full, nullptr);
  ASSERT_TRUE(pair) << pair.error().message;
  EXPECT_LE(pair->reference_equivalent_mm, 1.03 * pair->device_equivalent_mm);
  EXPECT_TRUE(std::filesystem::exists(job.folder + "/pair.json"));
  const auto a = ReadPfm(job.folder + "/device/wide_clean.pfm");
  const auto b =
      ReadPfm(job.folder + "/reference/" + pair->reference.cameras[0].name + "_clean.pfm");
  ASSERT_TRUE(a && b);
  const auto bright = [](const Image<float>& m, double x, double y) {
    // The mean of a period of the mosaic around a place, over that of the middle of the square.
    const int x0 = static_cast<int>(x) / 2 * 2, y0 = static_cast<int>(y) / 2 * 2;
    return m.At(x0, y0) + m.At(x0 + 1, y0) + m.At(x0, y0 + 1) + m.At(x0 + 1, y0 + 1);
  };
  int checked = 0;
  double ratio = 0;
  for (int y = 10; y < a->height() - 10; y += 7) {
    for (int x = 10; x < a->width() - 10; x += 7) {
      double ox = 0, oy = 0;
      if (!pair->map.At(x + 0.5, y + 0.5, &ox, &oy)) continue;
      if (ox < 4 || oy < 4 || ox > b->width() - 4 || oy > b->height() - 4) continue;
      const double here = bright(*a, x, y), there = bright(*b, ox, oy);
      if (ratio == 0) ratio = there / here;
      // Bright where the device sees bright: a factor of 8 in between, edges left out.
      const double around = bright(*a, x + 4, y + 4) / here,
                   before = bright(*a, x - 4, y - 4) / here;
      if (std::abs(std::log(around)) > 0.05 || std::abs(std::log(before)) > 0.05) continue;
      EXPECT_NEAR(std::log(there / here / ratio), 0, 0.1) << x << " " << y;
      ++checked;
    }
  }
  EXPECT_GT(checked, 300);
}

TEST(Shoot, ScenesOfTheLibraryThroughATracedLens) {
  ShootJob job;
  job.scene = "chart-wall";
  job.device = "flagship-2022";
  job.folder = Folder("chart");
  job.params.scale = 32;  // 128 x 96
  job.params.samples = 16;
  job.params.shading_map = true;
  job.params.view = "grey";
  const auto result = Shoot(job, nullptr);
  ASSERT_TRUE(result) << result.error().message;
  const auto frame = ReadRaw(job.folder + "/wide_frame_00.dng");
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_TRUE(frame->noise_from_file);
  EXPECT_TRUE(frame->warnings.empty()) << frame->warnings[0];
  EXPECT_FALSE(result->cameras[0].charts.empty());
  const auto clean = ReadPfm(job.folder + "/wide_clean.pfm");
  ASSERT_TRUE(clean);
  for (int y = 0; y < clean->height(); ++y) {
    for (int x = 0; x < clean->width(); ++x) ASSERT_GT(clean->At(x, y), 0) << x << " " << y;
  }
  const auto depth = ReadPfm(job.folder + "/wide_depth.pfm");
  EXPECT_GT(depth->At(64, 48), 0.05);

  // The stated shading is that of the picture: an even wall becomes even.
  const auto shaded = ReadRaw(job.folder + "/wide_clean.dng");
  ASSERT_TRUE(shaded);
  ASSERT_EQ(shaded->gain_maps.size(), 1u);
  const GainMap& map = shaded->gain_maps[0];
  const auto even = [&](int x, int y) {
    const double gx = (x + 0.5) / 128 / map.spacing_h, gy = (y + 0.5) / 96 / map.spacing_v;
    const int i = static_cast<int>(gx), j = static_cast<int>(gy);
    const auto at = [&](int u, int v) {
      return map.gain[static_cast<size_t>(v * map.points_h + u)];
    };
    const double top = (i + 1 - gx) * at(i, j) + (gx - i) * at(i + 1, j);
    const double below = (i + 1 - gx) * at(i, j + 1) + (gx - i) * at(i + 1, j + 1);
    return shaded->mosaic.At(x, y) * ((j + 1 - gy) * top + (gy - j) * below);
  };
  EXPECT_GT(shaded->mosaic.At(65, 48), 1.5 * shaded->mosaic.At(5, 6));
  for (const auto& [x, y] : {std::pair(5, 6), std::pair(31, 48), std::pair(121, 80)}) {
    EXPECT_NEAR(even(x, y) / even(65, 48), 1, 0.03) << x << " " << y;
  }

  job.scene = "chart-wal";
  const auto unknown = Shoot(job, nullptr);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("chart-wall"), std::string::npos);
}

}  // namespace
}  // namespace petzval::simulate
