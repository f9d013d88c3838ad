// Reports of comparisons as JSON and as text.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "petzval/measure/compare/compare.h"
#include "petzval/measure/compare/report_rows.h"

namespace petzval::measure {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

}  // namespace

std::vector<ReportRow> ReportRows(const CompareReport& r) {
  return {
      {"psnr_db", "PSNR", "dB", 2, r.psnr_db, true},
      {"psnr_red_db", "PSNR red", "dB", 2, r.psnr_channel_db[0], true},
      {"psnr_green_db", "PSNR green", "dB", 2, r.psnr_channel_db[1], true},
      {"psnr_blue_db", "PSNR blue", "dB", 2, r.psnr_channel_db[2], true},
      {"psnr_luma_db", "PSNR luma", "dB", 2, r.psnr_luma_db, true},
      {"ssim", "SSIM", "", 5, r.ssim, true},
      {"ms_ssim", "MS-SSIM", "", 5, r.ms_ssim, true},
      {"xyb_ssim", "XYB-SSIM", "", 2, r.xyb_ssim, true},
      {"de2000_mean", "dE2000 mean", "", 3, r.de2000_mean, false},
      {"de2000_p95", "dE2000 95 %", "", 3, r.de2000_p95, false},
      {"de2000_max", "dE2000 max", "", 3, r.de2000_max, false},
      {"de_itp_mean", "dE ITP mean", "", 3, r.de_itp_mean, false},
      {"de_itp_p95", "dE ITP 95 %", "", 3, r.de_itp_p95, false},
      {"de_itp_max", "dE ITP max", "", 3, r.de_itp_max, false},
      {"flip_mean", "FLIP mean", "", 4, r.flip_mean, false},
      {"flip_p95", "FLIP 95 %", "", 4, r.flip_p95, false},
      {"edge_error", "edges: luma error", "", 4, r.edge_error, false},
      {"edge_sharpness_ratio", "edges: sharpness ratio", "", 3, r.edge_sharpness_ratio, {}},
      {"edge_share", "edges: share of pixels", "", 4, r.edge_share, {}},
      {"flat_luma_sd_reference", "flat: luma sd, reference", "", 5, r.flat_luma_sd_reference, {}},
      {"flat_luma_sd_test", "flat: luma sd, test", "", 5, r.flat_luma_sd_test, {}},
      {"flat_luma_ratio", "flat: luma noise ratio", "", 3, r.flat_luma_ratio, {}},
      {"flat_chroma_sd_reference",
       "flat: chroma sd, reference",
       "",
       5,
       r.flat_chroma_sd_reference,
       {}},
      {"flat_chroma_sd_test", "flat: chroma sd, test", "", 5, r.flat_chroma_sd_test, {}},
      {"flat_chroma_ratio", "flat: chroma noise ratio", "", 3, r.flat_chroma_ratio, {}},
      {"flat_share", "flat: share of pixels", "", 4, r.flat_share, {}},
  };
}

std::string FormatFigure(const ReportRow& row) {
  if (std::isnan(row.value)) return "-";
  if (std::isinf(row.value)) return "equal";
  std::string text = fmt::format("{:.{}f}", row.value, row.digits);
  if (*row.unit != 0) text += fmt::format(" {}", row.unit);
  return text;
}

Json CompareJson(const CompareReport& r) {
  Json j;
  j["reference"] = r.reference;
  j["test"] = r.test;
  j["width_px"] = r.width;
  j["height_px"] = r.height;
  for (const ReportRow& row : ReportRows(r)) j[row.key] = Number(row.value);
  j["code_values"] = r.code_values;
  j["pixels"] = r.pixels;
  j["region"] = {{"x_px", r.region.x},
                 {"y_px", r.region.y},
                 {"width_px", r.region.width},
                 {"height_px", r.region.height}};
  if (r.aligned) {
    const Registration& a = r.registration;
    j["registration"] = {{"test_from_reference", a.test_from_reference},
                         {"shift_x_px", a.shift_x_px},
                         {"shift_y_px", a.shift_y_px},
                         {"rotation_deg", a.rotation_deg},
                         {"scale", a.scale},
                         {"overlap", a.overlap},
                         {"correlation", a.correlation}};
  }
  j["exposure_gain"] = r.exposure_gain;
  j["notes"] = r.notes;
  return j;
}

Json CompareJson(const std::vector<CompareReport>& reports) {
  Json j = reports.empty() ? Json::object() : CompareJson(reports[0]);
  j["tests"] = Json::array();
  for (const CompareReport& r : reports) j["tests"].push_back(CompareJson(r));
  return j;
}

std::string CompareText(const std::vector<CompareReport>& reports) {
  std::string text;
  if (reports.empty()) return text;
  const auto name = [](const std::string& path) {
    const std::string base = path.substr(path.find_last_of('/') + 1);
    return base.size() <= 18 ? base : base.substr(0, 8) + ".." + base.substr(base.size() - 8);
  };
  text += fmt::format("{:<28}", "");
  for (const CompareReport& r : reports) text += fmt::format("{:>20}", name(r.test));
  text += '\n';
  std::vector<std::vector<ReportRow>> columns;
  for (const CompareReport& r : reports) columns.push_back(ReportRows(r));
  for (size_t i = 0; i < columns[0].size(); ++i) {
    text += fmt::format("{:<28}", columns[0][i].label);
    for (const auto& column : columns) text += fmt::format("{:>20}", FormatFigure(column[i]));
    text += '\n';
  }
  for (const CompareReport& r : reports) {
    if (r.aligned) {
      const Registration& a = r.registration;
      text += fmt::format(
          "{}: aligned by {:+.2f} {:+.2f} px, {:+.3f} deg, scale {:.5f}; overlap {:.1f} %\n",
          name(r.test), a.shift_x_px, a.shift_y_px, a.rotation_deg, a.scale, 100 * a.overlap);
    }
    if (r.exposure_gain != 1) {
      text += fmt::format("{}: exposure matched by a gain of {:.4f} ({:+.2f} EV)\n", name(r.test),
                          r.exposure_gain, std::log2(r.exposure_gain));
    }
  }
  return text;
}

}  // namespace petzval::measure
