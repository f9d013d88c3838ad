// What the readers of sensors and devices share.
#include "petzval/device/device_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "petzval/base/file.h"
#include "petzval/base/nearest_name.h"

namespace petzval {

Result<std::string> DeviceFileText(const std::string& name_or_path, const char* what,
                                   std::span<const EmbeddedDeviceFile> embedded) {
  std::vector<std::string> names;
  for (const EmbeddedDeviceFile& file : embedded) {
    if (file.name == name_or_path) return std::string(file.toml);
    names.emplace_back(file.name);
  }
  if (name_or_path.ends_with(".toml")) {
    constexpr int64_t kMaxBytes = 1 << 20;
    PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(name_or_path, kMaxBytes));
    return std::string(bytes.begin(), bytes.end());
  }
  if (names.empty()) return Fail(ErrorCode::kInvalidInput, fmt::format("no {} is built in", what));
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("no {} '{}', did you mean '{}'?", what, name_or_path,
                          NearestName(name_or_path, names)));
}

Result<std::vector<std::string>> AssumedKeys(const TomlTable& table,
                                             std::span<const std::string> known) {
  if (!table.Has("assumed")) return std::vector<std::string>();
  PETZVAL_ASSIGN(std::vector<std::string> keys, table.Strings("assumed"));
  for (const std::string& key : keys) {
    if (std::find(known.begin(), known.end(), key) == known.end() || !table.Has(key)) {
      return Fail(table.ErrorAt("assumed", fmt::format("'{}' is not a key of this table", key)));
    }
  }
  return keys;
}

Result<Provenance> ReadProvenance(const TomlTable& table, std::span<const std::string> known) {
  Provenance p;
  PETZVAL_ASSIGN(p.assumed, AssumedKeys(table, known));
  if (table.Has("sources")) {
    PETZVAL_ASSIGN(const TomlTable sources, table.Table("sources"));
    for (const std::string& key : sources.Keys()) {
      if (std::find(known.begin(), known.end(), key) == known.end() || !table.Has(key)) {
        return Fail(sources.ErrorAt(key, fmt::format("'{}' is not a key of this table", key)));
      }
      PETZVAL_ASSIGN(p.sources[key], sources.String(key));
      if (p.sources[key].empty()) return Fail(sources.ErrorAt(key, "the source is empty"));
    }
  }
  constexpr const char* kTexts[] = {"schema", "name",   "title",   "source", "note",
                                    "role",   "sensor", "assumed", "sources"};
  for (const std::string& key : table.Keys()) {
    const bool text = std::find(std::begin(kTexts), std::end(kTexts), key) != std::end(kTexts);
    const bool assumed = std::find(p.assumed.begin(), p.assumed.end(), key) != p.assumed.end();
    if (assumed && p.sources.contains(key)) {
      return Fail(table.ErrorAt(key, fmt::format("'{}' is assumed and has a source", key)));
    }
    if (!text && !assumed && !p.sources.contains(key)) p.unsourced.push_back(key);
  }
  return p;
}

Result<double> OptionalNumber(const TomlTable& table, const std::string& key, double otherwise,
                              double min, double max) {
  return table.Has(key) ? table.Number(key, min, max) : Result<double>(otherwise);
}

std::vector<std::string> EmbeddedNames(std::span<const EmbeddedDeviceFile> files) {
  std::vector<std::string> names;
  for (const EmbeddedDeviceFile& file : files) names.emplace_back(file.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<int> TomlChoice(const TomlTable& table, const std::string& key,
                       std::span<const std::string> words) {
  PETZVAL_ASSIGN(const std::string word, table.String(key));
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) {
    return Fail(table.ErrorAt(
        key, fmt::format("'{}' is not known, did you mean '{}'?", word, NearestName(word, words))));
  }
  return static_cast<int>(at - words.begin());
}

Result<std::string> OptionalText(const TomlTable& table, const std::string& key) {
  return table.Has(key) ? table.String(key) : Result<std::string>(std::string());
}

}  // namespace petzval
