// Charts read from TOML: embedded ones by name, others from a file.
#include "petzval/measure/chart/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/nearest_name.h"
#include "petzval/base/toml_file.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/chart/embedded_charts.h"

namespace petzval::measure {
namespace {

using Keys = std::vector<std::string>;

constexpr int kMaxSide = 64;  // patches in a row or column

// The rows of numbers under `key`: one for each patch, `size` long.
Result<std::vector<Vec3>> Triples(const TomlTable& table, const std::string& key, int count) {
  PETZVAL_ASSIGN(const std::vector<TomlRow> rows, table.Rows(key));
  if (static_cast<int>(rows.size()) != count) {
    return Fail(table.ErrorAt(
        key, fmt::format("{} has {} rows, the chart has {} patches", key, rows.size(), count)));
  }
  std::vector<Vec3> triples;
  for (const TomlRow& row : rows) {
    Vec3 v;
    bool good = row.cells.size() == 3;
    for (size_t i = 0; good && i < 3; ++i) {
      const double* number = std::get_if<double>(&row.cells[i]);
      good = number != nullptr;
      if (good) v[static_cast<int>(i)] = *number;
    }
    if (!good) return Fail(table.ErrorAtLine(row.line, fmt::format("{} needs 3 numbers", key)));
    triples.push_back(v);
  }
  return triples;
}

Result<std::vector<Vec3>> LabOfLab(const TomlTable& table, int count) {
  PETZVAL_ASSIGN(std::vector<Vec3> lab, Triples(table, "lab", count));
  for (const Vec3& v : lab) {
    if (!(v[0] >= 0 && v[0] <= 110)) {
      return Fail(table.ErrorAt("lab", fmt::format("L* of {} is not between 0 and 110", v[0])));
    }
  }
  return lab;
}

Result<std::vector<Vec3>> LabOfXyY(const TomlTable& table, int count) {
  Chromaticity white = kWhiteD50;
  if (table.Has("white")) {
    PETZVAL_ASSIGN(const std::vector<double> xy, table.Numbers("white"));
    if (xy.size() != 2 || !(xy[0] > 0 && xy[1] > 0 && xy[0] + xy[1] < 1)) {
      return Fail(table.ErrorAt("white", "white must be [x, y] of a chromaticity"));
    }
    white = {xy[0], xy[1]};
  }
  PETZVAL_ASSIGN(const std::vector<Vec3> values, Triples(table, "xyY", count));
  std::vector<Vec3> lab;
  for (const Vec3& v : values) {
    if (!(v[0] > 0 && v[1] > 0 && v[0] + v[1] <= 1 && v[2] >= 0 && v[2] <= 1.5)) {
      return Fail(table.ErrorAt(
          "xyY", fmt::format("[{}, {}, {}] is no chromaticity and luminance", v[0], v[1], v[2])));
    }
    Vec3 xyz = XyzFromChromaticity({v[0], v[1]});
    for (double& x : xyz.v) x *= v[2];
    lab.push_back(LabFromXyz(xyz, XyzFromChromaticity(white)));
  }
  return lab;
}

Result<std::vector<Vec3>> LabOfDensity(const TomlTable& table, int count) {
  PETZVAL_ASSIGN(const std::vector<double> density, table.Numbers("density"));
  if (static_cast<int>(density.size()) != count) {
    return Fail(table.ErrorAt(
        "density", fmt::format("{} densities, the chart has {} patches", density.size(), count)));
  }
  std::vector<Vec3> lab;
  for (const double d : density) {
    if (!(d >= 0 && d <= 6)) {
      return Fail(table.ErrorAt("density", fmt::format("density {} is not in 0..6", d)));
    }
    lab.push_back({{LightnessFromLuminance(std::pow(10, -d)), 0, 0}});
  }
  return lab;
}

Result<ChartEdition> EditionFromTable(const TomlTable& table, int count) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(
      Keys{"name", "title", "source", "reflectances", "white", "lab", "xyY", "density"}));
  ChartEdition edition;
  PETZVAL_ASSIGN(edition.name, table.String("name"));
  PETZVAL_ASSIGN(edition.title, table.String("title"));
  PETZVAL_ASSIGN(edition.source, table.String("source"));
  if (table.Has("reflectances")) {
    PETZVAL_ASSIGN(edition.reflectances, table.String("reflectances"));
  }
  const int kinds = table.Has("lab") + table.Has("xyY") + table.Has("density");
  if (kinds != 1) {
    return Fail(table.ErrorAt(
        "name", fmt::format("edition {} needs one of lab, xyY and density", edition.name)));
  }
  if (table.Has("white") && !table.Has("xyY")) {
    return Fail(table.ErrorAt("white", "white belongs to xyY: L*a*b* and density are under D50"));
  }
  if (table.Has("lab")) {
    PETZVAL_ASSIGN(edition.lab, LabOfLab(table, count));
  } else if (table.Has("xyY")) {
    PETZVAL_ASSIGN(edition.lab, LabOfXyY(table, count));
  } else {
    PETZVAL_ASSIGN(edition.lab, LabOfDensity(table, count));
  }
  return edition;
}

Result<std::vector<int>> PatchIndices(const TomlTable& table, const std::string& key,
                                      const Keys& names) {
  PETZVAL_ASSIGN(const Keys wanted, table.Strings(key));
  std::vector<int> indices;
  for (const std::string& name : wanted) {
    const auto it = std::find(names.begin(), names.end(), name);
    if (it == names.end()) {
      return Fail(table.ErrorAt(key, fmt::format("there is no patch '{}', did you mean '{}'?", name,
                                                 NearestName(name, names))));
    }
    indices.push_back(static_cast<int>(it - names.begin()));
  }
  return indices;
}

Result<Chart> ChartFromTable(const TomlTable& root) {
  PETZVAL_RETURN_IF_ERROR(
      root.CheckKeys(Keys{"name", "title", "source", "columns", "rows", "patch_width",
                          "patch_height", "patches", "greys", "skins", "edition"}));
  Chart chart;
  PETZVAL_ASSIGN(chart.name, root.String("name"));
  PETZVAL_ASSIGN(chart.title, root.String("title"));
  PETZVAL_ASSIGN(chart.source, root.String("source"));
  PETZVAL_ASSIGN(chart.columns, root.Integer("columns", 1, kMaxSide));
  PETZVAL_ASSIGN(chart.rows, root.Integer("rows", 1, kMaxSide));
  PETZVAL_ASSIGN(chart.patch_width, root.Number("patch_width", 0.1, 1));
  PETZVAL_ASSIGN(chart.patch_height, root.Number("patch_height", 0.1, 1));
  PETZVAL_ASSIGN(const Keys names, root.Strings("patches"));
  const int count = chart.columns * chart.rows;
  if (static_cast<int>(names.size()) != count) {
    return Fail(root.ErrorAt("patches", fmt::format("{} names for {} x {} patches", names.size(),
                                                    chart.columns, chart.rows)));
  }
  for (int i = 0; i < count; ++i) {
    if (std::find(names.begin(), names.begin() + i, names[i]) != names.begin() + i) {
      return Fail(root.ErrorAt("patches", fmt::format("patch '{}' twice", names[i])));
    }
    chart.patches.push_back({names[i], i % chart.columns, i / chart.columns});
  }
  PETZVAL_ASSIGN(chart.greys, PatchIndices(root, "greys", names));
  PETZVAL_ASSIGN(chart.skins, PatchIndices(root, "skins", names));
  PETZVAL_ASSIGN(const std::vector<TomlTable> editions, root.Tables("edition"));
  for (const TomlTable& table : editions) {
    PETZVAL_ASSIGN(ChartEdition edition, EditionFromTable(table, count));
    for (size_t i = 1; i < chart.greys.size(); ++i) {
      if (edition.lab[chart.greys[i]][0] >= edition.lab[chart.greys[i - 1]][0]) {
        return Fail(
            table.ErrorAt("name", fmt::format("grey patch '{}' is not darker than '{}'",
                                              names[chart.greys[i]], names[chart.greys[i - 1]])));
      }
    }
    chart.editions.push_back(std::move(edition));
  }
  if (chart.editions.empty()) return Fail(root.ErrorAt("name", "the chart has no [[edition]]"));
  return chart;
}

}  // namespace

Result<Chart> ParseChart(const std::string& toml, const std::string& file_name) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, file_name));
  return ChartFromTable(root);
}

Result<Chart> FindChart(const std::string& name_or_file) {
  if (name_or_file.ends_with(".toml")) {
    PETZVAL_ASSIGN(const TomlTable root, TomlTable::Read(name_or_file));
    return ChartFromTable(root);
  }
  for (const EmbeddedChart& chart : EmbeddedCharts()) {
    if (chart.name != name_or_file) continue;
    return ParseChart(std::string(chart.toml), fmt::format("chart {}", chart.name));
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("there is no chart '{}', did you mean '{}'?", name_or_file,
                          NearestName(name_or_file, ChartNames())));
}

std::vector<std::string> ChartNames() {
  std::vector<std::string> names;
  for (const EmbeddedChart& chart : EmbeddedCharts()) names.emplace_back(chart.name);
  return names;
}

std::vector<std::string> SearchableCharts() {
  std::vector<std::string> names;
  for (const std::string& name : ChartNames()) {
    const Result<Chart> chart = FindChart(name);
    if (chart && IsSearchable(*chart)) names.push_back(name);
  }
  return names;
}

bool IsSearchable(const Chart& chart) {
  constexpr int kMinColors = 12;
  const std::vector<Vec3>& lab = chart.editions.front().lab;
  return std::count_if(lab.begin(), lab.end(),
                       [](const Vec3& v) { return std::hypot(v[1], v[2]) > 10; }) >= kMinColors;
}

Result<ChartEdition> FindEdition(const Chart& chart, const std::string& name) {
  if (name.empty()) return chart.editions.front();
  Keys names;
  for (const ChartEdition& edition : chart.editions) {
    if (edition.name == name) return edition;
    names.push_back(edition.name);
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("chart {} has no edition '{}', did you mean '{}'?", chart.name, name,
                          NearestName(name, names)));
}

double DensityOf(const Vec3& lab) { return -std::log10(LuminanceFromLightness(lab[0])); }

}  // namespace petzval::measure
