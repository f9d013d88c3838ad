// Float maps: exact round trips, both byte orders, damage.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "petzval/image/picture.h"
#include "petzval/image/picture_test_util.h"

namespace petzval {
namespace {

TestBytes Text(const std::string& s) { return TestBytes(s.begin(), s.end()); }

TEST(Pfm, RoundTripIsExact) {
  for (int planes : {1, 3}) {
    Image<float> image(71, 130, planes);
    for (int c = 0; c < planes; ++c) {
      for (int y = 0; y < 130; ++y) {
        for (int x = 0; x < 71; ++x) image.At(x, y, c) = (x - 30) * 1.3f + y * 1e-3f + c * 1e7f;
      }
    }
    image.At(3, 4) = std::numeric_limits<float>::infinity();
    const std::string path = TestPath("map.pfm");
    ASSERT_TRUE(WritePfm(path, image).has_value());
    auto back = ReadPfm(path);
    ASSERT_TRUE(back.has_value()) << back.error().message;
    ASSERT_EQ(back->planes(), planes);
    for (int c = 0; c < planes; ++c) {
      for (int y = 0; y < 130; ++y) {
        ASSERT_EQ(std::memcmp(back->row(y, c), image.row(y, c), 71 * sizeof(float)), 0);
      }
    }
    auto picture = ReadPicture(path);
    ASSERT_TRUE(picture.has_value());
    EXPECT_EQ(picture->value.planes(), 3);
    EXPECT_EQ(picture->space, "linear Rec.2020");
    EXPECT_EQ(picture->value.At(5, 6, 2), image.At(5, 6, planes - 1));
  }
}

TEST(Pfm, BigEndianAndRowOrder) {
  TestBytes bytes = Text("Pf\n1 2\n1.0\n");
  for (uint8_t b : {0x3f, 0x80, 0, 0, 0x40, 0, 0, 0}) bytes.push_back(b);  // 1 below, 2 above
  auto image = ReadPfm(WriteBytes("big.pfm", bytes));
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->At(0, 0), 2);
  EXPECT_EQ(image->At(0, 1), 1);
}

TEST(Pfm, DamageIsRefused) {
  for (const std::string& text :
       {std::string("Pf\n1 2\n-1.0\n1234567"), std::string("Pf"), std::string("PX\n1 1\n-1\n1234"),
        std::string("Pf\n0 1\n-1\n"), std::string("Pf\n-3 1\n-1\n"),
        std::string("Pf\n1 1\n0\n1234"), std::string("Pf\n1 1\nnan\n1234"),
        std::string("Pf\n1x 1\n-1\n1234"), std::string()}) {
    auto image = ReadPfm(WriteBytes("bad.pfm", Text(text)));
    ASSERT_FALSE(image.has_value()) << text;
    EXPECT_EQ(image.error().code, ErrorCode::kInvalidInput);
  }
  auto huge = ReadPfm(WriteBytes("huge.pfm", Text("PF\n2147483648 2147483648\n-1\n")));
  ASSERT_FALSE(huge.has_value());
  EXPECT_EQ(huge.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ReadPfm(TestPath("nothing.pfm")).error().code, ErrorCode::kIo);
}

TEST(Pfm, WritesWholeFilesOrNone) {
  EXPECT_FALSE(WritePfm(TestPath("two.pfm"), Image<float>(3, 3, 2)).has_value());
  EXPECT_FALSE(std::filesystem::exists(TestPath("two.pfm")));
  EXPECT_FALSE(WritePfm("/nowhere/x.pfm", Image<float>(3, 3)).has_value());
}

}  // namespace
}  // namespace petzval
