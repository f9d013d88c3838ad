// libFuzzer target: a test chart in TOML.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "petzval/measure/chart/chart.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval::measure;
  const auto chart = ParseChart(std::string(data, data + size), "input.toml");
  if (!chart) return 0;
  (void)IsSearchable(*chart);
  if (chart->size() != chart->columns * chart->rows || chart->editions.empty()) std::abort();
  for (const ChartEdition& edition : chart->editions) {
    if (static_cast<int>(edition.lab.size()) != chart->size()) std::abort();
    for (const petzval::Vec3& lab : edition.lab) {
      for (const double v : lab.v) {
        if (!std::isfinite(v)) std::abort();
      }
    }
  }
  return 0;
}
