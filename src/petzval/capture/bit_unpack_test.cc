// Every packing against its definition, one bit or byte at a time.
#include "petzval/capture/bit_unpack.h"

#include <gtest/gtest.h>

#include "petzval/capture/dng_test_builder.h"

namespace petzval {
namespace {

using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Ramp;

TEST(UnpackTest, BitStreamsOfEveryDepthAndLength) {
  for (int bits = 1; bits <= 16; ++bits) {
    for (int count : {1, 2, 3, 4, 5, 7, 8, 13, 64, 101}) {
      const auto samples = Ramp(count, (1 << bits) - 1);
      const Bytes packed = Dng::Packed(samples, bits, count);
      ASSERT_EQ(packed.size(), PackedBytes(Packing::kMsbFirst, bits, count));
      std::vector<uint16_t> out(count);
      Unpack(Packing::kMsbFirst, bits, packed.data(), count, out.data());
      EXPECT_EQ(out, samples) << bits << " bits, " << count << " samples";
    }
  }
}

TEST(UnpackTest, WordsOfBothOrders) {
  const Bytes bytes{0x12, 0x34, 0xAB, 0xCD};
  std::vector<uint16_t> out(2);
  Unpack(Packing::kWordsLittle, 16, bytes.data(), 2, out.data());
  EXPECT_EQ(out, (std::vector<uint16_t>{0x3412, 0xCDAB}));
  Unpack(Packing::kWordsBig, 16, bytes.data(), 2, out.data());
  EXPECT_EQ(out, (std::vector<uint16_t>{0x1234, 0xABCD}));
}

TEST(UnpackTest, Mipi10) {
  for (int count : {1, 3, 4, 6, 9}) {
    const auto samples = Ramp(count, 1023);
    Bytes packed;
    for (int i = 0; i < count; i += 4) {
      uint8_t low = 0;
      for (int k = 0; k < 4; ++k) {
        const uint16_t v = i + k < count ? samples[i + k] : 0;
        packed.push_back(static_cast<uint8_t>(v >> 2));
        low |= static_cast<uint8_t>((v & 3) << 2 * k);
      }
      packed.push_back(low);
    }
    ASSERT_EQ(packed.size(), PackedBytes(Packing::kMipi, 10, count));
    std::vector<uint16_t> out(count);
    Unpack(Packing::kMipi, 10, packed.data(), count, out.data());
    EXPECT_EQ(out, samples);
  }
}

TEST(UnpackTest, Mipi12) {
  for (int count : {1, 2, 5, 8}) {
    const auto samples = Ramp(count, 4095);
    Bytes packed;
    for (int i = 0; i < count; i += 2) {
      const uint16_t a = samples[i], b = i + 1 < count ? samples[i + 1] : 0;
      packed.push_back(static_cast<uint8_t>(a >> 4));
      packed.push_back(static_cast<uint8_t>(b >> 4));
      packed.push_back(static_cast<uint8_t>((a & 15) | (b & 15) << 4));
    }
    ASSERT_EQ(packed.size(), PackedBytes(Packing::kMipi, 12, count));
    std::vector<uint16_t> out(count);
    Unpack(Packing::kMipi, 12, packed.data(), count, out.data());
    EXPECT_EQ(out, samples);
  }
}

}  // namespace
}  // namespace petzval
