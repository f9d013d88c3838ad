// petzval lens bake: a prescription and a sensor become the profile that develop corrects with.
#include <fmt/format.h>

#include <algorithm>

#include "lens_verbs.h"
#include "petzval/device/device.h"
#include "petzval/device/sensor.h"
#include "petzval/optics/bake/bake.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval::cli {
namespace {

using nlohmann::ordered_json;

struct BakeArguments {
  LensArguments lens;
  std::string device, camera, sensor, distances = "inf";
  bool native = false;
};

// The sensor named, or that of the device's camera: the one asked for, the one whose lens this is,
// or the first.
Result<Sensor> SensorOf(const BakeArguments& a) {
  if (!a.sensor.empty()) return FindSensor(a.sensor);
  PETZVAL_ASSIGN(const Device device, FindDevice(a.device));
  if (!a.camera.empty()) {
    PETZVAL_ASSIGN(const DeviceCamera camera, device.Camera(a.camera));
    return FindSensor(camera.sensor);
  }
  const auto own = std::find_if(device.cameras.begin(), device.cameras.end(),
                                [&](const DeviceCamera& c) { return c.lens == a.lens.lens; });
  if (own != device.cameras.end()) return FindSensor(own->sensor);
  if (device.cameras.size() == 1) return FindSensor(device.cameras.front().sensor);
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("no camera of {} has the lens {}; name one with --camera", a.device,
                          a.lens.lens));
}

// Pixels as develop sees them: a quad-Bayer sensor is read binned unless `native`.
optics::SensorGeometry GeometryOf(const Sensor& sensor, bool native) {
  const bool binned = sensor.cfa == CfaKind::kQuadBayer && !native;
  const int step = binned ? 2 : 1;
  return {sensor.width_px / step, sensor.height_px / step, sensor.pitch_um * step, binned};
}

// The sensor's Gaussian curves; tables keep the typical response of BakeOptions.
void SetResponse(const Sensor& sensor, optics::SensorResponse* response) {
  constexpr double kSigmaPerFwhm = 1 / 2.354820045;
  for (int c = 0; c < 3; ++c) {
    const SpectralCurve& curve = sensor.spectral[c];
    if (!curve.um.empty()) continue;
    const double sigma = curve.fwhm_um * kSigmaPerFwhm;
    response->bell[c] = {curve.peak_um, sigma, sigma};
  }
}

Result<std::vector<double>> DistancesOf(const std::string& text) {
  std::string numbers = text;
  const size_t infinite = numbers.find("inf");
  if (infinite == std::string::npos) return ParseNumbers(numbers, "--distance");
  numbers.erase(infinite, 3);
  std::erase(numbers, ' ');
  while (!numbers.empty() && numbers.front() == ',') numbers.erase(0, 1);
  while (!numbers.empty() && numbers.back() == ',') numbers.pop_back();
  std::vector<double> distances;
  if (!numbers.empty()) {
    PETZVAL_ASSIGN(distances, ParseNumbers(numbers, "--distance"));
  }
  distances.push_back(optics::kInfinity);
  return distances;
}

}  // namespace

Verb LensBakeVerb(const CommonOptions& common) {
  auto a = std::make_shared<BakeArguments>();
  Verb verb;
  verb.name = "bake";
  verb.summary = "point spread functions, distortion, lateral colour and shading for develop";
  verb.options = {
      {"LENS", "a lens of the library or a file", &a->lens.lens, "LENS", 0, 0, {}, true},
      {"--configuration", "focus or zoom state", &a->lens.configuration, "NAME"},
      {"--device", "a device of data/devices or a file", &a->device, "DEVICE"},
      {"--camera", "camera of the device; that with this lens if empty", &a->camera, "NAME"},
      {"--sensor", "a sensor of data/sensors or a file, instead of a device", &a->sensor, "SENSOR"},
      {"--distance", "object distances in mm, comma-separated; inf is allowed", &a->distances,
       "MM,.."},
      {"--native", "native pixels of a quad-Bayer sensor instead of binned ones", &a->native, ""},
      {"-o,--output", "profile to write (.pvlens)", &a->lens.output, "FILE", 0, 0, {}, true},
      OverwriteOption(&a->lens)};
  verb.usage_error = [a]() -> std::string {
    return a->device.empty() == a->sensor.empty() ? "give either --device or --sensor" : "";
  };
  verb.run = [=, &common]() -> Status {
    PETZVAL_RETURN_IF_ERROR(CheckLensOutputs(a->lens, common));
    PETZVAL_ASSIGN(const optics::Lens lens, LoadLens(a->lens));
    PETZVAL_ASSIGN(const Sensor sensor, SensorOf(*a));
    optics::BakeOptions options;
    PETZVAL_ASSIGN(options.object_mm, DistancesOf(a->distances));
    std::sort(options.object_mm.rbegin(), options.object_mm.rend());
    SetResponse(sensor, &options.response);
    const optics::SensorGeometry geometry = GeometryOf(sensor, a->native);
    PETZVAL_ASSIGN(const optics::LensProfile profile, optics::BakeLens(lens, geometry, options));
    PETZVAL_RETURN_IF_ERROR(optics::WriteLensProfile(a->lens.output, profile));
    ordered_json states = ordered_json::array();
    for (const optics::FocusState& state : profile.states) {
      const optics::FittedModels fit = optics::FitModels(profile, state);
      const double corner = optics::kRadii - 1;
      states.push_back({{"object_mm", Number(state.object_mm)},
                        {"corner_shading", Number(state.shading[1].back())},
                        {"corner_lateral_red_px", Number(state.lateral_px[0].back())},
                        {"corner_lateral_blue_px", Number(state.lateral_px[2].back())},
                        {"psf_size", state.psf[1][static_cast<size_t>(corner)].size},
                        {"poly5", fit.poly5},
                        {"ptlens", fit.ptlens},
                        {"tca_red", fit.tca_red},
                        {"tca_blue", fit.tca_blue},
                        {"vignetting_pa", fit.vignetting_pa}});
    }
    return Deliver(ordered_json{{"output", a->lens.output},
                                {"lens", profile.lens},
                                {"sensor", sensor.name},
                                {"width_px", geometry.width_px},
                                {"height_px", geometry.height_px},
                                {"pitch_um", geometry.pitch_um},
                                {"focal_length_mm", Number(profile.focal_length_mm)},
                                {"f_number", Number(profile.f_number)},
                                {"states", states}},
                   common);
  };
  return verb;
}

}  // namespace petzval::cli
