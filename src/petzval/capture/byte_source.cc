// pread and preadv behind bounds checks.
#include "petzval/capture/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "petzval/base/file.h"

namespace petzval {

Result<ByteSource> ByteSource::Open(const std::string& path) {
  PETZVAL_ASSIGN(const int64_t size, FileSize(path));
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  ByteSource source;
  source.fd_ = fd;
  source.size_ = size;
  return source;
}

ByteSource ByteSource::FromMemory(std::span<const uint8_t> bytes) {
  ByteSource source;
  source.memory_ = bytes.data();
  source.size_ = static_cast<int64_t>(bytes.size());
  return source;
}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), memory_(other.memory_), size_(other.size_) {}

ByteSource::~ByteSource() {
  if (fd_ >= 0) close(fd_);
}

bool ByteSource::Read(uint64_t offset, void* to, size_t bytes) const {
  iovec piece{to, bytes};
  return ReadPieces(offset, {&piece, 1});
}

bool ByteSource::ReadPieces(uint64_t offset, std::span<iovec> pieces) const {
  uint64_t total = 0;
  for (const iovec& piece : pieces) total += piece.iov_len;
  if (!Contains(offset, total)) return false;
  if (fd_ < 0) {
    for (const iovec& piece : pieces) {
      if (piece.iov_len > 0) std::memcpy(piece.iov_base, memory_ + offset, piece.iov_len);
      offset += piece.iov_len;
    }
    return true;
  }
  size_t first = 0;
  while (first < pieces.size()) {
    const int count = static_cast<int>(std::min<size_t>(pieces.size() - first, IOV_MAX));
    const ssize_t n = preadv(fd_, &pieces[first], count, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    size_t got = static_cast<size_t>(n);
    offset += got;
    while (first < pieces.size() && got >= pieces[first].iov_len) got -= pieces[first++].iov_len;
    if (first == pieces.size()) break;
    if (n == 0) return false;  // the file shrank while we read it
    pieces[first].iov_base = static_cast<uint8_t*>(pieces[first].iov_base) + got;
    pieces[first].iov_len -= got;
  }
  return true;
}

}  // namespace petzval
