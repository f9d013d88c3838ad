// Pictures of all formats: pixels, colour, turning, damage.
#include "petzval/image/picture.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/image/picture_file.h"
#include "petzval/image/picture_test_util.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

double DecodeSrgb(double x) {
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

Picture Opened(const std::string& path) {
  auto picture = ReadPicture(path);
  EXPECT_TRUE(picture.has_value()) << picture.error().message;
  return picture ? std::move(*picture) : Picture{};
}
// The error, which names the file.
Error Refused(const std::string& path) {
  auto picture = ReadPicture(path);
  EXPECT_FALSE(picture.has_value()) << path;
  if (picture) return {};
  EXPECT_NE(picture.error().message.find(path), std::string::npos) << picture.error().message;
  EXPECT_NE(picture.error().message.back(), '.');
  return picture.error();
}

Image<uint16_t> Gradient(int width, int height, int planes, int max) {
  Image<uint16_t> image(width, height, planes);
  for (int c = 0; c < planes; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        image.At(x, y, c) = static_cast<uint16_t>((x * 31 + y * 57 + c * 101) % (max + 1));
      }
    }
  }
  return image;
}

void PutChunk(TestBytes* png, const char* name, const TestBytes& data) {
  TestBytes chunk;
  const auto put32 = [&](uint32_t v) {
    for (int s = 24; s >= 0; s -= 8) chunk.push_back(static_cast<uint8_t>(v >> s));
  };
  put32(static_cast<uint32_t>(data.size()));
  chunk.insert(chunk.end(), name, name + 4);
  chunk.insert(chunk.end(), data.begin(), data.end());
  put32(static_cast<uint32_t>(crc32(0, chunk.data() + 4, static_cast<uInt>(data.size() + 4))));
  png->insert(png->begin() + 33, chunk.begin(), chunk.end());  // behind IHDR
}

void ExpectWhiteIsD50(const Picture& p) {
  const Vec3 white = p.xyz_d50_from_linear * Vec3{{1, 1, 1}};
  EXPECT_NEAR(white[0], 0.9642, 1e-3);
  EXPECT_NEAR(white[1], 1, 1e-3);
  EXPECT_NEAR(white[2], 0.8249, 1e-3);
}

TEST(Picture, PngWithoutAnythingIsSrgb) {
  for (int bits : {8, 16}) {
    const int max = bits == 8 ? 255 : 65535;
    const std::string path = TestPath("plain.png");
    const Image<uint16_t> image = Gradient(13, 7, 3, max);
    ASSERT_TRUE(WritePng(path, image, bits).has_value());
    const Picture p = Opened(path);
    EXPECT_EQ(p.space, "sRGB");
    ASSERT_EQ(p.warnings.size(), 1u);
    ASSERT_EQ(p.max_code, max);
    ASSERT_EQ(p.width(), 13);
    ASSERT_EQ(p.height(), 7);
    ExpectWhiteIsD50(p);
    EXPECT_NEAR(p.xyz_d50_from_linear[0][0], 0.4361, 2e-4);  // sRGB relative to D50, as in ICC
    EXPECT_NEAR(p.xyz_d50_from_linear[1][1], 0.7169, 2e-4);
    const Image<float> linear = LinearRgb(p);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 7; ++y) {
        for (int x = 0; x < 13; ++x) {
          EXPECT_EQ(p.code.At(x, y, c), image.At(x, y, c));
          EXPECT_NEAR(linear.At(x, y, c), DecodeSrgb(image.At(x, y, c) / double(max)), 2e-7);
        }
      }
    }
    EXPECT_TRUE(IsPictureFile(path));
  }
}

TEST(Picture, GreyGivesThreeEqualPlanes) {
  const std::string path = TestPath("grey.png");
  ASSERT_TRUE(WritePng(path, Gradient(9, 5, 1, 255), 8).has_value());
  const Picture p = Opened(path);
  ASSERT_EQ(p.code.planes(), 3);
  EXPECT_EQ(p.code.At(3, 2, 0), p.code.At(3, 2, 2));
  const uint8_t grey[] = {100};
  const Picture jpeg = Opened(WriteBytes("grey.jpg", FlatJpeg(20, 10, 1, grey, GreyProfile(2.0))));
  EXPECT_EQ(jpeg.code.At(10, 5, 1), 100);
  EXPECT_NEAR(LinearRgb(jpeg).At(4, 4, 2), std::pow(100 / 255.0, 2), 2e-5);
  ExpectWhiteIsD50(jpeg);
  const uint8_t rgb[] = {100, 90, 80};
  Refused(WriteBytes("greyrgb.jpg", FlatJpeg(20, 10, 3, rgb, GreyProfile(2.0))));
}

TEST(Picture, ChunksOfPng) {
  PngMetadata metadata;
  const TestBytes icc = P3Profile(1.8);
  metadata.icc = icc;
  auto with_icc = EncodePng(Gradient(4, 4, 3, 255), 8, metadata);
  ASSERT_TRUE(with_icc.has_value());
  Picture p = Opened(WriteBytes("icc.png", *with_icc));
  EXPECT_NEAR(p.curve[0][32768], std::pow(32768 / 65535.0, 1.8), 2e-5);
  EXPECT_NEAR(p.xyz_d50_from_linear[0][0], 0.5151, 3e-4);  // Display P3
  EXPECT_TRUE(p.warnings.empty());

  auto plain = EncodePng(Gradient(4, 4, 3, 255), 8);
  TestBytes gamma = *plain;
  PutChunk(&gamma, "gAMA", {0, 0, 0xb1, 0x8f});  // 0.45455
  p = Opened(WriteBytes("gama.png", gamma));
  EXPECT_NEAR(LinearRgb(p).At(1, 1, 0), std::pow(88 / 255.0, 2.2), 1e-5);
  TestBytes linear = *plain;
  PutChunk(&linear, "gAMA", {0, 1, 0x86, 0xa0});
  p = Opened(WriteBytes("linear.png", linear));
  EXPECT_TRUE(p.curve[0].empty());
  EXPECT_NEAR(LinearRgb(p).At(1, 1, 0), 88 / 255.0, 1e-7);
  TestBytes srgb = gamma;  // sRGB is stronger than gAMA
  PutChunk(&srgb, "sRGB", {0});
  EXPECT_EQ(Opened(WriteBytes("srgb.png", srgb)).space, "sRGB");
  TestBytes chrm = linear;
  TestBytes xy;
  for (uint32_t v : {31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600}) {
    for (int s = 24; s >= 0; s -= 8) xy.push_back(static_cast<uint8_t>(v >> s));
  }
  PutChunk(&chrm, "cHRM", xy);
  EXPECT_NEAR(Opened(WriteBytes("chrm.png", chrm)).xyz_d50_from_linear[1][1], 0.6754, 1e-3);
  TestBytes cicp = *plain;
  PutChunk(&cicp, "cICP", {12, 13, 0, 1});
  EXPECT_EQ(Opened(WriteBytes("cicp.png", cicp)).space, "Display P3");
  TestBytes pq = *plain;
  PutChunk(&pq, "cICP", {9, 16, 0, 1});
  EXPECT_EQ(Refused(WriteBytes("pq.png", pq)).code, ErrorCode::kUnsupported);
  TestBytes zero = *plain;
  PutChunk(&zero, "gAMA", {0, 0, 0, 0});
  Refused(WriteBytes("zero.png", zero));
  TestBytes broken = *plain;
  PutChunk(&broken, "iCCP", {'a', 0, 0, 1, 2, 3});
  Refused(WriteBytes("broken.png", broken));
}

TEST(Picture, JpegWithProfileAndOrientation) {
  const uint8_t color[] = {200, 120, 40};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Picture p =
        Opened(WriteBytes("o.jpg", FlatJpeg(48, 16, 3, color, P3Profile(2.2), orientation, true)));
    const bool swap = orientation >= 5;
    ASSERT_EQ(p.width(), swap ? 16 : 48);
    ASSERT_EQ(p.height(), swap ? 48 : 16);
    // The left half of the stored picture holds the colour.
    const bool first = orientation == 1 || orientation == 4 || orientation == 5 || orientation == 6;
    const int far = 44, near = 4;
    const int along = first ? near : far;
    const int x = swap ? 8 : along, y = swap ? along : 8;
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(p.code.At(x, y, c), color[c], 2) << orientation;
    EXPECT_NEAR(p.curve[1][65535], 1, 1e-6);
    EXPECT_NEAR(p.xyz_d50_from_linear[0][0], 0.5151, 3e-4);
  }
}

TEST(Picture, OrientationTurnsAsExifSays) {
  // 2 x 1 pixels a, b: where a comes to lie for each orientation.
  for (int o = 1; o <= 8; ++o) {
    TestTiff t{.width = 2, .height = 1, .orientation = o, .pixels = {10, 10, 10, 90, 90, 90}};
    const Picture p = Opened(WriteTestTiff("o.tif", t));
    const bool a_first = o == 1 || o == 4 || o == 5 || o == 6;
    ASSERT_EQ(p.width(), o >= 5 ? 1 : 2);
    EXPECT_EQ(p.code.At(0, 0, 1), a_first ? 10 : 90) << o;
  }
}

TEST(Picture, TiffOfAllKinds) {
  const int width = 37, height = 21;
  const Image<uint16_t> image = Gradient(width, height, 4, 65535);
  for (int bits : {8, 16, 32}) {
    for (int samples : {1, 3, 4}) {
      TestTiff t{.width = width, .height = height, .samples = samples, .bits = bits};
      t.format = bits == 32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT;
      t.photometric = samples == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          for (int c = 0; c < samples; ++c) {
            uint8_t b[4];
            const uint16_t v = image.At(x, y, c);
            const float f = v / 1000.0f - 3;
            if (bits == 8) b[0] = v & 255;
            if (bits == 16) std::memcpy(b, &v, 2);
            if (bits == 32) std::memcpy(b, &f, 4);
            t.pixels.insert(t.pixels.end(), b, b + bits / 8);
          }
        }
      }
      for (int kind = 0; kind < 6; ++kind) {
        TestTiff k = t;
        if (kind == 1) k.tile = 16;
        if (kind == 2) k.separate = true;
        if (kind == 3) {
          k.compression = COMPRESSION_ADOBE_DEFLATE;
          k.predictor = bits == 32 ? 3 : 2;
        }
        if (kind == 4) {
          k.compression = COMPRESSION_LZW;
          k.rows_per_strip = 100;
        }
        if (kind == 5) k.mode = "w8b";  // BigTIFF, big endian
        const std::string path = WriteTestTiff("kind.tif", k);
        EXPECT_TRUE(IsPictureFile(path));
        const Picture p = Opened(path);
        ASSERT_EQ(p.width(), width) << bits << samples << kind;
        ASSERT_EQ(p.height(), height);
        ASSERT_EQ(p.is_float(), bits == 32);
        EXPECT_EQ(p.space, bits == 32 ? "linear Rec.2020" : "sRGB");
        for (int c = 0; c < 3; ++c) {
          for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
              const uint16_t v = image.At(x, y, samples == 1 ? 0 : c);
              if (bits == 32) {
                ASSERT_EQ(p.value.At(x, y, c), v / 1000.0f - 3);
              } else {
                ASSERT_EQ(p.code.At(x, y, c), bits == 8 ? v & 255 : v);
              }
            }
          }
        }
        if (bits == 32) {
          EXPECT_EQ(LinearRgb(p).At(3, 3, 1), p.value.At(3, 3, 1));
          EXPECT_NEAR(p.xyz_d50_from_linear[1][1], 0.6754, 1e-3);
        }
      }
    }
  }
}

TEST(Picture, TiffWithProfileAndInverseGrey) {
  TestTiff t{.width = 1, .height = 1, .pixels = {51, 102, 255}};
  t.icc = P3Profile(1.0);
  Picture p = Opened(WriteTestTiff("p3.tif", t));
  EXPECT_TRUE(p.curve[0].empty());
  EXPECT_FLOAT_EQ(LinearRgb(p).At(0, 0, 0), 0.2f);
  EXPECT_TRUE(p.warnings.empty());
  TestTiff grey{.width = 2, .height = 1, .samples = 1, .pixels = {0, 200}};
  grey.photometric = PHOTOMETRIC_MINISWHITE;
  p = Opened(WriteTestTiff("white.tif", grey));
  EXPECT_EQ(p.code.At(0, 0, 0), 255);
  EXPECT_EQ(p.code.At(1, 0, 2), 55);
}

TEST(Picture, RefusesWhatItCannotMeasure) {
  const uint8_t cmyk[] = {1, 2, 3, 4};
  EXPECT_NE(Refused(WriteBytes("cmyk.jpg", FlatJpeg(8, 8, 4, cmyk))).message.find("CMYK"),
            std::string::npos);
  TestTiff t{.width = 1, .height = 1, .samples = 4, .pixels = {1, 2, 3, 4}};
  t.photometric = PHOTOMETRIC_SEPARATED;
  EXPECT_NE(Refused(WriteTestTiff("cmyk.tif", t)).message.find("CMYK"), std::string::npos);
  const uint8_t rgb[] = {1, 2, 3};
  for (const TestBytes& icc : {LutProfile(), TestBytes(200, 7), TestBytes(1, 7)}) {
    EXPECT_EQ(Refused(WriteBytes("lut.jpg", FlatJpeg(8, 8, 3, rgb, icc))).code,
              ErrorCode::kInvalidInput);
  }
  TestTiff lab{.width = 1, .height = 1, .pixels = {1, 2, 3}};
  lab.photometric = PHOTOMETRIC_CIELAB;
  Refused(WriteTestTiff("lab.tif", lab));
  TestTiff ints{.width = 1, .height = 1, .samples = 1, .bits = 32, .pixels = {1, 2, 3, 4}};
  ints.photometric = PHOTOMETRIC_MINISBLACK;
  EXPECT_EQ(Refused(WriteTestTiff("int.tif", ints)).code, ErrorCode::kUnsupported);
  Refused(WriteBytes("empty.jpg", {}));
  Refused(WriteBytes("text.jpg", {'h', 'e', 'l', 'l', 'o'}));
  EXPECT_EQ(Refused(TestPath("is-not-there.png")).code, ErrorCode::kIo);
  EXPECT_FALSE(IsPictureFile(TestPath("is-not-there.png")));
  EXPECT_FALSE(IsPictureFile(TestPath("text.jpg")));
}

TEST(Picture, TruncatedAndFlippedFilesNeverCrash) {
  std::vector<TestBytes> files;
  const uint8_t rgb[] = {100, 50, 200};
  files.push_back(FlatJpeg(64, 48, 3, rgb, P3Profile(2.2), 6, true));
  PngMetadata metadata;
  const TestBytes icc = P3Profile(2.2);
  metadata.icc = icc;
  files.push_back(*EncodePng(Gradient(32, 20, 3, 255), 8, metadata));
  TestTiff t{.width = 8, .height = 9, .icc = icc, .pixels = TestBytes(8 * 9 * 3, 77)};
  files.push_back(ReadBytes(WriteTestTiff("strips.tif", t)));
  t.compression = COMPRESSION_ADOBE_DEFLATE;
  t.tile = 16;
  files.push_back(ReadBytes(WriteTestTiff("tiles.tif", t)));
  for (const TestBytes& whole : files) {
    const std::string path = WriteBytes("whole", whole);
    Opened(path);
    for (size_t keep = 0; keep < whole.size(); keep += 1 + whole.size() / 47) {
      TestBytes part(whole.begin(), whole.begin() + static_cast<long>(keep));
      auto picture = ReadPicture(WriteBytes("part", part));
      // A TIFF keeps its directory and ICC behind the pixels, a PNG its last bytes behind them.
      if (keep < whole.size() / 3) {
        EXPECT_FALSE(picture.has_value()) << keep << " of " << whole.size();
      }
    }
    uint32_t random = 12345;
    for (int i = 0; i < 120; ++i) {
      TestBytes changed = whole;
      for (int k = 0; k < 3; ++k) {
        random = random * 1664525 + 1013904223;
        changed[(random >> 8) % changed.size()] ^= static_cast<uint8_t>(1 << (random & 7));
      }
      (void)ReadPicture(WriteBytes("changed", changed));
      (void)IsPictureFile(TestPath("changed"));
    }
  }
}

TEST(Picture, HugeSizesAreRefusedBeforeMemoryIsTaken) {
  const uint8_t rgb[] = {1, 2, 3};
  TestBytes jpeg = FlatJpeg(16, 16, 3, rgb);
  for (size_t i = 0; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = 0xff;
  }
  EXPECT_NE(Refused(WriteBytes("huge.jpg", jpeg)).message, "");
  TestBytes png = *EncodePng(Gradient(4, 4, 3, 255), 8);
  for (int i : {16, 17, 20, 21}) png[i] = 0x7f;
  const uint32_t crc = static_cast<uint32_t>(crc32(0, png.data() + 12, 17));
  for (int i = 0; i < 4; ++i) png[29 + i] = static_cast<uint8_t>(crc >> (24 - 8 * i));
  Refused(WriteBytes("huge.png", png));
  TestTiff t{.width = 2, .height = 2, .pixels = TestBytes(12, 1)};
  TestBytes tiff = ReadBytes(WriteTestTiff("small.tif", t));
  const size_t start = tiff[4] | tiff[5] << 8;
  for (uint32_t side : {0x80000000u, 0xffffffffu, 60000u, 20000u}) {
    TestBytes big = tiff;
    for (size_t entry = start + 2; entry + 12 <= big.size(); entry += 12) {
      const int tag = big[entry] | big[entry + 1] << 8;
      if (tag != 256 && tag != 257) continue;
      big[entry + 2] = 4;  // LONG
      std::memcpy(big.data() + entry + 8, &side, 4);
    }
    Refused(WriteBytes("big.tif", big));
  }
}

TEST(Picture, RawFilesAreNoPictures) {
  TestTiff t{.width = 2, .height = 1, .samples = 1, .pixels = {1, 2}};
  t.photometric = PHOTOMETRIC_CFA;
  EXPECT_FALSE(IsPictureFile(WriteTestTiff("cfa.tif", t)));
  Refused(TestPath("cfa.tif"));
  const std::string dng = std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/burst/frame_00.dng";
  if (std::ifstream(dng)) {
    EXPECT_FALSE(IsPictureFile(dng));
  }
}

TEST(Picture, LinearRowInterpolatesShortCurvesAndGoesOnBeyond) {
  Picture p;
  p.value = Image<float>(4, 1, 3);
  for (int c = 0; c < 3; ++c) {
    const float values[] = {0.25f, 0.75f, 1.5f, -0.25f};
    std::copy_n(values, 4, p.value.row(0, c));
    p.curve[c] = {0, 0.2f, 1};
  }
  float r[4], g[4], b[4];
  LinearRow(p, 0, r, g, b);
  EXPECT_FLOAT_EQ(r[0], 0.1f);
  EXPECT_FLOAT_EQ(g[1], 0.6f);
  EXPECT_FLOAT_EQ(b[2], 1.8f);
  EXPECT_FLOAT_EQ(r[3], -0.1f);
}

}  // namespace
}  // namespace petzval
