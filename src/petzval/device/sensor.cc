// Sensors: files of data/sensors and what follows from their numbers.
#include "petzval/device/sensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/device/device_file.h"

namespace petzval {
namespace {

// Linear between entries of an ascending table, the first and last value outside.
double Interpolate(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto above = std::upper_bound(x.begin(), x.end(), at);
  if (above == x.begin()) return y.front();
  if (above == x.end()) return y.back();
  const size_t i = above - x.begin();
  const double t = (at - x[i - 1]) / (x[i] - x[i - 1]);
  return y[i - 1] + t * (y[i] - y[i - 1]);
}

Status CheckTable(const TomlTable& table, const char* x_key, const std::vector<double>& x,
                  const std::vector<double>& y, double least, double most) {
  if (x.empty() || x.size() != y.size() || x.size() > 10000) {
    return Fail(
        table.ErrorAt(x_key, fmt::format("{} positions and {} values", x.size(), y.size())));
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || x[i] < 0 || (i > 0 && !(x[i] > x[i - 1]))) {
      return Fail(table.ErrorAt(x_key, fmt::format("'{}' must ascend from 0 or more", x_key)));
    }
    if (!(y[i] >= least && y[i] <= most)) {
      return Fail(
          table.ErrorAt(x_key, fmt::format("value {} is outside {} to {}", y[i], least, most)));
    }
  }
  return {};
}

Status ReadGains(const TomlTable& root, Sensor* sensor) {
  PETZVAL_ASSIGN(const std::vector<TomlTable> gains, root.Tables("gain"));
  for (const TomlTable& table : gains) {
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{"iso", "read_noise_e"}));
    SensorGain gain;
    PETZVAL_ASSIGN(gain.iso, table.Number("iso", 1, 1e7));
    PETZVAL_ASSIGN(gain.read_noise_e, table.Number("read_noise_e", 0.01, 1000));
    if (!sensor->gains.empty() && gain.iso <= sensor->gains.back().iso) {
      return Fail(table.ErrorAt("iso", "the ISOs must ascend"));
    }
    sensor->gains.push_back(gain);
  }
  if (sensor->gains.empty()) return Fail(root.ErrorAt("gain", "no [[gain]] is given"));
  return {};
}

Status ReadCra(const TomlTable& root, Sensor* sensor) {
  if (!root.Has("cra")) return {};
  PETZVAL_ASSIGN(const TomlTable table, root.Table("cra"));
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{"image_mm", "deg"}));
  PETZVAL_ASSIGN(sensor->cra_image_mm, table.Numbers("image_mm"));
  PETZVAL_ASSIGN(sensor->cra_deg, table.Numbers("deg"));
  return CheckTable(table, "image_mm", sensor->cra_image_mm, sensor->cra_deg, -89, 89);
}

// Three numbers are a Gaussian, as many as there are wavelengths in `um` are a table.
Result<SpectralCurve> ReadCurve(const TomlTable& table, const std::string& key,
                                const std::vector<double>& um) {
  PETZVAL_ASSIGN(const std::vector<double> numbers, table.Numbers(key));
  SpectralCurve curve;
  if (!um.empty()) {
    PETZVAL_RETURN_IF_ERROR(CheckTable(table, "um", um, numbers, 0, 1));
    curve.um = um;
    curve.value = numbers;
    return curve;
  }
  if (numbers.size() != 3 || !(numbers[0] > 0.2 && numbers[0] < 2) ||
      !(numbers[1] > 0.001 && numbers[1] < 1) || !(numbers[2] > 0 && numbers[2] <= 1)) {
    return Fail(
        table.ErrorAt(key, fmt::format("'{}' is not [peak um, width um, peak value]", key)));
  }
  curve.peak_um = numbers[0];
  curve.fwhm_um = numbers[1];
  curve.peak = numbers[2];
  return curve;
}

Status ReadSpectral(const TomlTable& root, Sensor* sensor) {
  PETZVAL_ASSIGN(const TomlTable table, root.Table("spectral"));
  const bool mono = sensor->cfa == CfaKind::kMono;
  const std::vector<std::string> names =
      mono ? std::vector<std::string>{"mono"} : std::vector<std::string>{"red", "green", "blue"};
  std::vector<std::string> keys = names;
  keys.push_back("um");
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(keys));
  std::vector<double> um;
  if (table.Has("um")) {
    PETZVAL_ASSIGN(um, table.Numbers("um"));
    if (um.empty()) return Fail(table.ErrorAt("um", "'um' is empty"));
  }
  for (int c = 0; c < 3; ++c) {
    PETZVAL_ASSIGN(sensor->spectral[c], ReadCurve(table, names[mono ? 0 : c], um));
  }
  return {};
}

}  // namespace

double SpectralCurve::At(double wavelength_um) const {
  if (um.empty()) {
    const double t = (wavelength_um - peak_um) / fwhm_um;
    return peak * std::exp(-4 * std::log(2.0) * t * t);
  }
  if (wavelength_um < um.front() || wavelength_um > um.back()) return 0;
  return Interpolate(um, value, wavelength_um);
}

double Sensor::diagonal_mm() const { return std::hypot(width_mm(), height_mm()); }

double Sensor::FullScaleElectrons(double iso) const {
  return full_well_e / std::max(iso / gains.front().iso, 1.0);
}

double Sensor::ReadNoiseElectrons(double iso) const {
  std::vector<double> x, y;
  for (const SensorGain& gain : gains) {
    x.push_back(std::log2(gain.iso));
    y.push_back(gain.read_noise_e);
  }
  return Interpolate(x, y, std::log2(std::max(iso, 1e-3)));
}

NoiseModel Sensor::Noise(double iso) const {
  const double scale = FullScaleElectrons(iso), read = ReadNoiseElectrons(iso) / scale;
  NoiseModel model;
  model.plane.fill({1 / scale, read * read});
  return model;
}

double Sensor::ChiefRayAngleDeg(double image_mm) const {
  return cra_image_mm.empty() ? 0 : Interpolate(cra_image_mm, cra_deg, std::abs(image_mm));
}

Result<Sensor> ParseSensor(const std::string& toml, const std::string& file_name) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, file_name));
  const std::vector<std::string> keys = {
      "name",        "title",    "source", "note", "assumed",  "width_px",
      "height_px",   "pitch_um", "cfa",    "bits", "black_dn", "white_dn",
      "full_well_e", "pattern",  "gain",   "cra",  "spectral"};
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(keys));
  Sensor sensor;
  PETZVAL_ASSIGN(sensor.name, root.String("name"));
  PETZVAL_ASSIGN(sensor.title, root.String("title"));
  PETZVAL_ASSIGN(sensor.source, root.String("source"));
  PETZVAL_ASSIGN(sensor.note, OptionalText(root, "note"));
  PETZVAL_ASSIGN(sensor.assumed, AssumedKeys(root, keys));
  PETZVAL_ASSIGN(sensor.width_px, root.Integer("width_px", 16, 65535));
  PETZVAL_ASSIGN(sensor.height_px, root.Integer("height_px", 16, 65535));
  PETZVAL_ASSIGN(sensor.pitch_um, root.Number("pitch_um", 0.1, 100));
  const std::vector<std::string> kinds = {"bayer", "quad_bayer", "mono"};
  PETZVAL_ASSIGN(const int cfa, TomlChoice(root, "cfa", kinds));
  sensor.cfa = static_cast<CfaKind>(cfa);
  if (sensor.cfa == CfaKind::kMono) {
    sensor.pattern.clear();
    if (root.Has("pattern")) return Fail(root.ErrorAt("pattern", "a mono sensor has no pattern"));
  } else {
    const std::vector<std::string> patterns = {"RGGB", "GRBG", "GBRG", "BGGR"};
    PETZVAL_ASSIGN(const int pattern, TomlChoice(root, "pattern", patterns));
    sensor.pattern = patterns[pattern];
  }
  PETZVAL_ASSIGN(sensor.bits, root.Integer("bits", 8, 16));
  PETZVAL_ASSIGN(sensor.black_dn, root.Number("black_dn", 0, 65535));
  PETZVAL_ASSIGN(sensor.white_dn, root.Number("white_dn", 1, 65535));
  if (sensor.white_dn <= sensor.black_dn || sensor.white_dn > (1 << sensor.bits) - 1) {
    return Fail(root.ErrorAt("white_dn", "'white_dn' must lie above 'black_dn' and within 'bits'"));
  }
  PETZVAL_ASSIGN(sensor.full_well_e, root.Number("full_well_e", 10, 1e7));
  PETZVAL_RETURN_IF_ERROR(ReadGains(root, &sensor));
  PETZVAL_RETURN_IF_ERROR(ReadCra(root, &sensor));
  PETZVAL_RETURN_IF_ERROR(ReadSpectral(root, &sensor));
  return sensor;
}

Result<Sensor> FindSensor(const std::string& name_or_path) {
  PETZVAL_ASSIGN(const std::string toml, DeviceFileText(name_or_path, "sensor", EmbeddedSensors()));
  return ParseSensor(toml, name_or_path);
}

}  // namespace petzval
