// petzval compare: how far pictures are from a reference; the phone against a full-frame camera.
#include "petzval/measure/compare/compare.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "answer.h"
#include "petzval/camera/dslr_experiment.h"
#include "petzval/camera/output_names.h"
#include "petzval/camera/report.h"
#include "petzval/measure/compare/compare_page.h"
#include "progress.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

struct Arguments {
  std::vector<std::string> files;  // reference, tests; with --dslr: tests
  std::string html, mask;
  measure::CompareParams params;
  DslrExperiment dslr;
  bool overwrite = false;
};

Result<Image<uint8_t>> ReadMask(const std::string& path) {
  PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
  if (picture.is_float()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: a mask has integer pixels", path));
  }
  Image<uint8_t> mask(picture.width(), picture.height());
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) mask.At(x, y) = picture.code.At(x, y) ? 255 : 0;
  }
  return mask;
}

Status DeliverReports(const std::vector<measure::CompareReport>& reports, const ordered_json& more,
                      const CommonOptions& common) {
  ordered_json answer = more;
  answer.update(measure::CompareJson(reports));
  answer["peak_memory_mb"] = Number(PeakMemoryMb());
  std::FILE* out = common.json == "-" ? stderr : stdout;
  if (!common.quiet) {
    fmt::print(out, "{}", measure::CompareText(reports));
    if (more.contains("warnings")) {
      for (const ordered_json& warning : more["warnings"]) {
        fmt::print(stderr, "petzval: warning: {}\n", warning.get<std::string>());
      }
    }
    for (const measure::CompareReport& report : reports) {
      for (const std::string& note : report.notes) {
        fmt::print(stderr, "petzval: warning: {}: {}\n", report.test, note);
      }
    }
  }
  return WriteReport(common.json, answer.dump(2) + "\n");
}

// A page is a folder of its own: index.html is never overwritten by accident.
Status CheckPageFolder(const std::string& folder, bool overwrite) {
  if (folder.empty()) return {};
  const std::filesystem::path index = std::filesystem::path(folder) / "index.html";
  std::error_code ignored;
  if (overwrite || !std::filesystem::exists(index, ignored)) return {};
  return Fail(ErrorCode::kIo, fmt::format("{} exists; use --force to overwrite", index.string()));
}

Status WritePage(const std::string& folder, const std::string& reference_path,
                 const std::vector<std::string>& paths,
                 const std::vector<measure::CompareReport>& reports,
                 const measure::CompareParams& params) {
  if (folder.empty()) return {};
  PETZVAL_ASSIGN(const Picture reference, ReadPicture(reference_path));
  std::vector<Picture> tests;
  for (const std::string& path : paths) {
    PETZVAL_ASSIGN(Picture test, ReadPicture(path));
    tests.push_back(std::move(test));
  }
  std::vector<const Picture*> pointers;
  for (const Picture& test : tests) pointers.push_back(&test);
  return measure::WriteComparePage(folder, reference, pointers, reports, params);
}

Status Compare(const Arguments& a, const CommonOptions& common) {
  PETZVAL_RETURN_IF_ERROR(
      CheckOutputNames(a.files, {common.json == "-" ? "" : common.json}, a.overwrite));
  PETZVAL_RETURN_IF_ERROR(CheckPageFolder(a.html, a.overwrite));
  measure::CompareParams params = a.params;
  params.keep_maps = !a.html.empty();
  Image<uint8_t> mask;
  if (!a.mask.empty()) {
    PETZVAL_ASSIGN(mask, ReadMask(a.mask));
    params.mask = &mask;
  }
  const std::vector<std::string> tests = {a.files.begin() + 1, a.files.end()};
  PETZVAL_ASSIGN(const std::vector<measure::CompareReport> reports,
                 measure::CompareFiles(a.files.front(), tests, params));
  PETZVAL_RETURN_IF_ERROR(WritePage(a.html, a.files.front(), tests, reports, params));
  return DeliverReports(reports, {}, common);
}

Status CompareDslr(const Arguments& a, const CommonOptions& common) {
  DslrExperiment experiment = a.dslr;
  experiment.others = a.files;
  experiment.shoot.params.force = a.overwrite;
  experiment.compare = a.params;
  experiment.compare.match_exposure = true;
  experiment.compare.keep_maps = !a.html.empty();
  PETZVAL_RETURN_IF_ERROR(
      CheckOutputNames(a.files, {common.json == "-" ? "" : common.json}, a.overwrite));
  PETZVAL_RETURN_IF_ERROR(CheckPageFolder(a.html, a.overwrite));
  DslrResult result;
  {
    Progress progress(common.quiet);
    PETZVAL_ASSIGN(result, RunDslrExperiment(
                               experiment, [&](std::string_view step) { progress.Step(step); },
                               [&](double done) { progress.Fraction(done); }));
  }
  std::vector<std::string> paths;
  for (const DslrCandidate& candidate : result.candidates) paths.push_back(candidate.path);
  PETZVAL_RETURN_IF_ERROR(
      WritePage(a.html, result.reference_path, paths, result.reports, experiment.compare));
  const ordered_json more = {{"scene", experiment.shoot.scene},
                             {"device", experiment.shoot.device},
                             {"reference_lens", result.reference_lens},
                             {"device_equivalent_mm", Number(result.device_equivalent_mm)},
                             {"reference_equivalent_mm", Number(result.reference_equivalent_mm)},
                             {"warnings", result.warnings}};
  return DeliverReports(result.reports, more, common);
}

std::vector<Option> DslrOptions(Arguments* a) {
  simulate::ShootPairJob& shoot = a->dslr.shoot;
  return {
      {"--dslr", "the experiment: a device and a full-frame camera photograph this scene",
       &shoot.scene, "SCENE"},
      {"--device", "of the experiment (petzval device list)", &shoot.device, "D"},
      {"--camera", "camera of the device; its first if empty", &shoot.camera, "NAME"},
      {"--reference-device", "the camera to be reached", &shoot.reference_device, "D"},
      {"--reference-lens", "its lens; the nearest in focal length if empty", &shoot.reference_lens,
       "LENS"},
      {"--reference-f-number", "its aperture; wide open if 0", &shoot.reference_f_number, "N", 0,
       64},
      {"--frames", "frames of the device's burst", &shoot.params.frames, "N", 1, 30},
      {"--scale", "pixels this many times as wide: the experiment in a smaller picture",
       &shoot.params.scale, "K", 1, 64},
      {"--samples", "rays of the film for each pixel", &shoot.params.samples, "N", 1, 16384},
      {"--seed", "seed of hand, noise and samples", &shoot.params.seed, "N"},
      {"--look", "look of both pictures", &a->dslr.look, "LOOK"},
      {"-o,--output", "folder of the experiment; made if it is missing", &shoot.folder, "DIR"},
  };
}

}  // namespace

Verb CompareVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<Arguments>();
  Arguments* a = arguments.get();
  a->dslr.shoot.params.frames = 8;
  a->dslr.shoot.params.scale = 4;
  Verb verb;
  verb.name = "compare";
  verb.summary = "how far pictures are from a reference, and a page to look at";
  verb.options = {
      {"FILE", "the reference, then the pictures to be judged; with --dslr only these", &a->files,
       "REFERENCE TEST.."},
      {"--align", "bring the pictures onto the reference first (shift, turn, scale)",
       &a->params.align, ""},
      {"--match-exposure", "one gain in linear light before all metrics", &a->params.match_exposure,
       ""},
      {"--mask", "picture whose black pixels do not count", &a->mask, "FILE"},
      {"--ppd", "pixels per degree of the observer, for FLIP", &a->params.pixels_per_degree, "N",
       10, 200},
      {"--white", "luminance of white in cd/m2, for dE ITP", &a->params.white_nits, "NITS", 1,
       10000},
      {"--html", "folder of a page with slider, difference maps and crops", &a->html, "DIR"},
      {"--force", "overwrite files that exist", &a->overwrite, ""},
  };
  for (Option& option : DslrOptions(a)) verb.options.push_back(std::move(option));
  verb.usage_error = [arguments]() -> std::string {
    const simulate::ShootPairJob& shoot = arguments->dslr.shoot;
    if (shoot.scene.empty()) {
      if (!shoot.device.empty() || !shoot.folder.empty()) return "--device and -o belong to --dslr";
      if (arguments->files.size() < 2) return "a REFERENCE and at least one TEST are needed";
      return "";
    }
    if (shoot.device.empty()) return "--dslr needs --device; petzval device list names them";
    if (shoot.folder.empty()) return "--dslr needs -o DIR";
    return "";
  };
  verb.run = [arguments, &common] {
    return arguments->dslr.shoot.scene.empty() ? Compare(*arguments, common)
                                               : CompareDslr(*arguments, common);
  };
  return verb;
}

}  // namespace petzval::cli
