// Test charts of colour: where their patches lie and what they measure; read from data/charts.
#ifndef PETZVAL_MEASURE_CHART_CHART_H_
#define PETZVAL_MEASURE_CHART_CHART_H_

#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"

namespace petzval::measure {

// Reference values of one edition of a chart.
struct ChartEdition {
  std::string name;    // "before-2014"
  std::string title;   // "formulation before November 2014"
  std::string source;  // where the numbers come from
  // Set of petzval::FindReflectances of the same charts, in the order of Chart::patches; or empty.
  std::string reflectances;
  std::vector<Vec3> lab;  // L*a*b*, D50, 2 degree observer; in the order of Chart::patches
};

struct ChartPatch {
  std::string name;         // "dark skin", "A1"
  int column = 0, row = 0;  // from the top left of the chart held upright
};

// A chart of rectangular patches on a regular grid.
struct Chart {
  std::string name, title, source;
  int columns = 0, rows = 0;
  // Width and height of a patch as a share of the distance of neighbouring centres, 0..1.
  double patch_width = 1, patch_height = 1;
  std::vector<ChartPatch> patches;     // row by row, columns * rows of them
  std::vector<int> greys;              // indices of neutral patches, from light to dark
  std::vector<int> skins;              // indices of skin tones
  std::vector<ChartEdition> editions;  // at least one; the first is the default

  int size() const { return static_cast<int>(patches.size()); }
};

// A chart of data/charts by name, "colorchecker24", or of a file, "my.toml".
// Errors: kInvalidInput naming the nearest chart, or the line of the file; ReadFile's.
Result<Chart> FindChart(const std::string& name_or_file);
// Errors: kInvalidInput "FILE: line N: ..." for an unknown key or a value out of range.
Result<Chart> ParseChart(const std::string& toml, const std::string& file_name);
std::vector<std::string> ChartNames();
// Those of them with enough colours to be searched for in a picture.
std::vector<std::string> SearchableCharts();
bool IsSearchable(const Chart& chart);

// The edition of that name; the first for "". Errors: kInvalidInput naming the nearest one.
Result<ChartEdition> FindEdition(const Chart& chart, const std::string& name);

// Visual density of a patch against a perfect diffuser: -log10 Y.
double DensityOf(const Vec3& lab);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_CHART_H_
