// Files: whole reads with a size limit, and outputs that appear only complete.
#ifndef PETZVAL_BASE_FILE_H_
#define PETZVAL_BASE_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

// Checks that `path` names a regular readable file and returns its size in bytes.
// Errors: kIo with a sentence that says what is wrong (missing, a directory, not permitted).
Result<int64_t> FileSize(const std::string& path);

// The whole file. Errors: as FileSize; kTooLarge above `max_bytes` (nothing is allocated then).
Result<std::vector<uint8_t>> ReadFile(const std::string& path, int64_t max_bytes);

// A file being written: a temporary beside `path` that becomes `path` at Commit (fsync, rename,
// fsync of the folder) and disappears otherwise, also when a signal ends the program
// (RemoveUnfinishedFiles). Where `path` is a link, the file that it points to is replaced.
class OutputFile {
 public:
  // Errors: kIo if the folder is missing or not writable, or `path` is a directory, a device or a
  // pipe; kCancelled once RemoveUnfinishedFiles was called.
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  int fd() const { return fd_; }
  // Where the bytes are until Commit: for libraries that open by name.
  std::string temporary_path() const;
  Status Write(std::span<const uint8_t> bytes);
  Status Commit();

 private:
  OutputFile() = default;
  void Discard();

  int fd_ = -1;
  int slot_ = -1;  // in the registry of temporaries
  std::string path_;
};

// Writes all bytes or leaves nothing.
Status WriteFile(const std::string& path, std::span<const uint8_t> bytes);

// Removes the temporaries of all OutputFiles that are open and lets no new ones come to be: the
// program is about to end. Async-signal-safe.
void RemoveUnfinishedFiles();

}  // namespace petzval

#endif  // PETZVAL_BASE_FILE_H_
