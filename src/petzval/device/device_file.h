// What the readers of sensors and devices share.
#ifndef PETZVAL_DEVICE_DEVICE_FILE_H_
#define PETZVAL_DEVICE_DEVICE_FILE_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/base/toml_file.h"
#include "petzval/device/embedded_files.h"

namespace petzval {

// The text of an embedded file, or of the file at a path that ends in ".toml". `what` names the
// kind in the error: "no sensor 'x', did you mean 'y'?".
Result<std::string> DeviceFileText(const std::string& name_or_path, const char* what,
                                   std::span<const EmbeddedDeviceFile> embedded);

// The strings of `assumed`, each of which must be one of `known`. Absent: none.
Result<std::vector<std::string>> AssumedKeys(const TomlTable& table,
                                             std::span<const std::string> known);

// The words of a choice to its index. Errors name the nearest word.
Result<int> TomlChoice(const TomlTable& table, const std::string& key,
                       std::span<const std::string> words);

// A text that may be absent.
Result<std::string> OptionalText(const TomlTable& table, const std::string& key);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_DEVICE_FILE_H_
