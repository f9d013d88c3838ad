// Answers of verbs: JSON for programs, tables for people.
#include "answer.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

// A whole table row or one value, for reading.
std::string CellText(const ordered_json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  if (value.is_array()) {
    std::string text;
    for (const ordered_json& entry : value) {
      if (!text.empty()) text += ' ';
      text += CellText(entry);
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

void AppendTable(const std::string& name, const ordered_json& rows, std::string* text) {
  std::vector<std::string> columns;
  for (const auto& [key, value] : rows.front().items()) {
    const bool nested =
        value.is_object() || (value.is_array() && (value.empty() || value.front().is_object()));
    if (!nested && !IsBulk(value)) columns.push_back(key);
  }
  std::vector<std::vector<std::string>> cells = {columns};
  for (const ordered_json& row : rows) {
    std::vector<std::string> line;
    for (const std::string& column : columns) {
      line.push_back(row.contains(column) ? CellText(row[column]) : "");
    }
    cells.push_back(std::move(line));
  }
  std::vector<size_t> widths(columns.size(), 0);
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  *text += fmt::format("\n{}\n", name);
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) {
      *text += fmt::format("{:>{}}", line[i], widths[i] + 2);
    }
    *text += '\n';
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
