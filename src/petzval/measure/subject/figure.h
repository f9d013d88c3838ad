// A measured number with everything that makes it comparable.
#ifndef PETZVAL_MEASURE_SUBJECT_FIGURE_H_
#define PETZVAL_MEASURE_SUBJECT_FIGURE_H_

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace petzval::measure {

// The id of a figure in docs/measures.md: the measure, a point, and the figure's name without the
// measure's own: "noise", "noise_total" -> "noise.total".
inline std::string DefinitionId(const std::string& measure, const std::string& name) {
  const bool own = name.rfind(measure + "_", 0) == 0;
  return measure + "." + (own ? name.substr(measure.size() + 1) : name);
}

// A figure that could not be computed has the value NaN and says why in `note`; reports print null.
struct Figure {
  std::string name;  // "mtf50", snake case
  double value = std::nan("");
  std::string unit;                      // "cycles/pixel", "stops", "" for a ratio
  int n = 0;                             // how many samples, edges or patches it rests on
  double standard_error = std::nan("");  // of `value`, same unit
  std::string conditions;                // "green, 41 px/deg"
  std::string definition;                // id of docs/measures.md: "sfr.mtf50"
  std::string note;

  bool known() const { return std::isfinite(value); }
};

// A curve for plots and reports.
struct Curve {
  std::string name, x_label, y_label;
  std::vector<double> x, y;
};

// What every measure answers besides its own structure.
struct Findings {
  std::vector<Figure> figures;
  std::vector<Curve> curves;
  std::vector<std::string> warnings;  // one sentence each
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_FIGURE_H_
