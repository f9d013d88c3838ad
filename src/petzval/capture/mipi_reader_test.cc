// Headerless mosaics: every format, every key, every mistake in the description.
#include "petzval/capture/mipi_reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "petzval/capture/dng_test_builder.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Ramp;
using testing_dng::TemporaryFile;

constexpr const char* kMinimal =
    "schema = 1\nwidth = 8\nheight = 4\nformat = \"mipi8\"\ncfa = \"RGGB\"\n";

Result<RawFrame> ReadWith(const Bytes& pixels, const std::string& toml) {
  const TemporaryFile file(pixels, "shot.raw");
  EXPECT_TRUE(WriteFile(file.path() + ".toml",
                        std::span(reinterpret_cast<const uint8_t*>(toml.data()), toml.size())));
  return ReadRaw(file.path());
}

TEST(ReadMipiTest, EveryKey) {
  const std::string toml =
      "schema = 1\nwidth = 8\nheight = 4\nformat = \"mipi16\"\nstride = 20\noffset = 3\n"
      "cfa = \"GBRG\"\nblack = [1, 2, 3, 4]\nwhite = 60000\nmake = \"A\"\nmodel = \"B\"\nlens = "
      "\"C\"\n"
      "orientation = 6\niso = 200\nexposure_s = 0.01\nf_number = 1.8\nfocal_length_mm = 4.5\n"
      "neutral = [0.5, 1, 0.6]\nnoise_profile = [1e-4, 1e-6]\nbaseline_exposure_ev = 0.5\n"
      "[[calibration]]\nilluminant = 21\n"
      "color_matrix = [0.8, -0.2, -0.1, -0.4, 1.2, 0.2, -0.1, 0.2, 0.6]\n"
      "forward_matrix = [0.6, 0.25, 0.1142, 0.25, 0.75, 0, 0.02, 0.1, 0.7051]\n";
  const auto samples = Ramp(32, 60000);
  Bytes pixels(3);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 8; ++x) testing_dng::Put(pixels, samples[y * 8 + x], 2, false);
    if (y < 3) pixels.resize(pixels.size() + 4);
  }
  const auto frame = ReadWith(pixels, toml);
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  for (int i = 0; i < 32; ++i) ASSERT_EQ(frame->mosaic.At(i % 8, i / 8), samples[i]);
  EXPECT_EQ(frame->cfa.Name(), "GBRG");
  EXPECT_EQ(frame->BlackAt(1, 1), 4);
  EXPECT_EQ(frame->BlackAt(2, 3), 3);
  EXPECT_EQ(frame->white_dn[2], 60000);
  EXPECT_EQ(frame->exif.make, "A");
  EXPECT_EQ(frame->exif.iso, 200);
  EXPECT_EQ(frame->exif.focal_length_mm, 4.5);
  EXPECT_EQ(frame->orientation, 6);
  EXPECT_EQ((*frame->color.as_shot_neutral)[2], 0.6);
  EXPECT_TRUE(frame->noise_from_file);
  EXPECT_EQ(frame->noise.plane[1].s, 1e-4);
  EXPECT_EQ(frame->baseline_exposure_ev, 0.5);
  ASSERT_EQ(frame->color.calibration.size(), 1u);
  EXPECT_TRUE(frame->color.calibration[0].xyz_d50_from_camera.has_value());
}

TEST(ReadMipiTest, MistakesAreNamedWithTheirLine) {
  const auto message = [](const std::string& toml, size_t bytes = 32) {
    const auto frame = ReadWith(Bytes(bytes, 50), toml);
    return frame ? std::string("read") : frame.error().message;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  EXPECT_EQ(message(kMinimal), "read");
  has(message(std::string(kMinimal) + "widht = 3\n"),
      "line 6: unknown key 'widht', did you mean 'width'");
  has(message(std::string(kMinimal) + "[[calibration]]\nilluminant = 21\ncolour_matrix = []\n"),
      "did you mean 'color_matrix'");
  has(message("schema = 1\nwidth = 8\nheight = 4\ncfa = \"RGGB\"\n"), "format");
  has(message("schema = 1\nwidth = 8\nheight = 4\ncfa = \"RGGB\"\nformat = \"raw10\"\n"), "mipi10");
  has(message("schema = 1\nwidth = 8\nheight = 4\ncfa = \"RGGX\"\nformat = \"mipi8\"\n"),
      "colour filter");
  has(message("schema = 1\nwidth = 8\nheight = 4\ncfa = \"RGGBB\"\nformat = \"mipi8\"\n"),
      "colour filter");
  has(message("schema = 1\nwidth = 0\nheight = 4\ncfa = \"mono\"\nformat = \"mipi8\"\n"), "width");
  has(message("schema = 1\nwidth = 65535\nheight = 65535\ncfa = \"mono\"\nformat = \"mipi8\"\n"),
      "megapixels");
  has(message(std::string(kMinimal) + "stride = 7\n"), "stride");
  has(message(std::string(kMinimal) + "black = [1, 2]\n"), "4 or 16 numbers");
  has(message(std::string(kMinimal) + "black = 300\n"), "between 0 and 255");
  has(message(std::string(kMinimal) + "black = 60\nwhite = 50\n"), "not above its black level");
  has(message(std::string(kMinimal) + "neutral = [0, 1, 1]\n"), "above zero");
  has(message(kMinimal, 31), "need 32 bytes, it has 31");
  has(message("no toml"), "line 1");
}

TEST(ReadMipiTest, SharedRaw10IsTheMosaicOfItsDng) {
  const auto folder =
      std::filesystem::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data" / "raw" / "raw10-chart";
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "../shared/data/raw/raw10-chart is absent";
  }
  const auto pixels = ReadFile((folder / "1920x1080_mipi10.raw").string(), 1 << 24);
  ASSERT_TRUE(pixels.has_value());
  const auto frame = ReadWith(*pixels,
                              "schema = 1\nwidth = 1920\nheight = 1080\nformat = \"mipi10\"\n"
                              "cfa = \"RGGB\"\nblack = 64\n");
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  const auto dng = ReadRaw((folder / "chart.dng").string());
  ASSERT_TRUE(dng.has_value());
  for (int y = 0; y < frame->height(); ++y) {
    ASSERT_TRUE(std::equal(frame->mosaic.row(y), frame->mosaic.row(y) + 1920, dng->mosaic.row(y)));
  }
}

}  // namespace
}  // namespace petzval
