// The page: style, tables of the prescription, figures with captions.
#include <fmt/format.h>

#include <cmath>

#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/report.h"
#include "petzval/optics/plot/report_tables.h"
#include "petzval/optics/plot/svg.h"

namespace petzval::optics {
namespace {

constexpr char kStyle[] = R"(
:root { color-scheme: light; }
body { font: 15px/1.45 Helvetica, Arial, "Liberation Sans", sans-serif; color: #1a1a1a;
  background: #fff; max-width: 980px; margin: 2em auto; padding: 0 1.2em; }
h1 { font-size: 1.7em; margin: 0 0 .1em; }
h2 { font-size: 1.15em; margin: 2.2em 0 .6em; padding-bottom: .2em; border-bottom: 1px solid #ccd2d9; }
h3 { font-size: 1em; margin: 1.6em 0 .3em; }
p.source { color: #555; margin: .2em 0 1.4em; font-size: .9em; }
figure { margin: 0 0 1.6em; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; display: block; }
figcaption { color: #444; font-size: .86em; max-width: 52em; margin-top: .3em; }
.scroll { overflow-x: auto; }
table.data { border-collapse: collapse; font-size: .86em; font-variant-numeric: tabular-nums; }
table.data th, table.data td { padding: .22em .7em; text-align: right; border-bottom: 1px solid #e4e6e9;
  white-space: nowrap; }
table.data thead th { border-bottom: 1px solid #8c8c8c; vertical-align: bottom; white-space: normal; }
table.data tbody th { font-weight: normal; color: #555; }
table.data td.text, table.data th.text { text-align: left; }
table.data td.wrap { white-space: normal; text-align: left; }
ul.warnings { background: #fff7e6; border-left: 4px solid #d99a00; padding: .6em 1em .6em 2em; }
@media print {
  @page { margin: 15mm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 11px; }
  h2 { break-after: avoid; }
  h3 { break-after: avoid; }
  tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
)";

std::string FigureHtml(const ReportFigure& figure) {
  return fmt::format("<h3>{}</h3>\n<figure id=\"{}\">\n{}<figcaption>{}</figcaption>\n</figure>\n",
                     EscapeXml(figure.title), EscapeXml(figure.name), figure.svg,
                     EscapeXml(figure.caption));
}

}  // namespace

std::string LensReportHtml(const LensModel& model, const LensReport& report) {
  const Lens& lens = model.lens;
  const std::string title = lens.title.empty() ? lens.name : lens.title;
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      EscapeXml(title), kStyle, EscapeXml(title));
  std::string source = lens.name;
  if (!lens.source.empty()) source += ". Source: " + lens.source;
  if (!lens.licence.empty()) source += ". Licence: " + lens.licence;
  html += "<p class=\"source\">" + EscapeXml(source) + "</p>\n";
  if (!lens.note.empty()) html += "<p>" + EscapeXml(lens.note) + "</p>\n";

  if (!report.warnings.empty()) {
    html += "<ul class=\"warnings\">\n";
    for (const std::string& warning : report.warnings) {
      html += "<li>" + EscapeXml(warning) + "</li>\n";
    }
    html += "</ul>\n";
  }
  std::string section;
  for (const ReportFigure& figure : report.figures) {
    if (figure.svg.empty()) continue;
    const bool first = section.empty();
    if (figure.section != section) {
      section = figure.section;
      html += "<h2>" + EscapeXml(section) + "</h2>\n";
    }
    html += FigureHtml(figure);
    // The tables follow the drawing.
    if (first) {
      html += "<h2>Numbers</h2>\n<div class=\"scroll\">" + report.summary_html + "</div>\n";
      html += FirstOrderTable(model);
      html += "<h2>Prescription</h2>\n" + PrescriptionTable(model) + AsphereTable(lens) +
              ConfigurationTable(lens) + GlassTable(model);
    }
  }
  return html + "</body>\n</html>\n";
}

}  // namespace petzval::optics
