// From a number of a file to a whole number: the only way in which this module converts them.
#ifndef PETZVAL_CAPTURE_TAG_NUMBER_H_
#define PETZVAL_CAPTURE_TAG_NUMBER_H_

#include <cstdint>
#include <optional>

namespace petzval {

// `v` without its fraction if it lies within low..high; nothing otherwise, also for NaN and
// infinities, which a file can state as floating point numbers or as fractions 0/0 and 1/0.
inline std::optional<int> IntWithin(double v, int low, int high) {
  if (!(v >= low && v <= high)) return std::nullopt;
  return static_cast<int>(v);
}

// `v` as a code of 16 bits, rounded and cut to 0..65535; NaN becomes 0.
inline uint16_t CodeOf(double v) {
  if (!(v > 0)) return 0;
  return v >= 65535 ? uint16_t{65535} : static_cast<uint16_t>(v + 0.5);
}

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_TAG_NUMBER_H_
