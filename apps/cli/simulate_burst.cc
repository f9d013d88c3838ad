// petzval simulate burst: a handheld burst of a flat scene.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "petzval/camera/output_names.h"
#include "petzval/camera/report.h"
#include "petzval/simulate/flat/burst.h"
#include "progress.h"
#include "simulate_verbs.h"

namespace petzval::cli {
namespace {

struct Arguments {
  SimulateParams params;
  std::string folder;
  std::string size = "1536x1152";
  bool still = false;
  bool overwrite = false;
};

}  // namespace

bool ParseSize(const std::string& text, int* width, int* height) {
  int used = 0;
  return std::sscanf(text.c_str(), "%5dx%5d%n", width, height, &used) == 2 &&
         used == static_cast<int>(text.size());
}

Verb SimulateBurstVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<Arguments>();
  SimulateParams& p = arguments->params;
  Verb verb;
  verb.name = "burst";
  verb.summary =
      "a handheld burst of DNGs from a procedural picture, with clean.dng and truth.json";
  verb.options = {
      {"-o,--output",
       "folder to write into; made if it is missing",
       &arguments->folder,
       "DIR",
       0,
       0,
       {},
       true},
      {"--size", "size of a frame in pixels, 256x192 or more", &arguments->size, "WxH"},
      {"--frames", "number of frames", &p.frames, "N", 1, kMaxSimulatedFrames},
      {"--seed", "seed of motion, noise and hot pixels", &p.seed, "N"},
      {"--cfa",
       "phase of the colour filter array",
       &p.cfa,
       "CFA",
       0,
       0,
       {"RGGB", "GRBG", "GBRG", "BGGR"}},
      {"--hot-pixels", "number of hot pixels", &p.hot_pixels, "N", 0, 100000},
      {"--still", "no moving objects", &arguments->still, ""},
      {"--force", "replace a burst that the folder holds already", &arguments->overwrite, ""},
  };
  for (const BoundParameter& b : BindParameters(&p)) verb.options.push_back(OptionOf(b));
  verb.usage_error = [arguments]() -> std::string {
    SimulateParams& params = arguments->params;
    if (!ParseSize(arguments->size, &params.width, &params.height) || params.width < 256 ||
        params.height < 192 || params.width > 8192 || params.height > 8192) {
      return fmt::format("--size {} is not WxH from 256x192 to 8192x8192", arguments->size);
    }
    return "";
  };
  verb.run = [arguments, &common]() -> Status {
    SimulateParams& params = arguments->params;
    params.moving_objects = !arguments->still;
    if (!arguments->overwrite && !SimulatedFilesIn(arguments->folder).empty()) {
      return Fail(ErrorCode::kIo, fmt::format("{} holds a burst already; use --force to replace it",
                                              arguments->folder));
    }
    if (common.json != "-") {
      PETZVAL_RETURN_IF_ERROR(CheckOutputNames({}, {common.json}, arguments->overwrite));
    }
    Report report;
    {
      Progress progress(common.quiet);
      StepTimer timer(&report, [&](std::string_view step) { progress.Step(step); });
      timer.Start("simulate");
      PETZVAL_RETURN_IF_ERROR(SimulateBurst(arguments->folder, params, [&](int done, int total) {
        progress.Fraction(static_cast<double>(done) / total);
      }));
    }
    for (const BoundParameter& b : BindParameters(&params)) {
      report.parameters.emplace_back(b.description.name, *b.value);
    }
    report.width_px = params.width;
    report.height_px = params.height;
    report.outputs = SimulatedFilesIn(arguments->folder);
    return WriteReport(common.json, report.ToJson());
  };
  return verb;
}

}  // namespace petzval::cli
