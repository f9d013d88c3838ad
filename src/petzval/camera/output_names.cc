// Checks names of outputs.
#include "petzval/camera/output_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace petzval {
namespace {

namespace fs = std::filesystem;

// The same file, however it is spelt, also when it does not exist yet.
bool SameFile(const std::string& a, const std::string& b) {
  std::error_code ignored;
  if (fs::equivalent(a, b, ignored)) return true;
  return fs::weakly_canonical(fs::absolute(a), ignored) ==
         fs::weakly_canonical(fs::absolute(b), ignored);
}

}  // namespace

Status CheckOutputNames(const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs, bool overwrite) {
  std::error_code ignored;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string& path = outputs[i];
    if (path.empty()) continue;
    for (const std::string& input : inputs) {
      if (SameFile(path, input)) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("output {} is also an input; nothing was written", path));
      }
    }
    for (size_t k = i + 1; k < outputs.size(); ++k) {
      if (!outputs[k].empty() && SameFile(path, outputs[k])) {
        return Fail(ErrorCode::kInvalidInput, fmt::format("{} is named for two outputs", path));
      }
    }
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && !fs::is_directory(folder, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("cannot write {}: the folder {} does not exist", path,
                                              folder.string()));
    }
    if (fs::is_directory(path, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("cannot write {}: it is a directory", path));
    }
    if (!overwrite && fs::is_regular_file(path, ignored)) {
      return Fail(ErrorCode::kIo, fmt::format("{} exists; use --force to overwrite it", path));
    }
  }
  return {};
}

std::string LowerSuffix(const std::string& path) {
  std::string suffix = fs::path(path).extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return suffix;
}

}  // namespace petzval
