// Adapter of toml++: the only file that includes it.
#include "petzval/base/toml_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <variant>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "petzval/base/file.h"
#include "petzval/base/nearest_name.h"

namespace petzval {

// A value of the file with its place; tables and arrays hold more of them.
struct TomlTable::Node {
  using Map = std::map<std::string, Node>;
  using List = std::vector<Node>;
  int line = 0;
  bool outermost = false;
  std::string file;  // of the outermost table
  std::variant<std::monostate, double, int64_t, bool, std::string, List, Map> value;
};

namespace {

using Node = TomlTable::Node;

constexpr int64_t kMaxBytes = 1 << 20;

Node Convert(const toml::node& in) {
  Node out;
  out.line = static_cast<int>(in.source().begin.line);
  if (const auto* table = in.as_table()) {
    Node::Map map;
    for (const auto& [key, child] : *table) map.emplace(std::string(key.str()), Convert(child));
    out.value = std::move(map);
  } else if (const auto* array = in.as_array()) {
    Node::List list;
    for (const auto& child : *array) list.push_back(Convert(child));
    out.value = std::move(list);
  } else if (const auto* text = in.as_string()) {
    out.value = text->get();
  } else if (const auto* real = in.as_floating_point()) {
    out.value = real->get();
  } else if (const auto* integer = in.as_integer()) {
    out.value = integer->get();
  } else if (const auto* truth = in.as_boolean()) {
    out.value = truth->get();
  }  // dates and times: nobody reads them, so they stay empty and fail as a wrong type
  return out;
}

const Node* Find(const Node& table, const std::string& key) {
  const auto& map = std::get<Node::Map>(table.value);
  const auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

// The number in a node, or NaN if there is none.
double ToNumber(const Node& node) {
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  if (const auto* integer = std::get_if<int64_t>(&node.value)) {
    return static_cast<double>(*integer);
  }
  return std::nan("");
}

// What toml++ 3.3 does not survive outside strings and comments: some bytes beyond ASCII, of which
// TOML allows none there, and keys of many parts (a.b.c...), each of which is a table in a table.
struct Danger {
  int line = 0;  // 0: none
  const char* what = "";
};
Danger FirstDanger(const std::string& text) {
  constexpr int kMaxKeyParts = 16;
  int line = 1, dots = 0;
  std::string quote;  // of the string that we are in: ", ', """ or '''
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (!quote.empty()) {
      if (c == '\\' && quote[0] == '"') {
        if (++i < text.size() && text[i] == '\n') ++line;
      } else if (text.compare(i, quote.size(), quote) == 0) {
        i += quote.size() - 1;
        quote.clear();
      } else if (c == '\n' && quote.size() == 1) {
        quote.clear();  // not closed: the parser will say so
      }
    } else if (c == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (c == '"' || c == '\'') {
      quote = std::string(text.compare(i, 3, std::string(3, c)) == 0 ? 3 : 1, c);
      i += quote.size() - 1;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return {line, "a letter beyond ASCII outside quotes"};
    } else if (c == '.') {
      if (++dots >= kMaxKeyParts) return {line, "a key of more than 16 parts"};
    } else if (c == '=' || c == ',' || c == '\n' || c == '[' || c == '{') {
      dots = 0;
    }
  }
  return {};
}

}  // namespace

Result<TomlTable> TomlTable::Parse(const std::string& text, const std::string& name) {
  if (const Danger danger = FirstDanger(text); danger.line > 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: line {}: {}", name, danger.line, danger.what));
  }
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: line {}: {}", name, parsed.error().source().begin.line,
                            parsed.error().description()));
  }
  auto root = std::make_shared<Node>(Convert(parsed.table()));
  root->outermost = true;
  root->file = name;
  TomlTable table(root, root.get());
  if (!table.Has("schema")) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: has no key schema = 1", name));
  }
  PETZVAL_RETURN_IF_ERROR(table.Integer("schema", 1, 1));
  return table;
}

Result<TomlTable> TomlTable::Read(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxBytes));
  return Parse(std::string(bytes.begin(), bytes.end()), path);
}

bool TomlTable::Has(const std::string& key) const { return Find(*node_, key) != nullptr; }

std::vector<std::string> TomlTable::Keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : std::get<Node::Map>(node_->value)) keys.push_back(key);
  return keys;
}

int TomlTable::Line(const std::string& key) const {
  const Node* child = Find(*node_, key);
  return child ? child->line : node_->line;
}

Error TomlTable::ErrorAt(const std::string& key, const std::string& message) const {
  return ErrorAtLine(Line(key), message);
}

Error TomlTable::ErrorAtLine(int line, const std::string& message) const {
  return {ErrorCode::kInvalidInput, fmt::format("{}: line {}: {}", root_->file, line, message)};
}

Status TomlTable::CheckKeys(std::span<const std::string> known) const {
  std::vector<std::string> all(known.begin(), known.end());
  if (node_->outermost) all.push_back("schema");
  for (const std::string& key : Keys()) {
    if (std::find(all.begin(), all.end(), key) != all.end()) continue;
    std::string message = fmt::format("unknown key '{}'", key);
    if (!all.empty()) message += fmt::format(", did you mean '{}'?", NearestName(key, all));
    return Fail(ErrorAt(key, message));
  }
  return {};
}

Result<double> TomlTable::Number(const std::string& key) const {
  const Node* child = Find(*node_, key);
  const double number = child ? ToNumber(*child) : std::nan("");
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  if (!std::isfinite(number)) {
    return Fail(ErrorAt(key, fmt::format("'{}' must be a finite number", key)));
  }
  return number;
}

Result<double> TomlTable::Number(const std::string& key, double min, double max) const {
  PETZVAL_ASSIGN(const double number, Number(key));
  if (number < min || number > max) {
    return Fail(ErrorAt(
        key, fmt::format("'{}' is {}, which is not within {} to {}", key, number, min, max)));
  }
  return number;
}

Result<double> TomlTable::NumberOrInfinity(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  const double number = ToNumber(*child);
  if (std::isnan(number)) return Fail(ErrorAt(key, fmt::format("'{}' must be a number", key)));
  return number;
}

Result<int64_t> TomlTable::Integer(const std::string& key, int64_t min, int64_t max) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  const auto* integer = std::get_if<int64_t>(&child->value);
  if (!integer) return Fail(ErrorAt(key, fmt::format("'{}' must be an integer", key)));
  if (*integer < min || *integer > max) {
    return Fail(ErrorAt(
        key, min == max ? fmt::format("'{}' is {}, only {} is known here", key, *integer, min)
                        : fmt::format("'{}' is {}, which is not within {} to {}", key, *integer,
                                      min, max)));
  }
  return *integer;
}

Result<bool> TomlTable::Bool(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  const auto* truth = std::get_if<bool>(&child->value);
  if (!truth) return Fail(ErrorAt(key, fmt::format("'{}' must be true or false", key)));
  return *truth;
}

Result<std::string> TomlTable::String(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  const auto* text = std::get_if<std::string>(&child->value);
  if (!text) return Fail(ErrorAt(key, fmt::format("'{}' must be a string", key)));
  return *text;
}

Result<std::vector<double>> TomlTable::Numbers(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  std::vector<double> numbers;
  const auto* list = std::get_if<Node::List>(&child->value);
  if (list) {
    for (const Node& item : *list) numbers.push_back(ToNumber(item));
  }
  for (const double number : numbers) {
    if (!std::isfinite(number)) list = nullptr;
  }
  if (!list) return Fail(ErrorAt(key, fmt::format("'{}' must be a list of finite numbers", key)));
  return numbers;
}

Result<std::vector<std::string>> TomlTable::Strings(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  std::vector<std::string> strings;
  const auto* list = std::get_if<Node::List>(&child->value);
  for (size_t i = 0; list && i < list->size(); ++i) {
    const auto* text = std::get_if<std::string>(&(*list)[i].value);
    if (!text) return Fail(ErrorAt(key, fmt::format("'{}' must be a list of strings", key)));
    strings.push_back(*text);
  }
  if (!list) return Fail(ErrorAt(key, fmt::format("'{}' must be a list of strings", key)));
  return strings;
}

Result<std::vector<TomlRow>> TomlTable::Rows(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("key '{}' is missing", key)));
  const auto* list = std::get_if<Node::List>(&child->value);
  if (!list) return Fail(ErrorAt(key, fmt::format("'{}' must be a list of rows", key)));
  std::vector<TomlRow> rows;
  for (const Node& item : *list) {
    const auto* cells = std::get_if<Node::List>(&item.value);
    if (!cells) {
      return Fail(ErrorAtLine(item.line, fmt::format("a row of '{}' must be a list", key)));
    }
    TomlRow row;
    row.line = item.line;
    for (const Node& cell : *cells) {
      if (const auto* text = std::get_if<std::string>(&cell.value)) {
        row.cells.emplace_back(*text);
      } else if (const double number = ToNumber(cell); std::isfinite(number)) {
        row.cells.emplace_back(number);
      } else {
        return Fail(ErrorAtLine(
            cell.line, fmt::format("a row of '{}' may hold only finite numbers and strings", key)));
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<TomlTable> TomlTable::Table(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("table [{}] is missing", key)));
  if (!std::holds_alternative<Node::Map>(child->value)) {
    return Fail(ErrorAt(key, fmt::format("'{}' must be a table", key)));
  }
  return TomlTable(root_, child);
}

Result<std::vector<TomlTable>> TomlTable::Tables(const std::string& key) const {
  const Node* child = Find(*node_, key);
  if (!child) return Fail(ErrorAt(key, fmt::format("list of tables [[{}]] is missing", key)));
  std::vector<TomlTable> tables;
  const auto* list = std::get_if<Node::List>(&child->value);
  for (size_t i = 0; list && i < list->size(); ++i) {
    if (!std::holds_alternative<Node::Map>((*list)[i].value)) {
      return Fail(ErrorAt(key, fmt::format("'{}' must be a list of tables", key)));
    }
    tables.push_back(TomlTable(root_, &(*list)[i]));
  }
  if (!list) return Fail(ErrorAt(key, fmt::format("'{}' must be a list of tables", key)));
  return tables;
}

}  // namespace petzval
