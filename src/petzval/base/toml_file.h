// TOML files read strictly: schema = 1, no key that nobody asked for, errors that name the line.
#ifndef PETZVAL_BASE_TOML_FILE_H_
#define PETZVAL_BASE_TOML_FILE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

// A row of a list of lists that mixes finite numbers and strings.
struct TomlRow {
  int line = 0;
  std::vector<std::variant<double, std::string>> cells;
};

// A table of a TOML file. Cheap to copy; keeps the file alive. All errors are kInvalidInput and
// read "FILE: line N: what is wrong".
class TomlTable {
 public:
  // `text` must be a TOML document with `schema = 1`; `name` stands in error messages.
  static Result<TomlTable> Parse(const std::string& text, const std::string& name);
  // The same from a file of at most 1 MiB. Errors: also as ReadFile.
  static Result<TomlTable> Read(const std::string& path);

  bool Has(const std::string& key) const;
  std::vector<std::string> Keys() const;   // in alphabetical order
  int Line(const std::string& key) const;  // 1-based; of the table itself if the key is absent

  // Fails if there is a key outside `known` ("schema" is always known in the outermost table),
  // naming the nearest known one and the line. To be called once for each table that is read.
  Status CheckKeys(std::span<const std::string> known) const;

  // The value of a key that must exist with that type. A number may be written as an integer.
  Result<double> Number(const std::string& key) const;
  Result<double> Number(const std::string& key, double min, double max) const;  // finite, in range
  // Any number but nan: `object_mm = inf`.
  Result<double> NumberOrInfinity(const std::string& key) const;
  Result<int64_t> Integer(const std::string& key, int64_t min, int64_t max) const;
  Result<bool> Bool(const std::string& key) const;
  Result<std::string> String(const std::string& key) const;
  Result<std::vector<double>> Numbers(const std::string& key) const;
  Result<std::vector<std::string>> Strings(const std::string& key) const;
  Result<std::vector<TomlRow>> Rows(const std::string& key) const;  // list of lists
  Result<TomlTable> Table(const std::string& key) const;
  Result<std::vector<TomlTable>> Tables(const std::string& key) const;  // array of tables

  // An error about `key`, with file and line in front.
  Error ErrorAt(const std::string& key, const std::string& message) const;
  Error ErrorAtLine(int line, const std::string& message) const;

  struct Node;  // of the adapter

 private:
  TomlTable(std::shared_ptr<const Node> root, const Node* node) : root_(root), node_(node) {}
  std::shared_ptr<const Node> root_;
  const Node* node_ = nullptr;
};

}  // namespace petzval

#endif  // PETZVAL_BASE_TOML_FILE_H_
