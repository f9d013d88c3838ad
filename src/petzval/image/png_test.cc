// PNG files keep every value, and damaged ones are refused with a sentence.
#include "petzval/image/png.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace petzval {
namespace {

Image<uint16_t> Noise(int width, int height, int planes, int max) {
  Image<uint16_t> image(width, height, planes);
  std::mt19937 random(1);
  for (int c = 0; c < planes; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) image.At(x, y, c) = random() % (max + 1);
    }
  }
  return image;
}

void ExpectEqual(const Image<uint16_t>& a, const Image<uint16_t>& b) {
  ASSERT_EQ(a.width(), b.width());
  ASSERT_EQ(a.height(), b.height());
  ASSERT_EQ(a.planes(), b.planes());
  for (int c = 0; c < a.planes(); ++c) {
    for (int y = 0; y < a.height(); ++y) {
      ASSERT_TRUE(std::equal(a.row(y, c), a.row(y, c) + a.width(), b.row(y, c))) << y;
    }
  }
}

TEST(PngTest, KeepsEveryValue) {
  for (int depth : {8, 16}) {
    for (int planes : {1, 3}) {
      const auto image = Noise(37, 23, planes, depth == 8 ? 255 : 65535);
      auto file = EncodePng(image, depth);
      ASSERT_TRUE(file) << file.error().message;
      auto read = DecodePng(*file);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(read->bit_depth, depth);
      ExpectEqual(image, read->pixels);
    }
  }
}

TEST(PngTest, ClipsToTheDepth) {
  Image<uint16_t> image(1, 1);
  image.At(0, 0) = 300;
  auto read = DecodePng(*EncodePng(image, 8));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->pixels.At(0, 0), 255);
}

TEST(PngTest, CarriesMetadata) {
  const std::vector<uint8_t> exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
  const std::string xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
  auto file = EncodePng(Noise(4, 4, 3, 255), 8, {.exif = exif, .xmp = xmp});
  ASSERT_TRUE(file);
  const std::string text(file->begin(), file->end());
  EXPECT_NE(text.find("eXIf"), text.npos);
  EXPECT_NE(text.find(xmp), text.npos);
}

TEST(PngTest, FilesAppearAndAreRead) {
  const std::string path = std::filesystem::temp_directory_path() /
                           ("petzval_png_test_" + std::to_string(getpid()) + ".png");
  const auto image = Noise(5, 6, 1, 255);
  ASSERT_TRUE(WritePng(path, image, 8));
  auto read = ReadPng(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(read);
  ExpectEqual(image, read->pixels);
  EXPECT_EQ(ReadPng(path).error().code, ErrorCode::kIo);
}

TEST(PngTest, RefusesWhatItCannotWrite) {
  EXPECT_EQ(EncodePng(Image<uint16_t>(4, 4, 2), 8).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(EncodePng(Image<uint16_t>(4, 4, 3), 12).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(EncodePng(Image<uint16_t>(), 8).error().code, ErrorCode::kTooLarge);
}

TEST(PngTest, EveryTruncationIsRefused) {
  const auto file = *EncodePng(Noise(9, 7, 3, 255), 8);
  for (size_t size = 0; size + 12 < file.size(); ++size) {
    auto read = DecodePng(std::span(file).first(size));
    ASSERT_FALSE(read) << size;
    ASSERT_FALSE(read.error().message.empty());
  }
}

TEST(PngTest, DamagedFilesNeverCrash) {
  const auto file = *EncodePng(Noise(9, 7, 3, 65535), 16);
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    auto damaged = file;
    for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = random();
    auto read = DecodePng(damaged);
    EXPECT_TRUE(read || !read.error().message.empty());
  }
}

TEST(PngTest, HugeClaimsTakeNoMemory) {
  auto file = *EncodePng(Noise(9, 7, 1, 255), 8);
  // Width and height in IHDR, whose checksum must then be right as well: 19999 x 19999.
  const uint8_t size[] = {0, 0, 0x4e, 0x1f, 0, 0, 0x4e, 0x1f};
  std::copy(std::begin(size), std::end(size), file.begin() + 16);
  uint32_t crc = 0xffffffff;
  for (size_t i = 12; i < 29; ++i) {
    crc ^= file[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  crc = ~crc;
  for (int i = 0; i < 4; ++i) file[29 + i] = crc >> (24 - 8 * i);
  auto read = DecodePng(file);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("too short"), std::string::npos) << read.error().message;
}

}  // namespace
}  // namespace petzval
