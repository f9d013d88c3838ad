// The figures of a comparison in one order with one name, for JSON, text and page.
#ifndef PETZVAL_MEASURE_COMPARE_REPORT_ROWS_H_
#define PETZVAL_MEASURE_COMPARE_REPORT_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "petzval/measure/compare/compare.h"

namespace petzval::measure {

struct ReportRow {
  const char *key, *label, *unit;
  int digits;
  double value;
  std::optional<bool> more_is_better;
};

std::vector<ReportRow> ReportRows(const CompareReport& report);
// "38.21 dB", "-" if not known, "equal" if infinite.
std::string FormatFigure(const ReportRow& row);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_REPORT_ROWS_H_
