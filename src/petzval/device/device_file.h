// What the readers of sensors and devices share.
#ifndef PETZVAL_DEVICE_DEVICE_FILE_H_
#define PETZVAL_DEVICE_DEVICE_FILE_H_

#include <map>
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

// Where the numbers of a table come from: its `assumed`, its table `sources` (key = "text"), and
// the keys that are in neither. Texts (name, role, note, ..) need no source.
struct Provenance {
  std::vector<std::string> assumed;
  std::map<std::string, std::string> sources;
  std::vector<std::string> unsourced;
};
Result<Provenance> ReadProvenance(const TomlTable& table, std::span<const std::string> known);

// A number that may be absent.
Result<double> OptionalNumber(const TomlTable& table, const std::string& key, double otherwise,
                              double min, double max);

// The names of embedded files, in alphabetical order.
std::vector<std::string> EmbeddedNames(std::span<const EmbeddedDeviceFile> files);

// The words of a choice to its index. Errors name the nearest word.
Result<int> TomlChoice(const TomlTable& table, const std::string& key,
                       std::span<const std::string> words);

// A text that may be absent.
Result<std::string> OptionalText(const TomlTable& table, const std::string& key);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_DEVICE_FILE_H_
