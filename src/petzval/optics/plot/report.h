// The report of a lens: one HTML page with every table and figure.
#ifndef PETZVAL_OPTICS_PLOT_REPORT_H_
#define PETZVAL_OPTICS_PLOT_REPORT_H_

#include <string>
#include <vector>

#include "petzval/optics/trace/launch.h"

namespace petzval::optics {

struct ReportOptions {
  bool clip = true;  // clear diameters clip rays of fans, spots, MTF and PSF where they are given
  double mtf_max_cycles_per_mm = 0;  // 0: 100 on a 43.3 mm image circle, in proportion on others
  std::vector<double> mtf_cycles_per_mm;  // of MTF over the field; empty: 10, 30, 50 % of that
  double blur_object_mm = 0;              // distance for the blur discs; 0: 40 focal lengths
  bool svg_files = false;                 // each figure also as a file beside the page
};

// A figure of the report, or the reason why there is none (svg empty).
struct ReportFigure {
  std::string section;  // heading that it belongs under
  std::string name;     // of the file, without .svg: "ray-fans"
  std::string title;
  std::string caption;  // definitions and units
  std::string svg;
};

struct LensReport {
  std::vector<ReportFigure> figures;
  std::string summary_html;           // table: one row for each field
  std::vector<std::string> warnings;  // sentences
};

// Computes every figure. A quantity that the lens does not have leads to a warning, never to an
// error; the result does not depend on the number of threads.
LensReport ComputeLensReport(const LensModel& model, const ReportOptions& options = {});

// The page as text: self-contained HTML, figures inline, no scripts.
std::string LensReportHtml(const LensModel& model, const LensReport& report);

// Writes FOLDER/index.html (and figures); the folder is made if need be. Every file appears only
// complete, the page last. Errors: kInvalidInput of CheckLens; kIo when the folder cannot be
// written.
Status WriteLensReport(const Lens& lens, const std::string& folder,
                       const ReportOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_REPORT_H_
