// JPEG: what libjpeg itself makes serially must come out, whatever the threads.
#include "petzval/encode/jpeg.h"

#include <gtest/gtest.h>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include "petzval/base/parallel.h"
#include "petzval/encode/test_picture.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

std::string TempPath(const std::string& name) { return testing::TempDir() + "/" + name; }

Bytes Read(const std::string& path) {
  auto bytes = ReadFile(path, 1 << 28);
  EXPECT_TRUE(bytes.has_value()) << path;
  return bytes ? std::move(*bytes) : Bytes{};
}

struct Decoded {
  int width = 0, height = 0;
  unsigned restart_interval = 0;
  long warnings = 0;
  Bytes rgb;
};

Decoded Decode(const Bytes& bytes) {
  Decoded out;
  jpeg_decompress_struct d;
  jpeg_error_mgr errors;
  d.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&d);
  jpeg_mem_src(&d, bytes.data(), bytes.size());
  jpeg_read_header(&d, TRUE);
  d.out_color_space = JCS_RGB;
  jpeg_start_decompress(&d);
  out.width = static_cast<int>(d.output_width);
  out.height = static_cast<int>(d.output_height);
  out.restart_interval = d.restart_interval;
  out.rgb.resize(size_t{3} * d.output_width * d.output_height);
  while (d.output_scanline < d.output_height) {
    JSAMPROW row = out.rgb.data() + size_t{3} * d.output_width * d.output_scanline;
    jpeg_read_scanlines(&d, &row, 1);
  }
  jpeg_finish_decompress(&d);
  out.warnings = errors.num_warnings;
  jpeg_destroy_decompress(&d);
  return out;
}

// One serial compression with the same settings.
Bytes SerialJpeg(const PixelSource& source, const EncodeParams& params, unsigned interval) {
  Bytes rgb(size_t{3} * source.width * source.height);
  EXPECT_TRUE(source.strip8(0, source.height, rgb.data(), 3 * source.width).has_value());
  jpeg_compress_struct c;
  jpeg_error_mgr errors;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&c, &out, &size);
  c.image_width = static_cast<JDIMENSION>(source.width);
  c.image_height = static_cast<JDIMENSION>(source.height);
  c.input_components = 3;
  c.in_color_space = JCS_RGB;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, params.jpeg_quality, TRUE);
  c.restart_interval = interval;
  c.comp_info[0].h_samp_factor = params.subsampling == ChromaSubsampling::k444 ? 1 : 2;
  c.comp_info[0].v_samp_factor = params.subsampling == ChromaSubsampling::k420 ? 2 : 1;
  jpeg_start_compress(&c, TRUE);
  while (c.next_scanline < c.image_height) {
    JSAMPROW row = rgb.data() + size_t{3} * source.width * c.next_scanline;
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  Bytes bytes(out, out + size);
  std::free(out);
  return bytes;
}

// The entropy-coded data with its restart markers, up to EOI.
Bytes Scan(const Bytes& jpeg) {
  size_t at = 2;
  while (jpeg[at + 1] != 0xda) at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
  at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
  return Bytes(jpeg.begin() + static_cast<ptrdiff_t>(at), jpeg.end());
}

using Case = std::tuple<int, int, ChromaSubsampling, int>;
class Jpeg : public testing::TestWithParam<Case> {};

TEST_P(Jpeg, IsTheSerialOneBitForBit) {
  const auto [width, height, subsampling, quality] = GetParam();
  const PixelSource source = TestSource(width, height);
  const EncodeParams params{.jpeg_quality = quality, .subsampling = subsampling};
  const std::string path = TempPath("serial.jpg");
  ASSERT_TRUE(EncodePicture(path, source, params, TestMetadata()).has_value());
  const Bytes bytes = Read(path);
  const Decoded ours = Decode(bytes);
  EXPECT_EQ(ours.width, width);
  EXPECT_EQ(ours.height, height);
  EXPECT_EQ(ours.warnings, 0) << "corrupt-data warnings of libjpeg";

  const Bytes serial = SerialJpeg(source, params, ours.restart_interval);
  EXPECT_EQ(Scan(bytes), Scan(serial));
  EXPECT_EQ(ours.rgb, Decode(serial).rgb);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Jpeg,
                         testing::Values(Case{1, 1, ChromaSubsampling::k420, 92},
                                         Case{17, 33, ChromaSubsampling::k420, 92},
                                         Case{331, 1301, ChromaSubsampling::k420, 92},
                                         Case{331, 1301, ChromaSubsampling::k422, 75},
                                         Case{331, 1301, ChromaSubsampling::k444, 100},
                                         Case{64, 1024, ChromaSubsampling::k420, 1},
                                         Case{65500, 17, ChromaSubsampling::k444, 50}));

TEST(JpegStrips, IntervalFitsSixteenBits) {
  for (const auto s : {ChromaSubsampling::k444, ChromaSubsampling::k422, ChromaSubsampling::k420}) {
    for (const int width : {1, 4032, 16384, 65500}) {
      const int rows = JpegStripRows(width, 65500, s);
      const int mcu_width = s == ChromaSubsampling::k444 ? 8 : 16;
      const int mcu_height = s == ChromaSubsampling::k420 ? 16 : 8;
      EXPECT_EQ(rows % mcu_height, 0);
      EXPECT_GE(rows, mcu_height);
      EXPECT_LE((width + mcu_width - 1) / mcu_width * (rows / mcu_height), 65535);
    }
  }
}

TEST(JpegStrips, BytesDoNotDependOnThreads) {
  const PixelSource source = TestSource(517, 1777);  // more than eight strips: RST7 to RST0
  const int threads = Threads();
  std::vector<Bytes> files;
  for (const int n : {1, 2, 5}) {
    SetThreads(n);
    const std::string path = TempPath("threads.jpg");
    ASSERT_TRUE(EncodePicture(path, source, {}, TestMetadata()).has_value());
    files.push_back(Read(path));
  }
  SetThreads(threads);
  EXPECT_EQ(files[0], files[1]);
  EXPECT_EQ(files[0], files[2]);
}

TEST(JpegErrors, OfTheSourceComeThroughAndLeaveNothing) {
  PixelSource source = TestSource(200, 900);
  source.strip8 = [](int y, int, uint8_t*, ptrdiff_t) -> Status {
    if (y > 300) return Fail(ErrorCode::kCancelled, "interrupted");
    return {};
  };
  const std::string folder = TempPath("jpeg_errors");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto status = EncodePicture(folder + "/x.jpg", source, {}, {});
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(JpegErrors, TooLarge) {
  PixelSource source = TestSource(10, 10);
  source.width = 65535;
  const auto status = EncodePicture(TempPath("large.jpg"), source, {}, {});
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kTooLarge);

  PictureMetadata metadata;
  metadata.parameters = {{"long", std::string(70000, 'x')}};
  const auto marker = EncodePicture(TempPath("marker.jpg"), TestSource(8, 8), {}, metadata);
  ASSERT_FALSE(marker.has_value());
  EXPECT_EQ(marker.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace petzval
