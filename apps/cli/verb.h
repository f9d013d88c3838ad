// A verb of the command line describes its options as data; main.cc turns them into a parser.
#ifndef PETZVAL_APPS_CLI_VERB_H_
#define PETZVAL_APPS_CLI_VERB_H_

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "petzval/base/parameter.h"
#include "petzval/base/result.h"

namespace petzval::cli {

struct Option {
  // "-o,--output", "--force" or, for positional arguments, "INPUT".
  std::string flags;
  std::string help;
  // Where the value goes; its value at parse time is the default that the help shows.
  std::variant<bool*, int*, uint64_t*, double*, std::string*, std::vector<std::string>*> target;
  std::string unit;                  // or a word for the value: "FILE", "EV"
  double min = 0, max = 0;           // range of a number; none when equal
  std::vector<std::string> choices;  // allowed texts; none: any
  bool required = false;
};

// The option of a parameter, made from its one description.
Option OptionOf(const BoundParameter& parameter);

// Options that every verb has.
struct CommonOptions {
  int threads = 0;  // 0: as many as the machine has
  bool quiet = false;
  bool verbose = false;
  std::string json;  // file, "-" for standard output, empty: none
};

struct Verb {
  std::string name;
  std::string summary;
  std::vector<Option> options;
  // Empty where a second word must follow. With both, options that only one needs are not
  // `required`.
  std::function<Status()> run;
  std::vector<Verb> verbs;  // second words, e.g. "simulate burst"
  // A combination that no option alone can refuse: a sentence, or empty. Exit code 2.
  std::function<std::string()> usage_error = [] { return std::string(); };
};

Verb CalibrateVerb(const CommonOptions& common);
Verb CompareVerb(const CommonOptions& common);
Verb DevelopVerb(const CommonOptions& common);
Verb DeviceVerb(const CommonOptions& common);
Verb InfoVerb(const CommonOptions& common);
Verb LensVerb(const CommonOptions& common);
Verb LookVerb(const CommonOptions& common);
Verb MatchVerb(const CommonOptions& common);
Verb MeasureVerb(const CommonOptions& common);
Verb SimulateVerb(const CommonOptions& common);

// Writes a JSON report to a file (a device or a pipe too) or, for "-", to standard output. Does
// nothing for an empty name.
Status WriteReport(const std::string& target, const std::string& json);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_VERB_H_
