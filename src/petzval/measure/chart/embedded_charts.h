// The files of data/charts, compiled in so that the program runs without a data folder.
#ifndef PETZVAL_MEASURE_CHART_EMBEDDED_CHARTS_H_
#define PETZVAL_MEASURE_CHART_EMBEDDED_CHARTS_H_

#include <span>
#include <string_view>

namespace petzval::measure {

struct EmbeddedChart {
  std::string_view name;  // of the file, without .toml
  std::string_view toml;  // its contents
};

// Defined in a source that CMake writes from the folder.
std::span<const EmbeddedChart> EmbeddedCharts();

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_CHART_EMBEDDED_CHARTS_H_
