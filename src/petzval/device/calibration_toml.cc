// Calibrations as TOML text, and into a device file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "petzval/base/file.h"
#include "petzval/base/toml_edit.h"
#include "petzval/device/calibration.h"
#include "petzval/device/device.h"

namespace petzval {
namespace {

// As many digits as a double of a fit is worth, so that it reads back the same to 1e-9.
template <class T>
std::string Numbers(const T& values) {
  std::string text = "[";
  for (size_t i = 0; i < values.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}{:.12g}", i ? ", " : "", values[i]);
  }
  return text + "]";
}
std::string Numbers(const Vec3& v) { return Numbers(v.v); }

template <class T>
std::string Rows(const T& rows) {
  std::string text = "[\n";
  for (const auto& row : rows) text += "  " + Numbers(row) + ",\n";
  return text + "]";
}

void Line(std::string* text, const char* key, const std::string& value) {
  *text += fmt::format("{} = {}\n", key, value);
}

// Where a part stands: [calibration.wide.color].
std::string Path(const std::string& camera, const char* part) {
  return "calibration." + TomlKey(camera) + "." + part;
}

void ErrorLine(std::string* text, const char* key, double mean, double p95, double max) {
  if (!std::isfinite(mean) || !std::isfinite(p95) || !std::isfinite(max)) return;
  Line(text, key, Numbers(std::array<double, 3>{mean, p95, max}));
}

std::string LightToml(const std::string& path, const LightCalibration& light) {
  std::string text = fmt::format("\n[[{}.light]]\n", path);
  Line(&text, "light", TomlString(light.light));
  Line(&text, "class", TomlString(LightClassName(light.light_class)));
  Line(&text, "white_xy", Numbers(std::array<double, 2>{light.white.x, light.white.y}));
  Line(&text, "neutral", Numbers(light.neutral));
  text += "# Rows: what each term adds to X, Y, Z (D50).\n";
  Line(&text, "matrix", Rows(light.matrix.coefficient));
  const FitError &m = light.matrix_error, &f = light.chosen_error;
  ErrorLine(&text, "matrix_train", m.train_mean, m.train_p95, m.train_max);
  ErrorLine(&text, "matrix_loo", m.loo_mean, m.loo_p95, m.loo_max);
  if (light.chosen) {
    Line(&text, "fit", TomlString(ColorFitKindName(light.chosen->kind)));
    Line(&text, "coefficients", Rows(light.chosen->coefficient));
    ErrorLine(&text, "fit_train", f.train_mean, f.train_p95, f.train_max);
    ErrorLine(&text, "fit_loo", f.loo_mean, f.loo_p95, f.loo_max);
  }
  if (light.patches > 0) Line(&text, "patches", fmt::format("{}", light.patches));
  if (light.glare != 0) Line(&text, "glare", fmt::format("{:.12g}", light.glare));
  if (light.hull.size() >= 3) Line(&text, "hull", Rows(light.hull));
  return text;
}

// The part of a device that a header stands in, as ReplaceTomlTables wants it: three keys, four
// for a match. Empty when it is no calibration.
TomlKeyPath PartOf(const TomlKeyPath& path) {
  if (path.size() < 3 || path[0] != "calibration") return {};
  const size_t length = path[2] == "match" ? 4 : 3;
  if (path.size() < length) return {};
  return {path.begin(), path.begin() + static_cast<long>(length)};
}

std::string NewDevice(const std::string& path) {
  std::string name = std::filesystem::path(path).stem().string();
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20) c = '_';
  }
  return fmt::format(
      "# What was measured on the cameras of a device.\n"
      "schema = 1\nname = {0}\ntitle = {0}\nsource = \"own measurements\"\n",
      TomlString(name));
}

}  // namespace

std::string ColorCalibrationToml(const std::string& camera, const ColorCalibration& color) {
  const std::string path = color.reference.empty()
                               ? Path(camera, "color")
                               : Path(camera, "match") + "." + TomlKey(color.reference);
  std::string text = fmt::format("[{}]\n", path);
  Line(&text, "method", TomlString(color.method));
  Line(&text, "source", TomlString(color.source));
  for (const LightCalibration& light : color.lights) text += LightToml(path, light);
  if (color.by_white) {
    text += fmt::format(
        "\n[{}.by_white]\n# Rows: the matrix, row by row, times 1, a, b, aa, ab, bb of "
        "a = ln(R / G) and\n# b = ln(B / G) of the camera's white.\n",
        path);
    std::vector<std::array<double, 9>> rows;
    for (const Mat3& m : color.by_white->term) {
      std::array<double, 9>& row = rows.emplace_back();
      for (int i = 0; i < 9; ++i) row[i] = m[i / 3][i % 3];
    }
    Line(&text, "terms", Rows(rows));
    if (color.by_white->fit_kind != ColorFitKind::kMatrix) {
      Line(&text, "fit", TomlString(ColorFitKindName(color.by_white->fit_kind)));
      text += "# The same for what each term of the fit adds to X, Y, Z.\n";
      std::vector<std::vector<double>> fits;
      for (const std::vector<Vec3>& k : color.by_white->fit_term) {
        std::vector<double>& row = fits.emplace_back();
        for (const Vec3& c : k) row.insert(row.end(), c.v.begin(), c.v.end());
      }
      Line(&text, "fit_terms", Rows(fits));
    }
    if (!color.by_white->hull.empty()) Line(&text, "hull", Rows(color.by_white->hull));
  }
  return text;
}

std::string NoiseCalibrationToml(const std::string& camera, const NoiseCalibration& noise) {
  const std::string path = Path(camera, "noise");
  std::string text = fmt::format("[{}]\n", path);
  Line(&text, "source", TomlString(noise.source));
  for (const NoiseCalibration::Entry& entry : noise.entries) {
    text += fmt::format("\n[[{}.entry]]\n", path);
    Line(&text, "iso", fmt::format("{:.12g}", entry.iso));
    std::array<double, 3> s{}, o{};
    for (int c = 0; c < 3; ++c) s[c] = entry.noise.plane[c].s, o[c] = entry.noise.plane[c].o;
    Line(&text, "s", Numbers(s));
    Line(&text, "o", Numbers(o));
    if (entry.full_scale_e > 0) {
      Line(&text, "full_scale_e", fmt::format("{:.12g}", entry.full_scale_e));
    }
    if (entry.read_noise_e > 0) {
      Line(&text, "read_noise_e", fmt::format("{:.12g}", entry.read_noise_e));
    }
  }
  return text;
}

std::string ShadingCalibrationToml(const std::string& camera, const ShadingCalibration& shading) {
  std::string text = fmt::format("[{}]\n", Path(camera, "shading"));
  Line(&text, "source", TomlString(shading.source));
  if (!shading.light.empty()) Line(&text, "light", TomlString(shading.light));
  Line(&text, "columns", fmt::format("{}", shading.columns));
  Line(&text, "rows", fmt::format("{}", shading.rows));
  text += "# Rows of the grid for each of the four sites of a 2 x 2 cell in turn.\n";
  std::vector<std::vector<float>> rows;
  for (const std::vector<float>& site : shading.gain) {
    for (int y = 0; y < shading.rows; ++y) {
      rows.emplace_back(site.begin() + y * shading.columns,
                        site.begin() + (y + 1) * shading.columns);
    }
  }
  Line(&text, "gain", Rows(rows));
  return text;
}

std::string BlackCalibrationToml(const std::string& camera, const BlackCalibration& black) {
  const std::string path = Path(camera, "black");
  std::string text = fmt::format("[{}]\n", path);
  Line(&text, "source", TomlString(black.source));
  for (const BlackCalibration::Entry& entry : black.entries) {
    text += fmt::format("\n[[{}.entry]]\n", path);
    Line(&text, "iso", fmt::format("{:.12g}", entry.iso));
    if (entry.exposure_s > 0) {
      Line(&text, "exposure_s", fmt::format("{:.12g}", entry.exposure_s));
    }
    Line(&text, "black_dn", Numbers(entry.black_dn));
    if (entry.noise_dn > 0) Line(&text, "noise_dn", fmt::format("{:.12g}", entry.noise_dn));
  }
  return text;
}

Status WriteCalibration(const std::string& device_path, const std::string& toml) {
  const std::filesystem::path path(device_path);
  if (path.extension() != ".toml") {
    const std::vector<std::string> built_in = DeviceNames();
    const bool known = std::find(built_in.begin(), built_in.end(), device_path) != built_in.end();
    return Fail(
        ErrorCode::kInvalidInput,
        known ? fmt::format("'{0}' is built in and cannot be changed; name a file of your "
                            "own, such as {0}-mine.toml, which is made when it is not there",
                            device_path)
              : fmt::format("'{}' is not a device file: its name must end in .toml", device_path));
  }
  std::error_code error;
  std::string text;
  if (std::filesystem::exists(path, error)) {
    constexpr int64_t kMaxBytes = 1 << 20;
    PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(device_path, kMaxBytes));
    text.assign(bytes.begin(), bytes.end());
    // What was wrong before must not look as if the calibration were.
    PETZVAL_RETURN_IF_ERROR(ParseDevice(text, device_path));
  } else {
    text = NewDevice(device_path);
  }
  auto sections = TomlSections(toml);
  if (!sections) return Fail(sections.error().In("the calibration"));
  TomlKeyPath last;
  for (size_t i = 0; i < sections->size();) {
    const TomlKeyPath part = PartOf((*sections)[i].path);
    if (part.empty() || part == last) {
      return Fail(ErrorCode::kInvalidInput, "the text to be written is not a calibration");
    }
    size_t next = i + 1;
    while (next < sections->size() && PartOf((*sections)[next].path) == part) ++next;
    const size_t begin = (*sections)[i].begin;
    const size_t end = next < sections->size() ? (*sections)[next].begin : toml.size();
    std::string tables = toml.substr(begin, end - begin);
    while (tables.size() >= 2 && tables.compare(tables.size() - 2, 2, "\n\n") == 0) {
      tables.pop_back();
    }
    auto replaced = ReplaceTomlTables(text, part, tables);
    if (!replaced) return Fail(replaced.error().In(device_path));
    text = std::move(*replaced);
    last = part;
    i = next;
  }
  if (last.empty()) {
    return Fail(ErrorCode::kInvalidInput, "the text to be written is not a calibration");
  }
  if (auto parsed = ParseDevice(text, device_path); !parsed) {
    return Fail(parsed.error().In("the calibration does not fit into the device"));
  }
  return WriteFile(device_path,
                   std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace petzval
