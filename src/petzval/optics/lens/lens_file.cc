// Reading lens files and finding lenses by name.
#include "petzval/optics/lens/lens_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "petzval/base/file.h"
#include "petzval/base/nearest_name.h"
#include "petzval/optics/glass/glass_entry.h"
#include "petzval/optics/lens/lens_tables.h"

namespace petzval::optics {
namespace {

using Keys = std::vector<std::string>;

constexpr int64_t kMaxBytes = 1 << 20;

Status ParseSurfaces(const TomlTable& root, Lens* lens) {
  PETZVAL_ASSIGN(const std::vector<TomlRow> rows, root.Rows("surfaces"));
  if (rows.size() > static_cast<size_t>(kMaxSurfaces)) {
    return Fail(root.ErrorAt(
        "surfaces", fmt::format("{} surfaces, the most is {}", rows.size(), kMaxSurfaces)));
  }
  for (const TomlRow& row : rows) {
    const auto number = [&](size_t i) { return std::get_if<double>(&row.cells[i]); };
    if (row.cells.size() != 4 || !number(0) || !number(1) || !number(2) || number(3)) {
      return Fail(root.ErrorAtLine(
          row.line, fmt::format("surface {} must be [radius, thickness, clear semi-diameter, "
                                "\"medium behind\"]",
                                lens->surfaces.size() + 1)));
    }
    Surface surface;
    surface.radius_mm = *number(0);
    surface.thickness_mm = *number(1);
    surface.semi_diameter_mm = *number(2);
    surface.medium = std::get<std::string>(row.cells[3]);
    lens->surfaces.push_back(std::move(surface));
  }
  return {};
}

Status ParseHead(const TomlTable& root, Lens* lens) {
  for (const auto& [key, text] :
       {std::pair{"name", &lens->name}, {"source", &lens->source}, {"licence", &lens->licence}}) {
    PETZVAL_ASSIGN(*text, root.String(key));
    if (text->empty()) return Fail(root.ErrorAt(key, fmt::format("'{}' is empty", key)));
  }
  for (const auto& [key, text] : {std::pair{"title", &lens->title}, {"note", &lens->note}}) {
    if (root.Has(key)) {
      PETZVAL_ASSIGN(*text, root.String(key));
    }
  }
  if (root.Has("unit")) PETZVAL_RETURN_IF_ERROR(Word(root, "unit", {"mm"}));
  if (root.Has("launch")) {
    PETZVAL_ASSIGN(const int launch, Word(root, "launch", LaunchWords()));
    lens->launch = static_cast<Launch>(launch);
  }
  if (root.Has("object_mm")) {
    PETZVAL_ASSIGN(lens->object_mm, root.NumberOrInfinity("object_mm"));
  }
  if (root.Has("image_circle_mm")) {
    PETZVAL_ASSIGN(lens->image_circle_mm, root.Number("image_circle_mm", 0, 1e6));
  }
  if (root.Has("image_curvature")) {
    PETZVAL_ASSIGN(lens->image_curvature, root.Number("image_curvature"));
  }
  return {};
}

Status ParseAperture(const TomlTable& root, Lens* lens) {
  PETZVAL_ASSIGN(const TomlTable table, root.Table("aperture"));
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"kind", "value"}));
  PETZVAL_ASSIGN(const int kind, Word(table, "kind", ApertureWords()));
  lens->aperture.kind = static_cast<ApertureKind>(kind);
  PETZVAL_ASSIGN(lens->aperture.value, table.Number("value", 1e-9, 1e9));
  return {};
}

Status ParseFields(const TomlTable& root, Lens* lens) {
  PETZVAL_ASSIGN(const TomlTable table, root.Table("field"));
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"kind", "values", "weights"}));
  PETZVAL_ASSIGN(const int kind, Word(table, "kind", FieldWords()));
  lens->fields.kind = static_cast<FieldKind>(kind);
  PETZVAL_ASSIGN(lens->fields.values, table.Numbers("values"));
  if (table.Has("weights")) {
    PETZVAL_ASSIGN(lens->fields.weights, table.Numbers("weights"));
  }
  return {};
}

Status ParseSpectrum(const TomlTable& root, Lens* lens) {
  PETZVAL_ASSIGN(const TomlTable table, root.Table("spectrum"));
  PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"um", "weights", "primary"}));
  PETZVAL_ASSIGN(lens->spectrum.um, table.Numbers("um"));
  if (table.Has("weights")) {
    PETZVAL_ASSIGN(lens->spectrum.weights, table.Numbers("weights"));
  }
  const int64_t count = static_cast<int64_t>(lens->spectrum.um.size());
  if (count == 0) return Fail(table.ErrorAt("um", "'um' must have at least one wavelength"));
  PETZVAL_ASSIGN(const int64_t primary, table.Integer("primary", 1, count));
  lens->spectrum.primary = static_cast<int>(primary) - 1;
  return {};
}

Status ParseOptionalTables(const TomlTable& root, Lens* lens) {
  if (root.Has("iris")) {
    PETZVAL_ASSIGN(const TomlTable table, root.Table("iris"));
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"blades", "roundness", "rotation_deg"}));
    Iris iris;
    PETZVAL_ASSIGN(iris.blades, table.Integer("blades", 0, 100));
    if (table.Has("roundness")) {
      PETZVAL_ASSIGN(iris.roundness, table.Number("roundness", 0, 1));
    }
    if (table.Has("rotation_deg")) {
      PETZVAL_ASSIGN(iris.rotation_deg, table.Number("rotation_deg"));
    }
    lens->iris = iris;
  }
  if (root.Has("sensor_cra")) {
    PETZVAL_ASSIGN(const TomlTable table, root.Table("sensor_cra"));
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"image_mm", "deg"}));
    SensorCra cra;
    PETZVAL_ASSIGN(cra.image_mm, table.Numbers("image_mm"));
    PETZVAL_ASSIGN(cra.deg, table.Numbers("deg"));
    lens->sensor_cra = std::move(cra);
  }
  if (root.Has("expect")) {
    PETZVAL_ASSIGN(const TomlTable table, root.Table("expect"));
    PETZVAL_RETURN_IF_ERROR(table.CheckKeys(Keys{"focal_length_mm", "back_focus_mm", "f_number"}));
    for (const auto& [key, value] : {std::pair{"focal_length_mm", &lens->expect.focal_length_mm},
                                     {"back_focus_mm", &lens->expect.back_focus_mm},
                                     {"f_number", &lens->expect.f_number}}) {
      if (table.Has(key)) {
        PETZVAL_ASSIGN(*value, table.Number(key));
      }
    }
  }
  if (root.Has("glass")) {
    PETZVAL_ASSIGN(const std::vector<TomlTable> tables, root.Tables("glass"));
    for (const TomlTable& table : tables) {
      PETZVAL_ASSIGN(Glass glass, ParseGlassEntry(table));
      lens->glasses.push_back(std::move(glass));
    }
  }
  return {};
}

// A file of another program, given as one of ours: the name of its format, or "".
std::string ForeignFormat(const std::string& text) {
  const std::string start = text.substr(0, 4096);
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) return "Zemax";
  const size_t first = start.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == std::string::npos) return "";
  const std::string body = start.substr(first);
  if (body[0] == '{') return "JSON";
  for (const char* word : {"VERS ", "MODE SEQ", "UNIT MM", "NOTE "}) {
    if (body.starts_with(word)) return "Zemax";
  }
  for (const char* word : {"RDM", "LEN NEW", "LEN\n", "LEN\r", "lens new", "! "}) {
    if (body.starts_with(word)) return "CODE V";
  }
  return "";
}

// The line of the row that a failed check of the lens is about; 0: of none.
int LineOf(const Error& error, const TomlTable& root, const Lens& lens) {
  const auto rows = root.Rows("surfaces");
  for (size_t i = 0; rows && i < rows->size() && i < lens.surfaces.size(); ++i) {
    for (const auto check : {CheckSurface, CheckMedium}) {
      const auto status = check(lens, static_cast<int>(i));
      if (!status && status.error().message == error.message) return (*rows)[i].line;
    }
  }
  return 0;
}

Result<Lens> ParseTables(const TomlTable& root) {
  PETZVAL_RETURN_IF_ERROR(root.CheckKeys(
      Keys{"name",  "title",     "source",     "licence",         "unit",      "note",
           "stop",  "surfaces",  "launch",     "image_circle_mm", "object_mm", "aperture",
           "field", "spectrum",  "glass",      "asphere",         "expect",    "iris",
           "edge",  "pose",      "toroid",     "configuration",   "vary",      "pickup",
           "solve", "tolerance", "sensor_cra", "image_curvature", "housing_mm"}));
  Lens lens;
  PETZVAL_RETURN_IF_ERROR(ParseHead(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseSurfaces(root, &lens));
  PETZVAL_ASSIGN(const int64_t stop, root.Integer("stop", -1000000, 1000000));
  lens.stop = static_cast<int>(stop) - 1;
  PETZVAL_RETURN_IF_ERROR(ParseAperture(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseFields(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseSpectrum(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseOptionalTables(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseAspheres(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseToroids(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParsePoses(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseEdges(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseHousing(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseConfigurations(root, &lens));
  PETZVAL_RETURN_IF_ERROR(ParseDesign(root, &lens));
  return lens;
}

}  // namespace

Result<Lens> ParseLens(const std::string& toml, const std::string& file_name) {
  if (const std::string format = ForeignFormat(toml); !format.empty()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: this is a {} file, not a TOML lens: read it with 'petzval lens "
                            "import'",
                            file_name, format));
  }
  PETZVAL_ASSIGN(const TomlTable root, TomlTable::Parse(toml, file_name));
  PETZVAL_ASSIGN(const Lens lens, ParseTables(root));
  if (lens.stop < 0 || lens.stop >= static_cast<int>(lens.surfaces.size())) {
    return Fail(root.ErrorAt("stop", CheckSurfaces(lens).error().message));
  }
  if (auto status = CheckLens(lens); !status) {
    const int line = LineOf(status.error(), root, lens);
    return Fail(line > 0 ? root.ErrorAtLine(line, status.error().message)
                         : status.error().In(file_name));
  }
  return lens;
}

Result<Lens> ReadLensFile(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxBytes));
  return ParseLens(std::string(bytes.begin(), bytes.end()), path);
}

Result<Lens> FindLens(const std::string& name_or_path) {
  const bool path =
      name_or_path.find('/') != std::string::npos || name_or_path.find('.') != std::string::npos;
  std::vector<std::string> names;
  for (const EmbeddedLens& lens : EmbeddedLenses()) {
    names.emplace_back(lens.name);
    if (lens.name == name_or_path) {
      return ParseLens(std::string(lens.toml), "lens " + name_or_path);
    }
  }
  if (path) return ReadLensFile(name_or_path);
  const std::string hint =
      names.empty() ? "" : fmt::format(", did you mean '{}'?", NearestName(name_or_path, names));
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("no lens is named '{}'{} (a file ends in .toml)", name_or_path, hint));
}

}  // namespace petzval::optics
