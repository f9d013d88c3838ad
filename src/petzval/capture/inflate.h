// Deflate-coded blocks (zlib).
#ifndef PETZVAL_CAPTURE_INFLATE_H_
#define PETZVAL_CAPTURE_INFLATE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace petzval {

// Unpacks a zlib stream into `to`, never beyond its end; returns the number of bytes that came
// out before the end of either or the first error.
size_t Inflate(std::span<const uint8_t> from, std::span<uint8_t> to);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_INFLATE_H_
