// Compressed DNGs through LibRaw: a lossless JPEG made here.
#include "petzval/capture/libraw_reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "petzval/capture/dng_test_builder.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Put;
using testing_dng::TemporaryFile;

// Lossless JPEG (ITU T.81 annex H), one component, predictor 1, all 17 difference categories with
// codes of five bits.
Bytes LosslessJpeg(const std::vector<uint16_t>& samples, int width, int height) {
  Bytes out{0xFF, 0xD8, 0xFF, 0xC4};
  Put(out, 2 + 1 + 16 + 17, 2, true);
  out.push_back(0);
  for (int length = 1; length <= 16; ++length) out.push_back(length == 5 ? 17 : 0);
  for (int i = 0; i <= 16; ++i) out.push_back(static_cast<uint8_t>(i));
  out.insert(out.end(), {0xFF, 0xC3});
  Put(out, 11, 2, true);
  out.push_back(16);
  Put(out, static_cast<uint64_t>(height), 2, true);
  Put(out, static_cast<uint64_t>(width), 2, true);
  out.insert(out.end(), {1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0});
  uint64_t store = 0;
  int have = 0;
  const auto put = [&](uint32_t value, int bits) {
    store = store << bits | (value & ((uint64_t{1} << bits) - 1));
    for (have += bits; have >= 8; have -= 8) {
      const uint8_t byte = static_cast<uint8_t>(store >> (have - 8));
      out.push_back(byte);
      if (byte == 0xFF) out.push_back(0);
    }
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int predicted = x > 0   ? samples[y * width + x - 1]
                            : y > 0 ? samples[(y - 1) * width]
                                    : 32768;
      const int d = static_cast<int16_t>(samples[y * width + x] - predicted);
      int category = 0;
      for (int m = std::abs(d); m > 0; m >>= 1) ++category;
      put(static_cast<uint32_t>(category), 5);
      if (category > 0 && category < 16) {
        put(static_cast<uint32_t>(d > 0 ? d : d + (1 << category) - 1), category);
      }
    }
  }
  put(0x7F, 7);
  out.insert(out.end(), {0xFF, 0xD9});
  return out;
}

TEST(LibrawTest, LosslessJpegDng) {
  const int width = 64, height = 48;
  std::vector<uint16_t> samples;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      samples.push_back(
          static_cast<uint16_t>(500 + 30 * x + 7 * y + (x * y) % 13 + (x % 2) * 2000));
    }
  }
  Dng dng(width, height);
  dng.ifd.Short(tag::kCompression, {7});
  dng.ifd.Short(tag::kBlackLevel, {100});
  dng.ifd.Long(tag::kActiveArea, {2, 4, 46, 64});
  dng.ifd.Ascii(tag::kMake, "Made");
  dng.ifd.Ascii(tag::kModel, "Here");
  dng.ifd.Ascii(tag::kUniqueCameraModel, "Made Here");
  const Bytes jpeg = LosslessJpeg(samples, width, height);
  {
    const TemporaryFile file(dng.Build({jpeg}));
    const auto frame = ReadRaw(file.path());
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    ASSERT_EQ(frame->width(), 60);
    ASSERT_EQ(frame->height(), 44);
    EXPECT_EQ(frame->BlackAt(0, 0), 100);
    for (int y = 0; y < 44; ++y) {
      for (int x = 0; x < 60; ++x) {
        ASSERT_EQ(frame->mosaic.At(x, y), samples[(y + 2) * width + x + 4]) << x << "," << y;
      }
    }
  }
  {
    // The table is applied once, whoever does it.
    std::vector<int> table;
    for (int i = 0; i < 8192; ++i) table.push_back(i * 2);
    Dng curved = dng;
    curved.ifd.Short(tag::kLinearizationTable, table);
    const TemporaryFile file(curved.Build({jpeg}));
    const auto frame = ReadRaw(file.path());
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    EXPECT_EQ(frame->mosaic.At(10, 10), 2 * samples[12 * width + 14]);
  }
  {
    const Bytes whole = dng.Build({jpeg});
    Bytes cut = whole;
    for (size_t i = 100; i < 8 + jpeg.size(); ++i) cut[i] = 0;
    const TemporaryFile file(cut);
    (void)ReadRaw(file.path());  // an error or a damaged picture, but it comes back
  }
}

TEST(LibrawTest, OurDngReaderSeesTheSamePixels) {
  const auto shared = std::filesystem::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::is_directory(shared)) GTEST_SKIP() << "../shared/data is absent";
  int compared = 0;
  for (const char* folder : {"raw", "burst", "fuzz-seeds/own"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shared / folder)) {
      if (entry.path().extension() != ".dng") continue;
      SCOPED_TRACE(entry.path().string());
      const auto ours = ReadRaw(entry.path().string());
      const auto theirs = ReadWithLibraw(entry.path().string());
      ASSERT_TRUE(ours.has_value()) << ours.error().message;
      ASSERT_TRUE(theirs.has_value()) << theirs.error().message;
      ASSERT_EQ(ours->width(), theirs->width());
      ASSERT_EQ(ours->height(), theirs->height());
      ASSERT_EQ(ours->mosaic.planes(), theirs->mosaic.planes());
      EXPECT_EQ(ours->cfa, theirs->cfa);
      EXPECT_EQ(ours->orientation, theirs->orientation);
      EXPECT_EQ(ours->BlackAt(1, 0), theirs->BlackAt(1, 0));
      for (int c = 0; c < ours->mosaic.planes(); ++c) {
        for (int y = 0; y < ours->height(); ++y) {
          ASSERT_TRUE(std::equal(ours->mosaic.row(y, c), ours->mosaic.row(y, c) + ours->width(),
                                 theirs->mosaic.row(y, c)))
              << "row " << y;
        }
      }
      ++compared;
    }
  }
  EXPECT_GT(compared, 20);
}

TEST(LibrawTest, AFormatOfItsOwn) {
  const auto path = std::filesystem::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data" / "raw" /
                    "small" / "RAW_KODAK_C330_FORMAT_NONE_YRGB.raw";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data/raw/small is absent";
  const auto frame = ReadRaw(path.string());
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  EXPECT_TRUE(frame->IsLinearRaw());
  EXPECT_EQ(frame->width(), 1216);
  EXPECT_EQ(frame->exif.make, "Kodak");
}

}  // namespace
}  // namespace petzval
