// petzval simulate flats: a sensor before an integrating sphere, for photon transfer.
#include <memory>

#include "answer.h"
#include "petzval/camera/output_names.h"
#include "petzval/simulate/shoot/flats.h"
#include "progress.h"
#include "simulate_verbs.h"

namespace petzval::cli {
namespace {

struct Arguments {
  simulate::FlatsJob job;
  std::string levels, size = "512x384", readout = "auto";
};

Status Run(const Arguments& a, const CommonOptions& common) {
  simulate::FlatsJob job = a.job;
  if (!a.levels.empty()) {
    PETZVAL_ASSIGN(job.levels, ParseNumbers(a.levels, "--levels"));
  }
  if (a.readout == "native") job.readout = simulate::ReadoutMode::kNative;
  if (a.readout == "binned") job.readout = simulate::ReadoutMode::kBinned;
  if (common.json != "-") {
    PETZVAL_RETURN_IF_ERROR(CheckOutputNames({}, {common.json}, job.force));
  }
  simulate::FlatsResult result;
  {
    Progress progress(common.quiet);
    progress.Step("simulate");
    PETZVAL_ASSIGN(result,
                   simulate::ShootFlats(job, [&](double done) { progress.Fraction(done); }));
  }
  const simulate::Readout& r = result.readout;
  return Deliver({{"sensor", job.sensor},
                  {"iso", Number(job.iso)},
                  {"dn_per_e", Number(r.dn_per_e)},
                  {"gain_e_per_dn", Number(1 / r.dn_per_e)},
                  {"read_noise_e", Number(r.read_noise_e)},
                  {"row_noise_e", Number(r.row_noise_e)},
                  {"full_well_e", Number(r.full_well_e)},
                  {"full_scale_e", Number(r.full_scale_e)},
                  {"frames", result.files.size()},
                  {"files", result.files}},
                 common);
}

}  // namespace

Verb SimulateFlatsVerb(const CommonOptions& common) {
  auto arguments = std::make_shared<Arguments>();
  simulate::FlatsJob& job = arguments->job;
  Verb verb;
  verb.name = "flats";
  verb.summary = "even frames of a sensor from dark to saturated: a photon transfer series";
  verb.options = {
      {"--sensor",
       "a sensor of data/sensors or a .toml file",
       &job.sensor,
       "SENSOR",
       0,
       0,
       {},
       true},
      {"-o,--output",
       "folder to write into; made if it is missing",
       &job.folder,
       "DIR",
       0,
       0,
       {},
       true},
      {"--iso", "sensitivity", &job.iso, "ISO", 1, 819200},
      {"--time", "exposure time", &job.exposure_s, "S", 1e-6, 60},
      {"--levels", "mean signals, 1 = white level; 0: dark frames; above 1: saturated",
       &arguments->levels, "X,.."},
      {"--frames", "frames of each level", &job.frames, "N", 1, 64},
      {"--size", "size of a frame, of the sensor's middle", &arguments->size, "WxH"},
      {"--light", "light of the sphere", &job.light, "LIGHT"},
      {"--readout",
       "quad-Bayer sensors: every pixel, or sums of four (auto)",
       &arguments->readout,
       "MODE",
       0,
       0,
       {"auto", "native", "binned"}},
      {"--seed", "seed of the noise", &job.seed, "N"},
      {"--sensor-seed", "seed of what is fixed in the sensor", &job.sensor_seed, "N"},
      {"--force", "overwrite files that exist", &job.force, ""},
  };
  verb.usage_error = [arguments]() -> std::string {
    simulate::FlatsJob& j = arguments->job;
    return ParseSize(arguments->size, &j.width, &j.height)
               ? ""
               : "--size " + arguments->size + " is not WxH";
  };
  verb.run = [arguments, &common] { return Run(*arguments, common); };
  return verb;
}

}  // namespace petzval::cli
