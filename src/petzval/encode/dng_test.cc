// DNG out and in again: what the frame knew must come back.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "petzval/base/file.h"
#include "petzval/capture/reader.h"
#include "petzval/encode/dng_opcodes.h"
#include "petzval/encode/encode.h"
#include "petzval/encode/test_picture.h"

namespace petzval {
namespace {

std::string TempPath(const std::string& name) { return testing::TempDir() + "/" + name; }

enum class Kind { kBayer, kQuad, kMono, kLinear };

// A frame with everything; the pixels reach from below black to the white level.
RawFrame FullFrame(Kind kind, int w, int h) {
  using enum CfaColor;
  RawFrame f;
  f.mosaic = Image<uint16_t>(w, h, kind == Kind::kLinear ? 3 : 1);
  for (int c = 0; c < f.mosaic.planes(); ++c) {
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const int color = kind == Kind::kLinear ? c : (x & 1) + (y & 1);
        f.mosaic.At(x, y, c) = static_cast<uint16_t>(250 + 3850 * TestSample(x, y, color));
      }
    }
  }
  f.mosaic.At(w / 2, h / 2) = 4095;
  switch (kind) {
    case Kind::kMono:
      f.cfa = {1, {kMono}};
      break;
    case Kind::kQuad:
      f.cfa = {4,
               {kRed, kRed, kGreen, kGreen, kRed, kRed, kGreen, kGreen, kGreen, kGreen, kBlue,
                kBlue, kGreen, kGreen, kBlue, kBlue}};
      break;
    default:
      f.cfa = {2, {kGreen, kBlue, kRed, kGreen}};
  }
  f.black_dn.fill(256);
  if (kind == Kind::kBayer) {
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 4; ++x) f.black_dn[y * 4 + x] = 256 + 0.5f * (y % 2 * 2 + x % 2);
    }
  } else if (kind == Kind::kQuad) {
    for (int i = 0; i < 16; ++i) f.black_dn[i] = 256 + 0.25f * static_cast<float>(i);
  }
  f.white_dn = {4095, 4095, 4095};
  f.default_crop = {6, 8, w - 14, h - 12};
  f.orientation = 6;
  f.baseline_exposure_ev = 0.35;
  f.noise.plane = {{{3e-4, 2e-6}, {3.1e-4, 2.1e-6}, {3.2e-4, 2.2e-6}}};
  if (kind == Kind::kMono) f.noise.plane.fill({3e-4, 2e-6});
  f.noise_from_file = true;
  f.color.calibration = {
      {.illuminant = 17,
       .camera_from_xyz =
           {{{{0.6314, -0.0167, -0.0539}, {-0.471, 1.246, 0.2524}, {-0.0969, 0.1656, 0.5571}}}},
       .camera_calibration = Mat3::Diagonal({{1.02, 1, 0.98}}),
       .xyz_d50_from_camera =
           Mat3{{{{0.62, 0.2, 0.1442}, {0.3, 0.65, 0.05}, {0.01, 0.1, 0.7149}}}}},
      {.illuminant = 21,
       .camera_from_xyz =
           {{{{0.583, 0.0488, -0.0755}, {-0.6424, 1.4503, 0.2049}, {-0.2067, 0.2882, 0.5288}}}},
       .camera_calibration = Mat3::Diagonal({{1.01, 1, 0.99}}),
       .xyz_d50_from_camera = Mat3{{{{0.6, 0.2, 0.1642}, {0.3, 0.6, 0.1}, {0.0, 0.1, 0.7249}}}}}};
  f.color.analog_balance = {{1.1, 1, 1.2}};
  f.color.as_shot_neutral = Vec3{{0.573140244723556, 1.0, 0.49250526488454816}};
  f.exif = TestMetadata().exif;
  GainMap map;
  map.area = {0, 0, w, h};
  map.row_pitch = map.col_pitch = kind == Kind::kBayer ? 2 : 1;
  map.points_v = 3;
  map.points_h = 4;
  map.spacing_v = 0.5;
  map.spacing_h = 1.0 / 3;
  map.planes = f.mosaic.planes();
  for (int i = 0; i < 12; ++i) map.gain.push_back(1 + 0.07f * static_cast<float>(i));
  f.gain_maps = {map};
  if (kind == Kind::kBayer) {
    map.area = {1, 0, w - 1, h};
    f.gain_maps.push_back(map);
  }
  WarpRectilinear warp;
  warp.plane = {{{1.001, 0.01, -0.02, 0.003}, {1e-4, -2e-4}}};
  warp.center_x = 0.49;
  f.warp = warp;
  return f;
}

void ExpectNear(const Mat3& a, const Mat3& b) {
  for (int i = 0; i < 9; ++i) EXPECT_NEAR(a[i / 3][i % 3], b[i / 3][i % 3], 1e-6);
}

void ExpectSamePixels(const RawFrame& a, const RawFrame& b) {
  ASSERT_EQ(a.width(), b.width());
  ASSERT_EQ(a.height(), b.height());
  ASSERT_EQ(a.mosaic.planes(), b.mosaic.planes());
  for (int c = 0; c < a.mosaic.planes(); ++c) {
    for (int y = 0; y < a.height(); ++y) {
      ASSERT_TRUE(
          std::equal(a.mosaic.row(y, c), a.mosaic.row(y, c) + a.width(), b.mosaic.row(y, c)))
          << "row " << y;
    }
  }
}

class Dng : public testing::TestWithParam<Kind> {};

TEST_P(Dng, ComesBack) {
  const Kind kind = GetParam();
  const RawFrame f = FullFrame(kind, 151, 98);
  const std::string path = TempPath("frame.dng");
  const auto written = WriteDng(path, f);
  ASSERT_TRUE(written.has_value()) << written.error().message;
  const auto read = ReadRaw(path);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const RawFrame& r = *read;
  for (const std::string& warning : r.warnings) ADD_FAILURE() << warning;
  ExpectSamePixels(f, r);
  if (kind != Kind::kLinear) {
    EXPECT_EQ(r.cfa.Name(), f.cfa.Name());
  }
  for (int i = 0; i < 16; ++i) EXPECT_NEAR(r.black_dn[i], f.black_dn[i], 1e-3) << i;
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(r.white_dn[c], f.white_dn[c]);
    EXPECT_EQ(r.noise.plane[c], f.noise.plane[c]);
  }
  EXPECT_TRUE(r.noise_from_file);
  EXPECT_EQ(r.default_crop, f.default_crop);
  EXPECT_EQ(r.orientation, 6);
  EXPECT_NEAR(r.baseline_exposure_ev, 0.35, 1e-6);
  EXPECT_EQ(r.exif.make, f.exif.make);
  EXPECT_EQ(r.exif.model, f.exif.model);
  EXPECT_EQ(r.exif.lens, f.exif.lens);
  EXPECT_EQ(r.exif.datetime_original, f.exif.datetime_original);
  EXPECT_EQ(r.exif.subsec_original, f.exif.subsec_original);
  EXPECT_NEAR(r.exif.exposure_s, 0.02, 1e-9);
  EXPECT_NEAR(r.exif.f_number, 1.8, 1e-6);
  EXPECT_EQ(r.exif.iso, 400);
  EXPECT_NEAR(r.exif.focal_length_mm, 4.38, 1e-6);
  EXPECT_EQ(r.exif.focal_length_35mm, 27);

  if (kind != Kind::kMono) {
    ASSERT_EQ(r.color.calibration.size(), 2u);
    for (int i = 0; i < 2; ++i) {
      const auto &a = r.color.calibration[i], &b = f.color.calibration[i];
      EXPECT_EQ(a.illuminant, b.illuminant);
      ExpectNear(a.camera_from_xyz, b.camera_from_xyz);
      ExpectNear(a.camera_calibration, b.camera_calibration);
      ASSERT_TRUE(a.xyz_d50_from_camera.has_value());
      ExpectNear(*a.xyz_d50_from_camera, *b.xyz_d50_from_camera);
    }
    ASSERT_TRUE(r.color.as_shot_neutral.has_value());
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR((*r.color.as_shot_neutral)[c], (*f.color.as_shot_neutral)[c], 1e-6);
      EXPECT_NEAR(r.color.analog_balance[c], f.color.analog_balance[c], 1e-6);
    }
  }
  ASSERT_EQ(r.gain_maps.size(), f.gain_maps.size());
  for (size_t i = 0; i < f.gain_maps.size(); ++i) {
    const GainMap &a = r.gain_maps[i], &b = f.gain_maps[i];
    EXPECT_EQ(a.area, b.area);
    EXPECT_EQ(a.row_pitch, b.row_pitch);
    EXPECT_EQ(a.points_h, b.points_h);
    EXPECT_EQ(a.spacing_h, b.spacing_h);
    EXPECT_EQ(a.gain, b.gain);
  }
  ASSERT_TRUE(r.warp.has_value());
  ASSERT_EQ(r.warp->plane.size(), 1u);
  EXPECT_EQ(r.warp->plane[0].radial, f.warp->plane[0].radial);
  EXPECT_EQ(r.warp->plane[0].tangential, f.warp->plane[0].tangential);
  EXPECT_EQ(r.warp->center_x, f.warp->center_x);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Dng,
                         testing::Values(Kind::kBayer, Kind::kQuad, Kind::kMono, Kind::kLinear));

TEST(DngFile, SizesAndRowsWithoutGaps) {
  // Rows with and without padding in memory, one strip and several.
  for (const auto& [w, h] : {std::pair{32, 20}, {33, 20}, {3, 5}, {2048, 2100}}) {
    RawFrame f = FullFrame(Kind::kBayer, w, h);
    f.gain_maps.clear();
    f.warp.reset();
    f.default_crop = {};
    const std::string path = TempPath("size.dng");
    ASSERT_TRUE(WriteDng(path, f).has_value());
    const auto r = ReadRaw(path);
    ASSERT_TRUE(r.has_value()) << r.error().message;
    ExpectSamePixels(f, *r);
    const int margin = w > 16 ? 4 : 0;
    EXPECT_EQ(r->default_crop, (Rect{margin, margin, w - 2 * margin, h - 2 * margin}));
  }
}

TEST(DngFile, UnknownColourStaysUnknown) {
  RawFrame f = FullFrame(Kind::kBayer, 64, 64);
  f.color = {};
  const std::string path = TempPath("unknown.dng");
  ASSERT_TRUE(WriteDng(path, f).has_value());
  const auto r = ReadRaw(path);
  ASSERT_TRUE(r.has_value());
  EXPECT_TRUE(r->color.calibration.empty());
  EXPECT_FALSE(r->color.as_shot_neutral.has_value());
}

TEST(DngFile, ExiftoolFindsNothingWrong) {
  ASSERT_EQ(std::system("exiftool -ver > /dev/null 2>&1"), 0) << "install tools/packages.txt";
  for (const Kind kind : {Kind::kBayer, Kind::kQuad, Kind::kMono, Kind::kLinear}) {
    const std::string path = TempPath("valid.dng");
    ASSERT_TRUE(WriteDng(path, FullFrame(kind, 151, 98)).has_value());
    const std::string report = TempPath("valid.txt");
    ASSERT_EQ(std::system(("exiftool -validate -warning -a " + path + " > " + report).c_str()), 0);
    const auto text = ReadFile(report, 1 << 16);
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(std::string(text->begin(), text->end()), "Validate                        : OK\n");
  }
}

TEST(DngOpcodes, AreBigEndianWithTheirLengths) {
  const RawFrame f = FullFrame(Kind::kBayer, 64, 48);
  const std::vector<uint8_t> list = SerializeGainMaps(f.gain_maps);
  // Count, then per opcode 16 bytes of header and 76 + 4 n bytes of parameters.
  ASSERT_EQ(list.size(), 4 + 2 * (16 + 76 + 4 * 12));
  EXPECT_EQ(list[3], 2);
  EXPECT_EQ(list[7], 9);
  EXPECT_EQ(list[19], 76 + 4 * 12);
  EXPECT_TRUE(SerializeGainMaps({}).empty());
  EXPECT_EQ(SerializeWarp(*f.warp).size(), 4 + 16 + 4 + 6 * 8 + 2 * 8);
}

TEST(DngErrors, AreSentences) {
  const auto empty = WriteDng(TempPath("empty.dng"), RawFrame{});
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().code, ErrorCode::kInvalidInput);
  const auto folder = WriteDng(TempPath("no/such/folder.dng"), FullFrame(Kind::kBayer, 16, 16));
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace petzval
