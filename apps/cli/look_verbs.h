// The second words of `petzval look` that have a file of their own.
#ifndef PETZVAL_APPS_CLI_LOOK_VERBS_H_
#define PETZVAL_APPS_CLI_LOOK_VERBS_H_

#include "verb.h"

namespace petzval::cli {

Verb LookSheetVerb(const CommonOptions& common);
Verb LookFitVerb(const CommonOptions& common);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_LOOK_VERBS_H_
