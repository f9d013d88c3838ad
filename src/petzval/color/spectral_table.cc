// Reading of data/spectra; lights and reflectances by name.
#include "petzval/color/spectral_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "petzval/base/nearest_name.h"
#include "petzval/color/embedded_spectra.h"

namespace petzval {
namespace {

std::string_view Trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> Split(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const size_t comma = line.find(',');
    cells.push_back(Trim(line.substr(0, comma)));
    if (comma == line.npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

bool ToNumber(std::string_view s, double* value) {
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), *value);
  return error == std::errc() && end == s.data() + s.size() && std::isfinite(*value);
}

class Parser {
 public:
  explicit Parser(const std::string& name) { table_.name = name; }

  Result<SpectralTable> Parse(std::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = Trim(text.substr(0, end));
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      ++line_;
      if (line.empty()) continue;
      if (line[0] == '#') {
        PETZVAL_RETURN_IF_ERROR(ReadKey(Trim(line.substr(1))));
      } else if (table_.column.empty()) {
        PETZVAL_RETURN_IF_ERROR(ReadNames(Split(line)));
      } else {
        PETZVAL_RETURN_IF_ERROR(ReadRow(Split(line)));
      }
    }
    return Finish();
  }

 private:
  tl::unexpected<Error> Wrong(const std::string& what) const {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: line {}: {}", table_.name, line_, what));
  }

  Status ReadKey(std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == line.npos) return Wrong("a line that starts with # must read \"# key: value\"");
    const std::string key(Trim(line.substr(0, colon)));
    const std::string_view value = Trim(line.substr(colon + 1));
    if (key == "note") return {};
    if (key == "largest") {
      const bool number = ToNumber(value, &table_.largest);
      if (!number || !(table_.largest >= 1 && table_.largest <= 10)) {
        return Wrong("\"largest\" must be a number from 1 to 10");
      }
      return {};
    }
    if (key == "alias") {
      const size_t equals = value.find('=');
      if (equals == value.npos) return Wrong("an alias must read \"OTHER = NAME\"");
      table_.alias.emplace_back(Trim(value.substr(0, equals)), Trim(value.substr(equals + 1)));
      return {};
    }
    const std::map<std::string, std::string*> known = {{"kind", &table_.kind},
                                                       {"title", &table_.title},
                                                       {"source", &table_.source},
                                                       {"licence", &table_.licence}};
    const auto found = known.find(key);
    if (found == known.end()) {
      return Wrong("unknown key \"" + key +
                   "\" (known: kind, title, source, licence, note, alias, largest)");
    }
    if (value.empty()) return Wrong("\"" + key + "\" is empty");
    *found->second = std::string(value);
    return {};
  }

  Status ReadNames(const std::vector<std::string_view>& cells) {
    if (cells.size() < 2 || cells[0] != "nm") return Wrong("the table must start with \"nm,NAME\"");
    for (size_t i = 1; i < cells.size(); ++i) {
      const std::string name(cells[i]);
      if (name.empty()) return Wrong("a column has no name");
      if (std::count(table_.column.begin(), table_.column.end(), name) > 0) {
        return Wrong("two columns are named \"" + name + "\"");
      }
      table_.column.push_back(name);
    }
    table_.value.resize(table_.column.size());
    return {};
  }

  Status ReadRow(const std::vector<std::string_view>& cells) {
    if (cells.size() != table_.column.size() + 1) {
      return Wrong(fmt::format("{} cells instead of {}", cells.size(), table_.column.size() + 1));
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      double number = 0;
      if (!ToNumber(cells[i], &number)) {
        return Wrong(fmt::format("\"{}\" is no number", cells[i].substr(0, 40)));
      }
      if (i == 0) {
        if (!table_.nm.empty() && number <= table_.nm.back()) {
          return Wrong("wavelengths must ascend");
        }
        table_.nm.push_back(number);
        continue;
      }
      if (number < 0 && table_.kind != "daylight") return Wrong("a negative value");
      if (number > table_.largest && table_.kind == "reflectances") {
        return Wrong(fmt::format("a reflectance beyond {:g}", table_.largest));
      }
      table_.value[i - 1].push_back(number);
    }
    return {};
  }

  Result<SpectralTable> Finish() {
    const auto missing = [&](const char* key) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("{}: \"{}\" is missing", table_.name, key));
    };
    if (table_.title.empty()) return missing("title");
    if (table_.source.empty()) return missing("source");
    if (table_.licence.empty()) return missing("licence");
    if (table_.kind.empty()) return missing("kind");
    const std::vector<std::string> kinds = {"observer", "cones", "daylight", "lights",
                                            "reflectances"};
    if (std::count(kinds.begin(), kinds.end(), table_.kind) == 0) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: there is no kind \"{}\", the nearest is \"{}\"", table_.name,
                              table_.kind, NearestName(table_.kind, kinds)));
    }
    if (table_.nm.size() < 2) {
      return Fail(ErrorCode::kInvalidInput, table_.name + ": fewer than two rows of numbers");
    }
    if ((table_.kind == "observer" || table_.kind == "cones") && table_.column.size() != 3) {
      return Fail(ErrorCode::kInvalidInput, table_.name + ": an observer has three columns");
    }
    for (const auto& [other, column] : table_.alias) {
      if (other.empty() || table_.kind != "lights" ||
          std::count(table_.column.begin(), table_.column.end(), column) == 0) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("{}: the alias \"{}\" stands for no light of the table, \"{}\"",
                                table_.name, other, column));
      }
    }
    for (const auto& column : table_.value) {
      table_.spectrum.push_back(Resample(table_.nm, column));
    }
    return std::move(table_);
  }

  SpectralTable table_;
  int line_ = 0;
};

std::string LowerCase(std::string s) {
  for (char& c : s) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return s;
}

// "3200K", "6500 k": the temperature; 0 if it is none.
double Temperature(const std::string& name) {
  std::string_view s = Trim(name);
  if (s.empty() || (s.back() != 'K' && s.back() != 'k')) return 0;
  s.remove_suffix(1);
  double kelvin_k = 0;
  return ToNumber(Trim(s), &kelvin_k) ? kelvin_k : 0;
}

}  // namespace

Result<SpectralTable> ParseSpectralTable(std::string_view text, const std::string& name) {
  return Parser(name).Parse(text);
}

const std::vector<SpectralTable>& SpectralTables() {
  static const std::vector<SpectralTable> tables = [] {
    std::vector<SpectralTable> all;
    for (const EmbeddedSpectra& file : EmbeddedSpectraFiles()) {
      auto table = ParseSpectralTable(file.text, std::string(file.name));
      if (table) all.push_back(std::move(*table));
    }
    std::sort(all.begin(), all.end(),
              [](const SpectralTable& a, const SpectralTable& b) { return a.name < b.name; });
    return all;
  }();
  return tables;
}

std::vector<std::string> LightNames() {
  std::vector<std::string> names;
  for (const SpectralTable& table : SpectralTables()) {
    if (table.kind == "lights") {
      names.insert(names.end(), table.column.begin(), table.column.end());
    }
  }
  return names;
}

Result<SpectralDistribution> FindLight(const std::string& name) {
  std::string wanted = LowerCase(std::string(Trim(name)));
  while (wanted.ends_with('_')) wanted.pop_back();  // as some names of files end
  for (const SpectralTable& table : SpectralTables()) {
    if (table.kind != "lights") continue;
    std::string column = wanted;
    for (const auto& [other, stands_for] : table.alias) {
      if (LowerCase(other) == wanted) column = LowerCase(stands_for);
    }
    for (size_t i = 0; i < table.column.size(); ++i) {
      if (LowerCase(table.column[i]) == column) return table.spectrum[i];
    }
  }
  const double kelvin_k = Temperature(name);
  if (kelvin_k != 0) {
    if (!(kelvin_k >= 1000 && kelvin_k <= 25000)) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("a light of {:g} K: temperatures go from 1000 K to 25000 K", kelvin_k));
    }
    return kelvin_k < 4000 ? BlackBody(kelvin_k) : Daylight(kelvin_k);
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no light \"{}\", the nearest is \"{}\" (or a temperature such "
                          "as 3200K)",
                          name, NearestName(name, LightNames())));
}

Result<Observer> FindObserver(const std::string& name) {
  for (const SpectralTable& table : SpectralTables()) {
    if ((table.kind != "observer" && table.kind != "cones") || table.name != name) continue;
    return Observer{table.spectrum[0], table.spectrum[1], table.spectrum[2]};
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no observer \"{}\", the nearest is \"{}\"", name,
                          NearestName(name, ObserverNames())));
}

std::vector<std::string> ObserverNames() {
  std::vector<std::string> names;
  for (const SpectralTable& table : SpectralTables()) {
    if (table.kind == "observer" || table.kind == "cones") names.push_back(table.name);
  }
  return names;
}

Result<ReflectanceSet> FindReflectances(const std::string& name) {
  std::vector<std::string> names;
  for (const SpectralTable& table : SpectralTables()) {
    if (table.kind != "reflectances") continue;
    if (table.name == name) {
      return ReflectanceSet{table.name, table.title, table.source, table.column, table.spectrum};
    }
    names.push_back(table.name);
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no set of reflectances \"{}\", the nearest is \"{}\"", name,
                          NearestName(name, names)));
}

}  // namespace petzval
