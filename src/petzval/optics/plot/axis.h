// Axes: ranges that end on round numbers, ticks and their labels.
#ifndef PETZVAL_OPTICS_PLOT_AXIS_H_
#define PETZVAL_OPTICS_PLOT_AXIS_H_

#include <optional>
#include <string>
#include <vector>

namespace petzval::optics {

// What a chart wants of an axis.
struct AxisSpec {
  std::string label;               // with the unit: "spatial frequency (cycles/mm)"
  std::optional<double> min, max;  // fixed ends; else from the data, rounded outwards
  bool log = false;                // base 10; values <= 0 are not shown
  bool symmetric = false;          // -m .. m
  bool include_zero = false;
  bool integer = false;                  // ticks at whole numbers only
  int ticks = 5;                         // about as many intervals
  std::vector<double> tick_values;       // fixed ticks, with
  std::vector<std::string> tick_labels;  // their labels (same length)
};

struct Tick {
  double value = 0;
  std::string label;
};

// An axis with its final range, mapping values to 0 .. 1.
struct Axis {
  double min = 0, max = 1;
  bool log = false;
  std::vector<Tick> ticks;
  std::string label;  // of the spec; ends in "(10^k unit)" style factor where labels need one

  double At(double value) const;   // nan when a log axis cannot show it
  bool Holds(double value) const;  // inside the range, with rounding slack
};

// `low`, `high`: of the data; low > high or not finite: no data, the range is 0 .. 1.
Axis MakeAxis(const AxisSpec& spec, double low, double high);

// The step 1, 2, 2.5 or 5 x 10^k that cuts `span` into about `intervals`.
double NiceStep(double span, int intervals);

// The smallest round number (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 x 10^k) at or above `value`; 1
// for what is not positive.
double NiceLimit(double value);

// A number for people: `digits` significant digits, trailing zeros kept, a real minus sign,
// "1.2×10⁻⁷" beyond 1e-4 .. 1e6; "–" for what is not finite.
std::string FormatValue(double value, int digits = 3);
// The same without trailing zeros: "0.5", "14".
std::string FormatShort(double value, int digits = 3);
// Fixed decimals with a real minus sign; "–" for what is not finite.
std::string FormatFixed(double value, int decimals);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_AXIS_H_
