// The shot as a whole: cameras, exposure, timeline, frames, truth.json.
#include "petzval/simulate/shoot/shoot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/file.h"
#include "petzval/simulate/shoot/shoot_scene.h"
#include "petzval/simulate/shoot/take.h"

namespace petzval::simulate {
namespace {

constexpr int kMaxFrames = 30;

Status Check(const ShootParams& p) {
  ShootParams copy = p;
  for (const BoundParameter& b : BindParameters(&copy)) {
    const Parameter& d = b.description;
    if (!d.Allows(*b.value)) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("{} must be {:g} to {:g}{}{}", d.name,
                                                        d.min, d.max, *d.unit ? " " : "", d.unit));
    }
  }
  if (p.frames < 1 || p.frames > kMaxFrames) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("frames must be 1 to {}", kMaxFrames));
  }
  if (p.exposure_s > 0 && p.exposure_s < kShortest_s) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("time {:.3g} s is shorter than 1/{:.0f} s",
                                                      p.exposure_s, 1 / kShortest_s));
  }
  if (p.iso > 0 && p.exposure_s > 0 && p.ev != 0) {
    return Fail(ErrorCode::kInvalidInput,
                "ev changes what is metered: give iso or time alone with it, or neither");
  }
  for (const double step : p.ev_steps) {
    if (!(std::abs(step) <= 12)) {
      return Fail(ErrorCode::kInvalidInput, "the steps of a bracket must be -12 to 12 EV");
    }
  }
  if (p.ev_steps.size() > kMaxFrames) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a bracket has at most {} steps", kMaxFrames));
  }
  return {};
}

}  // namespace

std::vector<BoundParameter> BindParameters(ShootParams* p) {
  return {
      {{"iso", "ISO", 0, 819200, 0, "sensitivity; 0: metered"}, &p->iso},
      {{"time", "s", 0, 60, 0, "exposure time; 0: metered"}, &p->exposure_s},
      {{"ev", "EV", -8, 8, 0, "brighter or darker than metered"}, &p->ev},
      {{"f-number", "", 0, 64, 0, "aperture; 0: that of the camera"}, &p->f_number},
      {{"focus", "mm", 0, 1e9, 0, "distance of what is sharp; 0: the scene's subject"},
       &p->focus_mm},
      {{"interval", "s", 0, 60, 0, "from frame to frame; 0: as fast as the sensor reads"},
       &p->interval_s},
      {{"samples", "", 1, 16384, 64, "rays per pixel and channel on the mean"}, &p->samples},
      {{"emitter-samples", "", 0, 1e9, 0,
        "rays per small light and channel; 0: chosen by the film"},
       &p->emitter_samples},
      {{"shake", "", 0, 100, 1, "times the movements of a hand; 0: a tripod"}, &p->shake},
  };
}

Result<std::vector<CameraSetup>> SetUpCameras(const Device& device, const SceneSource& scene,
                                              const ShootParams& params) {
  std::vector<std::string> names = params.cameras;
  if (names.empty()) names.emplace_back();  // the first one
  if (names.size() > 1 && !params.lens.empty()) {
    return Fail(ErrorCode::kInvalidInput, "a lens can be exchanged on one camera at a time only");
  }
  std::vector<CameraSetup> setups;
  for (const std::string& name : names) {
    PETZVAL_ASSIGN(const DeviceCamera camera, device.Camera(name));
    for (const CameraSetup& other : setups) {
      if (other.camera.name == camera.name) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("camera '{}' is named twice", camera.name));
      }
    }
    auto setup = SetUpCamera(camera, scene, params);
    if (!setup) return Fail(setup.error().In("camera " + camera.name));
    const DeviceCamera& first = setups.empty() ? camera : setups.front().camera;
    for (int i = 0; i < 2; ++i) {
      setup->offset_mm[i] = camera.position_mm[i] - first.position_mm[i];
    }
    setups.push_back(std::move(*setup));
  }
  return setups;
}

Result<ShootResult> ShootScene(const ShootJob& job, const SceneSource& scene, const Device& device,
                               const std::function<void(double)>& progress) {
  const ShootParams& params = job.params;
  PETZVAL_RETURN_IF_ERROR(Check(params));
  PETZVAL_ASSIGN(const std::vector<CameraSetup> setups, SetUpCameras(device, scene, params));

  std::vector<std::string> files = {"truth.json"};
  for (const CameraSetup& setup : setups) {
    for (std::string& name : NamesOf(setup.camera.name, params).All()) {
      files.push_back(std::move(name));
    }
  }
  PETZVAL_RETURN_IF_ERROR(PrepareFolder(job.folder, files, params.force));

  std::vector<Metered> metered;
  for (const CameraSetup& setup : setups) {
    CameraPose pose = scene.view.pose;
    const Vec3 away = pose.world_from_camera * setup.offset_mm;
    for (int i = 0; i < 3; ++i) pose.position_mm[i] += away[i];
    auto m = MeterScene(setup, scene, pose, params);
    if (!m) return Fail(m.error().In("camera " + setup.camera.name));
    metered.push_back(*m);
  }
  const auto timeline = MakeTimeline(setups, metered, params);

  // The hand is where the scene's view says in the middle of the first frame.
  const HandShake hand(params.hand.Times(params.shake), params.seed);
  const double still_s = timeline[0][0].Middle(setups[0].readout_s());
  std::vector<CameraRecord> records;
  ShootResult result;
  for (size_t c = 0; c < setups.size(); ++c) {
    const CameraSetup& setup = setups[c];
    TakeJob take;
    take.folder = job.folder;
    take.device_title = device.title;
    take.scene = &scene;
    take.params = &params;
    take.setup = &setup;
    const auto same = [&](const DeviceCamera& d) { return d.name == setup.camera.name; };
    take.camera_index = static_cast<int>(
        std::find_if(device.cameras.begin(), device.cameras.end(), same) - device.cameras.begin());
    take.moments = timeline[c];
    take.metered = metered[c];
    take.pose = [&](double s) { return hand.Pose(scene.view.pose, setup.offset_mm, s - still_s); };
    take.progress = [&, c](double share) {
      if (progress) progress((static_cast<double>(c) + share) / static_cast<double>(setups.size()));
    };
    auto record = TakePictures(take);
    if (!record) return Fail(record.error().In("camera " + setup.camera.name));
    result.cameras.push_back(record->shot);
    records.push_back(std::move(*record));
    for (const std::string& warning : setup.warnings) result.warnings.push_back(warning);
  }
  const std::string json = TruthJson(job, device, scene, records);
  PETZVAL_RETURN_IF_ERROR(WriteFile(job.folder + "/truth.json",
                                    {reinterpret_cast<const uint8_t*>(json.data()), json.size()}));
  return result;
}

Result<ShootResult> Shoot(const ShootJob& job, const std::function<void(double)>& progress) {
  PETZVAL_RETURN_IF_ERROR(Check(job.params));
  PETZVAL_ASSIGN(const Device device, FindDevice(job.device));
  PETZVAL_ASSIGN(const World world, World::Load(job.scene));
  PETZVAL_ASSIGN(SceneSource scene, SourceOf(world, job.params.view));
  PETZVAL_RETURN_IF_ERROR(FrameView(device, job.params, &scene));
  return ShootScene(job, scene, device, progress);
}

}  // namespace petzval::simulate
