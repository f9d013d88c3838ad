// Sheets of looks: layout, means over areas, a real frame, mistakes.
#include "petzval/camera/look_sheet.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "petzval/base/parallel.h"

namespace petzval {
namespace {

Image<float> Ramp(int width, int height) {
  Image<float> scene(width, height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        scene.At(x, y, c) =
            0.02f + 0.5f * static_cast<float>(x + c * y) / static_cast<float>(width);
      }
    }
  }
  return scene;
}

void Copy(const Image<float>& from, const Rect& r, Image<float>* to) {
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < r.height; ++y) {
      for (int x = 0; x < r.width; ++x) to->At(x, y, c) = from.At(r.x + x, r.y + y, c);
    }
  }
}

TEST(LookSheet, ReducedPicturesAreMeansOverAreas) {
  const Image<float> scene = Ramp(97, 75);
  const auto source = [&](const Rect& r, Image<float>* out) { Copy(scene, r, out); };
  for (const auto& [width, height] : {std::pair{97, 75}, {31, 24}, {40, 70}, {1, 1}}) {
    const Image<float> small = ReducePicture(97, 75, width, height, source);
    for (int c = 0; c < 3; ++c) {
      double sum = 0, small_sum = 0;
      for (int y = 0; y < 75; ++y) {
        for (int x = 0; x < 97; ++x) sum += scene.At(x, y, c) / (97.0 * 75);
      }
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          small_sum += small.At(x, y, c) / (static_cast<double>(width) * height);
          // A ramp's mean over an area is its value in the middle, up to pixels that are cut.
          const double u = (x + 0.5) * 97 / width - 0.5, v = (y + 0.5) * 75 / height - 0.5;
          EXPECT_NEAR(small.At(x, y, c), 0.02 + 0.5 * (u + c * v) / 97, 0.002);
        }
      }
      EXPECT_NEAR(sum, small_sum, 1e-5);
    }
  }
}

TEST(LookSheet, TilesLieSideBySideAndHoldEachLook) {
  const std::vector<Look> looks = {*LoadLook("authentic"), *LoadLook("monochrom"),
                                   *LoadLook("sepia")};
  const Image<float> scene = Ramp(120, 80);
  const auto sheet = ArrangeLooks(looks, scene, scene, {}, OutputSpace::kSrgb, 2);
  ASSERT_TRUE(sheet) << sheet.error().message;
  ASSERT_EQ(sheet->tiles.size(), 3u);
  EXPECT_EQ(sheet->rgb.size(), static_cast<size_t>(sheet->width) * sheet->height * 3);
  for (size_t i = 0; i < 3; ++i) {
    const LookTile& tile = sheet->tiles[i];
    EXPECT_EQ(tile.look, looks[i].name);
    EXPECT_EQ(tile.picture.width, 120);
    EXPECT_EQ(tile.picture.height, 80);
    EXPECT_EQ(tile.caption.y, tile.picture.y + 80);
    EXPECT_LE(tile.caption.y + tile.caption.height, sheet->height);
    EXPECT_LE(tile.picture.x + tile.picture.width, sheet->width);
    // As the look renders it alone.
    const auto rendering = Rendering::Create(looks[i], scene, 120, 80, {}, OutputSpace::kSrgb);
    std::vector<uint8_t> alone(120 * 80 * 3);
    rendering->Render(scene, {0, 0, 120, 80}, alone.data(), 120 * 3);
    for (int y = 0; y < 80; ++y) {
      const size_t row = 3 * (static_cast<size_t>(tile.picture.y + y) * sheet->width +
                              static_cast<size_t>(tile.picture.x));
      ASSERT_TRUE(std::equal(alone.begin() + y * 360, alone.begin() + (y + 1) * 360,
                             sheet->rgb.begin() + static_cast<ptrdiff_t>(row)))
          << looks[i].name << " " << y;
    }
  }
  EXPECT_EQ(sheet->tiles[0].picture.y, sheet->tiles[1].picture.y);
  EXPECT_GT(sheet->tiles[2].picture.y, sheet->tiles[0].caption.y);
  EXPECT_FALSE(ArrangeLooks({}, scene, scene, {}, OutputSpace::kSrgb, 2));
}

TEST(LookSheet, ARealFrameInSomeLooks) {
  const std::string frame =
      std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/raw/p9-dusk/dusk.dng";
  if (!std::filesystem::exists(frame)) GTEST_SKIP() << frame << " is not there";
  DevelopJob job;
  job.inputs = {frame};
  job.look_values = {{"contrast", "1.4"}};
  LookSheetParams params;
  params.looks = {"vivid", "blue"};
  params.tile_px = 200;
  Report report;
  const auto sheet = MakeLookSheet(job, params, &report);
  ASSERT_TRUE(sheet) << sheet.error().message;
  EXPECT_EQ(std::max(sheet->tiles[0].picture.width, sheet->tiles[0].picture.height), 200);
  EXPECT_EQ(report.width_px, sheet->width);
  const int threads = Threads();
  SetThreads(threads == 1 ? 2 : 1);
  const auto again = MakeLookSheet(job, params, &report);
  SetThreads(threads);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rgb, sheet->rgb);
}

TEST(LookSheet, MistakesAreNamedBeforeAnyWork) {
  const auto message = [](LookSheetParams params, std::vector<std::string> inputs) {
    DevelopJob job;
    job.inputs = std::move(inputs);
    Report report;
    const auto sheet = MakeLookSheet(job, params, &report);
    return sheet ? "" : sheet.error().message;
  };
  EXPECT_NE(message({.columns = 0}, {"x.dng"}).find("1 to 16 columns"), std::string::npos);
  EXPECT_NE(message({.tile_px = 5}, {"x.dng"}).find("48 to 4096"), std::string::npos);
  EXPECT_NE(message({.looks = {"vivd"}}, {"x.dng"}).find("no look 'vivd'"), std::string::npos);
  EXPECT_NE(message({}, {}).find("0 frames given"), std::string::npos);
  EXPECT_NE(message({}, {"/nowhere/x.dng"}).find("/nowhere/x.dng"), std::string::npos);
}

}  // namespace
}  // namespace petzval
