// Bytes of an untrusted file, read in place and always within bounds.
#ifndef PETZVAL_CAPTURE_BYTE_SOURCE_H_
#define PETZVAL_CAPTURE_BYTE_SOURCE_H_

#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>

#include "petzval/base/result.h"

namespace petzval {

// A file or a block of memory that is read at offsets. Thread-safe: it has no position.
class ByteSource {
 public:
  // Errors: kIo with a sentence that names the path (missing, a directory, not permitted).
  static Result<ByteSource> Open(const std::string& path);
  // Does not own `bytes`.
  static ByteSource FromMemory(std::span<const uint8_t> bytes);
  ByteSource(ByteSource&& other) noexcept;
  ByteSource& operator=(ByteSource&&) = delete;
  ~ByteSource();

  int64_t size() const { return size_; }
  bool Contains(uint64_t offset, uint64_t bytes) const {
    return offset <= static_cast<uint64_t>(size_) && bytes <= static_cast<uint64_t>(size_) - offset;
  }

  // Copies `bytes` bytes from `offset`; false when they are not all there.
  [[nodiscard]] bool Read(uint64_t offset, void* to, size_t bytes) const;
  // The same into several pieces, one after the other. `pieces` is used up.
  [[nodiscard]] bool ReadPieces(uint64_t offset, std::span<iovec> pieces) const;

 private:
  ByteSource() = default;

  int fd_ = -1;
  const uint8_t* memory_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_BYTE_SOURCE_H_
