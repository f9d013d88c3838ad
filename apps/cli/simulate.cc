// petzval simulate: the virtual phone, with exact truth beside its pictures.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "petzval/simulate/burst.h"
#include "progress.h"
#include "verb.h"

namespace petzval::cli {
namespace {

struct Arguments {
  SimulateParams params;
  std::string folder;
  std::string size = "1536x1152";
  bool still = false;
};

// "WxH" into two numbers; false if it is not that.
bool ParseSize(const std::string& text, int* width, int* height) {
  int used = 0;
  return std::sscanf(text.c_str(), "%5dx%5d%n", width, height, &used) == 2 &&
         used == static_cast<int>(text.size());
}

Verb BurstVerb(const CommonOptions& common) {
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
      {"--frames", "number of frames", &p.frames, "N", 1, 30},
      {"--iso", "sensitivity", &p.iso, "ISO", 25, 25600},
      {"--seed", "seed of motion, noise and hot pixels", &p.seed, "N"},
      {"--cfa",
       "phase of the colour filter array",
       &p.cfa,
       "CFA",
       0,
       0,
       {"RGGB", "GRBG", "GBRG", "BGGR"}},
      {"--shake", "standard deviation of the hand's shift per frame", &p.shift_sigma_px, "PX", 0,
       20},
      {"--roll", "standard deviation of the hand's rotation per frame", &p.rotation_sigma_deg,
       "DEG", 0, 2},
      {"--blur", "standard deviation of the lens blur", &p.lens_sigma_px, "PX", 0, 3},
      {"--hot-pixels", "number of hot pixels", &p.hot_pixels, "N", 0, 100000},
      {"--cct", "colour temperature of the light", &p.cct_k, "K", 2500, 10000},
      {"--exposure", "brightness of the scene", &p.exposure_ev, "EV", -8, 4},
      {"--still", "no moving objects", &arguments->still, ""},
  };
  verb.usage_error = [arguments]() -> std::string {
    SimulateParams& params = arguments->params;
    if (!ParseSize(arguments->size, &params.width, &params.height) || params.width < 256 ||
        params.height < 192 || params.width > 8192 || params.height > 8192) {
      return fmt::format("--size {} is not WxH from 256x192 to 8192x8192", arguments->size);
    }
    return "";
  };
  verb.run = [arguments, &common]() -> Status {
    arguments->params.moving_objects = !arguments->still;
    Progress progress(common.quiet);
    progress.Step("simulate");
    return SimulateBurst(arguments->folder, arguments->params, [&](int done, int total) {
      progress.Fraction(static_cast<double>(done) / total);
    });
  };
  return verb;
}

}  // namespace

Verb SimulateVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "simulate";
  verb.summary = "the virtual phone: RAW frames with exact truth";
  verb.verbs = {BurstVerb(common)};
  return verb;
}

}  // namespace petzval::cli
