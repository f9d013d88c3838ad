// Tables of a TOML text taken out and put in as text, so that comments and all else stay.
#ifndef PETZVAL_BASE_TOML_EDIT_H_
#define PETZVAL_BASE_TOML_EDIT_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

using TomlKeyPath = std::vector<std::string>;

// A header such as [a.b] or [[a."b c"]] and the lines that belong to it: up to its last key, so
// that comments above the next header stay with that one.
struct TomlSection {
  TomlKeyPath path;
  size_t begin = 0, end = 0;  // bytes of the text
};
// All sections in turn. Errors: kInvalidInput "line N: .." for strings, lists or headers that do
// not end; other mistakes are left to the parser.
Result<std::vector<TomlSection>> TomlSections(const std::string& text);

// A key as it stands in a header: quoted where it must be.
std::string TomlKey(const std::string& key);
// A text as a basic string with its quotes.
std::string TomlString(const std::string& text);

// `text` without the tables at or below `path` and with `tables` in place of the first of them, or
// at the end. Every other byte stays as it is. Errors: as TomlSections.
Result<std::string> ReplaceTomlTables(const std::string& text, const TomlKeyPath& path,
                                      const std::string& tables);

}  // namespace petzval

#endif  // PETZVAL_BASE_TOML_EDIT_H_
