// Checks of devices against their lenses, their sensors and physics.
#include "petzval/device/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "petzval/device/check_calibration.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval {
namespace {

constexpr double kFullFrameDiagonalMm = 43.2666;  // of 36 x 24 mm
constexpr double kGreenUm = 0.546;
constexpr double kAgreement = 0.02;  // of focal lengths and f-numbers

class Findings {
 public:
  explicit Findings(std::string subject) : subject_(std::move(subject)) {}
  void Add(FindingLevel level, const char* check, std::string sentence) {
    list_.push_back({level, subject_, check, std::move(sentence)});
  }
  void Judge(bool good, FindingLevel otherwise, const char* check, std::string sentence) {
    Add(good ? FindingLevel::kOk : otherwise, check, std::move(sentence));
  }
  std::vector<Finding> Take() { return std::move(list_); }

 private:
  std::string subject_;
  std::vector<Finding> list_;
};

void CheckSources(const std::vector<std::string>& unsourced,
                  const std::vector<std::string>& assumed, Findings* out) {
  if (unsourced.empty()) {
    out->Add(FindingLevel::kOk, "sources",
             fmt::format("every number has a source or is marked as assumed ({} assumed)",
                         assumed.size()));
  } else {
    out->Add(
        FindingLevel::kWarning, "sources",
        fmt::format("without source and not marked as assumed: {}", fmt::join(unsourced, ", ")));
  }
}

// The relation of the camera's own numbers.
void CheckEquivalent(const DeviceCamera& camera, const Sensor& sensor, Findings* out) {
  const double scale = sensor.diagonal_mm() / kFullFrameDiagonalMm;
  const double focal = camera.equivalent_mm * scale;
  const double corner = kFullFrameDiagonalMm / 2;
  const double f_theta = corner / std::atan(corner / camera.equivalent_mm) * scale;
  const bool rectilinear = std::abs(camera.focal_mm / focal - 1) <= kAgreement;
  const bool angles = std::abs(camera.focal_mm / f_theta - 1) <= kAgreement;
  out->Judge(rectilinear || angles, FindingLevel::kError, "equivalent",
             fmt::format("{:.4g} mm on a diagonal of {:.4g} mm is {:.4g} mm on full frame, the "
                         "file says {:.4g} mm{}",
                         camera.focal_mm, sensor.diagonal_mm(), camera.focal_mm / scale,
                         camera.equivalent_mm,
                         angles && !rectilinear ? " (the same corner angle, mapped f-theta)" : ""));
}

void CheckChiefRays(const optics::Lens& lens, const Sensor& sensor, double radius_mm,
                    Findings* out) {
  const auto chief = LensChiefAngles(lens, radius_mm);
  if (!chief) {
    out->Add(FindingLevel::kError, "image circle", chief.error().message);
    return;
  }
  const double reach = chief->image_mm.back();
  out->Judge(reach >= 0.995 * radius_mm, FindingLevel::kError, "image circle",
             fmt::format("chief rays reach {:.4g} mm from the axis, the sensor's corner lies at "
                         "{:.4g} mm",
                         reach, radius_mm));
  if (sensor.cra_image_mm.empty()) {
    out->Add(FindingLevel::kWarning, "chief ray", "the sensor states no chief-ray angles");
    return;
  }
  double worst = 0, at_mm = 0;
  for (int i = 0; i <= 40; ++i) {
    const double h = std::min(radius_mm, reach) * i / 40;
    const double mismatch = std::abs(chief->At(h) - sensor.ChiefRayAngleDeg(h));
    if (mismatch > worst) worst = mismatch, at_mm = h;
  }
  const double passes = sensor.MicrolensShading(worst);
  out->Judge(passes >= 0.7, FindingLevel::kWarning, "chief ray",
             fmt::format("chief rays meet the micro-lenses within {:.2g} deg of what they expect "
                         "(at {:.3g} mm), where {:.0f} % of the light passes",
                         worst, at_mm, 100 * passes));
}

void CheckLensOf(const DeviceCamera& camera, const Sensor& sensor, Findings* out) {
  if (camera.lens.empty()) {
    out->Add(FindingLevel::kWarning, "lens",
             "names no lens: pictures need the thin-lens or pinhole mode");
    return;
  }
  const auto found = optics::FindLens(camera.lens);
  if (!found) {
    out->Add(FindingLevel::kError, "lens", found.error().message);
    return;
  }
  const optics::Lens lens =
      camera.lens_scale == 1 ? *found : optics::ScaledLens(*found, camera.lens_scale);
  const auto model = optics::MakeModel(lens, {kGreenUm});
  if (!model) {
    out->Add(FindingLevel::kError, "lens", model.error().message);
    return;
  }
  out->Add(FindingLevel::kOk, "lens", fmt::format("{} is there and is traced", lens.title));
  const optics::FirstOrder& first = model->primary();
  out->Judge(std::abs(std::abs(first.efl) / camera.focal_mm - 1) <= kAgreement,
             FindingLevel::kError, "focal length",
             fmt::format("the prescription has {:.4g} mm, the file says {:.4g} mm",
                         std::abs(first.efl), camera.focal_mm));
  // The camera may stop its lens down, but not open it.
  const double fastest = std::abs(first.f_number);
  const double share = fastest / camera.f_number;
  out->Judge(
      share <= 1 + kAgreement, FindingLevel::kError, "f-number",
      fmt::format("the prescription has f/{:.3g}, the file says f/{:.3g}{}", fastest,
                  camera.f_number, share < 1 - kAgreement ? " (the lens is stopped down)" : ""));
  CheckChiefRays(lens, sensor, sensor.diagonal_mm() / 2, out);
}

std::vector<Finding> CheckCamera(const DeviceCamera& camera) {
  Findings out("camera " + camera.name);
  const auto sensor = FindSensor(camera.sensor);
  if (!sensor) {
    out.Add(FindingLevel::kError, "sensor", sensor.error().message);
    return out.Take();
  }
  CheckEquivalent(camera, *sensor, &out);
  CheckLensOf(camera, *sensor, &out);
  CheckSources(camera.unsourced, camera.assumed, &out);
  return out.Take();
}

// Two rear cameras in one place have no baseline.
void CheckBaselines(const Device& device, Findings* out) {
  for (size_t i = 0; i < device.cameras.size(); ++i) {
    for (size_t j = i + 1; j < device.cameras.size(); ++j) {
      const DeviceCamera &a = device.cameras[i], &b = device.cameras[j];
      if ((a.role == CameraRole::kFront) != (b.role == CameraRole::kFront)) continue;
      const double mm =
          std::hypot(a.position_mm[0] - b.position_mm[0], a.position_mm[1] - b.position_mm[1]);
      if (device.exchangeable_lens) continue;  // the same body with other lenses
      out->Judge(mm > 0, FindingLevel::kError, "baseline",
                 fmt::format("{} and {} stand {:.4g} mm apart", a.name, b.name, mm));
    }
  }
}

void CheckDisplay(const DeviceDisplay& display, std::vector<Finding>* findings) {
  Findings out("display");
  out.Judge(display.ppi() > 50 && display.ppi() < 1500, FindingLevel::kWarning, "density",
            fmt::format("{} x {} on {:.4g} inch are {:.0f} pixels an inch", display.width_px,
                        display.height_px, display.diagonal_in, display.ppi()));
  CheckSources(display.unsourced, display.assumed, &out);
  for (Finding& f : out.Take()) findings->push_back(std::move(f));
}

}  // namespace

double ChiefAngles::At(double height_mm) const {
  const double h = std::abs(height_mm);
  const auto above = std::upper_bound(image_mm.begin(), image_mm.end(), h);
  if (above == image_mm.begin()) return deg.front();
  if (above == image_mm.end()) return deg.back();
  const size_t i = static_cast<size_t>(above - image_mm.begin());
  const double t = (h - image_mm[i - 1]) / (image_mm[i] - image_mm[i - 1]);
  return deg[i - 1] + t * (deg[i] - deg[i - 1]);
}

Result<ChiefAngles> LensChiefAngles(const optics::Lens& lens, double film_radius_mm) {
  optics::Lens far = lens;
  far.object_mm = optics::kInfinity;
  far.fields = {};
  PETZVAL_ASSIGN(const optics::LensModel model, optics::MakeModel(far, {kGreenUm}));
  optics::SamplingOptions options;
  options.launch = optics::Launch::kRealStop;
  ChiefAngles angles{{0}, {0}};
  const auto at = [&](double field_deg) {
    const auto point = optics::ComputeChiefTable(model, {field_deg}, options).front();
    if (!point.y_mm[0] || !point.image_angle_deg) return false;
    const double h = std::abs(*point.y_mm[0]);
    if (h <= angles.image_mm.back()) return false;  // the image turns back on itself
    angles.image_mm.push_back(h);
    angles.deg.push_back(*point.image_angle_deg);
    return true;
  };
  // Steps of equal image height, roughly; halved where the lens ends.
  double field = 0;
  const double focal = std::max(std::abs(model.primary().efl), 1e-6);
  double step = std::atan(film_radius_mm / focal) * 180 / M_PI / 32;
  for (int i = 0; i < 400 && angles.image_mm.back() < film_radius_mm && step > 1e-3; ++i) {
    if (field + step < 89.9 && at(field + step)) {
      field += step;
    } else {
      step /= 2;
    }
  }
  if (angles.image_mm.size() < 2) {
    return Fail(ErrorCode::kInvalidInput, "no chief ray of the lens reaches the image");
  }
  return angles;
}

std::vector<Finding> CheckDevice(const Device& device) {
  std::vector<Finding> all;
  std::vector<std::string> seen;
  for (const DeviceCamera& camera : device.cameras) {
    for (Finding& f : CheckCamera(camera)) all.push_back(std::move(f));
    const auto sensor = FindSensor(camera.sensor);
    if (!sensor || std::find(seen.begin(), seen.end(), sensor->name) != seen.end()) continue;
    seen.push_back(sensor->name);
    for (Finding& f : CheckSensor(*sensor)) all.push_back(std::move(f));
  }
  for (const auto& [camera, measured] : device.calibration) {
    const auto described = device.Camera(camera);
    const auto sensor =
        described ? FindSensor(described->sensor) : tl::unexpected(described.error());
    for (Finding& f : CheckCalibration(camera, measured, sensor ? &*sensor : nullptr)) {
      all.push_back(std::move(f));
    }
  }
  Findings out("device");
  CheckBaselines(device, &out);
  for (Finding& f : out.Take()) all.push_back(std::move(f));
  if (device.display) CheckDisplay(*device.display, &all);
  return all;
}

}  // namespace petzval
