// Writing a report: figures first, the page last, each only complete.
#include "petzval/optics/plot/report.h"

#include <filesystem>
#include <span>
#include <system_error>

#include "petzval/base/file.h"

namespace petzval::optics {
namespace {

Status WriteText(const std::string& path, const std::string& text) {
  return WriteFile(path, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace

Status WriteLensReport(const Lens& lens, const std::string& folder, const ReportOptions& options) {
  PETZVAL_ASSIGN(const LensModel model, MakeModel(lens));
  // Before the work: a folder that cannot be is known at once.
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder, error)) {
    return Fail(ErrorCode::kIo, folder + ": the folder for the report cannot be made");
  }
  const LensReport report = ComputeLensReport(model, options);
  if (options.svg_files) {
    for (const ReportFigure& figure : report.figures) {
      if (figure.svg.empty()) continue;
      PETZVAL_RETURN_IF_ERROR(
          WriteText(folder + "/" + figure.name + ".svg",
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + figure.svg));
    }
  }
  return WriteText(folder + "/index.html", LensReportHtml(model, report));
}

}  // namespace petzval::optics
