// Reading whole files: the shared real ones, and files that are no RAW.
#include "petzval/capture/reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

namespace fs = std::filesystem;
using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Ramp;
using testing_dng::TemporaryFile;

fs::path Shared() { return fs::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data"; }

TEST(ReadRawTest, EverySharedDngIsRead) {
  if (!fs::is_directory(Shared())) GTEST_SKIP() << "../shared/data is absent";
  int count = 0;
  for (const char* folder : {"raw", "burst", "fuzz-seeds/own"}) {
    for (const auto& entry : fs::recursive_directory_iterator(Shared() / folder)) {
      if (entry.path().extension() != ".dng") continue;
      const auto frame = ReadRaw(entry.path().string());
      ASSERT_TRUE(frame.has_value()) << frame.error().message;
      for (const NoiseLine& line : frame->noise.plane) {
        EXPECT_GT(line.s, 0) << entry.path();
        EXPECT_GT(line.o, 0) << entry.path();
      }
      for (const std::string& warning : frame->warnings) {
        // None of these files states levels that its pixels contradict, but for the placeholder.
        const bool placeholder = entry.path().filename() == "placeholder-metadata.dng";
        EXPECT_TRUE(placeholder || warning.find("level") == std::string::npos)
            << entry.path() << ": " << warning;
      }
      ++count;
    }
  }
  EXPECT_GT(count, 20);
}

TEST(ReadRawTest, SharedBurstIsBelieved) {
  if (!fs::is_directory(Shared() / "burst")) GTEST_SKIP() << "../shared/data/burst is absent";
  const auto frame = ReadRaw((Shared() / "burst" / "frame_00.dng").string());
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->warnings.empty()) << frame->warnings[0];
  EXPECT_TRUE(frame->noise_from_file);
  EXPECT_EQ(frame->cfa.Name(), "RGGB");
  EXPECT_EQ(frame->width(), 1536);
  EXPECT_EQ(frame->BlackAt(1, 0), 64);
  EXPECT_EQ(frame->white_dn[0], 1023);
  EXPECT_EQ(frame->exif.iso, 400);
  EXPECT_NEAR(frame->exif.exposure_s, 0.02, 1e-9);
  EXPECT_NEAR(frame->exif.f_number, 1.8, 1e-9);
  EXPECT_NEAR(frame->exif.focal_length_mm, 4.38, 1e-9);
  EXPECT_EQ(frame->exif.focal_length_35mm, 27);
  EXPECT_FALSE(frame->exif.subsec_original.empty());
  EXPECT_EQ(frame->color.calibration.size(), 2u);
}

TEST(ReadRawTest, BothByteOrdersAreTheSamePicture) {
  if (!fs::is_directory(Shared())) GTEST_SKIP() << "../shared/data is absent";
  const auto little = ReadRaw((Shared() / "fuzz-seeds/own/cfa_le.dng").string());
  const auto big = ReadRaw((Shared() / "fuzz-seeds/own/cfa_be.dng").string());
  ASSERT_TRUE(little.has_value() && big.has_value());
  EXPECT_EQ(little->cfa, big->cfa);
  EXPECT_EQ(little->black_dn, big->black_dn);
  EXPECT_EQ(little->white_dn, big->white_dn);
  EXPECT_EQ(little->noise, big->noise);
  EXPECT_EQ(little->color.calibration[0].camera_from_xyz,
            big->color.calibration[0].camera_from_xyz);
  for (int y = 0; y < little->height(); ++y) {
    ASSERT_TRUE(std::equal(little->mosaic.row(y), little->mosaic.row(y) + little->width(),
                           big->mosaic.row(y)));
  }
}

TEST(ReadRawTest, BadFilesGetOneSentence) {
  const auto message = [](const std::string& path) {
    const auto frame = ReadRaw(path);
    const std::string text = frame ? "" : frame.error().message;
    EXPECT_FALSE(frame.has_value()) << path;
    EXPECT_NE(text.find(path), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  };
  const auto of = [&](const Bytes& bytes) { return message(TemporaryFile(bytes).path()); };
  const auto has = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(message("/nonexistent/x.dng"), "No such file");
  has(message(fs::temp_directory_path().string()), "directory");
  has(of({}), "empty");
  of(Bytes(100'000, 0));
  Bytes random;
  for (uint16_t v : Ramp(50'000)) random.push_back(static_cast<uint8_t>(v));
  of(random);
  Bytes jpeg{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0};
  jpeg.resize(5000);
  has(of(jpeg), "JPEG");
  Dng dng(32, 16);
  const Bytes whole = dng.Build(Ramp(32 * 16));
  has(of(Bytes(whole.begin(), whole.begin() + 500)), "directory");
  dng.ifd.Long(tag::kImageWidth, {uint64_t{1} << 31});
  has(of(dng.Build(Ramp(32 * 16))), "beyond the limit");
  Dng levels(32, 16);
  levels.ifd.Short(tag::kBlackLevel, {1000});
  levels.ifd.Short(tag::kWhiteLevel, {1000});
  has(of(levels.Build(Ramp(32 * 16))), "not above its black level");
  if (geteuid() != 0) {
    const TemporaryFile secret(whole);
    chmod(secret.path().c_str(), 0);
    has(message(secret.path()), "ermission");
  }
}

TEST(ReadRawTest, PixelsCutOffAfterTheDirectory) {
  // Directory first, then pixels: the usual layout of a camera. Half of the pixels are missing.
  Dng dng(64, 64);
  Bytes file = testing_dng::Header(false);
  dng.ifd.Long(tag::kStripOffsets, {4096});
  dng.ifd.Long(tag::kStripByteCounts, {64 * 64 * 2});
  testing_dng::PatchFirstIfd(file, dng.ifd.Write(file), false);
  file.resize(4096 + 64 * 64);
  const TemporaryFile cut(file);
  const auto frame = ReadRaw(cut.path());
  ASSERT_FALSE(frame.has_value());
  EXPECT_NE(frame.error().message.find("truncated"), std::string::npos) << frame.error().message;
}

}  // namespace
}  // namespace petzval
