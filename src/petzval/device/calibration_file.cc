// Calibrations of a device file, read strictly.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/device/calibration.h"
#include "petzval/device/convex_hull.h"
#include "petzval/device/device_file.h"

namespace petzval {
namespace {

constexpr int kMaxLights = 64, kMaxCorners = 64, kMaxEntries = 64, kMaxGrid = 65;
constexpr double kMaxCoefficient = 100;

std::vector<std::string> FitNames() {
  std::vector<std::string> names;
  for (const ColorFitKind kind :
       {ColorFitKind::kMatrix, ColorFitKind::kRootPolynomial2, ColorFitKind::kRootPolynomial3}) {
    names.push_back(ColorFitKindName(kind));
  }
  return names;
}

// Exactly `count` finite numbers within limits.
Result<std::vector<double>> ReadNumbers(const TomlTable& table, const std::string& key,
                                        size_t count, double min, double max) {
  PETZVAL_ASSIGN(std::vector<double> numbers, table.Numbers(key));
  if (numbers.size() != count) {
    return Fail(
        table.ErrorAt(key, fmt::format("'{}' has {} numbers, not {}", key, numbers.size(), count)));
  }
  for (const double number : numbers) {
    if (!(number >= min && number <= max)) {
      return Fail(table.ErrorAt(
          key, fmt::format("{} in '{}' is not within {} to {}", number, key, min, max)));
    }
  }
  return numbers;
}

// Rows of `columns` finite numbers each.
Result<std::vector<std::vector<double>>> ReadGrid(const TomlTable& table, const std::string& key,
                                                  size_t min_rows, size_t max_rows, size_t columns,
                                                  double min, double max) {
  PETZVAL_ASSIGN(const std::vector<TomlRow> rows, table.Rows(key));
  if (rows.size() < min_rows || rows.size() > max_rows) {
    return Fail(table.ErrorAt(
        key,
        min_rows == max_rows
            ? fmt::format("'{}' has {} rows, not {}", key, rows.size(), min_rows)
            : fmt::format("'{}' has {} rows, not {} to {}", key, rows.size(), min_rows, max_rows)));
  }
  std::vector<std::vector<double>> grid;
  for (const TomlRow& row : rows) {
    std::vector<double> numbers;
    for (const auto& cell : row.cells) {
      const double* number = std::get_if<double>(&cell);
      if (!number || !(*number >= min && *number <= max)) {
        return Fail(table.ErrorAtLine(
            row.line, fmt::format("'{}' may hold only numbers of {} to {}", key, min, max)));
      }
      numbers.push_back(*number);
    }
    if (numbers.size() != columns) {
      return Fail(table.ErrorAtLine(row.line, fmt::format("a row of '{}' has {} numbers, not {}",
                                                          key, numbers.size(), columns)));
    }
    grid.push_back(std::move(numbers));
  }
  return grid;
}

Result<std::vector<Point2>> ReadHull(const TomlTable& table) {
  std::vector<Point2> hull;
  if (!table.Has("hull")) return hull;
  PETZVAL_ASSIGN(const auto corners, ReadGrid(table, "hull", 3, kMaxCorners, 2, -100, 100));
  for (const std::vector<double>& corner : corners) hull.push_back({corner[0], corner[1]});
  if (!IsConvex(hull)) {
    return Fail(table.ErrorAt("hull", "'hull' does not go round a convex area once"));
  }
  return hull;
}

// Coefficients of a fit, one row of X, Y, Z for each term.
Result<ColorFit> ReadFit(const TomlTable& table, const std::string& key, ColorFitKind kind) {
  const size_t terms = ColorTermCount(kind);
  PETZVAL_ASSIGN(const auto rows,
                 ReadGrid(table, key, terms, terms, 3, -kMaxCoefficient, kMaxCoefficient));
  ColorFit fit;
  fit.kind = kind;
  for (const std::vector<double>& row : rows) fit.coefficient.push_back({{row[0], row[1], row[2]}});
  const Vec3 white = XyzFromChromaticity(kWhiteD50), kept = fit.White();
  for (int i = 0; i < 3; ++i) {
    if (!(std::abs(kept[i] - white[i]) < 0.01)) {
      return Fail(table.ErrorAt(
          key, fmt::format("'{}' does not keep white: its terms sum up to {:.4f}, {:.4f}, {:.4f} "
                           "instead of {:.4f}, {:.4f}, {:.4f}",
                           key, kept[0], kept[1], kept[2], white[0], white[1], white[2])));
    }
  }
  return fit;
}

// Mean, 95 % point and largest; stay NaN where they are not given.
Status ReadError(const TomlTable& table, const std::string& key, double* mean, double* p95,
                 double* max) {
  if (!table.Has(key)) return {};
  PETZVAL_ASSIGN(const std::vector<double> numbers, ReadNumbers(table, key, 3, 0, 1000));
  *mean = numbers[0];
  *p95 = numbers[1];
  *max = numbers[2];
  return {};
}

Result<LightCalibration> ReadLight(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{
      "light", "class", "white_xy", "neutral", "matrix", "fit", "coefficients", "matrix_train",
      "matrix_loo", "fit_train", "fit_loo", "patches", "hull", "glare"}));
  LightCalibration light;
  PETZVAL_ASSIGN(light.light, table.String("light"));
  if (light.light.empty() || light.light.size() > 200) {
    return Fail(table.ErrorAt("light", "'light' must be a name of 1 to 200 bytes"));
  }
  PETZVAL_ASSIGN(const std::string name, table.String("class"));
  auto found = FindLightClass(name);
  if (!found) return Fail(table.ErrorAt("class", found.error().message));
  light.light_class = *found;
  PETZVAL_ASSIGN(const auto xy, ReadNumbers(table, "white_xy", 2, 0.01, 0.98));
  if (xy[0] + xy[1] > 0.99) {
    return Fail(table.ErrorAt("white_xy", "'white_xy' is no chromaticity of a light"));
  }
  light.white = {xy[0], xy[1]};
  PETZVAL_ASSIGN(const auto neutral, ReadNumbers(table, "neutral", 3, 1e-3, 1e3));
  for (const int c : {0, 2}) {
    if (neutral[c] > 64 * neutral[1] || neutral[1] > 64 * neutral[c]) {
      return Fail(table.ErrorAt("neutral", "'neutral' is no white of a camera"));
    }
  }
  light.neutral = {{neutral[0] / neutral[1], 1, neutral[2] / neutral[1]}};
  PETZVAL_ASSIGN(light.matrix, ReadFit(table, "matrix", ColorFitKind::kMatrix));
  if (!(std::abs(Determinant(light.matrix.AsMatrix())) > 1e-3)) {
    return Fail(table.ErrorAt("matrix", "'matrix' is singular: it cannot tell colours apart"));
  }
  if (table.Has("fit")) {
    PETZVAL_ASSIGN(const int kind, TomlChoice(table, "fit", FitNames()));
    PETZVAL_ASSIGN(light.chosen, ReadFit(table, "coefficients", static_cast<ColorFitKind>(kind)));
  } else if (table.Has("coefficients")) {
    return Fail(table.ErrorAt("coefficients", "'coefficients' need 'fit', the kind of fit"));
  }
  FitError &m = light.matrix_error, &f = light.chosen_error;
  PETZVAL_RETURN_IF_ERROR(
      ReadError(table, "matrix_train", &m.train_mean, &m.train_p95, &m.train_max));
  PETZVAL_RETURN_IF_ERROR(ReadError(table, "matrix_loo", &m.loo_mean, &m.loo_p95, &m.loo_max));
  PETZVAL_RETURN_IF_ERROR(ReadError(table, "fit_train", &f.train_mean, &f.train_p95, &f.train_max));
  PETZVAL_RETURN_IF_ERROR(ReadError(table, "fit_loo", &f.loo_mean, &f.loo_p95, &f.loo_max));
  if (table.Has("patches")) {
    PETZVAL_ASSIGN(light.patches, table.Integer("patches", 0, 1000000));
  }
  PETZVAL_ASSIGN(light.hull, ReadHull(table));
  PETZVAL_ASSIGN(light.glare, OptionalNumber(table, "glare", 0, -0.5, 0.5));
  return light;
}

Result<MatrixByWhite> ReadByWhite(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(
      table.CheckKeys(std::vector<std::string>{"terms", "fit", "fit_terms", "hull"}));
  MatrixByWhite by_white;
  PETZVAL_ASSIGN(const auto terms,
                 ReadGrid(table, "terms", 6, 6, 9, -kMaxCoefficient, kMaxCoefficient));
  for (int k = 0; k < 6; ++k) {
    for (int i = 0; i < 9; ++i) by_white.term[k][i / 3][i % 3] = terms[k][i];
  }
  if (table.Has("fit")) {
    PETZVAL_ASSIGN(const int kind, TomlChoice(table, "fit", FitNames()));
    by_white.fit_kind = static_cast<ColorFitKind>(kind);
    if (by_white.fit_kind == ColorFitKind::kMatrix) {
      return Fail(table.ErrorAt("fit", "'fit' of a table by white point is one with roots"));
    }
    const size_t count = ColorTermCount(by_white.fit_kind);
    PETZVAL_ASSIGN(const auto rows, ReadGrid(table, "fit_terms", 6, 6, 3 * count, -kMaxCoefficient,
                                             kMaxCoefficient));
    for (int k = 0; k < 6; ++k) {
      for (size_t t = 0; t < count; ++t) {
        by_white.fit_term[k].push_back({{rows[k][3 * t], rows[k][3 * t + 1], rows[k][3 * t + 2]}});
      }
    }
  } else if (table.Has("fit_terms")) {
    return Fail(table.ErrorAt("fit_terms", "'fit_terms' need 'fit', the kind of fit"));
  }
  PETZVAL_ASSIGN(by_white.hull, ReadHull(table));
  // Inside its hull it must be a matrix that can be used.
  std::vector<Point2> places = by_white.hull;
  places.push_back(EdgesOfHull(by_white.hull).middle);
  for (const Point2& p : places) {
    const Vec3 neutral{{std::exp(p[0]), 1, std::exp(p[1])}};
    const Vec3 kept = by_white.FitAt(neutral).White(), white = XyzFromChromaticity(kWhiteD50);
    double moved = 0;
    for (int i = 0; i < 3; ++i) moved = std::max(moved, std::abs(kept[i] - white[i]));
    if (!(std::abs(Determinant(by_white.At(neutral))) > 1e-3 && moved < 1e-6)) {
      return Fail(table.ErrorAt(
          "terms", fmt::format("'terms' give a singular matrix at ({:.3g}, {:.3g})", p[0], p[1])));
    }
  }
  return by_white;
}

Result<ColorCalibration> ReadColor(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(
      std::vector<std::string>{"method", "source", "reference", "light", "by_white"}));
  ColorCalibration color;
  PETZVAL_ASSIGN(color.method, table.String("method"));
  if (color.method.empty() || color.method.size() > 100) {
    return Fail(table.ErrorAt("method", "'method' must be a word such as \"ssf\" or \"chart\""));
  }
  PETZVAL_ASSIGN(color.source, table.String("source"));
  PETZVAL_ASSIGN(color.reference, OptionalText(table, "reference"));
  PETZVAL_ASSIGN(const std::vector<TomlTable> lights, table.Tables("light"));
  if (lights.empty() || lights.size() > kMaxLights) {
    return Fail(table.ErrorAt(
        "light", fmt::format("{} lights are given, not 1 to {}", lights.size(), kMaxLights)));
  }
  for (const TomlTable& entry : lights) {
    PETZVAL_ASSIGN(LightCalibration light, ReadLight(entry));
    for (const LightCalibration& known : color.lights) {
      if (known.light == light.light) {
        return Fail(entry.ErrorAt("light", fmt::format("light '{}' is there twice", light.light)));
      }
    }
    color.lights.push_back(std::move(light));
  }
  if (table.Has("by_white")) {
    PETZVAL_ASSIGN(const TomlTable by_white, table.Table("by_white"));
    PETZVAL_ASSIGN(color.by_white, ReadByWhite(by_white));
  }
  return color;
}

Result<std::vector<TomlTable>> Entries(const TomlTable& table) {
  PETZVAL_ASSIGN(std::vector<TomlTable> entries, table.Tables("entry"));
  if (entries.empty() || entries.size() > kMaxEntries) {
    return Fail(table.ErrorAt(
        "entry", fmt::format("{} entries are given, not 1 to {}", entries.size(), kMaxEntries)));
  }
  return entries;
}

Result<NoiseCalibration> ReadNoise(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{"source", "entry"}));
  NoiseCalibration noise;
  PETZVAL_ASSIGN(noise.source, table.String("source"));
  PETZVAL_ASSIGN(const std::vector<TomlTable> entries, Entries(table));
  for (const TomlTable& t : entries) {
    PETZVAL_RETURN_IF_ERROR(
        t.CheckKeys(std::vector<std::string>{"iso", "s", "o", "full_scale_e", "read_noise_e"}));
    NoiseCalibration::Entry entry;
    PETZVAL_ASSIGN(entry.iso, t.Number("iso", 1, 1e7));
    if (!noise.entries.empty() && entry.iso <= noise.entries.back().iso) {
      return Fail(t.ErrorAt("iso", "the ISOs must ascend"));
    }
    PETZVAL_ASSIGN(const auto s, ReadNumbers(t, "s", 3, 1e-12, 1));
    PETZVAL_ASSIGN(const auto o, ReadNumbers(t, "o", 3, 0, 1));
    for (int c = 0; c < 3; ++c) entry.noise.plane[c] = {s[c], o[c]};
    PETZVAL_ASSIGN(entry.full_scale_e, OptionalNumber(t, "full_scale_e", 0, 0, 1e9));
    PETZVAL_ASSIGN(entry.read_noise_e, OptionalNumber(t, "read_noise_e", 0, 0, 1e6));
    noise.entries.push_back(entry);
  }
  return noise;
}

Result<ShadingCalibration> ReadShading(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(
      table.CheckKeys(std::vector<std::string>{"columns", "rows", "gain", "light", "source"}));
  ShadingCalibration shading;
  PETZVAL_ASSIGN(shading.columns, table.Integer("columns", 2, kMaxGrid));
  PETZVAL_ASSIGN(shading.rows, table.Integer("rows", 2, kMaxGrid));
  PETZVAL_ASSIGN(shading.light, OptionalText(table, "light"));
  PETZVAL_ASSIGN(shading.source, table.String("source"));
  const size_t rows = shading.rows;
  PETZVAL_ASSIGN(const auto gain,
                 ReadGrid(table, "gain", 4 * rows, 4 * rows, shading.columns, 0.05, 64));
  for (size_t i = 0; i < gain.size(); ++i) {
    for (const double g : gain[i]) shading.gain[i / rows].push_back(static_cast<float>(g));
  }
  return shading;
}

Result<BlackCalibration> ReadBlack(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(std::vector<std::string>{"source", "entry"}));
  BlackCalibration black;
  PETZVAL_ASSIGN(black.source, table.String("source"));
  PETZVAL_ASSIGN(const std::vector<TomlTable> entries, Entries(table));
  for (const TomlTable& t : entries) {
    PETZVAL_RETURN_IF_ERROR(
        t.CheckKeys(std::vector<std::string>{"iso", "exposure_s", "black_dn", "noise_dn"}));
    BlackCalibration::Entry entry;
    PETZVAL_ASSIGN(entry.iso, t.Number("iso", 1, 1e7));
    PETZVAL_ASSIGN(entry.exposure_s, OptionalNumber(t, "exposure_s", 0, 0, 1e5));
    PETZVAL_ASSIGN(const auto dn, ReadNumbers(t, "black_dn", 4, 0, 65535));
    std::copy(dn.begin(), dn.end(), entry.black_dn.begin());
    PETZVAL_ASSIGN(entry.noise_dn, OptionalNumber(t, "noise_dn", 0, 0, 65535));
    if (!black.entries.empty() && (entry.iso < black.entries.back().iso ||
                                   (entry.iso == black.entries.back().iso &&
                                    entry.exposure_s <= black.entries.back().exposure_s))) {
      return Fail(t.ErrorAt("iso", "the entries must ascend in ISO, then in exposure time"));
    }
    black.entries.push_back(entry);
  }
  return black;
}

}  // namespace

Result<CameraCalibration> ReadCameraCalibration(const TomlTable& table) {
  PETZVAL_RETURN_IF_ERROR(
      table.CheckKeys(std::vector<std::string>{"color", "match", "noise", "shading", "black"}));
  CameraCalibration camera;
  const auto read = [&](const char* key, auto* part, auto reader) -> Status {
    if (!table.Has(key)) return {};
    PETZVAL_ASSIGN(const TomlTable found, table.Table(key));
    PETZVAL_ASSIGN(*part, reader(found));
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(read("color", &camera.color, ReadColor));
  PETZVAL_RETURN_IF_ERROR(read("noise", &camera.noise, ReadNoise));
  PETZVAL_RETURN_IF_ERROR(read("shading", &camera.shading, ReadShading));
  PETZVAL_RETURN_IF_ERROR(read("black", &camera.black, ReadBlack));
  if (table.Has("match")) {
    PETZVAL_ASSIGN(const TomlTable match, table.Table("match"));
    for (const std::string& reference : match.Keys()) {
      PETZVAL_ASSIGN(const TomlTable found, match.Table(reference));
      PETZVAL_ASSIGN(ColorCalibration color, ReadColor(found));
      if (color.reference.empty()) color.reference = reference;
      camera.match.emplace(reference, std::move(color));
    }
  }
  return camera;
}

}  // namespace petzval
