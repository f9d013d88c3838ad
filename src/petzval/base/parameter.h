// The one description of a numeric parameter: command line, TOML check, reports and docs use it.
#ifndef PETZVAL_BASE_PARAMETER_H_
#define PETZVAL_BASE_PARAMETER_H_

namespace petzval {

struct Parameter {
  const char* name;  // as on the command line, without dashes: "exposure"
  const char* unit;  // "EV", "px", "K"; "" for a plain number
  double min, max, default_value;
  const char* help;  // one sentence, lower-case start, no full stop

  // False for NaN too.
  bool Allows(double value) const { return value >= min && value <= max; }
};

// A parameter and where its value lives.
struct BoundParameter {
  Parameter description;
  double* value;
};

}  // namespace petzval

#endif  // PETZVAL_BASE_PARAMETER_H_
