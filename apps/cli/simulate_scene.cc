// petzval simulate SCENE: a device photographs a scene in space.
#include <fmt/format.h>

#include <memory>

#include "answer.h"
#include "petzval/camera/output_names.h"
#include "petzval/camera/report.h"
#include "petzval/simulate/shoot/shoot.h"
#include "petzval/simulate/world/world.h"
#include "progress.h"
#include "simulate_verbs.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

struct Arguments {
  simulate::ShootJob job;
  std::string cameras, ev_steps, crop;
  std::string optics = "traced", response = "spectral", readout = "auto";
  bool tripod = false, no_noise = false, no_truth = false;
};

std::vector<std::string> SplitNames(const std::string& text) {
  std::vector<std::string> names;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    if (end > start) names.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return names;
}

Result<simulate::ShootJob> MakeJob(const Arguments& a) {
  simulate::ShootJob job = a.job;
  simulate::ShootParams& p = job.params;
  p.cameras = SplitNames(a.cameras);
  if (!a.ev_steps.empty()) {
    PETZVAL_ASSIGN(p.ev_steps, ParseNumbers(a.ev_steps, "--ev-steps"));
    if (p.frames == 1) p.frames = static_cast<int>(p.ev_steps.size());
  }
  if (!a.crop.empty()) {
    PETZVAL_ASSIGN(p.window, ParseRect(a.crop, "--crop"));
  }
  p.optics = a.optics == "thin"      ? simulate::OpticsKind::kThin
             : a.optics == "pinhole" ? simulate::OpticsKind::kPinhole
                                     : simulate::OpticsKind::kTraced;
  p.response = a.response == "rgb" ? ResponseKind::kRgb : ResponseKind::kSpectral;
  if (a.readout == "native") p.readout = simulate::ReadoutMode::kNative;
  if (a.readout == "binned") p.readout = simulate::ReadoutMode::kBinned;
  if (a.tripod) p.shake = 0;
  p.noise = !a.no_noise;
  p.truth = !a.no_truth;
  return job;
}

ordered_json CameraJson(const simulate::ShotCamera& camera) {
  ordered_json frames = ordered_json::array();
  for (const simulate::ShotFrame& f : camera.frames) {
    frames.push_back({{"file", f.file},
                      {"time_s", Number(f.exposure_s)},
                      {"iso", Number(f.iso)},
                      {"ev", Number(f.ev)},
                      {"exposure_lux_s", Number(f.lux_s)},
                      {"half_psnr_db", Number(f.half_psnr_db)}});
  }
  return {{"name", camera.name},
          {"lens", camera.lens},
          {"width_px", camera.width},
          {"height_px", camera.height},
          {"f_number", Number(camera.f_number)},
          {"focal_mm", Number(camera.focal_mm)},
          {"equivalent_mm", Number(camera.equivalent_mm)},
          {"frames", std::move(frames)},
          {"files", camera.files}};
}

Status Run(const Arguments& a, const CommonOptions& common) {
  PETZVAL_ASSIGN(const simulate::ShootJob job, MakeJob(a));
  if (common.json != "-") {
    PETZVAL_RETURN_IF_ERROR(CheckOutputNames({}, {common.json}, job.params.force));
  }
  simulate::ShootResult result;
  {
    Progress progress(common.quiet);
    progress.Step("simulate");
    PETZVAL_ASSIGN(result, simulate::Shoot(job, [&](double done) { progress.Fraction(done); }));
  }
  ordered_json answer = {{"scene", job.scene}, {"device", job.device}};
  simulate::ShootParams params = job.params;
  for (const BoundParameter& b : BindParameters(&params)) {
    answer["parameters"][b.description.name] = Number(*b.value);
  }
  answer["cameras"] = ordered_json::array();
  for (const simulate::ShotCamera& camera : result.cameras) {
    answer["cameras"].push_back(CameraJson(camera));
  }
  answer["peak_memory_mb"] = Number(PeakMemoryMb());
  answer["warnings"] = result.warnings;
  return Deliver(answer, common);
}

Verb ListVerb(const CommonOptions& common) {
  Verb verb;
  verb.name = "list";
  verb.summary = "the scenes that are built in";
  verb.run = [&common]() -> Status {
    ordered_json scenes = ordered_json::array();
    for (const std::string& name : simulate::World::Names()) {
      PETZVAL_ASSIGN(const simulate::World world, simulate::World::Load(name));
      std::vector<std::string> views, charts;
      for (const auto& view : world.views()) views.push_back(view.name);
      for (const auto& chart : world.charts()) charts.push_back(chart.name);
      scenes.push_back({{"scene", name},
                        {"title", world.title()},
                        {"illuminance_lux", Number(world.illuminance_lux())},
                        {"views", views},
                        {"charts", charts}});
    }
    return Deliver({{"scenes", std::move(scenes)}}, common);
  };
  return verb;
}

}  // namespace

Verb SimulateVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<Arguments>();
  simulate::ShootParams& p = arguments->job.params;
  Verb verb;
  verb.name = "simulate";
  verb.summary = "the virtual camera: RAW frames with exact truth";
  verb.options = {
      {"SCENE", "a scene (petzval simulate list) or a .toml file", &arguments->job.scene, "SCENE"},
      {"-o,--output", "folder to write into; made if it is missing", &arguments->job.folder, "DIR"},
      {"--device", "a device (petzval device list) or a .toml file", &arguments->job.device, "D"},
      {"--camera", "camera of the device, or several at once: wide,tele; the first if empty",
       &arguments->cameras, "NAME,.."},
      {"--lens", "lens instead of the camera's (petzval lens list)", &p.lens, "LENS"},
      {"--view", "where the scene is seen from; its first view if empty", &p.view, "NAME"},
      {"--frames", "frames of each camera", &p.frames, "N", 1, 30},
      {"--ev-steps", "bracket: exposures of the frames relative to the first, by time",
       &arguments->ev_steps, "EV,.."},
      {"--seed", "seed of hand, noise and samples", &p.seed, "N"},
      {"--sensor-seed", "seed of what is fixed in the sensor", &p.sensor_seed, "N"},
      {"--optics",
       "rays through the prescription, a thin lens, or a pinhole",
       &arguments->optics,
       "KIND",
       0,
       0,
       {"traced", "thin", "pinhole"}},
      {"--response",
       "spectral sensitivities, or the sensor's matrix of CIE XYZ",
       &arguments->response,
       "KIND",
       0,
       0,
       {"spectral", "rgb"}},
      {"--readout",
       "quad-Bayer sensors: every pixel, or sums of four (auto)",
       &arguments->readout,
       "MODE",
       0,
       0,
       {"auto", "native", "binned"}},
      {"--scale", "pixels this many times as wide: the whole field in a smaller picture", &p.scale,
       "K", 1, 64},
      {"--crop", "window of the picture, after --scale", &arguments->crop, "X,Y,W,H"},
      {"--tripod", "no movement of the camera", &arguments->tripod, ""},
      {"--no-noise", "frames without noise", &arguments->no_noise, ""},
      {"--flat-field", "without the shading by lens and micro-lenses", &p.flat_field, ""},
      {"--no-truth", "no depth, motion, objects and linear picture", &arguments->no_truth, ""},
      {"--force", "overwrite files that exist", &p.force, ""},
  };
  for (const BoundParameter& b : BindParameters(&p)) verb.options.push_back(OptionOf(b));
  verb.usage_error = [arguments]() -> std::string {
    if (arguments->job.scene.empty()) return "which SCENE? petzval simulate list names them";
    if (arguments->job.device.empty())
      return "--device is required; petzval device list names them";
    if (arguments->job.folder.empty()) return "-o DIR is required";
    return "";
  };
  verb.run = [arguments, &common] { return Run(*arguments, common); };
  verb.verbs = {ListVerb(common), SimulateFlatsVerb(common), SimulateBurstVerb(common)};
  return verb;
}

}  // namespace petzval::cli
