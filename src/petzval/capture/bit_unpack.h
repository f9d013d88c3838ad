// Packed samples of a file to uint16.
#ifndef PETZVAL_CAPTURE_BIT_UNPACK_H_
#define PETZVAL_CAPTURE_BIT_UNPACK_H_

#include <cstddef>
#include <cstdint>

namespace petzval {

// How `count` samples of 1..16 bits lie in a row of bytes.
enum class Packing {
  kMsbFirst,     // TIFF FillOrder 1: a stream of bits, highest bit first
  kBytes,        // 8 bits
  kWordsLittle,  // 16-bit words, low byte first; samples of fewer bits sit in the low bits
  kWordsBig,     // 16-bit words, high byte first
  kMipi,         // MIPI CSI-2 RAW10/RAW12: high bytes first, then the low bits of 4 (2) samples
};

// Bytes that hold `count` samples of `bits` bits (a whole number; the last may be part-filled).
size_t PackedBytes(Packing packing, int bits, size_t count);

// Unpacks `count` samples from `from` (PackedBytes of them, no more are read).
// kMsbFirst: bits 1..16; kMipi: bits 10 or 12.
void Unpack(Packing packing, int bits, const uint8_t* from, size_t count, uint16_t* to);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_BIT_UNPACK_H_
