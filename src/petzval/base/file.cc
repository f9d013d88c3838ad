// POSIX files behind Result.
#include "petzval/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace petzval {
namespace {

// Names of open temporaries where a signal handler can find them: slots are claimed and released
// with one atomic exchange each, the strings themselves live as long as they are in a slot.
constexpr int kMaxOpenOutputs = 64;
std::atomic<const char*> open_outputs[kMaxOpenOutputs];

void Register(const char* path) {
  for (auto& slot : open_outputs) {
    const char* empty = nullptr;
    if (slot.compare_exchange_strong(empty, path)) return;
  }
}

void Unregister(const char* path) {
  for (auto& slot : open_outputs) {
    const char* expected = path;
    if (slot.compare_exchange_strong(expected, nullptr)) return;
  }
}

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
  if (fs::is_directory(path, ignored)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: it is a directory", path));
  }
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty() && !fs::is_directory(parent, ignored)) {
    return Fail(ErrorCode::kIo, fmt::format("cannot write {}: the folder {} does not exist", path,
                                            parent.string()));
  }
  OutputFile file;
  file.path_ = path;
  file.temporary_ = path + ".part-XXXXXX";
  file.fd_ = mkostemp(file.temporary_.data(), O_CLOEXEC);
  if (file.fd_ < 0) return FailErrno("write", path);
  const mode_t mask = umask(0);
  umask(mask);
  (void)fchmod(file.fd_, 0666 & ~mask);  // mkostemp makes 0600; give what open() would have given
  Register(file.temporary_.c_str());
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept { *this = std::move(other); }

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this == &other) return *this;
  Discard();
  // The registered pointer belongs to `other`'s string: register the new home before that goes.
  if (other.fd_ >= 0) Unregister(other.temporary_.c_str());
  fd_ = std::exchange(other.fd_, -1);
  path_ = std::move(other.path_);
  temporary_ = std::move(other.temporary_);
  if (fd_ >= 0) Register(temporary_.c_str());
  return *this;
}

OutputFile::~OutputFile() { Discard(); }

void OutputFile::Discard() {
  if (fd_ < 0) return;
  close(fd_);
  fd_ = -1;
  unlink(temporary_.c_str());
  Unregister(temporary_.c_str());
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
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return FailErrno("write", path_);
  Unregister(temporary_.c_str());
  close(fd_);
  fd_ = -1;
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
  for (auto& slot : open_outputs) {
    if (const char* path = slot.exchange(nullptr)) unlink(path);
  }
}

}  // namespace petzval
