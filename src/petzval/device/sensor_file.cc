// Sensors: files of data/sensors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/device/device_file.h"
#include "petzval/device/sensor.h"

namespace petzval {
namespace {

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
    PETZVAL_RETURN_IF_ERROR(
        table.CheckKeys(std::vector<std::string>{"iso", "read_noise_e", "conversion_gain_uv_e"}));
    SensorGain gain;
    PETZVAL_ASSIGN(gain.iso, table.Number("iso", 1, 1e7));
    PETZVAL_ASSIGN(gain.read_noise_e, table.Number("read_noise_e", 0.01, 1000));
    PETZVAL_ASSIGN(gain.conversion_gain_uv_e,
                   OptionalNumber(table, "conversion_gain_uv_e", 0, 0.1, 10000));
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

// What a specimen adds to the light.
Status ReadImperfections(const TomlTable& root, Sensor* sensor) {
  PETZVAL_ASSIGN(sensor->row_noise_e, OptionalNumber(root, "row_noise_e", 0, 0, 1000));
  PETZVAL_ASSIGN(sensor->prnu_pct, OptionalNumber(root, "prnu_pct", 0, 0, 20));
  PETZVAL_ASSIGN(sensor->dsnu_e, OptionalNumber(root, "dsnu_e", 0, 0, 1000));
  PETZVAL_ASSIGN(sensor->hot_pixels_per_mp, OptionalNumber(root, "hot_pixels_per_mp", 0, 0, 1e4));
  PETZVAL_ASSIGN(sensor->dark_current_e_s, OptionalNumber(root, "dark_current_e_s", 0, 0, 1e5));
  PETZVAL_ASSIGN(sensor->readout_ms, OptionalNumber(root, "readout_ms", 0, 0, 1000));
  PETZVAL_ASSIGN(sensor->microlens_half_deg, OptionalNumber(root, "microlens_half_deg", 0, 1, 90));
  PETZVAL_ASSIGN(sensor->ir_cut_um, OptionalNumber(root, "ir_cut_um", 0, 0.5, 2));
  PETZVAL_ASSIGN(sensor->ir_cut_width_um,
                 OptionalNumber(root, "ir_cut_width_um", sensor->ir_cut_width_um, 0.001, 0.5));
  if (root.Has("binning")) {
    if (sensor->cfa != CfaKind::kQuadBayer) {
      return Fail(root.ErrorAt("binning", "only quad-Bayer sensors are binned"));
    }
    const std::vector<std::string> kinds = {"charge", "digital"};
    PETZVAL_ASSIGN(const int binning, TomlChoice(root, "binning", kinds));
    sensor->binning = static_cast<Binning>(binning);
  }
  return {};
}

Status ReadMatrix(const TomlTable& root, Sensor* sensor) {
  if (!root.Has("camera_from_xyz")) return {};
  PETZVAL_ASSIGN(const std::vector<double> m, root.Numbers("camera_from_xyz"));
  Mat3 matrix;
  bool usable = m.size() == 9 && sensor->cfa != CfaKind::kMono;
  for (size_t i = 0; usable && i < 9; ++i) {
    matrix[i / 3][i % 3] = m[i];
    usable = std::isfinite(m[i]) && std::abs(m[i]) < 100;
  }
  if (!usable || std::abs(Determinant(matrix)) < 1e-6) {
    return Fail(root.ErrorAt("camera_from_xyz",
                             "'camera_from_xyz' is not 9 numbers of a regular matrix, row by row, "
                             "of a colour sensor"));
  }
  sensor->camera_from_xyz = matrix;
  return {};
}

}  // namespace

Result<Sensor> ParseSensor(const std::string& toml, const std::string& file_name) {
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, file_name));
  const std::vector<std::string> keys = {"name",
                                         "title",
                                         "source",
                                         "note",
                                         "assumed",
                                         "width_px",
                                         "height_px",
                                         "pitch_um",
                                         "cfa",
                                         "bits",
                                         "black_dn",
                                         "white_dn",
                                         "full_well_e",
                                         "pattern",
                                         "gain",
                                         "cra",
                                         "spectral",
                                         "sources",
                                         "row_noise_e",
                                         "prnu_pct",
                                         "dsnu_e",
                                         "hot_pixels_per_mp",
                                         "dark_current_e_s",
                                         "readout_ms",
                                         "binning",
                                         "microlens_half_deg",
                                         "ir_cut_um",
                                         "ir_cut_width_um",
                                         "camera_from_xyz"};
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(keys));
  Sensor sensor;
  PETZVAL_ASSIGN(sensor.name, root.String("name"));
  PETZVAL_ASSIGN(sensor.title, root.String("title"));
  PETZVAL_ASSIGN(sensor.source, root.String("source"));
  PETZVAL_ASSIGN(sensor.note, OptionalText(root, "note"));
  PETZVAL_ASSIGN(Provenance provenance, ReadProvenance(root, keys));
  sensor.assumed = std::move(provenance.assumed);
  sensor.sources = std::move(provenance.sources);
  sensor.unsourced = std::move(provenance.unsourced);
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
  PETZVAL_RETURN_IF_ERROR(ReadImperfections(root, &sensor));
  PETZVAL_RETURN_IF_ERROR(ReadMatrix(root, &sensor));
  return sensor;
}

Result<Sensor> FindSensor(const std::string& name_or_path) {
  PETZVAL_ASSIGN(const std::string toml, DeviceFileText(name_or_path, "sensor", EmbeddedSensors()));
  return ParseSensor(toml, name_or_path);
}

std::vector<std::string> SensorNames() { return EmbeddedNames(EmbeddedSensors()); }

}  // namespace petzval
