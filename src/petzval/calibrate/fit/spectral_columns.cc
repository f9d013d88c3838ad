// Reads tables of numbers over wavelength.
#include "petzval/calibrate/fit/spectral_columns.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace petzval::calibrate {
namespace {

std::string_view Trim(std::string_view s) {
  constexpr std::string_view kBlank = " \r\"";
  while (!s.empty() && kBlank.find(s.front()) != kBlank.npos) s.remove_prefix(1);
  while (!s.empty() && kBlank.find(s.back()) != kBlank.npos) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const size_t end = line.find_first_of(",;\t");
    cells.push_back(Trim(line.substr(0, end)));
    if (end == line.npos || cells.size() > kMaxSpectralColumns + 1) return cells;
    line.remove_prefix(end + 1);
  }
}

bool ToNumber(std::string_view s, double* value) {
  if (!s.empty() && s.front() == '+') s.remove_prefix(1);
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), *value);
  return error == std::errc() && end == s.data() + s.size();
}

}  // namespace

Result<SpectralColumns> ParseSpectralColumns(std::string_view text, const std::string& where) {
  SpectralColumns table;
  int line_number = 0;
  const auto wrong = [&](ErrorCode code, const std::string& what) {
    return Fail(code, fmt::format("{}: line {}: {}", where, line_number, what));
  };
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    ++line_number;
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> cells = Cells(line);
    if (cells.size() > kMaxSpectralColumns + 1) {
      return wrong(ErrorCode::kTooLarge,
                   fmt::format("more than {} columns", kMaxSpectralColumns + 1));
    }
    double number = 0;
    if (table.name.empty()) {
      if (cells.size() < 2) {
        return wrong(ErrorCode::kInvalidInput, "there must be a wavelength and a value in a row");
      }
      const bool names = !ToNumber(cells[0], &number);
      for (size_t i = 1; i < cells.size(); ++i) {
        table.name.push_back(names ? std::string(cells[i]) : std::to_string(i));
      }
      table.value.resize(table.name.size());
      if (names) continue;
    }
    if (cells.size() != table.name.size() + 1) {
      return wrong(ErrorCode::kInvalidInput,
                   fmt::format("{} cells instead of {}", cells.size(), table.name.size() + 1));
    }
    if (table.nm.size() == kMaxSpectralRows) {
      return wrong(ErrorCode::kTooLarge, fmt::format("more than {} rows", kMaxSpectralRows));
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!ToNumber(cells[i], &number) || !std::isfinite(number)) {
        return wrong(ErrorCode::kInvalidInput,
                     fmt::format("\"{}\" is no number", cells[i].substr(0, 40)));
      }
      if (i > 0) {
        table.value[i - 1].push_back(number);
      } else if (!table.nm.empty() && number <= table.nm.back()) {
        return wrong(ErrorCode::kInvalidInput, "wavelengths must ascend");
      } else {
        table.nm.push_back(number);
      }
    }
  }
  if (table.nm.size() < 2) {
    return Fail(ErrorCode::kInvalidInput, where + ": fewer than two rows of numbers");
  }
  return table;
}

}  // namespace petzval::calibrate
