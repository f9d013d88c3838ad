// The second words of `petzval simulate`.
#ifndef PETZVAL_APPS_CLI_SIMULATE_VERBS_H_
#define PETZVAL_APPS_CLI_SIMULATE_VERBS_H_

#include <string>

#include "verb.h"

namespace petzval::cli {

Verb SimulateBurstVerb(const CommonOptions& common);
Verb SimulateFlatsVerb(const CommonOptions& common);

// "WxH" into two numbers; false if it is not that.
bool ParseSize(const std::string& text, int* width, int* height);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_SIMULATE_VERBS_H_
