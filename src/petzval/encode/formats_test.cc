// PNG, TIFF and metadata, read back by the libraries everybody uses.
#include <gtest/gtest.h>
#include <lcms2.h>
#include <png.h>
#include <sys/resource.h>
#include <tiffio.h>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/capture/byte_source.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/tiff_file.h"
#include "petzval/color/spaces.h"
#include "petzval/encode/icc.h"
#include "petzval/encode/metadata.h"
#include "petzval/encode/test_picture.h"
#include "petzval/encode/tiff_writer.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

std::string TempPath(const std::string& name) { return testing::TempDir() + "/" + name; }

template <class T>
std::vector<T> Expected(const PixelSource& source) {
  std::vector<T> rgb(size_t{3} * source.width * source.height);
  const ptrdiff_t stride = 3 * source.width;
  if constexpr (sizeof(T) == 1) {
    EXPECT_TRUE(source.strip8(0, source.height, rgb.data(), stride).has_value());
  } else if constexpr (sizeof(T) == 2) {
    EXPECT_TRUE(source.strip16(0, source.height, rgb.data(), stride).has_value());
  } else {
    EXPECT_TRUE(source.strip32f(0, source.height, rgb.data(), stride).has_value());
  }
  return rgb;
}

struct Png {
  int bits = 0;
  Bytes icc, exif;
  std::string xmp;
  Bytes rows;  // as in the file, big endian
};

Png ReadPng(const std::string& path) {
  Png out;
  FILE* file = std::fopen(path.c_str(), "rb");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file);
  png_read_info(png, info);
  out.bits = png_get_bit_depth(png, info);
  png_charp name;
  int method;
  png_bytep data;
  png_uint_32 size;
  if (png_get_iCCP(png, info, &name, &method, &data, &size)) out.icc.assign(data, data + size);
  if (png_get_eXIf_1(png, info, &size, &data)) out.exif.assign(data, data + size);
  png_textp text;
  int count = 0;
  png_get_text(png, info, &text, &count);
  for (int i = 0; i < count; ++i) {
    if (std::strcmp(text[i].key, "XML:com.adobe.xmp") == 0) out.xmp = text[i].text;
  }
  const size_t row_bytes = png_get_rowbytes(png, info);
  const int height = static_cast<int>(png_get_image_height(png, info));
  out.rows.resize(row_bytes * height);
  for (int y = 0; y < height; ++y) png_read_row(png, out.rows.data() + row_bytes * y, nullptr);
  png_read_end(png, nullptr);
  png_destroy_read_struct(&png, &info, nullptr);
  std::fclose(file);
  return out;
}

TEST(PngPicture, PixelsAndMetadataComeBack) {
  for (const auto& [width, height] : {std::pair{1, 1}, {331, 401}, {90, 700}}) {
    const PixelSource source = TestSource(width, height);
    PictureMetadata metadata = TestMetadata();
    metadata.space = PictureSpace::kDisplayP3;
    const std::string path = TempPath("picture.png");
    ASSERT_TRUE(EncodePicture(path, source, {.bits = 8}, metadata).has_value());
    const Png png8 = ReadPng(path);
    EXPECT_EQ(png8.bits, 8);
    EXPECT_EQ(png8.rows, Expected<uint8_t>(source));
    EXPECT_EQ(png8.icc, IccProfile(PictureSpace::kDisplayP3));
    EXPECT_EQ(png8.exif, ExifBlock(metadata, width, height));
    EXPECT_EQ(png8.xmp, XmpPacket(metadata));

    ASSERT_TRUE(EncodePicture(path, source, {.bits = 16}, metadata).has_value());
    const Png png16 = ReadPng(path);
    EXPECT_EQ(png16.bits, 16);
    Bytes big_endian;
    for (const uint16_t v : Expected<uint16_t>(source)) {
      big_endian.insert(big_endian.end(), {static_cast<uint8_t>(v >> 8), static_cast<uint8_t>(v)});
    }
    EXPECT_EQ(png16.rows, big_endian);
  }
}

TEST(PngPicture, CodePointsNameTheSpace) {
  const struct {
    PictureSpace space;
    uint8_t primaries, transfer;
  } cases[] = {{PictureSpace::kSrgb, 1, 13},
               {PictureSpace::kDisplayP3, 12, 13},
               {PictureSpace::kLinearRec2020, 9, 8}};
  for (const auto& c : cases) {
    PictureMetadata metadata;
    metadata.space = c.space;
    const std::string path = TempPath("cicp.png");
    ASSERT_TRUE(EncodePicture(path, TestSource(8, 8), {}, metadata).has_value());
    const auto bytes = ReadFile(path, 1 << 20);
    ASSERT_TRUE(bytes.has_value());
    const Bytes expected = {0, 0, 0, 4, 'c', 'I', 'C', 'P', c.primaries, c.transfer, 0, 1};
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bytes->begin() + 33));
    EXPECT_EQ(ReadPng(path).icc, IccProfile(c.space));  // libpng checks the CRC on its way
  }
}

template <class T>
std::vector<T> ReadTiff(const std::string& path, Bytes* icc, std::string* xmp) {
  TIFF* tiff = TIFFOpen(path.c_str(), "r");
  EXPECT_NE(tiff, nullptr);
  uint32_t w = 0, h = 0, size = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &w);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &h);
  uint8_t* data = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &data)) icc->assign(data, data + size);
  if (TIFFGetField(tiff, TIFFTAG_XMLPACKET, &size, &data)) xmp->assign(data, data + size);
  std::vector<T> rgb(size_t{3} * w * h);
  for (uint32_t y = 0; y < h; ++y) {
    EXPECT_EQ(TIFFReadScanline(tiff, rgb.data() + size_t{3} * w * y, y), 1);
  }
  TIFFClose(tiff);
  return rgb;
}

template <class T>
void TiffComesBack(int width, int height, PictureSpace space) {
  const PixelSource source = TestSource(width, height);
  PictureMetadata metadata = TestMetadata();
  metadata.space = space;
  const std::string path = TempPath("picture.tif");
  const EncodeParams params{.bits = 8 * static_cast<int>(sizeof(T))};
  const auto status = EncodePicture(path, source, params, metadata);
  ASSERT_TRUE(status.has_value()) << status.error().message;
  Bytes icc;
  std::string xmp;
  EXPECT_EQ(ReadTiff<T>(path, &icc, &xmp), Expected<T>(source));
  EXPECT_EQ(icc, IccProfile(space));
  EXPECT_EQ(xmp, XmpPacket(metadata));
  auto file = ByteSource::Open(path);
  ASSERT_TRUE(file.has_value());
  const auto tiff = TiffFile::Parse(*file);
  ASSERT_TRUE(tiff.has_value());
  ASSERT_NE(tiff->exif_ifd(), nullptr);
  EXPECT_NEAR(tiff->Number(*tiff->exif_ifd(), tag::kExposureTime).value_or(0), 0.02, 1e-7);
  EXPECT_EQ(tiff->Number(*tiff->exif_ifd(), tag::kIso).value_or(0), 400);
}

TEST(TiffPicture, PixelsAndMetadataComeBack) {
  for (const auto& [width, height] : {std::pair{1, 1}, {331, 401}, {90, 700}}) {
    TiffComesBack<uint8_t>(width, height, PictureSpace::kSrgb);
    TiffComesBack<uint16_t>(width, height, PictureSpace::kDisplayP3);
    TiffComesBack<float>(width, height, PictureSpace::kLinearRec2020);
  }
}

// What pictures above 4 GB are written through.
TEST(TiffPicture, BigTiff) {
  const std::string path = TempPath("big.tif");
  auto file = OutputFile::Create(path);
  ASSERT_TRUE(file.has_value());
  TiffWriter tiff(&*file, true);
  tiff.WriteExif(TestMetadata().exif, 1);
  tiff.Set(TIFFTAG_IMAGEWIDTH, 2);
  tiff.Set(TIFFTAG_IMAGELENGTH, 1);
  tiff.Set(TIFFTAG_BITSPERSAMPLE, 8);
  tiff.Set(TIFFTAG_SAMPLESPERPIXEL, 3);
  tiff.Set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  tiff.Set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  tiff.Set(TIFFTAG_ROWSPERSTRIP, 1);
  const Bytes pixels = {1, 2, 3, 4, 5, 6};
  tiff.WriteStrip(0, pixels);
  ASSERT_TRUE(tiff.Close().has_value());
  ASSERT_TRUE(file->Commit().has_value());
  const auto bytes = ReadFile(path, 1 << 20);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ((*bytes)[2], 43) << "the version number of BigTIFF";
  Bytes icc;
  std::string xmp;
  EXPECT_EQ(ReadTiff<uint8_t>(path, &icc, &xmp), pixels);
}

TEST(Pictures, BytesDoNotDependOnThreads) {
  const int threads = Threads();
  for (const auto& [name, bits] :
       {std::pair{"t.png", 8}, {"t.png", 16}, {"t.tif", 8}, {"t.tif", 16}, {"t.tif", 32}}) {
    std::vector<Bytes> files;
    for (const int n : {1, 3}) {
      SetThreads(n);
      const std::string path = TempPath(name);
      ASSERT_TRUE(
          EncodePicture(path, TestSource(211, 707), {.bits = bits}, TestMetadata()).has_value());
      auto bytes = ReadFile(path, 1 << 28);
      ASSERT_TRUE(bytes.has_value());
      files.push_back(std::move(*bytes));
    }
    EXPECT_EQ(files[0], files[1]) << name << " " << bits;
  }
  SetThreads(threads);
}

// A limit on the size of files stands for a full disk: write() fails half-way.
TEST(Pictures, FullDiskIsOneSentenceAndLeavesNothing) {
  const std::string folder = TempPath("full_disk");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RawFrame frame;
  frame.mosaic = Image<uint16_t>(300, 400);
  frame.mosaic.Fill(100);
  frame.cfa.color = {CfaColor::kRed, CfaColor::kGreen, CfaColor::kGreen, CfaColor::kBlue};
  frame.white_dn = {1023, 1023, 1023};

  rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {20000, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const PixelSource source = TestSource(300, 400);
  std::vector<std::pair<std::string, Status>> all;
  for (const auto& [name, bits] :
       {std::pair{"a.jpg", 8}, {"a.png", 16}, {"a.tif", 8}, {"b.tif", 32}}) {
    all.emplace_back(name,
                     EncodePicture(folder + "/" + name, source, {.bits = bits}, TestMetadata()));
  }
  all.emplace_back("a.dng", WriteDng(folder + "/a.dng", frame));
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);

  for (const auto& [name, status] : all) {
    ASSERT_FALSE(status.has_value()) << name;
    EXPECT_EQ(status.error().code, ErrorCode::kIo) << name;
    EXPECT_NE(status.error().message.find(name), std::string::npos) << status.error().message;
    EXPECT_EQ(status.error().message.find('\n'), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(Pictures, PathIsCheckedBeforeTheWork) {
  EXPECT_TRUE(CheckPicturePath("a.JPG", {}).has_value());
  EXPECT_TRUE(CheckPicturePath("dir.x/a.jpeg", {}).has_value());
  EXPECT_TRUE(CheckPicturePath("a.png", {.bits = 16}).has_value());
  EXPECT_TRUE(CheckPicturePath("a.tiff", {.bits = 32}).has_value());
  for (const auto& [path, bits] :
       {std::pair{"a.webp", 8}, {"jpg", 8}, {"a", 8}, {"", 8}, {"a.jpg", 16}, {"a.png", 32}}) {
    const auto status = CheckPicturePath(path, {.bits = bits});
    ASSERT_FALSE(status.has_value()) << path;
    EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
  }
  EXPECT_FALSE(CheckPicturePath("a.jpg", {.jpeg_quality = 0}).has_value());
  const auto missing = EncodePicture(TempPath("no/such/folder/a.png"), TestSource(8, 8), {}, {});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_FALSE(EncodePicture(TempPath("a.png"), TestSource(0, 8), {}, {}).has_value());
}

// lcms2 takes device RGB through the profile; the standards say what XYZ must come out.
TEST(Icc, LcmsReadsTheColours) {
  const struct {
    PictureSpace space;
    const RgbSpace& rgb;
    bool linear;
  } cases[] = {{PictureSpace::kSrgb, kRec709, false},
               {PictureSpace::kDisplayP3, kDisplayP3, false},
               {PictureSpace::kLinearRec2020, kRec2020, true}};
  for (const auto& c : cases) {
    const Bytes& icc = IccProfile(c.space);
    cmsHPROFILE profile =
        cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size()));
    ASSERT_NE(profile, nullptr);
    cmsHPROFILE xyz = cmsCreateXYZProfile();
    cmsHTRANSFORM transform = cmsCreateTransform(profile, TYPE_RGB_DBL, xyz, TYPE_XYZ_DBL,
                                                 INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
    ASSERT_NE(transform, nullptr);
    const Mat3 to_d50 = BradfordAdaptation(kWhiteD50, c.rgb.white) * XyzFromRgb(c.rgb);
    for (const Vec3& rgb : {Vec3{{1, 1, 1}},
                            {{1, 0, 0}},
                            {{0, 1, 0}},
                            {{0, 0, 1}},
                            {{0.5, 0.2, 0.8}},
                            {{0.03, 0.02, 0.01}}}) {
      double in[3], out[3];
      Vec3 linear;
      for (int i = 0; i < 3; ++i) {
        in[i] = rgb[i];
        linear[i] = c.linear            ? rgb[i]
                    : rgb[i] <= 0.04045 ? rgb[i] / 12.92
                                        : std::pow((rgb[i] + 0.055) / 1.055, 2.4);
      }
      cmsDoTransform(transform, in, out, 1);
      const Vec3 expected = to_d50 * linear;
      for (int i = 0; i < 3; ++i) EXPECT_NEAR(out[i], expected[i], 3e-4);
    }
    cmsDeleteTransform(transform);
    cmsCloseProfile(profile);
    cmsCloseProfile(xyz);
  }
}

TEST(Metadata, Rationals) {
  const auto value = [](double v) {
    const Rational r = ToRational(v);
    return std::pair(r.numerator, r.denominator);
  };
  EXPECT_EQ(value(0.02), std::pair(1u, 50u));
  EXPECT_EQ(value(1.0 / 8000), std::pair(1u, 8000u));
  EXPECT_EQ(value(1.8), std::pair(9u, 5u));
  EXPECT_EQ(value(30), std::pair(30u, 1u));
  EXPECT_EQ(value(4.38), std::pair(219u, 50u));
  EXPECT_EQ(value(0), std::pair(0u, 1u));
  EXPECT_EQ(value(-1), std::pair(0u, 1u));
  EXPECT_EQ(value(1e300), std::pair(4294967295u, 1u));
  EXPECT_EQ(value(std::nan("")), std::pair(0u, 1u));
  for (const double v : {M_PI, 1e-3 / 3, 123456.789, 2.5e-7}) {
    const Rational r = ToRational(v);
    EXPECT_NEAR(static_cast<double>(r.numerator) / r.denominator, v, 1e-6 * v);
  }
}

TEST(Metadata, ExifSaysWhatTheFrameSaid) {
  const Bytes exif = ExifBlock(TestMetadata(), 640, 480);
  const ByteSource source = ByteSource::FromMemory(exif);
  const auto tiff = TiffFile::Parse(source);
  ASSERT_TRUE(tiff.has_value());
  EXPECT_EQ(tiff->Text(tiff->main_ifd(), tag::kMake), "Petz & Co");
  EXPECT_EQ(tiff->Text(tiff->main_ifd(), tag::kModel), "Model <1>");
  EXPECT_EQ(tiff->Text(tiff->main_ifd(), tag::kSoftware), SoftwareName()) << "not the firmware";
  EXPECT_EQ(tiff->Number(tiff->main_ifd(), tag::kOrientation), 1);
  ASSERT_NE(tiff->exif_ifd(), nullptr);
  const TiffIfd& ifd = *tiff->exif_ifd();
  EXPECT_NEAR(tiff->Number(ifd, tag::kExposureTime).value_or(0), 0.02, 1e-9);
  EXPECT_NEAR(tiff->Number(ifd, tag::kFNumber).value_or(0), 1.8, 1e-9);
  EXPECT_NEAR(tiff->Number(ifd, tag::kFocalLength).value_or(0), 4.38, 1e-9);
  EXPECT_EQ(tiff->Number(ifd, tag::kFocalLength35mm), 27);
  EXPECT_EQ(tiff->Number(ifd, tag::kIso), 400);
  EXPECT_EQ(tiff->Number(ifd, 0xa001), 1) << "ColorSpace sRGB";
  EXPECT_EQ(tiff->Number(ifd, 0xa002), 640);
  EXPECT_EQ(tiff->Number(ifd, 0xa003), 480);
  EXPECT_EQ(tiff->Text(ifd, tag::kDateTimeOriginal), "2026:05:17 20:15:30");
  EXPECT_EQ(tiff->Text(ifd, tag::kSubSecTimeOriginal), "033");
  EXPECT_EQ(tiff->Text(ifd, tag::kLensModel), "Main 26mm f/1.8");

  const PictureMetadata nothing;
  EXPECT_LT(ExifBlock(nothing, 1, 1).size(), exif.size());
}

TEST(Metadata, XmpIsEscapedAndUnique) {
  const std::string xmp = XmpPacket(TestMetadata());
  EXPECT_NE(xmp.find("<petzval:look>vivid</petzval:look>"), std::string::npos);
  EXPECT_NE(xmp.find("<petzval:input_file>a&lt;b&gt;&amp;&quot;c&quot;.dng</petzval:input_file>"),
            std::string::npos);
  EXPECT_NE(xmp.find("<petzval:input_file_2>second</petzval:input_file_2>"), std::string::npos);
  EXPECT_NE(xmp.find("<petzval:_1st>d\xc3\xa9j\xc3\xa0 vu ?\?</petzval:_1st>"), std::string::npos);
}

}  // namespace
}  // namespace petzval
