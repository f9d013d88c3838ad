// Lens, film and channels of a camera.
#include "petzval/simulate/shoot/camera_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/trace/launch.h"

namespace petzval::simulate {
namespace {

constexpr double kFullFrameDiagonalMm = 43.2666;
constexpr int kWavelengthsOfColour = 3, kWavelengthsOfMono = 5;

// Wavelengths (index of the grid) that cut the weight into equal parts: their middles.
std::vector<int> Quantiles(const SpectralDistribution& weight, int count) {
  double total = 0;
  for (const double w : weight.value) total += std::abs(w);
  std::vector<int> at;
  double sum = 0;
  for (int i = 0; i < kSpectralCount; ++i) {
    sum += std::abs(weight.value[i]);
    while (static_cast<int>(at.size()) < count &&
           sum * count >= (static_cast<double>(at.size()) + 0.5) * total) {
      at.push_back(i);
    }
  }
  return at;
}

// The wavelengths of the lens, and which of them stand for each channel and each of X, Y, Z.
void ChooseWavelengths(const SpectralDistribution& light, CameraSetup* setup,
                       std::vector<double>* um) {
  std::vector<int> grid;
  const int count = setup->channels.size() == 1 ? kWavelengthsOfMono : kWavelengthsOfColour;
  std::vector<std::vector<int>> of_channel;
  for (const SpectralDistribution& channel : setup->channels) {
    of_channel.push_back(Quantiles(channel * light, count));
    grid.insert(grid.end(), of_channel.back().begin(), of_channel.back().end());
  }
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  const auto nearest = [&](int i) {
    const auto closer = [&](int a, int b) { return std::abs(a - i) < std::abs(b - i); };
    return static_cast<uint8_t>(std::min_element(grid.begin(), grid.end(), closer) - grid.begin());
  };
  const auto indices = [&](const std::vector<int>& at) {
    std::vector<uint8_t> list;
    for (const int i : at) list.push_back(nearest(i));
    return list;
  };
  for (const std::vector<int>& at : of_channel) setup->wavelengths.push_back(indices(at));
  for (const SpectralDistribution& observer : CieObserver1931()) {
    setup->xyz_wavelengths.push_back(indices(Quantiles(observer * light, kWavelengthsOfColour)));
  }
  um->clear();
  for (const int i : grid) um->push_back(SpectralDistribution::Nm(i) * 1e-3);
}

Status SetChannels(const SceneSource& scene, const ShootParams& params, CameraSetup* setup) {
  const Sensor& sensor = setup->sensor;
  const auto responses = ChannelResponses(sensor, params.response);
  const bool mono = sensor.cfa == CfaKind::kMono;
  setup->channels.assign(responses.begin(), responses.begin() + (mono ? 1 : 3));
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      setup->film_cfa[y * 4 + x] = mono ? 0 : static_cast<uint8_t>(setup->cfa.At(x, y));
    }
  }
  const SpectralDistribution& key = scene.key_light;
  const int green = mono ? 0 : 1;
  const double level = Integral(key, setup->channels[green]);
  const double y = Integral(key, CieObserver1931()[1]);
  if (!(level > 0) || !(y > 0)) {
    return Fail(ErrorCode::kInvalidInput, "the scene's key light gives this sensor no signal");
  }
  setup->green_per_y = level / y;
  setup->key_white = XyzOfLight(key);
  if (mono) return {};
  for (int c = 0; c < 3; ++c) {
    setup->neutral[c] = Integral(key, setup->channels[c]) / level;
    if (!(setup->neutral[c] > 0)) {
      return Fail(ErrorCode::kInvalidInput,
                  "the scene's key light gives one of the colours no signal");
    }
  }
  PETZVAL_ASSIGN(setup->color, FitSensorColor(sensor, params.response));
  return {};
}

Status SetFilm(const ShootParams& params, CameraSetup* setup) {
  PETZVAL_ASSIGN(const Readout readout,
                 MakeReadout(setup->sensor, setup->mode, setup->sensor.gains.front().iso));
  setup->cfa = readout.cfa;
  if (params.scale < 1 || params.scale > 64) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("scale {} is not 1 to 64", params.scale));
  }
  // Whole periods of the mosaic, and of what halves it.
  const int period = std::max(2, readout.cfa.size);
  setup->whole_width = readout.width / params.scale / period * period;
  setup->whole_height = readout.height / params.scale / period * period;
  setup->pitch_mm = readout.pitch_mm * params.scale;
  Rect w = params.window;
  if (w == Rect{}) w = {0, 0, setup->whole_width, setup->whole_height};
  if (w.x < 0 || w.y < 0 || w.width < 16 || w.height < 16 || w.x > setup->whole_width - w.width ||
      w.y > setup->whole_height - w.height) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("window {},{} {}x{} is not at least 16x16 within the {}x{} pixels of "
                            "camera '{}'",
                            w.x, w.y, w.width, w.height, setup->whole_width, setup->whole_height,
                            setup->camera.name));
  }
  w.x = w.x / period * period;
  w.y = w.y / period * period;
  setup->window = w;
  setup->width = w.width;
  setup->height = w.height;
  setup->center_x_px = setup->whole_width / 2.0 - w.x;
  setup->center_y_px = setup->whole_height / 2.0 - w.y;
  return {};
}

Status SetLens(const SceneSource& scene, const ShootParams& params, CameraSetup* setup) {
  const DeviceCamera& camera = setup->camera;
  const bool other = !params.lens.empty();
  const std::string name = other ? params.lens : camera.lens;
  OpticsParams wanted;
  wanted.kind = params.optics;
  wanted.film_radius_mm = setup->pitch_mm * std::hypot(setup->whole_width, setup->whole_height) / 2;
  setup->focus_mm = params.focus_mm > 0 ? params.focus_mm : scene.view.focus_mm;
  if (!other && setup->focus_mm < camera.nearest_mm) {
    setup->warnings.push_back(
        fmt::format("camera '{}' cannot focus at {:.4g} mm: {:.4g} mm is taken", camera.name,
                    setup->focus_mm, camera.nearest_mm));
    setup->focus_mm = camera.nearest_mm;
  }
  wanted.focus_mm = setup->focus_mm;
  ChooseWavelengths(scene.key_light, setup, &wanted.wavelengths_um);

  std::optional<optics::Lens> lens;
  if (!name.empty()) {
    PETZVAL_ASSIGN(lens, optics::FindLens(name));
    if (!other && camera.lens_scale != 1) lens = optics::ScaledLens(*lens, camera.lens_scale);
    setup->lens_name = lens->name;
    setup->lens_title = lens->title;
  } else if (params.optics == OpticsKind::kTraced) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("camera '{}' names no lens: name one with --lens, or take the thin or "
                            "pinhole optics",
                            camera.name));
  } else {
    setup->lens_name = params.optics == OpticsKind::kThin ? "thin" : "pinhole";
    setup->lens_title = setup->lens_name;
  }
  wanted.f_number = params.f_number > 0 || other ? params.f_number : camera.f_number;
  if (lens && wanted.f_number > 0) {
    // Wide open where the prescription is no faster than the camera says.
    PETZVAL_ASSIGN(const optics::LensModel model, optics::MakeModel(*lens));
    const double fastest = std::abs(model.primary().f_number);
    if (wanted.f_number < 1.02 * fastest) {
      if (params.f_number > 0 && params.f_number < 0.98 * fastest) {
        setup->warnings.push_back(fmt::format("lens '{}' opens to f/{:.3g}, not f/{:.3g}",
                                              lens->name, fastest, params.f_number));
      }
      wanted.f_number = 0;
    }
  }
  PETZVAL_ASSIGN(setup->optics, MakeOptics(lens ? &*lens : nullptr, camera.focal_mm, wanted));
  const double diagonal = setup->sensor.diagonal_mm();
  setup->equivalent_mm =
      other ? setup->optics->focal_mm() * kFullFrameDiagonalMm / diagonal : camera.equivalent_mm;
  if (lens && params.optics == OpticsKind::kTraced) {
    PETZVAL_ASSIGN(setup->chief, LensChiefAngles(*lens, wanted.film_radius_mm));
    if (setup->optics->Throughput(wanted.film_radius_mm) <= 0) {
      setup->warnings.push_back(fmt::format("lens '{}' does not light the corners of camera '{}'",
                                            lens->name, camera.name));
    }
  }
  return {};
}

}  // namespace

FilmJob CameraSetup::Film() const {
  FilmJob job;
  job.optics = optics.get();
  job.width = width;
  job.height = height;
  job.pitch_mm = pitch_mm;
  job.center_x_px = center_x_px;
  job.center_y_px = center_y_px;
  return job;
}

bool CameraSetup::ToPixel(const CameraPose& pose, const Vec3& world_mm, double* x,
                          double* y) const {
  double point[3] = {0, 0, 0};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      point[i] += pose.world_from_camera[j][i] * (world_mm[j] - pose.position_mm[j]);
    }
  }
  double film[2];
  if (!(point[2] > 0) || !optics->Project(point, film)) return false;
  *x = film[0] / pitch_mm + center_x_px;
  *y = center_y_px - film[1] / pitch_mm;
  return std::isfinite(*x) && std::isfinite(*y);
}

Result<CameraSetup> SetUpCamera(const DeviceCamera& camera, const SceneSource& scene,
                                const ShootParams& params) {
  CameraSetup setup;
  setup.camera = camera;
  PETZVAL_ASSIGN(setup.sensor, FindSensor(camera.sensor));
  const bool quad = setup.sensor.cfa == CfaKind::kQuadBayer;
  setup.mode = params.readout.value_or(quad ? ReadoutMode::kBinned : ReadoutMode::kNative);
  if (!quad) setup.mode = ReadoutMode::kNative;
  PETZVAL_RETURN_IF_ERROR(SetFilm(params, &setup));
  PETZVAL_RETURN_IF_ERROR(SetChannels(scene, params, &setup));
  PETZVAL_RETURN_IF_ERROR(SetLens(scene, params, &setup));
  return setup;
}

Status FrameView(const Device& device, const ShootParams& params, SceneSource* scene) {
  SceneView& view = scene->view;
  if (!view.dolly) return {};
  PETZVAL_ASSIGN(const DeviceCamera camera,
                 device.Camera(params.cameras.empty() ? std::string() : params.cameras.front()));
  double equivalent = camera.equivalent_mm;
  if (!params.lens.empty()) {
    PETZVAL_ASSIGN(const Sensor sensor, FindSensor(camera.sensor));
    PETZVAL_ASSIGN(const optics::Lens lens, optics::FindLens(params.lens));
    PETZVAL_ASSIGN(const optics::LensModel model, optics::MakeModel(lens));
    equivalent = std::abs(model.primary().efl) * kFullFrameDiagonalMm / sensor.diagonal_mm();
  }
  if (!(equivalent > 0)) return {};
  const double nearer = 1 - equivalent / view.equivalent_mm;
  const Vec3 forward = view.pose.world_from_camera * Vec3{{0, 0, view.focus_mm * nearer}};
  for (int i = 0; i < 3; ++i) view.pose.position_mm[i] += forward[i];
  view.focus_mm *= 1 - nearer;
  return {};
}

}  // namespace petzval::simulate
