// Opcode lists: what is applied, what is handed on, and lists that lie about their lengths.
#include "petzval/capture/opcodes.h"

#include <gtest/gtest.h>

#include <bit>
#include <filesystem>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Put;
using testing_dng::Ramp;
using testing_dng::Read;

class List {
 public:
  List& Add(uint32_t id, const Bytes& data, bool optional = false) {
    Put(body_, id, 4, true);
    Put(body_, 0x01030000, 4, true);
    Put(body_, optional ? 1 : 0, 4, true);
    Put(body_, data.size(), 4, true);
    body_.insert(body_.end(), data.begin(), data.end());
    ++count_;
    return *this;
  }
  Bytes Build() const {
    Bytes all;
    Put(all, count_, 4, true);
    for (uint8_t byte : body_) all.push_back(byte);
    return all;
  }

 private:
  Bytes body_;
  uint32_t count_ = 0;
};

Bytes Words(const std::vector<uint32_t>& v) {
  Bytes b;
  for (uint32_t x : v) Put(b, x, 4, true);
  return b;
}
void PutDoubles(Bytes& b, const std::vector<double>& v) {
  for (double x : v) Put(b, std::bit_cast<uint64_t>(x), 8, true);
}

Bytes GainMapData(const Rect& r, uint32_t planes, uint32_t pitch, int points_v, int points_h,
                  uint32_t map_planes, const std::vector<float>& gains) {
  Bytes b = Words({uint32_t(r.y), uint32_t(r.x), uint32_t(r.y + r.height), uint32_t(r.x + r.width),
                   0, planes, pitch, pitch, uint32_t(points_v), uint32_t(points_h)});
  PutDoubles(b, {1.0 / std::max(points_v - 1, 1), 1.0 / std::max(points_h - 1, 1), 0, 0});
  Put(b, map_planes, 4, true);
  for (float g : gains) Put(b, std::bit_cast<uint32_t>(g), 4, true);
  return b;
}

TEST(OpcodesTest, GainMapAndWarp) {
  const std::vector<float> gains{1, 2, 3, 4, 5, 6};
  Bytes warp = Words({1});
  PutDoubles(warp, {1, 0.01, -0.002, 0.0003, 0.0001, -0.0001, 0.5, 0.49});
  Dng dng(16, 12, true);
  dng.ifd.Undefined(tag::kOpcodeList2,
                    List().Add(9, GainMapData({1, 0, 15, 12}, 1, 2, 2, 3, 1, gains)).Build());
  dng.ifd.Undefined(tag::kOpcodeList3, List().Add(1, warp).Add(3, Bytes(56), true).Build());
  const auto frame = Read(dng.Build(Ramp(16 * 12)));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  ASSERT_EQ(frame->gain_maps.size(), 1u);
  const GainMap& map = frame->gain_maps[0];
  EXPECT_EQ(map.area, (Rect{1, 0, 15, 12}));
  EXPECT_EQ(map.col_pitch, 2);
  EXPECT_EQ(map.points_h, 3);
  EXPECT_EQ(map.spacing_h, 0.5);
  EXPECT_EQ(map.gain, gains);
  ASSERT_TRUE(frame->warp.has_value());
  EXPECT_EQ(frame->warp->plane[0].radial[2], -0.002);
  EXPECT_EQ(frame->warp->plane[0].tangential[1], -0.0001);
  EXPECT_EQ(frame->warp->center_y, 0.49);
  EXPECT_EQ(frame->other_opcodes, std::vector<std::string>{"FixVignetteRadial"});
  EXPECT_TRUE(frame->warnings.empty()) << frame->warnings[0];
}

TEST(OpcodesTest, MapOverThreePlanesBecomesMapsOverTheMosaic) {
  // One point, three gains: red 2, green 3, blue 4 on an RGGB mosaic cut by one column.
  Dng dng(9, 8);
  dng.ifd.Long(tag::kActiveArea, {0, 1, 8, 9});
  dng.ifd.Byte(tag::kCfaPattern, {1, 0, 2, 1});
  dng.ifd.Undefined(tag::kOpcodeList3,
                    List().Add(9, GainMapData({0, 0, 8, 8}, 3, 1, 1, 1, 3, {2, 3, 4})).Build());
  const auto frame = Read(dng.Build(Ramp(72)));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  ASSERT_EQ(frame->gain_maps.size(), 4u);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      std::vector<float> met;
      for (const GainMap& m : frame->gain_maps) {
        const int dx = x - m.area.x, dy = y - m.area.y;
        if (dx >= 0 && dy >= 0 && dx % m.col_pitch == 0 && dy % m.row_pitch == 0)
          met.push_back(m.gain[0]);
      }
      ASSERT_EQ(met.size(), 1u);
      EXPECT_EQ(met[0], 2 + int(frame->cfa.At(x, y)));
    }
  }
}

TEST(OpcodesTest, BadPixelsByListAndByConstant) {
  const int width = 24, height = 20;
  std::vector<uint16_t> samples(width * height);
  for (int y = 0; y < height; ++y) {
    // Each colour of its own level: a neighbour of another colour would show.
    for (int x = 0; x < width; ++x)
      samples[y * width + x] = static_cast<uint16_t>(1000 * (1 + x % 2 + 2 * (y % 2)));
  }
  const auto good = samples;
  samples[5 * width + 4] = 50000;
  samples[0] = 50000;
  samples[7 * width + 9] = 0;
  for (int y = 2; y < 4; ++y) {
    for (int x = 6; x < 9; ++x) samples[y * width + x] = 60000;
  }
  Dng dng(width, height);
  dng.ifd.Long(tag::kActiveArea, {1, 1, 20, 24});
  dng.ifd.Byte(tag::kCfaPattern, {2, 1, 1, 0});
  Bytes list = Words({0, 2, 1, 5, 4, 0, 0, 2, 6, 4, 9});
  dng.ifd.Undefined(tag::kOpcodeList1, List().Add(5, list).Add(4, Words({0, 0})).Build());
  const auto frame = Read(dng.Build(samples));
  ASSERT_TRUE(frame.has_value()) << frame.error().message;
  ASSERT_TRUE(frame->warnings.empty()) << frame->warnings[0];
  // The two greens lie diagonally and have levels of their own here, so only red and blue are
  // exact.
  for (int y = 1; y < height; ++y) {
    for (int x = 1; x < width; ++x) {
      const int expected = good[y * width + x], got = frame->mosaic.At(x - 1, y - 1);
      if (x % 2 == y % 2) {
        EXPECT_EQ(got, expected) << x << "," << y;
      } else {
        EXPECT_GE(got, 2000);
        EXPECT_LE(got, 3000);
      }
    }
  }

  // The same in list 2 counts from the active area.
  std::vector<uint16_t> again = good;
  again[5 * width + 4 + 1 + width] = 50000;
  dng.ifd.Remove(tag::kOpcodeList1);
  dng.ifd.Undefined(tag::kOpcodeList2, List().Add(5, Words({0, 1, 0, 5, 4})).Build());
  const auto second = Read(dng.Build(again));
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second->mosaic.At(4, 5), 50000);
}

TEST(OpcodesTest, ListsThatNameTooMuchAreRefusedAtOnce) {
  // Sixty thousand rectangles over everything: counted, not walked.
  const int width = 2000, height = 1500, rects = 60000;
  Bytes data = Words({0, 0, rects});
  for (int i = 0; i < rects; ++i) {
    for (uint32_t v : {0, 0, height, width}) Put(data, v, 4, true);
  }
  Opcodes opcodes;
  std::vector<std::string> warnings;
  ParseOpcodeList(List().Add(5, data).Build(), 1, opcodes, warnings);
  ASSERT_TRUE(warnings.empty());
  Image<uint16_t> mosaic(width, height);
  mosaic.Fill(5);
  Cfa cfa;
  cfa.color = {CfaColor::kRed, CfaColor::kGreen, CfaColor::kGreen, CfaColor::kBlue};
  FixBadPixelsAsStored(opcodes, cfa, {0, 0, width, height}, mosaic, warnings);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("more than 5 %"), std::string::npos);
}

TEST(OpcodesTest, BadPixelsOfAllOpcodesAreOneMask) {
  // Each list alone would take the other's bad pixels for good neighbours.
  const int width = 64, height = 64;
  Image<uint16_t> mosaic(width, height);
  mosaic.Fill(1000);
  mosaic.At(20, 20) = 60000;
  mosaic.At(22, 20) = 60000;
  mosaic.At(20, 22) = 0;
  Cfa cfa;
  cfa.color = {CfaColor::kRed, CfaColor::kGreen, CfaColor::kGreen, CfaColor::kBlue};
  std::vector<BadPixels> lists(3);
  lists[0].area = {{20, 20, 1, 1}};
  lists[1].area = {{22, 20, 1, 1}, {63, 63, 9, 9}, {90, 3, 1, 1}};
  lists[2].constant = 0;
  EXPECT_TRUE(FixBadPixels(lists, cfa, 0, 0, mosaic.plane(0)));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) EXPECT_EQ(mosaic.At(x, y), 1000) << x << "," << y;
  }
  // A constant that is everywhere is refused too, and nothing is touched.
  lists[2].constant = 1000;
  mosaic.At(20, 20) = 60000;
  EXPECT_FALSE(FixBadPixels(lists, cfa, 0, 0, mosaic.plane(0)));
  EXPECT_EQ(mosaic.At(20, 20), 60000);
}

TEST(OpcodesTest, WhatIsRequiredButNotAppliedIsSaid) {
  Opcodes opcodes;
  std::vector<std::string> warnings;
  ParseOpcodeList(List().Add(2, Bytes(8)).Add(77, Bytes(8), true).Build(), 3, opcodes, warnings);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("WarpFisheye"), std::string::npos);
  EXPECT_EQ(opcodes.others, (std::vector<std::string>{"WarpFisheye", "opcode 77"}));
}

TEST(OpcodesTest, EveryCutAndEveryFlippedByteIsSurvived) {
  Bytes warp = Words({3});
  for (int i = 0; i < 3; ++i) PutDoubles(warp, {1, 0, 0, 0, 0, 0});
  PutDoubles(warp, {0.5, 0.5});
  const Bytes list = List()
                         .Add(9, GainMapData({0, 0, 8, 8}, 1, 1, 2, 2, 1, {1, 1, 1, 1}))
                         .Add(1, warp)
                         .Add(5, Words({0, 1, 1, 5, 4, 0, 0, 2, 2}))
                         .Add(4, Words({0, 0}))
                         .Build();
  for (int which = 1; which <= 3; ++which) {
    for (size_t cut = 0; cut < list.size(); ++cut) {
      Opcodes opcodes;
      std::vector<std::string> warnings;
      ParseOpcodeList(std::span(list).first(cut), which, opcodes, warnings);
      EXPECT_FALSE(warnings.empty()) << "cut at " << cut;
    }
    for (size_t at = 0; at < list.size(); ++at) {
      for (uint8_t flip : {uint8_t{0x80}, uint8_t{0xFF}, uint8_t{0x01}}) {
        Bytes damaged = list;
        damaged[at] ^= flip;
        Opcodes opcodes;
        std::vector<std::string> warnings;
        ParseOpcodeList(damaged, which, opcodes, warnings);
        for (const GainMap& m : opcodes.gain_maps) {
          EXPECT_EQ(m.gain.size(), size_t(m.points_v) * m.points_h * m.map_planes);
        }
      }
    }
  }
}

TEST(OpcodesTest, ListsDumpedFromPhones) {
  const auto folder =
      std::filesystem::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data" / "raw" / "opcodes";
  if (!std::filesystem::is_directory(folder))
    GTEST_SKIP() << "../shared/data/raw/opcodes is absent";
  for (const char* name : {"HTC_OneA9_opc2.bin", "LG_G4_opc2.bin", "LG_G4_opc3.bin"}) {
    const auto bytes = ReadFile((folder / name).string(), 1 << 20);
    ASSERT_TRUE(bytes.has_value());
    Opcodes opcodes;
    std::vector<std::string> warnings;
    const bool third = std::string(name).find("opc3") != std::string::npos;
    ParseOpcodeList(*bytes, third ? 3 : 2, opcodes, warnings);
    EXPECT_TRUE(warnings.empty()) << name << ": " << warnings[0];
    if (third) continue;
    EXPECT_EQ(opcodes.gain_maps.size(), 4u) << name;
    for (const GainMap& m : opcodes.gain_maps) {
      for (float g : m.gain) EXPECT_GE(g, 0.5f);
    }
  }
}

}  // namespace
}  // namespace petzval
