// Names of outputs, checked before any work: nothing is overwritten by accident.
#ifndef PETZVAL_CAMERA_OUTPUT_NAMES_H_
#define PETZVAL_CAMERA_OUTPUT_NAMES_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

// Refuses outputs that would lose something or cannot be written: one that is an input, two that
// are the same file, one that exists (unless `overwrite`), a directory, a missing folder. Empty
// names are skipped. Errors: one sentence that names the output.
Status CheckOutputNames(const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs, bool overwrite);

// The suffix of a name in lower case, with its dot: ".jpg"; empty if there is none.
std::string LowerSuffix(const std::string& path);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_OUTPUT_NAMES_H_
