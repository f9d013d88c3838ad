// Plots into files: SVG as drawn, PNG rasterised.
#ifndef PETZVAL_APPS_CLI_PLOT_FILE_H_
#define PETZVAL_APPS_CLI_PLOT_FILE_H_

#include <string>

#include "petzval/base/result.h"

namespace petzval::cli {

// Whether the name ends in .svg or .png. Errors: one sentence.
Status CheckPlotName(const std::string& path);

// Writes an SVG document to `path`; .png at twice its size on white. Errors: kIo, kUnsupported.
Status WritePlot(const std::string& path, const std::string& svg);

}  // namespace petzval::cli

#endif  // PETZVAL_APPS_CLI_PLOT_FILE_H_
