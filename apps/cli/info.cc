// petzval info: everything that a RAW file says about itself, and what of it is not believed.
#include <fmt/format.h>

#include <memory>

#include "petzval/camera/output_names.h"
#include "petzval/capture/describe.h"
#include "petzval/capture/reader.h"
#include "verb.h"

namespace petzval::cli {

Verb InfoVerb(const CommonOptions& common) {
  auto path = std::make_shared<std::string>();
  auto overwrite = std::make_shared<bool>(false);
  Verb verb;
  verb.name = "info";
  verb.summary = "what a RAW file says about itself, and what of it is not believed";
  verb.options = {{"FILE", "a RAW file", path.get(), "FILE", 0, 0, {}, true},
                  {"--force", "overwrite a report that exists", overwrite.get(), ""}};
  verb.run = [path, overwrite, &common]() -> Status {
    if (common.json != "-") {
      PETZVAL_RETURN_IF_ERROR(CheckOutputNames({*path}, {common.json}, *overwrite));
    }
    PETZVAL_ASSIGN(const RawFrame frame, ReadRaw(*path));
    if (common.json != "-" && !common.quiet) fmt::print("{}", DescribeText(frame));
    return WriteReport(common.json, DescribeJson(frame));
  };
  return verb;
}

}  // namespace petzval::cli
