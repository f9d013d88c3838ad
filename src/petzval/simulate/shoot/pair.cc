// Matched shots of two devices and the mapping between their pictures.
#include "petzval/simulate/shoot/pair.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/image/picture.h"
#include "petzval/simulate/shoot/shoot_scene.h"
#include "petzval/simulate/shoot/shot_files.h"

namespace petzval::simulate {
namespace {

constexpr double kLonger = 1.03;  // focal length over the device's that still counts as covering

FilmGeometry GeometryOf(const CameraSetup& s) {
  return {s.optics.get(), s.width, s.height, s.pitch_mm, s.center_x_px, s.center_y_px};
}

// The camera whose field holds that of `equivalent_mm` and is the narrowest that does.
Result<std::string> NearestCamera(const Device& device, double equivalent_mm) {
  if (const auto any = device.Camera(""); !any) return Fail(any.error());
  const DeviceCamera* best = nullptr;
  for (const DeviceCamera& camera : device.cameras) {
    if (camera.equivalent_mm > kLonger * equivalent_mm) continue;
    if (!best || camera.equivalent_mm > best->equivalent_mm) best = &camera;
  }
  if (best) return best->name;
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("no camera of {} has the field of {:.4g} mm on full frame: name a "
                          "reference lens",
                          device.name, equivalent_mm));
}

// The part of the reference's picture that the device sees, with a margin of a pixel or two for
// resampling, on whole periods of the mosaic.
Rect SeenPart(const PixelMap& map, const CameraSetup& reference) {
  constexpr double kMargin = 4;
  double x0 = reference.width, y0 = reference.height, x1 = 0, y1 = 0;
  for (int j = 0; j < map.x_px.height(); ++j) {
    for (int i = 0; i < map.x_px.width(); ++i) {
      const double x = map.x_px.At(i, j), y = map.y_px.At(i, j);
      if (!std::isfinite(x)) continue;
      x0 = std::min(x0, x - kMargin), x1 = std::max(x1, x + kMargin);
      y0 = std::min(y0, y - kMargin), y1 = std::max(y1, y + kMargin);
    }
  }
  const int period = std::max(2, reference.cfa.size);
  Rect r;
  r.x = std::clamp(static_cast<int>(x0), 0, reference.width) / period * period;
  r.y = std::clamp(static_cast<int>(y0), 0, reference.height) / period * period;
  const auto up = [&](double v, int most) {
    return std::clamp((static_cast<int>(v) + period) / period * period, 0, most);
  };
  r.width = up(x1, reference.width) - r.x;
  r.height = up(y1, reference.height) - r.y;
  return r;
}

std::string PairJson(const ShootPairJob& job, const ShootPairResult& r, const Rect& window,
                     double plane_mm) {
  nlohmann::ordered_json j;
  j["set"] = "pair";
  j["scene"] = job.scene;
  j["device"] = {{"folder", "device"},
                 {"camera", r.device.cameras[0].name},
                 {"equivalent_mm", r.device_equivalent_mm}};
  j["reference"] = {{"folder", "reference"},
                    {"camera", r.reference.cameras[0].name},
                    {"lens", r.reference_lens},
                    {"equivalent_mm", r.reference_equivalent_mm},
                    {"window_xywh", {window.x, window.y, window.width, window.height}}};
  j["plane_mm"] = plane_mm;
  j["map"] = {{"x", "map_x.pfm"},
              {"y", "map_y.pfm"},
              {"step", r.map.step},
              {"convention",
               "sample (i, j): where the point that pixel centre (i * step + 0.5, j * step + 0.5) "
               "of the device's picture sees on the plane lies in the reference's picture; upper "
               "left corner is (0, 0); -1: not seen"}};
  return j.dump(1) + "\n";
}

}  // namespace

bool PixelMap::At(double x, double y, double* other_x, double* other_y) const {
  const double gx = (x - 0.5) / step, gy = (y - 0.5) / step;
  const int w = x_px.width(), h = x_px.height();
  if (!(gx >= 0 && gy >= 0 && gx <= w - 1 && gy <= h - 1)) return false;
  const int i = std::min(static_cast<int>(gx), w - 2), j = std::min(static_cast<int>(gy), h - 2);
  const double u = gx - i, v = gy - j;
  const auto between = [&](const Image<float>& m) {
    return (1 - v) * ((1 - u) * m.At(i, j) + u * m.At(i + 1, j)) +
           v * ((1 - u) * m.At(i, j + 1) + u * m.At(i + 1, j + 1));
  };
  *other_x = between(x_px);
  *other_y = between(y_px);
  return std::isfinite(*other_x) && std::isfinite(*other_y);
}

PixelMap MapPixels(const FilmGeometry& from, const FilmGeometry& to, double plane_mm, int step) {
  PixelMap map;
  map.step = step;
  const int w = (from.width + step - 2) / step + 2, h = (from.height + step - 2) / step + 2;
  map.x_px = Image<float>(w, h);
  map.y_px = Image<float>(w, h);
  ParallelFor(h, [&](int j) {
    for (int i = 0; i < w; ++i) {
      map.x_px.At(i, j) = map.y_px.At(i, j) = std::numeric_limits<float>::quiet_NaN();
      const double film_x = (i * step + 0.5 - from.center_x_px) * from.pitch_mm;
      const double film_y = (from.center_y_px - j * step - 0.5) * from.pitch_mm;
      double origin[3], direction[3];
      if (!from.optics->ChiefRay(film_x, film_y, origin, direction)) continue;
      const double t = (plane_mm - origin[2]) / direction[2];
      if (!(direction[2] > 0) || !(t > 0)) continue;
      const double point[3] = {origin[0] + t * direction[0], origin[1] + t * direction[1],
                               plane_mm};
      double film[2];
      if (!to.optics->Project(point, film)) continue;
      map.x_px.At(i, j) = static_cast<float>(film[0] / to.pitch_mm + to.center_x_px);
      map.y_px.At(i, j) = static_cast<float>(to.center_y_px - film[1] / to.pitch_mm);
    }
  });
  return map;
}

Result<ShootPairResult> ShootPairScene(const ShootPairJob& job, const SceneSource& scene,
                                       const Device& device, const Device& reference,
                                       const std::function<void(double)>& progress) {
  ShootPairResult result;
  // The device's camera alone.
  ShootJob first{job.scene, job.device, job.folder + "/device", job.params};
  if (!job.camera.empty()) first.params.cameras = {job.camera};
  if (first.params.cameras.size() > 1) {
    return Fail(ErrorCode::kInvalidInput, "a pair compares one camera of the device");
  }
  PETZVAL_ASSIGN(const std::vector<CameraSetup> mine, SetUpCameras(device, scene, first.params));
  result.device_equivalent_mm = mine[0].equivalent_mm;

  // The reference: its first body, the lens that frames the same.
  ShootJob second{job.scene, job.reference_device, job.folder + "/reference", job.params};
  ShootParams& p = second.params;
  p.readout = {};
  p.window = {};
  p.frames = 1;
  p.ev_steps.clear();
  p.focus_mm = mine[0].focus_mm;
  p.iso = job.reference_iso;
  p.exposure_s = 0;
  p.f_number = job.reference_f_number;
  if (job.reference_tripod) p.shake = 0;
  p.lens = job.reference_lens;
  p.cameras.clear();
  if (p.lens.empty()) {
    PETZVAL_ASSIGN(const std::string nearest, NearestCamera(reference, mine[0].equivalent_mm));
    p.cameras = {nearest};
  }
  PETZVAL_ASSIGN(const std::vector<CameraSetup> theirs, SetUpCameras(reference, scene, p));
  result.reference_lens = theirs[0].lens_name;
  result.reference_equivalent_mm = theirs[0].equivalent_mm;

  const double plane_mm = mine[0].focus_mm;
  result.map = MapPixels(GeometryOf(mine[0]), GeometryOf(theirs[0]), plane_mm);
  const Rect window = SeenPart(result.map, theirs[0]);
  if (window.width < 16 || window.height < 16) {
    return Fail(ErrorCode::kInvalidInput, "the two cameras do not see the same part of the scene");
  }
  p.window = window;
  for (int j = 0; j < result.map.x_px.height(); ++j) {
    for (int i = 0; i < result.map.x_px.width(); ++i) {
      result.map.x_px.At(i, j) -= static_cast<float>(window.x);
      result.map.y_px.At(i, j) -= static_cast<float>(window.y);
    }
  }

  PETZVAL_RETURN_IF_ERROR(
      PrepareFolder(job.folder, {"pair.json", "map_x.pfm", "map_y.pfm"}, job.params.force));
  const double frames = job.params.frames;
  const double share = frames / (frames + 1);
  PETZVAL_ASSIGN(result.device, ShootScene(first, scene, device, [&](double done) {
                   if (progress) progress(share * done);
                 }));
  PETZVAL_ASSIGN(result.reference, ShootScene(second, scene, reference, [&](double done) {
                   if (progress) progress(share + (1 - share) * done);
                 }));
  for (const auto& [name, plane] :
       {std::pair("/map_x.pfm", &result.map.x_px), std::pair("/map_y.pfm", &result.map.y_px)}) {
    Image<float> stored = plane->Clone();  // files hold numbers only
    for (int j = 0; j < stored.height(); ++j) {
      for (int i = 0; i < stored.width(); ++i) {
        if (!std::isfinite(stored.At(i, j))) stored.At(i, j) = -1;
      }
    }
    PETZVAL_RETURN_IF_ERROR(WritePfm(job.folder + name, stored));
  }
  const std::string json = PairJson(job, result, window, plane_mm);
  PETZVAL_RETURN_IF_ERROR(WriteFile(job.folder + "/pair.json",
                                    {reinterpret_cast<const uint8_t*>(json.data()), json.size()}));
  return result;
}

Result<ShootPairResult> ShootPair(const ShootPairJob& job,
                                  const std::function<void(double)>& progress) {
  PETZVAL_ASSIGN(const Device device, FindDevice(job.device));
  PETZVAL_ASSIGN(const Device reference, FindDevice(job.reference_device));
  PETZVAL_ASSIGN(const World world, World::Load(job.scene));
  PETZVAL_ASSIGN(SceneSource scene, SourceOf(world, job.params.view));
  ShootParams params = job.params;
  if (!job.camera.empty()) params.cameras = {job.camera};
  PETZVAL_RETURN_IF_ERROR(FrameView(device, params, &scene));
  return ShootPairScene(job, scene, device, reference, progress);
}

}  // namespace petzval::simulate
