// petzval look sheet: one photograph in many looks.
#include "petzval/camera/look_sheet.h"

#include <fmt/format.h>

#include <memory>

#include "answer.h"
#include "look_verbs.h"
#include "petzval/base/xml_text.h"
#include "petzval/camera/output_names.h"
#include "petzval/camera/svg_picture.h"
#include "petzval/encode/encode.h"
#include "progress.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

struct Arguments {
  DevelopJob job;
  LookSheetParams sheet;
  std::vector<std::string> set;
  std::string output;
};

// The name of a look, drawn into the strip below its picture.
Status DrawCaption(const LookTile& tile, LookSheet* sheet) {
  const Rect& r = tile.caption;
  const double font = 0.55 * r.height;
  const std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\"><text x=\"{2}\" "
      "y=\"{3}\" font-family=\"DejaVu Sans\" font-size=\"{4:.1f}\" fill=\"#222\" "
      "text-anchor=\"middle\">{5}</text></svg>",
      r.width, r.height, 0.5 * r.width, 0.5 * r.height + 0.36 * font, font, EscapeXml(tile.look));
  PETZVAL_ASSIGN(const Image<uint16_t> text, DrawSvg(svg, {.width = r.width, .height = r.height}));
  // The sheet's own background stays between the letters.
  for (int y = 0; y < r.height; ++y) {
    for (int x = 0; x < r.width; ++x) {
      uint8_t* pixel =
          sheet->rgb.data() + 3 * (static_cast<size_t>(r.y + y) * sheet->width + r.x + x);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = static_cast<uint8_t>(pixel[c] * text.At(x, y, c) / 255);
      }
    }
  }
  return {};
}

Status Run(Arguments a, const CommonOptions& common) {
  const std::string report = common.json == "-" ? "" : common.json;
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames(a.job.inputs, {a.output, report}, a.job.overwrite));
  PETZVAL_RETURN_IF_ERROR(CheckPicturePath(a.output, a.job.encode));
  for (const std::string& text : a.set) {
    const size_t equals = text.find('=');
    a.job.look_values.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  Report steps;
  LookSheet sheet;
  {
    Progress progress(common.quiet);
    PETZVAL_ASSIGN(sheet, MakeLookSheet(a.job, a.sheet, &steps,
                                        [&](std::string_view step) { progress.Step(step); }));
  }
  for (const LookTile& tile : sheet.tiles) PETZVAL_RETURN_IF_ERROR(DrawCaption(tile, &sheet));

  PixelSource source;
  source.width = sheet.width;
  source.height = sheet.height;
  source.strip8 = [&sheet](int y, int rows, uint8_t* rgb, ptrdiff_t stride) -> Status {
    const size_t row = 3 * static_cast<size_t>(sheet.width);
    for (int i = 0; i < rows; ++i) {
      std::copy_n(sheet.rgb.data() + (y + i) * row, row, rgb + i * stride);
    }
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(EncodePicture(a.output, source, a.job.encode, {}));

  ordered_json tiles = ordered_json::array();
  for (const LookTile& t : sheet.tiles) {
    tiles.push_back(
        {{"look", t.look}, {"exposure_ev", Number(t.exposure_ev)}, {"description", t.description}});
  }
  double seconds = 0;
  for (const Report::Step& step : steps.steps) seconds += step.seconds;
  return Deliver({{"sheet", a.output},
                  {"width_px", sheet.width},
                  {"height_px", sheet.height},
                  {"seconds", Number(seconds)},
                  {"looks", std::move(tiles)},
                  {"warnings", steps.warnings}},
                 common);
}

}  // namespace

Verb LookSheetVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb;
  verb.name = "sheet";
  verb.summary = "one photograph in many looks, side by side";
  verb.options = {
      {"INPUT", "RAW files of one shot", &a->job.inputs, "INPUT...", 0, 0, {}, true},
      {"-o,--output", "the sheet: .jpg, .png or .tif", &a->output, "FILE", 0, 0, {}, true},
      {"--looks", "looks by name or file; all that are built in if none is named", &a->sheet.looks,
       "LOOK..."},
      {"--set", "change a value of every look (petzval look show)", &a->set, "NAME=VALUE..."},
      {"--columns", "pictures in a row", &a->sheet.columns, "N", 1, kMaxSheetColumns},
      {"--tile", "longer side of a picture", &a->sheet.tile_px, "PIXELS", kMinTilePx, kMaxTilePx},
      {"--white-balance", "as for develop", &a->job.white_balance, "WHITE"},
      {"--exposure", "correction of the exposure", &a->job.develop.exposure_ev, "EV", -6, 6},
      {"--device", "calibrated device that took the frames", &a->job.knowledge.device, "DEVICE"},
      {"--camera", "camera of the device", &a->job.knowledge.camera, "NAME"},
      {"--match", "render like this reference camera", &a->job.knowledge.match, "NAME"},
      {"--dcp", "camera profile", &a->job.knowledge.dcp, "FILE.dcp"},
      {"--light-class", "class of the light's spectrum; else estimated",
       &a->job.knowledge.light_class, "CLASS"},
      {"--quality", "JPEG quality", &a->job.encode.jpeg_quality, "N", 1, 100},
      {"--force", "overwrite a sheet that exists", &a->job.overwrite, ""},
  };
  verb.usage_error = [a]() -> std::string {
    for (const std::string& text : a->set) {
      const size_t equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        return fmt::format("--set {} is not NAME=VALUE", text);
      }
    }
    if (const auto white = ParseWhiteBalance(a->job.white_balance); !white) {
      return white.error().message;
    }
    return "";
  };
  verb.run = [a, &common] { return Run(*a, common); };
  return verb;
}

}  // namespace petzval::cli
