// POSIX files behind Result.
#include "petzval/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace petzval {
namespace {

// Names of open temporaries where a signal handler can find them. A slot owns its name, so that no
// string is freed while the handler reads it; it is claimed before the file comes to be.
struct Slot {
  enum State { kFree, kClaimed, kOpen };
  std::atomic<int> state{kFree};
  char path[PATH_MAX];
};
constexpr int kMaxOpenOutputs = 64;
Slot slots[kMaxOpenOutputs];
std::atomic<bool> closing{false};

// A free slot that holds the text, or -1.
int ClaimSlot(const std::string& path) {
  if (path.size() >= PATH_MAX) return -1;
  for (int i = 0; i < kMaxOpenOutputs; ++i) {
    int expected = Slot::kFree;
    if (!slots[i].state.compare_exchange_strong(expected, Slot::kClaimed)) continue;
    std::memcpy(slots[i].path, path.c_str(), path.size() + 1);
    return i;
  }
  return -1;
}

// umask can only be read by setting it, for the whole process: done once, before threads begin.
const mode_t kFileMode = [] {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}();

tl::unexpected<Error> FailErrno(const char* what, const std::string& path) {
  return Fail(ErrorCode::kIo, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

}  // namespace

Result<int64_t> FileSize(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return FailErrno("read", path);
  if (S_ISDIR(info.st_mode)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot read {}: it is a directory", path));
  }
  if (!S_ISREG(info.st_mode)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot read {}: it is not a regular file", path));
  }
  if (access(path.c_str(), R_OK) != 0) return FailErrno("read", path);
  return static_cast<int64_t>(info.st_size);
}

Result<std::vector<uint8_t>> ReadFile(const std::string& path, int64_t max_bytes) {
  PETZVAL_ASSIGN(const int64_t size, FileSize(path));
  if (size > max_bytes) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("cannot read {}: {} bytes are more than the limit of {}", path, size,
                            max_bytes));
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FailErrno("read", path);
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = read(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      auto failure = FailErrno("read", path);
      close(fd);
      return failure;
    }
    if (n == 0) break;  // the file shrank while we read it
    done += static_cast<size_t>(n);
  }
  close(fd);
  bytes.resize(done);
  return bytes;
}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: it is a directory", path));
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: it is not a regular file", path));
  }
  OutputFile file;
  file.path_ = fs::exists(status) ? fs::canonical(path, ignored).string() : path;
  const fs::path parent = fs::path(file.path_).parent_path();
  if (!parent.empty() && !fs::is_directory(parent, ignored)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: the folder {} does not exist", path,
                                            parent.string()));
  }
  file.slot_ = ClaimSlot(file.path_ + ".part-XXXXXX");
  if (file.slot_ < 0) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: the name is too long or too many "
                                            "files are open",
                                            path));
  }
  Slot& slot = slots[file.slot_];
  file.fd_ = mkostemp(slot.path, O_CLOEXEC);
  if (file.fd_ < 0) {
    slot.state = Slot::kFree;
    file.slot_ = -1;
    return FailErrno("write", path);
  }
  slot.state = Slot::kOpen;
  if (closing) return Fail(ErrorCode::kCancelled, "interrupted");  // ~OutputFile removes it
  (void)fchmod(file.fd_, kFileMode);  // mkostemp makes 0600; give what open() would have given
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept { *this = std::move(other); }

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this == &other) return *this;
  Discard();
  fd_ = std::exchange(other.fd_, -1);
  slot_ = std::exchange(other.slot_, -1);
  path_ = std::move(other.path_);
  return *this;
}

OutputFile::~OutputFile() { Discard(); }

std::string OutputFile::temporary_path() const { return slots[slot_].path; }

void OutputFile::Discard() {
  if (slot_ < 0) return;
  close(fd_);
  unlink(slots[slot_].path);
  slots[slot_].state = Slot::kFree;
  fd_ = slot_ = -1;
}

Status OutputFile::Write(std::span<const uint8_t> bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(fd_, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FailErrno("write", path_);
    done += static_cast<size_t>(n);
  }
  return {};
}

Status OutputFile::Commit() {
  if (fsync(fd_) != 0 && errno != EINVAL) return FailErrno("write", path_);
  if (rename(slots[slot_].path, path_.c_str()) != 0) return FailErrno("write", path_);
  slots[slot_].state = Slot::kFree;
  const int fd = std::exchange(fd_, -1);
  slot_ = -1;
  // Some file systems say only now that the bytes did not arrive.
  if (close(fd) != 0 && errno != EINTR) return FailErrno("write", path_);
  const std::string parent = std::filesystem::path(path_).parent_path().string();
  const int folder =
      open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return {};
}

Status WriteFile(const std::string& path, std::span<const uint8_t> bytes) {
  PETZVAL_ASSIGN(OutputFile file, OutputFile::Create(path));
  PETZVAL_RETURN_IF_ERROR(file.Write(bytes));
  return file.Commit();
}

void RemoveUnfinishedFiles() {
  closing = true;
  for (Slot& slot : slots) {
    if (slot.state == Slot::kOpen) unlink(slot.path);
  }
}

}  // namespace petzval
