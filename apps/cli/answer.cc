// Answers of verbs: JSON for programs, tables for people.
#include "answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

constexpr size_t kLineWidth = 120, kLeastTextWidth = 32;

// One value, for reading. Lists are for the eye: fewer digits.
std::string CellText(const ordered_json& value, int digits = 6) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) {
    const double number = value.get<double>();
    // Not as a power of ten where pixels and kelvins are meant.
    const bool large = std::abs(number) >= std::pow(10, digits) && std::abs(number) < 1e7;
    return large ? fmt::format("{:.0f}", number) : fmt::format("{:.{}g}", number, digits);
  }
  if (value.is_array()) {
    std::string text;
    for (const ordered_json& entry : value) {
      if (!text.empty()) text += ' ';
      text += CellText(entry, std::max(3, digits - 1));
    }
    return text;
  }
  return value.dump();
}

// What tells a row of a table from the others: "field 20, um 0.55", or its number.
std::string RowName(const ordered_json& row, size_t index) {
  std::string name;
  for (const char* key : {"field", "um"}) {
    if (!row.contains(key)) continue;
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", key, CellText(row[key]));
  }
  return name.empty() ? std::to_string(index + 1) : name;
}

// Arrays that are data, not a summary.
bool IsBulk(const ordered_json& value) { return value.is_array() && value.size() > 12; }

struct Table {
  std::vector<std::vector<std::string>> cells;  // rows, the first of names
  std::vector<size_t> widths;
  std::vector<char> is_text;  // columns of words stand left, of numbers right
  size_t width() const { return std::accumulate(widths.begin(), widths.end(), 2 * widths.size()); }
};

Table LayOut(const ordered_json& rows, const std::vector<std::string>& columns, int digits) {
  Table table{{columns}, {}, std::vector<char>(columns.size(), 0)};
  for (const ordered_json& row : rows) {
    std::vector<std::string> line;
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto value = row.find(columns[i]);
      line.push_back(value != row.end() ? CellText(*value, digits) : "");
      if (value != row.end() && value->is_string()) table.is_text[i] = 1;
    }
    table.cells.push_back(std::move(line));
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t width = 0;
    for (const auto& line : table.cells) width = std::max(width, line[i].size());
    table.widths.push_back(width);
  }
  return table;
}

// Lines of at most `limit` where words allow; all but the first after `indent` spaces.
std::string Wrapped(const std::string& words, size_t limit, size_t indent) {
  std::string text;
  size_t start = 0;
  while (words.size() - start > limit) {
    size_t space = words.rfind(' ', start + limit);
    if (space == std::string::npos || space <= start) space = words.find(' ', start + limit);
    if (space == std::string::npos) break;
    text += words.substr(start, space - start) + '\n' + std::string(indent, ' ');
    start = space + 1;
  }
  return text + words.substr(start);
}

void AppendTable(const std::string& name, const ordered_json& rows, std::string* text) {
  std::vector<std::string> columns;
  for (const auto& [key, value] : rows.front().items()) {
    const bool nested =
        value.is_object() || (value.is_array() && (value.empty() || value.front().is_object()));
    if (!nested && !IsBulk(value)) columns.push_back(key);
  }
  Table table = LayOut(rows, columns, 6);
  if (table.width() > kLineWidth) table = LayOut(rows, columns, 4);
  // The longest text stands last and goes on below itself.
  size_t longest = columns.size(), limit = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!table.is_text[i]) continue;
    if (longest == columns.size() || table.widths[i] > table.widths[longest]) longest = i;
  }
  std::vector<size_t> order(columns.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (table.width() > kLineWidth && longest < columns.size() &&
      table.widths[longest] > kLeastTextWidth) {
    std::rotate(order.begin() + static_cast<ptrdiff_t>(longest),
                order.begin() + static_cast<ptrdiff_t>(longest) + 1, order.end());
    const size_t others = table.width() - table.widths[longest];
    limit = std::max(kLeastTextWidth, kLineWidth - std::min(others, kLineWidth));
  }
  *text += fmt::format("\n{}\n", name);
  for (const auto& line : table.cells) {
    std::string out;
    for (const size_t i : order) {
      if (limit > 0 && i == longest) {
        out += "  " + Wrapped(line[i], limit, out.size() + 2);
      } else if (table.is_text[i]) {
        out += fmt::format("  {:<{}}", line[i], table.widths[i]);
      } else {
        out += fmt::format("  {:>{}}", line[i], table.widths[i]);
      }
    }
    out.erase(out.find_last_not_of(' ') + 1);
    *text += out + '\n';
  }
}

void AppendObject(const ordered_json& object, const std::string& prefix, std::string* text) {
  for (const auto& [key, value] : object.items()) {
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (name == "warnings") continue;
    if (value.is_object()) {
      AppendObject(value, name, text);
    } else if (value.is_array() && !value.empty() && value.front().is_object()) {
      AppendTable(name, value, text);
      // One level deeper: a field's wavelengths, a group's members.
      for (size_t i = 0; i < value.size(); ++i) {
        const ordered_json& row = value[i];
        for (const auto& [inner, inner_value] : row.items()) {
          if (inner_value.is_array() && !inner_value.empty() && inner_value.front().is_object() &&
              inner_value.size() <= 40) {
            AppendTable(fmt::format("{}[{}].{}", name, RowName(row, i), inner), inner_value, text);
          }
        }
      }
    } else if (!IsBulk(value)) {
      *text += fmt::format("{:<28} {}\n", name, CellText(value));
    }
  }
}

}  // namespace

Result<std::vector<double>> ParseNumbers(const std::string& text, const std::string& what) {
  std::vector<double> numbers;
  size_t start = 0;
  while (start <= text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    while (start < end && text[start] == ' ') ++start;
    double value = 0;
    const char* last = text.data() + end;
    const auto [stop, error] = std::from_chars(text.data() + start, last, value);
    if (error != std::errc() || stop != last || !std::isfinite(value)) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("{} {}: \"{}\" is not a number", what, text,
                                                        text.substr(start, end - start)));
    }
    numbers.push_back(value);
    start = end + 1;
  }
  if (numbers.size() > 1000) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: more than 1000 values", what));
  }
  return numbers;
}

Result<Rect> ParseRect(const std::string& text, const std::string& what) {
  PETZVAL_ASSIGN(const std::vector<double> n, ParseNumbers(text, what));
  bool whole = n.size() == 4;
  for (const double v : n) whole = whole && v == std::floor(v) && v >= 0 && v <= kMaxSide;
  if (!whole || n[2] < 1 || n[3] < 1) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} {} is not X,Y,W,H in whole pixels", what, text));
  }
  return Rect{static_cast<int>(n[0]), static_cast<int>(n[1]), static_cast<int>(n[2]),
              static_cast<int>(n[3])};
}

ordered_json Number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json Triple(const Vec3& v) { return {Number(v[0]), Number(v[1]), Number(v[2])}; }

ordered_json Number(const std::optional<double>& value) {
  return value ? Number(*value) : ordered_json(nullptr);
}

std::string AsText(const ordered_json& answer) {
  std::string text;
  AppendObject(answer, "", &text);
  return text;
}

Status Deliver(const ordered_json& answer, const CommonOptions& common) {
  if (common.json != "-" && !common.quiet) fmt::print("{}", AsText(answer));
  if (!common.quiet && answer.contains("warnings")) {
    for (const ordered_json& warning : answer["warnings"]) {
      fmt::print(stderr, "petzval: warning: {}\n", warning.get<std::string>());
    }
  }
  return WriteReport(common.json, answer.dump(2) + "\n");
}

}  // namespace petzval::cli
