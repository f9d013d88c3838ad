// petzval develop: RAW frames in, a finished photograph out.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "petzval/camera/develop_photo.h"
#include "progress.h"
#include "verb.h"

namespace petzval::cli {
namespace {

// What the user typed, before it becomes a job.
struct Arguments {
  DevelopJob job;
  std::string mode = "auto";
  std::string space = "srgb";
  std::string subsampling = "420";
  bool no_auto_exposure = false;
  bool no_lens_correction = false;
  std::vector<std::string> look_values;
};

// Reads NAME=VALUE texts into the job; a text that is none is returned.
std::string ParseLookValues(const std::vector<std::string>& texts, DevelopJob* job) {
  job->look_values.clear();
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return text;
    job->look_values.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return "";
}

DevelopJob MakeJob(const Arguments& arguments, const CommonOptions& common) {
  DevelopJob job = arguments.job;
  job.report_json = common.json;
  job.mode = arguments.mode == "snapshot" ? CaptureMode::kSnapshot
             : arguments.mode == "burst"  ? CaptureMode::kBurst
                                          : CaptureMode::kAutomatic;
  job.space = arguments.space == "p3"            ? OutputSpace::kDisplayP3
              : arguments.space == "rec2020-pq"  ? OutputSpace::kRec2020Pq
              : arguments.space == "rec2020-hlg" ? OutputSpace::kRec2020Hlg
              : arguments.space == "llog"        ? OutputSpace::kLLog
                                                 : OutputSpace::kSrgb;
  job.encode.subsampling = arguments.subsampling == "444"   ? ChromaSubsampling::k444
                           : arguments.subsampling == "422" ? ChromaSubsampling::k422
                                                            : ChromaSubsampling::k420;
  job.auto_exposure = !arguments.no_auto_exposure;
  job.develop.lens_correction = !arguments.no_lens_correction;
  return job;
}

void PrintSummary(const Report& report, const CommonOptions& common) {
  if (common.quiet) return;
  for (const std::string& warning : report.warnings) fmt::print(stderr, "warning: {}\n", warning);
  double total = 0;
  for (const Report::Step& step : report.steps) {
    total += step.seconds;
    if (common.verbose) fmt::print(stderr, "{:<22} {:7.3f} s\n", step.name, step.seconds);
  }
  if (common.verbose) {
    for (const auto& [name, value] : report.parameters) {
      fmt::print(stderr, "{:<22} {}\n", name,
                 std::visit([](const auto& v) { return fmt::format("{}", v); }, value));
    }
  }
  // Standard output belongs to the report when that goes there.
  std::FILE* out = common.json == "-" ? stderr : stdout;
  for (const std::string& path : report.outputs) fmt::print(out, "{}\n", path);
  fmt::print(stderr, "{} frame{}, {:.2f} s, {:.0f} MB\n", report.frames_used,
             report.frames_used == 1 ? "" : "s", total, PeakMemoryMb());
}

}  // namespace

Verb DevelopVerb(const CommonOptions& common) {
  // Lives as long as the verb: the parser writes into it, run reads it.
  auto arguments = std::make_shared<Arguments>();
  DevelopJob& job = arguments->job;
  Verb verb;
  verb.name = "develop";
  verb.summary =
      "RAW frames in, a finished photograph out: one frame is a snapshot, several a burst";
  verb.options = {
      {"INPUT", "RAW files of one shot", &job.inputs, "INPUT...", 0, 0, {}, true},
      {"-o,--output", "the photograph: .jpg, .png or .tif", &job.output, "FILE"},
      {"--mode",
       "what the frames are; auto: one frame is a snapshot, several a burst",
       &arguments->mode,
       "MODE",
       0,
       0,
       {"auto", "snapshot", "burst"}},
      {"--look", fmt::format("look by name ({}) or a .toml file", fmt::join(LookNames(), ", ")),
       &job.look, "LOOK"},
      {"--set",
       "change a value of the look for this photograph (petzval look show lists them): a number, a "
       "word, or a list of numbers with commas",
       &arguments->look_values, "NAME=VALUE..."},
      {"--device", "calibrated device that took the frames: its colour and noise are used",
       &job.knowledge.device, "DEVICE"},
      {"--camera", "camera of the device; not needed when one is calibrated", &job.knowledge.camera,
       "NAME"},
      {"--match", "render like this reference camera (petzval match)", &job.knowledge.match,
       "NAME"},
      {"--light-class",
       "class of the light's spectrum; else estimated",
       &job.knowledge.light_class,
       "CLASS",
       0,
       0,
       {"thermal", "halophosphate", "triphosphor", "led", "rgb-led", "discharge"}},
      {"--dcp",
       "camera profile: matrices, hue and saturation maps; with --look profile also its "
       "look table and tone curve",
       &job.knowledge.dcp, "FILE.dcp"},
      {"--white-balance",
       fmt::format("as-shot, auto, {} or KELVIN[,TINT]", fmt::join(WhiteBalancePresets(), ", ")),
       &job.white_balance, "WHITE"},
      {"--no-auto-exposure", "keep the exposure of the camera", &arguments->no_auto_exposure, ""},
      {"--no-lens-correction", "leave distortion, lateral colour and shading as they are",
       &arguments->no_lens_correction, ""},
      {"--lens-correct",
       "take a lens off: blur, distortion, lateral colour and shading of a baked lens profile",
       &job.lens_profile, "FILE|NAME"},
      {"--space",
       "colour space of the photograph; rec2020-* for HDR displays (with --set headroom=N), llog "
       "to "
       "be graded elsewhere: these need --bits 16",
       &arguments->space,
       "SPACE",
       0,
       0,
       {"srgb", "p3", "rec2020-pq", "rec2020-hlg", "llog"}},
      {"--quality", "JPEG quality", &job.encode.jpeg_quality, "N", 1, 100},
      {"--subsampling",
       "JPEG chroma subsampling",
       &arguments->subsampling,
       "S",
       0,
       0,
       {"444", "422", "420"}},
      {"--bits", "bits per sample: 8, 16 (PNG, TIFF) or 32 (TIFF, scene-linear floats)",
       &job.encode.bits, "N", 8, 32},
      {"--reference", "index of the reference frame; -1: the sharpest of the first three",
       &job.burst.reference, "N", -1, kMaxBurstFrames - 1},
      {"--merged", "also write the merged mosaic", &job.merged_dng, "FILE.dng"},
      {"--linear", "also write the scene-linear Rec.2020 picture, 32-bit float", &job.linear_tif,
       "FILE.tif"},
      {"--force", "overwrite outputs that exist", &job.overwrite, ""},
  };
  for (const BoundParameter& p : BindParameters(&job)) verb.options.push_back(OptionOf(p));
  verb.usage_error = [arguments]() -> std::string {
    const DevelopJob& j = arguments->job;
    if (j.output.empty() && j.merged_dng.empty() && j.linear_tif.empty()) {
      return "name an output with -o FILE (or --merged, --linear)";
    }
    if (j.inputs.size() > kMaxBurstFrames) {
      return fmt::format("a shot has at most {} frames, {} were given", kMaxBurstFrames,
                         j.inputs.size());
    }
    if (arguments->mode == "snapshot" && j.inputs.size() != 1) return "a snapshot is one frame";
    if (j.burst.reference >= static_cast<int>(j.inputs.size())) {
      return fmt::format("--reference {} names no frame; there are {}", j.burst.reference,
                         j.inputs.size());
    }
    if (const auto white = ParseWhiteBalance(j.white_balance); !white) {
      return white.error().message;
    }
    if (!j.lens_profile.empty() && arguments->no_lens_correction) {
      return "--lens-correct and --no-lens-correction exclude each other";
    }
    if (const std::string text = ParseLookValues(arguments->look_values, &arguments->job);
        !text.empty()) {
      return fmt::format("--set {} is not NAME=VALUE", text);
    }
    if (j.encode.bits != 8 && j.encode.bits != 16 && j.encode.bits != 32) {
      return fmt::format("--bits {} is not 8, 16 or 32", j.encode.bits);
    }
    return "";
  };
  verb.run = [arguments, &common]() -> Status {
    Report report;
    {
      Progress progress(common.quiet);
      PETZVAL_RETURN_IF_ERROR(DevelopPhoto(
          MakeJob(*arguments, common), &report, [&](std::string_view step) { progress.Step(step); },
          [&](double fraction) { progress.Fraction(fraction); }));
    }
    PrintSummary(report, common);
    return WriteReport(common.json, report.ToJson());
  };
  return verb;
}

}  // namespace petzval::cli
