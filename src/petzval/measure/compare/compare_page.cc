// A page to look at differences.
#include "petzval/measure/compare/compare_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>
#include <span>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/color/spaces.h"
#include "petzval/color/transfer.h"
#include "petzval/image/png.h"
#include "petzval/measure/compare/color_rows.h"
#include "petzval/measure/compare/embedded_page.h"
#include "petzval/measure/compare/page_maps.h"
#include "petzval/measure/compare/picture_rows.h"
#include "petzval/measure/compare/registration.h"
#include "petzval/measure/compare/report_rows.h"

namespace petzval::measure {
namespace {

using Json = nlohmann::ordered_json;

// What the screen shows, and how it came to be.
struct Shown {
  Image<uint16_t> srgb8;
  std::string how;
};

Mat3 ToRec709(const Picture& picture) {
  return RgbFromXyzD50(kRec709) * picture.xyz_d50_from_linear;
}

bool IsSrgb8(const Picture& picture) {
  if (picture.is_float() || picture.max_code != 255) return false;
  const Mat3 m = ToRec709(picture);
  for (int i = 0; i < 9; ++i) {
    if (std::fabs(m[i / 3][i % 3] - (i % 4 == 0)) > 1e-3) return false;
  }
  for (const std::vector<float>& curve : picture.curve) {
    if (curve.size() < 2) return false;
    for (size_t i = 0; i < curve.size(); ++i) {
      const double code = static_cast<double>(i) / static_cast<double>(curve.size() - 1);
      if (std::fabs(curve[i] - DecodeSrgb(code)) > 1e-3) return false;
    }
  }
  return true;
}

Image<uint16_t> EncodeSrgb8(const PictureRows& rows, const Mat3& to_709) {
  Image<uint16_t> out(rows.width(), rows.height(), 3);
  const Mat3f m = ToFloat(to_709);
  ParallelFor(rows.height(), [&](int y) {
    RowBlock block(9);
    const Rows3 light = block.Three(0);
    for (int x0 = 0; x0 < rows.width(); x0 += kTile) {
      rows.Fetch(x0 - kHalo, y, light, block.Three(3), block.Three(6));
      MultiplyRows(Const(light), m, true, kRowColumns, light);
      for (int c = 0; c < 3; ++c) {
        EncodeSrgbRow(light[c], kRowColumns, light[c]);
        uint16_t* to = out.row(y, c) + x0;
        for (int i = 0; i < std::min(kTile, rows.width() - x0); ++i) {
          to[i] = static_cast<uint16_t>(255 * light[c][kHalo + i] + 0.5f);
        }
      }
    }
  });
  return out;
}

// `report`: of a test picture, null for the reference.
Shown Show(const Picture& picture, const CompareReport* report, double exposure) {
  const bool warped = report != nullptr && report->aligned;
  const bool gained = report != nullptr && report->exposure_gain != 1;
  Shown shown;
  if (!warped && !gained && IsSrgb8(picture)) {
    shown.srgb8 = picture.code.Clone();
    shown.how = "shown as stored (sRGB, 8 bits)";
    return shown;
  }
  const int bits = picture.is_float() ? 32 : static_cast<int>(std::log2(picture.max_code + 1.0));
  shown.how = fmt::format("converted to sRGB of 8 bits from {}, {} bits",
                          picture.space.empty() ? "its own space" : picture.space, bits);
  const bool curved = std::any_of(picture.curve.begin(), picture.curve.end(),
                                  [](const auto& c) { return !c.empty(); });
  if (!warped && !gained && !(picture.is_float() && curved)) {
    shown.srgb8 = EncodeSrgb8(PictureRows(picture, exposure), ToRec709(picture));
    return shown;
  }
  double scale = picture.is_float() ? exposure : 1;
  Image<float> light = LinearRgb(picture);
  if (gained) {
    scale *= report->exposure_gain;
    shown.how += fmt::format(", exposure matched by {:+.2f} EV", std::log2(report->exposure_gain));
  }
  if (warped) {
    Image<uint8_t> covered;
    light = WarpToReference(light, report->registration, report->width, report->height, &covered);
    shown.how += ", aligned with the reference (black: not covered)";
  }
  shown.srgb8 =
      EncodeSrgb8(PictureRows(light, picture.xyz_d50_from_linear, scale), ToRec709(picture));
  return shown;
}

std::string BaseName(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  return name.empty() ? "picture" : name;
}

Json Rows(const CompareReport& report) {
  Json rows = Json::array();
  for (const ReportRow& row : ReportRows(report)) {
    Json j{{"label", row.label}, {"text", FormatFigure(row)}};
    // Infinite PSNR is the best there is.
    j["value"] = std::isnan(row.value)   ? Json(nullptr)
                 : std::isinf(row.value) ? Json(1e9)
                                         : Json(row.value);
    j["better"] = !row.more_is_better ? Json(nullptr) : Json(*row.more_is_better ? "more" : "less");
    rows.push_back(std::move(j));
  }
  return rows;
}

// JSON that may stand inside a script element.
std::string ForScript(const Json& j) {
  const std::string text = j.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  for (char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

Status WriteBytes(const std::filesystem::path& path, const std::string& text) {
  return WriteFile(path.string(),
                   std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

Status CheckLists(const Picture& reference, const std::vector<const Picture*>& tests,
                  const std::vector<CompareReport>& reports) {
  bool fits = !tests.empty() && tests.size() == reports.size();
  for (size_t i = 0; fits && i < reports.size(); ++i) {
    const CompareReport& r = reports[i];
    fits = tests[i] != nullptr && r.width == reference.width() && r.height == reference.height() &&
           !r.de2000_map.empty() && !r.flip_map.empty() &&
           (r.aligned || (tests[i]->width() == r.width && tests[i]->height() == r.height));
  }
  if (fits) return {};
  return Fail(ErrorCode::kInvalidInput,
              "the page of a comparison needs one report with maps for each test picture");
}

Status Write(const std::filesystem::path& folder, const Picture& reference,
             const std::vector<const Picture*>& tests, const std::vector<CompareReport>& reports,
             const CompareParams& params) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Fail(ErrorCode::kIo,
                fmt::format("{} cannot be made: {}", folder.string(), error.message()));
  }
  const auto write = [&](const std::string& name, const Image<uint16_t>& picture) {
    return WritePng((folder / name).string(), picture, 8);
  };
  Json data;
  data["width"] = reference.width();
  data["height"] = reference.height();
  {
    const Shown shown = Show(reference, nullptr, params.exposure);
    PETZVAL_RETURN_IF_ERROR(write("reference.png", shown.srgb8));
    data["reference"] = {
        {"name", BaseName(reference.path)}, {"file", "reference.png"}, {"shown", shown.how}};
  }
  data["ramp"] = RampForCss();
  data["de2000_top"] = kDe2000Top;
  data["tests"] = Json::array();
  for (size_t i = 0; i < tests.size(); ++i) {
    const CompareReport& report = reports[i];
    const std::string stem = fmt::format("test-{}", i + 1);
    const Shown shown = Show(*tests[i], &report, params.exposure);
    PETZVAL_RETURN_IF_ERROR(write(stem + ".png", shown.srgb8));
    PETZVAL_RETURN_IF_ERROR(
        write(stem + "-de2000.png", PaintMap(report.de2000_map, kDe2000Top * 256)));
    PETZVAL_RETURN_IF_ERROR(write(stem + "-flip.png", PaintMap(report.flip_map, 65535)));
    Json crops = Json::array();
    for (const Place& p : MostDifferentPlaces(report, 6, 160)) {
      crops.push_back({{"x", p.rect.x},
                       {"y", p.rect.y},
                       {"width", p.rect.width},
                       {"height", p.rect.height},
                       {"flip", p.flip},
                       {"de2000", p.de2000}});
    }
    Json notes = report.notes;
    data["tests"].push_back({{"name", BaseName(tests[i]->path)},
                             {"path", tests[i]->path},
                             {"file", stem + ".png"},
                             {"de2000", stem + "-de2000.png"},
                             {"flip", stem + "-flip.png"},
                             {"shown", shown.how},
                             {"code_values", report.code_values},
                             {"rows", Rows(report)},
                             {"notes", std::move(notes)},
                             {"crops", std::move(crops)}});
  }
  std::string page(EmbeddedPages()[0].text);
  const std::string mark = "/*DATA*/null";
  const size_t at = page.find(mark);
  page.replace(at, mark.size(), ForScript(data));
  // Last, so that a page that is there has all its pictures.
  return WriteBytes(folder / "index.html", page);
}

}  // namespace

Status WriteComparePage(const std::string& folder, const Picture& reference,
                        const std::vector<const Picture*>& tests,
                        const std::vector<CompareReport>& reports, const CompareParams& params) {
  PETZVAL_RETURN_IF_ERROR(CheckLists(reference, tests, reports));
  try {
    return Write(folder, reference, tests, reports, params);
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "not enough memory to write the page");
  }
}

}  // namespace petzval::measure
