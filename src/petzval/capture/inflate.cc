// The one file that speaks to zlib.
#include "petzval/capture/inflate.h"

#include <zlib.h>

#include <limits>

namespace petzval {

size_t Inflate(std::span<const uint8_t> from, std::span<uint8_t> to) {
  constexpr size_t kMax = std::numeric_limits<uInt>::max();
  if (from.size() > kMax || to.size() > kMax) return 0;
  z_stream z{};
  if (inflateInit(&z) != Z_OK) return 0;
  z.next_in = const_cast<Bytef*>(from.data());
  z.avail_in = static_cast<uInt>(from.size());
  z.next_out = to.data();
  z.avail_out = static_cast<uInt>(to.size());
  (void)inflate(&z, Z_FINISH);
  const size_t done = z.total_out;
  inflateEnd(&z);
  return done;
}

}  // namespace petzval
