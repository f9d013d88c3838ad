// Pictures that would cost too much or say nothing: scans, ratios, numbers that are none.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "petzval/image/picture.h"
#include "petzval/image/picture_test_util.h"

namespace petzval {
namespace {

// A flat grey progressive JPEG whose AC coefficients come in `scans` scans of a few bytes.
TestBytes ScansJpeg(int scans) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = info.image_height = 64;
  info.input_components = 1;
  info.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&info);
  std::vector<jpeg_scan_info> script;
  const auto add = [&](int start, int end) {
    jpeg_scan_info scan{};
    scan.comps_in_scan = 1;
    scan.Ss = start;
    scan.Se = end;
    script.push_back(scan);
  };
  add(0, 0);
  for (int k = 1; k < 63; ++k) add(k, k);
  add(63, 63);
  info.scan_info = script.data();
  info.num_scans = static_cast<int>(script.size());
  jpeg_start_compress(&info, TRUE);
  TestBytes row(64, 100);
  for (int y = 0; y < 64; ++y) {
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&info, &rows, 1);
  }
  jpeg_finish_compress(&info);
  TestBytes bytes(out, out + size);
  jpeg_destroy_compress(&info);
  std::free(out);
  // The last scan, repeated: a decoder takes it as often as it comes.
  size_t last = bytes.size() - 2;
  while (!(bytes[last] == 0xff && bytes[last + 1] == 0xda)) --last;
  const TestBytes scan(bytes.begin() + static_cast<long>(last), bytes.end() - 2);
  bytes.resize(bytes.size() - 2);
  for (int i = static_cast<int>(script.size()); i < scans; ++i) {
    bytes.insert(bytes.end(), scan.begin(), scan.end());
  }
  bytes.push_back(0xff);
  bytes.push_back(0xd9);
  return bytes;
}

TEST(PictureLimits, JpegWithEndlessScansIsRefused) {
  ASSERT_TRUE(DecodePicture(ScansJpeg(64)));
  const auto picture = DecodePicture(ScansJpeg(400));
  ASSERT_FALSE(picture);
  EXPECT_NE(picture.error().message.find("scans"), std::string::npos) << picture.error().message;
}

// One colour packs more densely in LZW than deflate ever does.
TEST(PictureLimits, FlatTiffOfEveryCompressionIsRead) {
  TestTiff t{.width = 4000, .height = 3000, .samples = 1};
  t.photometric = PHOTOMETRIC_MINISBLACK;
  t.rows_per_strip = 3000;
  t.pixels.assign(static_cast<size_t>(t.width) * t.height, 77);
  for (int scheme : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
                     COMPRESSION_ZSTD, COMPRESSION_LZMA}) {
    if (!TIFFIsCODECConfigured(static_cast<uint16_t>(scheme))) continue;
    t.compression = scheme;
    const auto picture = ReadPicture(WriteTestTiff("flat.tif", t));
    ASSERT_TRUE(picture) << scheme << ": " << picture.error().message;
    EXPECT_EQ(picture->code.At(3999, 2999, 2), 77);
  }
}

TEST(PictureLimits, TiffWithATileBeyondItsFileIsRefused) {
  TestTiff t{.width = 8, .height = 8, .tile = 16, .pixels = TestBytes(8 * 8 * 3, 9)};
  TestBytes tiff = ReadBytes(WriteTestTiff("tile.tif", t));
  ASSERT_TRUE(DecodePicture(tiff));
  const size_t start = tiff[4] | tiff[5] << 8;
  for (size_t entry = start + 2; entry + 12 <= tiff.size(); entry += 12) {
    const int tag = tiff[entry] | tiff[entry + 1] << 8;
    const uint16_t side = 16384;
    if (tag == TIFFTAG_TILEWIDTH || tag == TIFFTAG_TILELENGTH) {
      std::memcpy(tiff.data() + entry + 8, &side, 2);
    }
  }
  const auto picture = DecodePicture(tiff);
  ASSERT_FALSE(picture);
  EXPECT_NE(picture.error().message.find("too short"), std::string::npos);
}

TEST(PictureLimits, NumbersThatAreNoneBecomeBlackWithAWarning) {
  Image<float> image(3, 2, 3);
  image.Fill(0.5f);
  image.At(0, 0, 0) = std::nanf("");
  image.At(1, 0, 1) = std::numeric_limits<float>::infinity();
  image.At(2, 1, 2) = -std::numeric_limits<float>::infinity();
  ASSERT_TRUE(WritePfm(TestPath("nan.pfm"), image));
  const auto picture = ReadPicture(TestPath("nan.pfm"));
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->value.At(0, 0, 0), 0);
  EXPECT_EQ(picture->value.At(1, 0, 1), 0);
  EXPECT_EQ(picture->value.At(2, 1, 2), 0);
  EXPECT_EQ(picture->value.At(2, 1, 1), 0.5f);
  ASSERT_EQ(picture->warnings.size(), 1u);
  EXPECT_EQ(picture->warnings[0], "3 values are not finite: they count as black");
  // A plane of depths keeps them.
  EXPECT_TRUE(std::isnan(ReadPfm(TestPath("nan.pfm"))->At(0, 0, 0)));
}

TEST(PictureLimits, FloatTiffWithWhiteAtZeroIsRefused) {
  TestTiff t{.width = 1, .height = 1, .samples = 1, .bits = 32, .pixels = {0, 0, 0, 0}};
  t.format = SAMPLEFORMAT_IEEEFP;
  t.photometric = PHOTOMETRIC_MINISWHITE;
  const auto picture = ReadPicture(WriteTestTiff("float.tif", t));
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace petzval
