// Directories and values of both byte orders, and files that lie about them.
#include "petzval/capture/tiff_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Header;
using testing_dng::Ifd;
using testing_dng::PatchFirstIfd;
using testing_dng::Put;

TEST(TiffFileTest, ValuesOfBothByteOrders) {
  for (bool big : {false, true}) {
    Ifd ifd(big);
    ifd.Short(1000, {7});
    ifd.Short(1001, {1, 2, 3});
    ifd.Long(1002, {4'000'000'000});
    ifd.Rational(1003, {0.5});
    ifd.Rational(1004, {-0.25, 2}, true);
    ifd.Double(1005, {1e-9, -3});
    ifd.Ascii(1006, " Make\x01 \xC3\xA9 \xFF ");
    Bytes file = Header(big);
    PatchFirstIfd(file, ifd.Write(file), big);
    const ByteSource source = ByteSource::FromMemory(file);
    const auto tiff = TiffFile::Parse(source);
    ASSERT_TRUE(tiff.has_value());
    const TiffIfd& d = tiff->main_ifd();
    EXPECT_EQ(tiff->Number(d, 1000), 7);
    EXPECT_EQ(tiff->Numbers(d, 1001), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(tiff->Unsigned(d, 1002), (std::vector<uint64_t>{4'000'000'000}));
    EXPECT_EQ(tiff->Number(d, 1003), 0.5);
    EXPECT_EQ(tiff->Numbers(d, 1004), (std::vector<double>{-0.25, 2}));
    EXPECT_EQ(tiff->Numbers(d, 1005), (std::vector<double>{1e-9, -3}));
    EXPECT_EQ(tiff->Text(d, 1006), "Make \xC3\xA9 ?");
    EXPECT_FALSE(tiff->Number(d, 1007).has_value());
    EXPECT_TRUE(tiff->Numbers(d, 1001, 2).empty()) << "more values than asked for";
    EXPECT_TRUE(tiff->Unsigned(d, 1003).empty()) << "fractions are no offsets";
  }
}

TEST(TiffFileTest, BigTiff) {
  Bytes file{'I', 'I', 43, 0, 8, 0, 0, 0};
  Put(file, 16, 8, false);
  Put(file, 1, 8, false);  // one entry
  Put(file, 1000, 2, false);
  Put(file, 16, 2, false);  // LONG8
  Put(file, 1, 8, false);
  Put(file, uint64_t{1} << 40, 8, false);
  Put(file, 0, 8, false);
  const ByteSource source = ByteSource::FromMemory(file);
  const auto tiff = TiffFile::Parse(source);
  ASSERT_TRUE(tiff.has_value());
  EXPECT_EQ(tiff->Unsigned(tiff->main_ifd(), 1000), (std::vector<uint64_t>{uint64_t{1} << 40}));
}

TEST(TiffFileTest, ChainsAndSubDirectoriesEndInSpiteOfCycles) {
  Bytes file = Header(false);
  Ifd second;
  second.Short(1000, {2});
  const uint64_t sub = second.Write(file, 8);  // points back into the header: nonsense, ignored
  Ifd first;
  first.Short(1000, {1});
  first.Long(tag::kSubIfds, {sub, sub, 0, 0xFFFFFFF0});
  const uint64_t at = first.Write(file, file.size() + 1000);
  PatchFirstIfd(file, at, false);
  const ByteSource source = ByteSource::FromMemory(file);
  const auto tiff = TiffFile::Parse(source);
  ASSERT_TRUE(tiff.has_value());
  EXPECT_EQ(tiff->Number(tiff->main_ifd(), 1000), 1);
  ASSERT_GE(tiff->ifds().size(), 2u);
  EXPECT_EQ(tiff->Number(tiff->ifds()[1], 1000), 2);

  // A directory whose next one is itself.
  Bytes loop = Header(false);
  Ifd self;
  self.Short(1000, {1});
  const uint64_t here = self.Write(loop, 8);
  PatchFirstIfd(loop, here, false);
  ASSERT_EQ(here, 8u);
  const ByteSource loop_source = ByteSource::FromMemory(loop);
  const auto loop_tiff = TiffFile::Parse(loop_source);
  ASSERT_TRUE(loop_tiff.has_value());
  EXPECT_EQ(loop_tiff->ifds().size(), 1u);
}

TEST(TiffFileTest, ValuesOutsideTheFileReadAsAbsent) {
  Ifd ifd;
  ifd.Set(1000, 3, 0xFFFFFFFF, Bytes(6));  // count beyond everything
  ifd.Set(1001, 12, 3, Bytes(6));          // 24 bytes promised
  ifd.Set(1002, 99, 1, Bytes(4));          // no such type
  Bytes file = Header(false);
  PatchFirstIfd(file, ifd.Write(file), false);
  const ByteSource source = ByteSource::FromMemory(file);
  const auto tiff = TiffFile::Parse(source);
  ASSERT_TRUE(tiff.has_value());
  EXPECT_TRUE(tiff->Numbers(tiff->main_ifd(), 1000, SIZE_MAX).empty());
  EXPECT_TRUE(tiff->Bytes(tiff->main_ifd(), 1001, SIZE_MAX).empty());
  EXPECT_EQ(tiff->main_ifd().Find(1002), nullptr);
}

TEST(TiffFileTest, FilesThatAreNoTiff) {
  for (const Bytes& file : {Bytes{}, Bytes{'I'}, Bytes{'I', 'I', 42, 0}, Bytes(100),
                            Bytes{'I', 'I', 42, 0, 200, 0, 0, 0}, Bytes{0xFF, 0xD8, 0xFF, 0xE0}}) {
    const ByteSource source = ByteSource::FromMemory(file);
    EXPECT_FALSE(TiffFile::Parse(source).has_value());
  }
}

TEST(CleanTextTest, OnlyWholeUtf8Survives) {
  EXPECT_EQ(CleanText("abc"), "abc");
  EXPECT_EQ(CleanText(std::string("ab\0cd", 5)), "ab");
  EXPECT_EQ(CleanText("  x\ty\n "), "xy");
  EXPECT_EQ(CleanText("\xE2\x82\xAC"), "\xE2\x82\xAC");
  EXPECT_EQ(CleanText("\xE2\x82"), "??");
  EXPECT_EQ(CleanText("\xC0\xAF\xED\xA0\x80\xF5"), "??????");
}

}  // namespace
}  // namespace petzval
