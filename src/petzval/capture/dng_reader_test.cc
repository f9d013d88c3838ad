// DNGs made here: packings, areas, colour filter arrays, directories, and what must be refused.
#include "petzval/capture/dng_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Header;
using testing_dng::Ifd;
using testing_dng::PatchFirstIfd;
using testing_dng::Ramp;
using testing_dng::Read;

std::vector<uint16_t> Pixels(const RawFrame& frame, int plane = 0) {
  std::vector<uint16_t> v;
  for (int y = 0; y < frame.height(); ++y) {
    const uint16_t* row = frame.mosaic.row(y, plane);
    v.insert(v.end(), row, row + frame.width());
  }
  return v;
}

TEST(ReadDngTest, EveryPackingAndByteOrder) {
  for (bool big : {false, true}) {
    for (int bits : {8, 10, 12, 14, 16}) {
      for (int width : {16, 23}) {
        const auto samples = Ramp(width * 6, (1 << bits) - 1);
        Dng dng(width, 6, big);
        dng.ifd.Short(tag::kBitsPerSample, {bits});
        const auto frame =
            Read(dng.Build({bits == 16 ? dng.Words(samples) : Dng::Packed(samples, bits, width)}));
        ASSERT_TRUE(frame.has_value()) << frame.error().message;
        EXPECT_EQ(Pixels(*frame), samples) << bits << " bits, width " << width << ", big " << big;
        EXPECT_EQ(frame->white_dn[0], (1 << bits) - 1);
      }
    }
  }
}

TEST(ReadDngTest, TenBitsStoredInWords) {
  const auto samples = Ramp(16 * 6, 1023);
  Dng dng(16, 6);
  dng.ifd.Short(tag::kBitsPerSample, {10});
  const auto frame = Read(dng.Build({dng.Words(samples)}));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  EXPECT_EQ(Pixels(*frame), samples);
}

TEST(ReadDngTest, StripsAndTilesWithAnActiveArea) {
  const int width = 20, height = 14;
  const auto samples = Ramp(width * height);
  std::vector<uint16_t> expected;
  for (int y = 3; y < 13; ++y) {
    for (int x = 5; x < 18; ++x) expected.push_back(samples[y * width + x]);
  }
  for (bool tiles : {false, true}) {
    for (bool big : {false, true}) {
      Dng dng(width, height, big);
      dng.ifd.Long(tag::kActiveArea, {3, 5, 13, 18});
      std::vector<Bytes> blocks;
      const int bw = tiles ? 8 : width, bh = 4;
      if (tiles) {
        dng.ifd.Long(tag::kTileWidth, {8});
        dng.ifd.Long(tag::kTileLength, {4});
      } else {
        dng.ifd.Long(tag::kRowsPerStrip, {4});
      }
      for (int y = 0; y < height; y += bh) {
        for (int x = 0; x < width; x += bw) {
          std::vector<uint16_t> block;
          for (int v = y; v < (tiles ? y + bh : std::min(y + bh, height)); ++v) {
            for (int u = x; u < x + bw; ++u) {
              block.push_back(u < width && v < height ? samples[v * width + u] : 9999);
            }
          }
          blocks.push_back(dng.Words(block));
        }
      }
      const auto frame = Read(dng.Build(blocks, tiles));
      ASSERT_TRUE(frame.has_value()) << frame.error().message;
      EXPECT_EQ(frame->width(), 13);
      EXPECT_EQ(Pixels(*frame), expected) << "tiles " << tiles << ", big " << big;
    }
  }
}

TEST(ReadDngTest, DeflateWithDifferences) {
  const int width = 12, height = 5;
  for (bool differences : {false, true}) {
    const auto samples = Ramp(width * height);
    std::vector<uint16_t> coded = samples;
    for (int y = 0; differences && y < height; ++y) {
      for (int x = width - 1; x > 0; --x) {
        coded[y * width + x] =
            static_cast<uint16_t>(samples[y * width + x] - samples[y * width + x - 1]);
      }
    }
    Dng dng(width, height);
    dng.ifd.Short(tag::kCompression, {8});
    dng.ifd.Short(tag::kPredictor, {differences ? 2 : 1});
    const Bytes plain = dng.Words(coded);
    Bytes packed(compressBound(plain.size()));
    uLongf size = packed.size();
    ASSERT_EQ(compress(packed.data(), &size, plain.data(), plain.size()), Z_OK);
    packed.resize(size);
    const auto frame = Read(dng.Build({packed}));
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    EXPECT_EQ(Pixels(*frame), samples);
    packed.resize(size / 2);
    EXPECT_FALSE(Read(dng.Build({packed})).has_value());
  }
}

TEST(ReadDngTest, LinearRawChunkyAndPlanar) {
  const int n = 6 * 4;
  const auto samples = Ramp(n * 3);
  for (bool planar : {false, true}) {
    Dng dng(6, 4);
    dng.ifd.Short(tag::kPhotometric, {34892});
    dng.ifd.Short(tag::kSamplesPerPixel, {3});
    dng.ifd.Short(tag::kBitsPerSample, {16, 16, 16});
    dng.ifd.Short(tag::kPlanarConfig, {planar ? 2 : 1});
    std::vector<Bytes> blocks{dng.Words(samples)};
    if (planar) {
      blocks.clear();
      for (int c = 0; c < 3; ++c) {
        std::vector<uint16_t> plane;
        for (int i = 0; i < n; ++i) plane.push_back(samples[i * 3 + c]);
        blocks.push_back(dng.Words(plane));
      }
    }
    const auto frame = Read(dng.Build(blocks));
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    ASSERT_TRUE(frame->IsLinearRaw());
    for (int c = 0; c < 3; ++c) {
      const auto plane = Pixels(*frame, c);
      for (int i = 0; i < n; ++i) ASSERT_EQ(plane[i], samples[i * 3 + c]);
    }
  }
}

TEST(ReadDngTest, ColourFilterArrays) {
  const auto name = [](const std::vector<int>& dim, const Bytes& pattern) {
    Dng dng(8, 8);
    dng.ifd.Short(tag::kCfaRepeatPatternDim, dim);
    dng.ifd.Byte(tag::kCfaPattern, pattern);
    const auto frame = Read(dng.Build(Ramp(64)));
    return frame ? frame->cfa.Name() : frame.error().message;
  };
  EXPECT_EQ(name({2, 2}, {0, 1, 1, 2}), "RGGB");
  EXPECT_EQ(name({2, 2}, {1, 2, 0, 1}), "GBRG");
  EXPECT_EQ(name({4, 4}, {0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2}), "RRGGRRGGGGBBGGBB");
  EXPECT_EQ(name({1, 1}, {1}), "mono");
  EXPECT_NE(name({2, 2}, {0, 1, 3, 2}).find("other colours"), std::string::npos);
  const Bytes trans{1, 2, 1, 1, 0, 1, 0, 1, 0, 2, 1, 2, 1, 2, 1, 1, 0, 1,
                    1, 0, 1, 1, 2, 1, 2, 1, 2, 0, 1, 0, 1, 0, 1, 1, 2, 1};
  EXPECT_NE(name({6, 6}, trans).find("X-Trans"), std::string::npos);
  EXPECT_NE(name({2, 2}, {0, 1, 1, 1}).find("lacks"), std::string::npos);
  EXPECT_NE(name({2, 3}, {0, 1, 1, 2}).find("malformed"), std::string::npos);
  EXPECT_NE(name({3, 3}, {0, 1, 1, 2, 0, 1, 1, 2, 0}).find("not supported"), std::string::npos);

  // What repeats within the stated square is its shortest form.
  EXPECT_EQ(name({4, 4}, {1, 2, 1, 2, 0, 1, 0, 1, 1, 2, 1, 2, 0, 1, 0, 1}), "GBRG");
  EXPECT_EQ(name({2, 4}, {0, 1, 0, 1, 1, 2, 1, 2}), "RGGB");
  EXPECT_EQ(name({4, 4}, Bytes(16, 2)), "mono");
  EXPECT_EQ(name({1, 3}, {1, 1, 1}), "mono");

  Dng mono(8, 8);
  mono.ifd.Short(tag::kPhotometric, {34892});
  const auto frame = Read(mono.Build(Ramp(64)));
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->cfa.IsMono());
  EXPECT_EQ(frame->mosaic.planes(), 1);
}

TEST(ReadDngTest, ColourFiltersThatAreNoNumbers) {
  for (double bad : {double(NAN), double(INFINITY), -1.0, 1e300, 256.0}) {
    Dng dng(8, 8);
    dng.ifd.Double(tag::kCfaPattern, {bad, 1, 1, 2});
    auto frame = Read(dng.Build(Ramp(64)));
    ASSERT_FALSE(frame.has_value());
    EXPECT_NE(frame.error().message.find("other colours"), std::string::npos);
    dng.ifd.Byte(tag::kCfaPattern, {0, 1, 1, 2});
    dng.ifd.Double(tag::kCfaRepeatPatternDim, {2, bad});
    EXPECT_FALSE(Read(dng.Build(Ramp(64))).has_value());
  }
  Dng fraction(8, 8);
  fraction.ifd.Set(tag::kCfaPattern, 5, 4, Bytes(32, 0));  // four times 0/0
  EXPECT_FALSE(Read(fraction.Build(Ramp(64))).has_value());
}

TEST(ReadDngTest, OrderOfTheColourPlanes) {
  Dng dng(8, 8);
  dng.ifd.Byte(tag::kCfaPlaneColor, {0, 1, 2});
  EXPECT_TRUE(Read(dng.Build(Ramp(64))).has_value());
  dng.ifd.Byte(tag::kCfaPlaneColor, {2, 1, 0});
  const auto frame = Read(dng.Build(Ramp(64)));
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().code, ErrorCode::kUnsupported);
}

TEST(ReadDngTest, LensFromItsRange) {
  const auto lens = [](const std::function<void(Dng&)>& change) {
    Dng dng(8, 8);
    change(dng);
    const auto frame = Read(dng.Build(Ramp(64)));
    return frame ? frame->exif.lens : frame.error().message;
  };
  EXPECT_EQ(lens([](Dng& d) {
              d.ifd.Rational(tag::kLensInfo, {4.3, 4.3, 1.8, 1.8});
            }),
            "4.3 mm f/1.8");
  EXPECT_EQ(lens([](Dng& d) { d.ifd.Double(tag::kLensInfo, {24, 70, 2.8, NAN}); }), "24-70 mm");
  EXPECT_EQ(lens([](Dng& d) { d.ifd.Double(tag::kLensInfo, {NAN, 70, 2.8, 4}); }), "");
  EXPECT_EQ(lens([](Dng& d) { d.ifd.Double(tag::kLensInfo, {24, 70}); }), "");
  EXPECT_EQ(lens([](Dng& d) {
              d.ifd.Rational(tag::kLensInfo, {24, 70, 2.8, 4});
              d.ifd.Ascii(tag::kLensModel, "Zoom");
            }),
            "Zoom");
}

TEST(ReadDngTest, CalibrationsForUnknownLightAreKept) {
  Dng dng(8, 8);
  const std::vector<double> matrix{0.8, -0.2, -0.1, -0.4, 1.2, 0.2, -0.1, 0.2, 0.6};
  dng.ifd.Rational(tag::kColorMatrix1, matrix, true);
  dng.ifd.Rational(tag::kColorMatrix2, matrix, true);
  dng.ifd.Short(tag::kCalibrationIlluminant1, {0});
  dng.ifd.Short(tag::kCalibrationIlluminant2, {255});
  const auto frame = Read(dng.Build(Ramp(64)));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  ASSERT_EQ(frame->color.calibration.size(), 2u);
  EXPECT_EQ(frame->color.calibration[0].illuminant, 0);
  EXPECT_EQ(frame->color.calibration[1].illuminant, 255);
}

TEST(ReadDngTest, DeflatedTilesBeyondThePicture) {
  const auto build = [](int tile, int rows) {
    Dng dng(8, 8);
    dng.ifd.Short(tag::kCompression, {8});
    dng.ifd.Long(tag::kTileWidth, {uint64_t(tile)});
    dng.ifd.Long(tag::kTileLength, {uint64_t(tile)});
    const Bytes plain(size_t{2} * tile * rows, 7);
    Bytes packed(compressBound(plain.size()));
    uLongf size = packed.size();
    EXPECT_EQ(compress(packed.data(), &size, plain.data(), plain.size()), Z_OK);
    packed.resize(size);
    return dng.Build({packed}, true);
  };
  // Only the rows of the picture need to be there.
  for (int rows : {8, 256}) {
    const auto frame = Read(build(256, rows));
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    EXPECT_EQ(frame->mosaic.At(7, 7), 7 * 257);
  }
  EXPECT_FALSE(Read(build(256, 7)).has_value());
  const auto frame = Read(build(6600, 8));
  ASSERT_FALSE(frame.has_value());
  EXPECT_NE(frame.error().message.find("tiles of 6600 x 6600"), std::string::npos);
}

TEST(ReadDngTest, TheMainPictureIsFoundAmongPreviews) {
  const auto samples = Ramp(64);
  Bytes file = Header(false);
  const auto add = [&](int width, int photometric, int type, uint64_t pixels) {
    Dng dng(width, width);
    dng.ifd.Long(tag::kNewSubfileType, {uint64_t(type)});
    dng.ifd.Short(tag::kPhotometric, {photometric});
    dng.ifd.Remove(tag::kDngVersion);
    dng.ifd.Long(tag::kStripOffsets, {pixels});
    dng.ifd.Long(tag::kStripByteCounts, {uint64_t(width) * width * 2});
    return dng.ifd.Write(file);
  };
  const uint64_t pixels = file.size();
  for (uint16_t v : samples) testing_dng::Put(file, v, 2, false);
  const uint64_t reduced = add(16, 32803, 1, pixels);  // larger, but a reduced picture
  const uint64_t preview = add(32, 6, 1, pixels);
  const uint64_t main = add(8, 32803, 0, pixels);
  Ifd root;
  root.Byte(tag::kDngVersion, {1, 4, 0, 0});
  root.Ascii(tag::kModel, "Model");
  root.Short(tag::kOrientation, {6});
  root.Long(tag::kSubIfds, {reduced, preview, main});
  PatchFirstIfd(file, root.Write(file), false);
  const auto frame = Read(file);
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  EXPECT_EQ(frame->width(), 8);
  EXPECT_EQ(Pixels(*frame), samples);
  EXPECT_EQ(frame->exif.model, "Model");
  EXPECT_EQ(frame->orientation, 6);
}

TEST(ReadDngTest, CropColourAndExif) {
  Dng dng(16, 12);
  dng.ifd.Rational(tag::kDefaultCropOrigin, {2, 1});
  dng.ifd.Rational(tag::kDefaultCropSize, {10, 9});
  dng.ifd.Rational(tag::kColorMatrix1, {1, 0.1, 0, 0, 1.1, 0, 0, 0, 0.9}, true);
  dng.ifd.Short(tag::kCalibrationIlluminant1, {17});
  dng.ifd.Rational(tag::kColorMatrix2, {1, -0.1, 0, 0, 1.2, 0, 0, 0, 0.8}, true);
  dng.ifd.Short(tag::kCalibrationIlluminant2, {21});
  dng.ifd.Rational(tag::kCameraCalibration1, {1.02, 0, 0, 0, 1, 0, 0, 0, 1}, true);
  dng.ifd.Rational(tag::kForwardMatrix2, {0.5, 0.3, 0.16, 0.2, 0.7, 0.1, 0, 0.1, 0.72}, true);
  dng.ifd.Rational(tag::kAnalogBalance, {1.1, 1, 0.9});
  dng.ifd.Rational(tag::kAsShotNeutral, {1, 2, 0.5});
  dng.ifd.Rational(tag::kBaselineExposure, {-0.5}, true);
  dng.ifd.Rational(tag::kExposureTime, {0.01});
  dng.ifd.Short(tag::kIso, {800});
  const auto samples = Ramp(16 * 12);
  const auto frame = Read(dng.Build(samples));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  EXPECT_EQ(frame->default_crop, (Rect{2, 1, 10, 9}));
  ASSERT_EQ(frame->color.calibration.size(), 2u);
  EXPECT_EQ(frame->color.calibration[0].illuminant, 17);
  EXPECT_EQ(frame->color.calibration[0].camera_calibration[0][0], 1.02);
  EXPECT_FALSE(frame->color.calibration[0].xyz_d50_from_camera.has_value());
  EXPECT_TRUE(frame->color.calibration[1].xyz_d50_from_camera.has_value());
  EXPECT_EQ(frame->color.calibration[1].camera_from_xyz[0][1], -0.1);
  EXPECT_EQ(frame->color.analog_balance[2], 0.9);
  EXPECT_EQ((*frame->color.as_shot_neutral)[0], 0.5);
  EXPECT_EQ(frame->baseline_exposure_ev, -0.5);
  EXPECT_EQ(frame->exif.exposure_s, 0.01);
  EXPECT_EQ(frame->exif.iso, 800);

  // The calibration was made with another profile: it does not count.
  dng.ifd.Ascii(tag::kCameraCalibrationSignature, "one");
  dng.ifd.Ascii(tag::kProfileCalibrationSignature, "other");
  const auto other = Read(dng.Build(samples));
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->color.calibration[0].camera_calibration, Mat3::Identity());
}

TEST(ReadDngTest, SizesAreCheckedBeforeMemoryIsTaken) {
  Dng dng(16, 12);
  dng.ifd.Long(tag::kImageWidth, {uint64_t{1} << 31});
  dng.ifd.Long(tag::kImageLength, {2});
  auto frame = Read(dng.Build(Ramp(16 * 12)));
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().code, ErrorCode::kTooLarge);

  // Within the limits, but the file is far too short: refused before 700 MB are allocated.
  dng.ifd.Long(tag::kImageWidth, {20000});
  dng.ifd.Long(tag::kImageLength, {19000});
  dng.ifd.Long(tag::kRowsPerStrip, {19000});
  frame = Read(dng.Build(Ramp(16 * 12)));
  ASSERT_FALSE(frame.has_value());
  EXPECT_NE(frame.error().message.find("truncated"), std::string::npos) << frame.error().message;
}

TEST(ReadDngTest, TagsThatMakeNoSense) {
  const auto message = [](const std::function<void(Dng&)>& change) {
    Dng dng(8, 8);
    change(dng);
    const auto frame = Read(dng.Build(Ramp(64)));
    return frame ? std::string("read") : frame.error().message;
  };
  const auto has = [](const std::string& text, const char* part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(message([](Dng& d) { d.ifd.Short(tag::kPhotometric, {2}); }), "no RAW picture");
  has(message([](Dng& d) { d.ifd.Long(tag::kImageWidth, {0}); }), "size of the picture");
  has(message([](Dng& d) { d.ifd.Short(tag::kBitsPerSample, {32}); }), "1 to 16 bits");
  has(message([](Dng& d) { d.ifd.Short(tag::kSampleFormat, {3}); }), "floating point");
  has(message([](Dng& d) { d.ifd.Short(tag::kSamplesPerPixel, {4}); }), "samples per pixel");
  has(message([](Dng& d) { d.ifd.Long(tag::kRowsPerStrip, {2}); }),
      "states where 1 of its 4 strips");
  has(message([](Dng& d) { d.ifd.Long(tag::kRowsPerStrip, {0}); }), "size of its strips");
  // A bad active area and bad black levels only cost themselves.
  has(message([](Dng& d) { d.ifd.Short(tag::kBlackLevelRepeatDim, {0, 2}); }), "read");
  has(message([](Dng& d) { d.ifd.Short(tag::kBlackLevel, {1, 2, 3}); }), "read");
  has(message([](Dng& d) { d.ifd.Long(tag::kActiveArea, {4, 4, 2, 99}); }), "read");
}

}  // namespace
}  // namespace petzval
