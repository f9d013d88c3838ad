// The few TIFF tags that tell how a picture is turned and whether it is a RAW file.
#include <cstddef>
#include <functional>

#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

class TiffTags {
 public:
  explicit TiffTags(std::span<const uint8_t> bytes) : bytes_(bytes) {
    if (bytes.size() < 8) return;
    big_ = bytes[0] == 'M';
    valid_ = (bytes[0] == 'I' || big_) && bytes[0] == bytes[1] && U16(2) == 42;
  }

  // Calls `visit(tag, first value as a number)` for each entry of the first directory.
  void ForEach(const std::function<void(int tag, uint32_t value)>& visit) const {
    constexpr int kMaxEntries = 4096;
    if (!valid_) return;
    const size_t start = U32(4);
    if (start < 8 || start > bytes_.size() - 2) return;
    const int n = U16(start);
    for (int i = 0; i < n && i < kMaxEntries; ++i) {
      const size_t entry = start + 2 + size_t{12} * i;
      if (entry + 12 > bytes_.size()) return;
      const int type = U16(entry + 2);
      visit(U16(entry), type == 3 ? U16(entry + 8) : U32(entry + 8));
    }
  }

 private:
  int U16(size_t at) const {
    const int a = bytes_[at], b = bytes_[at + 1];
    return big_ ? a << 8 | b : b << 8 | a;
  }
  uint32_t U32(size_t at) const {
    const uint32_t a = U16(at), b = U16(at + 2);
    return big_ ? a << 16 | b : b << 16 | a;
  }

  std::span<const uint8_t> bytes_;
  bool big_ = false, valid_ = false;
};

}  // namespace

int ExifOrientation(std::span<const uint8_t> exif) {
  int orientation = 1;
  TiffTags(exif).ForEach([&](int tag, uint32_t value) {
    if (tag == 274 && value >= 1 && value <= 8) orientation = static_cast<int>(value);
  });
  return orientation;
}

bool HasTiffTag(std::span<const uint8_t> file, int tag) {
  bool found = false;
  TiffTags(file).ForEach([&](int t, uint32_t) { found |= t == tag; });
  return found;
}

bool IsRawTiff(std::span<const uint8_t> head) {
  if (head.size() > 9 && head[8] == 'C' && head[9] == 'R') return true;  // Canon CR2
  bool raw = false, reduced = false, children = false;
  TiffTags(head).ForEach([&](int tag, uint32_t value) {
    // DNGVersion, TIFF/EP version, a mosaic or LinearRaw in the first directory.
    raw |= tag == 50706 || tag == 37398 || (tag == 262 && (value == 32803 || value == 34892));
    reduced |= tag == 254 && (value & 1);
    children |= tag == 330;
  });
  return raw || (reduced && children);
}

}  // namespace petzval
