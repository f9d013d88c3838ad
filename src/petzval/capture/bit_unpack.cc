// Unpacking loops: simple enough for the compiler to vectorise, exact to the last byte.
#include "petzval/capture/bit_unpack.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace petzval {
namespace {

uint64_t LoadBig64(const uint8_t* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  if constexpr (std::endian::native == std::endian::little) v = __builtin_bswap64(v);
  return v;
}

// Four samples of kBits lie in kBits / 2 whole bytes (kBits even, <= 16): one load serves four.
template <int kBits>
size_t UnpackQuads(const uint8_t* from, size_t count, uint16_t* to) {
  constexpr uint64_t kMask = (1u << kBits) - 1;
  const size_t bytes = (count * kBits + 7) / 8;
  size_t i = 0;
  for (; i + 4 <= count && i / 4 * (kBits / 2) + 8 <= bytes; i += 4) {
    const uint64_t v = LoadBig64(from + i / 4 * (kBits / 2));
    to[i] = static_cast<uint16_t>(v >> (64 - kBits) & kMask);
    to[i + 1] = static_cast<uint16_t>(v >> (64 - 2 * kBits) & kMask);
    to[i + 2] = static_cast<uint16_t>(v >> (64 - 3 * kBits) & kMask);
    to[i + 3] = static_cast<uint16_t>(v >> (64 - 4 * kBits) & kMask);
  }
  return i;
}

// Any number of bits, one sample at a time, from sample `first`.
void UnpackBits(int bits, const uint8_t* from, size_t first, size_t count, uint16_t* to) {
  const size_t bytes = (count * bits + 7) / 8;
  for (size_t i = first; i < count; ++i) {
    const size_t bit = i * bits, byte = bit / 8;
    uint32_t v = 0;
    for (size_t k = 0; k < 3; ++k) v = v << 8 | (byte + k < bytes ? from[byte + k] : 0);
    to[i] = static_cast<uint16_t>(v >> (24 - bit % 8 - bits) & ((1u << bits) - 1));
  }
}

void UnpackMipi10(const uint8_t* from, size_t count, uint16_t* to) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4, from += 5) {
    const uint32_t low = from[4];
    for (int k = 0; k < 4; ++k) {
      to[i + k] = static_cast<uint16_t>(from[k] << 2 | (low >> 2 * k & 3));
    }
  }
  // A last group that is not full still ends with its byte of low bits.
  const size_t rest = count - i;
  for (size_t k = 0; k < rest; ++k) {
    to[i + k] = static_cast<uint16_t>(from[k] << 2 | (from[4] >> 2 * k & 3));
  }
}

void UnpackMipi12(const uint8_t* from, size_t count, uint16_t* to) {
  size_t i = 0;
  for (; i + 2 <= count; i += 2, from += 3) {
    to[i] = static_cast<uint16_t>(from[0] << 4 | (from[2] & 15));
    to[i + 1] = static_cast<uint16_t>(from[1] << 4 | from[2] >> 4);
  }
  if (i < count) to[i] = static_cast<uint16_t>(from[0] << 4 | (from[2] & 15));
}

}  // namespace

size_t PackedBytes(Packing packing, int bits, size_t count) {
  switch (packing) {
    case Packing::kBytes:
      return count;
    case Packing::kWordsLittle:
    case Packing::kWordsBig:
      return count * 2;
    case Packing::kMipi:
      return bits == 10 ? (count + 3) / 4 * 5 : (count + 1) / 2 * 3;
    case Packing::kMsbFirst:
      break;
  }
  return (count * bits + 7) / 8;
}

void Unpack(Packing packing, int bits, const uint8_t* from, size_t count, uint16_t* to) {
  switch (packing) {
    case Packing::kBytes:
      for (size_t i = 0; i < count; ++i) to[i] = from[i];
      return;
    case Packing::kWordsLittle:
    case Packing::kWordsBig: {
      std::memcpy(to, from, count * 2);
      const bool swap =
          (packing == Packing::kWordsBig) == (std::endian::native == std::endian::little);
      if (swap) {
        for (size_t i = 0; i < count; ++i) to[i] = static_cast<uint16_t>(to[i] << 8 | to[i] >> 8);
      }
      return;
    }
    case Packing::kMipi:
      assert(bits == 10 || bits == 12);
      bits == 10 ? UnpackMipi10(from, count, to) : UnpackMipi12(from, count, to);
      return;
    case Packing::kMsbFirst:
      break;
  }
  assert(bits >= 1 && bits <= 16);
  size_t done = 0;
  if (bits == 10) done = UnpackQuads<10>(from, count, to);
  if (bits == 12) done = UnpackQuads<12>(from, count, to);
  if (bits == 14) done = UnpackQuads<14>(from, count, to);
  UnpackBits(bits, from, done, count, to);
}

}  // namespace petzval
