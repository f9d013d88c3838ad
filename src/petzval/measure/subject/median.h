// The middle of a set of values.
#ifndef PETZVAL_MEASURE_SUBJECT_MEDIAN_H_
#define PETZVAL_MEASURE_SUBJECT_MEDIAN_H_

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval::measure {

// Mean of the two middle ones of an even number; NaN of none. No value may be NaN.
inline double Median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_MEDIAN_H_
