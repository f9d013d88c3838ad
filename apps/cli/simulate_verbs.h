// The second words of `petzval simulate`.
#ifndef PETZVAL_APPS_CLI_SIMULATE_VERBS_H_
#define PETZVAL_APPS_CLI_SIMULATE_VERBS_H_

#include "verb.h"

namespace petzval::cli {

Verb SimulateBurstVerb(const CommonOptions& common);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_SIMULATE_VERBS_H_
