// Shared by the tests of foreign files: where the examples lie and short ways to read texts.
#ifndef PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_TEST_UTIL_H_
#define PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_TEST_UTIL_H_

#include <filesystem>
#include <string>

#include "petzval/optics/interchange/interchange.h"

namespace petzval::optics::testing_interchange {

inline std::string SharedOptics(const std::string& path) {
  return std::string(PETZVAL_SOURCE_DIR) + "/../shared/data/optics/" + path;
}
inline bool HasShared() { return std::filesystem::exists(SharedOptics("interchange")); }

inline Result<ImportedLens> FromText(const std::string& text, const std::string& name,
                                     const ImportOptions& options = {}) {
  return ImportLensBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, name,
                         options);
}
inline std::string ErrorOf(const std::string& text, const std::string& name) {
  const auto lens = FromText(text, name);
  return lens ? "" : lens.error().message;
}
inline bool Warns(const ImportedLens& lens, const std::string& part) {
  for (const std::string& warning : lens.warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace petzval::optics::testing_interchange

#define SKIP_WITHOUT_SHARED() \
  if (!testing_interchange::HasShared()) GTEST_SKIP() << "../shared/data/optics is not there"

#endif  // PETZVAL_OPTICS_INTERCHANGE_INTERCHANGE_TEST_UTIL_H_
