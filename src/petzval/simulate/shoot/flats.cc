// Flat and dark frames of a sensor.
#include "petzval/simulate/shoot/flats.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "petzval/base/file.h"
#include "petzval/encode/encode.h"
#include "petzval/simulate/shoot/shot_files.h"

namespace petzval::simulate {
namespace {

constexpr int kMaxLevels = 100, kMaxFlatFrames = 100;

Status Check(const FlatsJob& job) {
  if (!SizeAllowed(job.width, job.height) || job.width < 16 || job.height < 16) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("flat frames of {}x{} pixels are not possible", job.width, job.height));
  }
  if (job.levels.empty() || job.levels.size() > kMaxLevels || job.frames < 1 ||
      job.frames > kMaxFlatFrames) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("1 to {} levels of 1 to {} frames are taken",
                                                      kMaxLevels, kMaxFlatFrames));
  }
  for (const double level : job.levels) {
    if (!(level >= 0 && level <= 100)) {
      return Fail(ErrorCode::kInvalidInput, "levels are 0 to 100 times the white level");
    }
  }
  if (!(job.exposure_s > 0 && job.exposure_s <= 60)) {
    return Fail(ErrorCode::kInvalidInput, "the exposure time must be above 0 and at most 60 s");
  }
  return {};
}

std::string Json(const FlatsJob& job, const Sensor& sensor, const FlatsResult& result) {
  const Readout& r = result.readout;
  nlohmann::ordered_json j;
  j["set"] = "flats";
  j["sensor"] = sensor.name;
  j["readout"] = r.mode == ReadoutMode::kBinned ? "binned" : "native";
  j["cfa"] = r.cfa.Name();
  j["iso"] = job.iso;
  j["exposure_s"] = job.exposure_s;
  j["black"] = sensor.black_dn;
  j["white"] = sensor.white_dn;
  j["electrons_per_dn"] = 1 / r.dn_per_e;
  j["full_scale_e"] = r.full_scale_e;
  j["read_noise_e"] = r.read_noise_e;
  j["row_noise_e"] = r.row_noise_e;
  j["prnu_pct"] = sensor.prnu_pct / std::sqrt(r.sites);
  j["dsnu_e"] = sensor.dsnu_e * std::sqrt(r.sites);
  j["dark_current_e_s"] = sensor.dark_current_e_s * r.sites;
  j["noise"] = {{"S", result.noise.s}, {"O", result.noise.o}};
  j["levels"] = job.levels;
  j["frames"] = job.frames;
  j["files"] = result.files;
  return j.dump(1) + "\n";
}

}  // namespace

Result<FlatsResult> ShootFlats(const FlatsJob& job, const std::function<void(double)>& progress) {
  PETZVAL_RETURN_IF_ERROR(Check(job));
  CameraSetup setup;
  PETZVAL_ASSIGN(setup.sensor, FindSensor(job.sensor));
  const Sensor& sensor = setup.sensor;
  const bool quad = sensor.cfa == CfaKind::kQuadBayer, mono = sensor.cfa == CfaKind::kMono;
  const ReadoutMode mode = job.readout.value_or(quad ? ReadoutMode::kBinned : ReadoutMode::kNative);
  FlatsResult result;
  PETZVAL_ASSIGN(result.readout, MakeReadout(sensor, mode, job.iso));
  result.noise = NoiseOf(result.readout, sensor, job.exposure_s);
  PETZVAL_ASSIGN(const SpectralDistribution light, FindLight(job.light));

  RawFrame frame;
  frame.cfa = result.readout.cfa;
  frame.default_crop = {0, 0, job.width, job.height};
  frame.black_dn.fill(static_cast<float>(sensor.black_dn));
  frame.white_dn.fill(static_cast<float>(sensor.white_dn));
  frame.noise.plane.fill(result.noise);
  frame.exif.make = "petzval";
  frame.exif.model = sensor.title;
  frame.exif.iso = job.iso;
  frame.exif.exposure_s = job.exposure_s;
  Vec3 neutral{{1, 1, 1}};
  if (!mono) {
    const auto response = ChannelResponses(sensor, ResponseKind::kSpectral);
    const double green = Integral(light, response[1]);
    if (!(green > 0)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("light '{}' gives the sensor no signal", job.light));
    }
    for (int c = 0; c < 3; ++c) neutral[c] = Integral(light, response[c]) / green;
    PETZVAL_ASSIGN(const SensorColorMatrices color, FitSensorColor(sensor));
    for (const SensorColorMatrix& m : {color.a, color.d65}) {
      frame.color.calibration.push_back({.illuminant = m.illuminant,
                                         .camera_from_xyz = m.camera_from_xyz,
                                         .xyz_d50_from_camera = m.xyz_d50_from_camera});
    }
    frame.color.as_shot_neutral = neutral;
  }

  for (size_t level = 0; level < job.levels.size(); ++level) {
    for (int k = 0; k < job.frames; ++k) {
      result.files.push_back(fmt::format("flat_{:02}_{:02}.dng", level, k));
    }
  }
  std::vector<std::string> all = result.files;
  all.push_back("truth.json");
  PETZVAL_RETURN_IF_ERROR(PrepareFolder(job.folder, all, job.force));

  const FixedPattern pattern =
      MakeFixedPattern(sensor, result.readout, job.width, job.height, job.sensor_seed);
  ExposureJob exposure;
  exposure.sensor = &sensor;
  exposure.readout = result.readout;
  exposure.exposure_s = job.exposure_s;
  exposure.pattern = &pattern;
  exposure.seed = job.seed;
  Image<float> signal(job.width, job.height);
  size_t file = 0;
  for (const double level : job.levels) {
    for (int y = 0; y < job.height; ++y) {
      for (int x = 0; x < job.width; ++x) {
        const int c = mono ? 1 : static_cast<int>(frame.cfa.At(x, y));
        signal.At(x, y) = static_cast<float>(job.equal_colours ? level : level * neutral[c]);
      }
    }
    for (int k = 0; k < job.frames; ++k, ++file) {
      exposure.frame = static_cast<int>(file);
      frame.mosaic = ReadSensor(exposure, signal);
      PETZVAL_RETURN_IF_ERROR(WriteDng(job.folder + "/" + result.files[file], frame));
      if (progress) {
        progress(static_cast<double>(file + 1) / static_cast<double>(result.files.size()));
      }
    }
  }
  const std::string json = Json(job, sensor, result);
  PETZVAL_RETURN_IF_ERROR(WriteFile(job.folder + "/truth.json",
                                    {reinterpret_cast<const uint8_t*>(json.data()), json.size()}));
  return result;
}

}  // namespace petzval::simulate
