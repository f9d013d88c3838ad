// Our JSON form: every field of a Lens under the names of the lens files, surfaces counted from 1.
#include <fmt/format.h>

#include <algorithm>

#include "petzval/optics/interchange/deeplens_reader.h"
#include "petzval/optics/interchange/json_io.h"
#include "petzval/optics/interchange/reader.h"
#include "petzval/optics/lens/lens_tables.h"

namespace petzval::optics {
namespace {

constexpr char kFormat[] = "petzval-lens";

// The words of lens files, behind one for what they need no word for.
std::vector<std::string> Behind(const char* none, const std::vector<std::string>& words) {
  std::vector<std::string> all = {none};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}
const std::vector<std::string>& AsphereKinds() {
  static const std::vector<std::string> words = Behind("none", AsphereWords());
  return words;
}
const std::vector<std::string>& EdgeKinds() {
  static const std::vector<std::string> words = Behind("circle", EdgeWords());
  return words;
}
const std::vector<std::string>& Dispersions() {
  static const std::vector<std::string> words = {"constant",   "model",      "sellmeier",
                                                 "sellmeier2", "polynomial", "cauchy",
                                                 "schott",     "conrady",    "table"};
  return words;
}

}  // namespace

// Found through their arguments by the templates of json_io.h, so not in the unnamed namespace.

template <class Io>
void VisitFields(Io& io, Asphere& a) {
  io.Choice("kind", a.kind, AsphereKinds());
  io.Value("norm_mm", a.norm_mm, 1.0);
  io.IntMap("r", a.powers, 0);
  io.Value("a", a.q);
}
template <class Io>
void VisitFields(Io& io, Pose& p) {
  io.Value("decentre_x_mm", p.decentre_x_mm);
  io.Value("decentre_y_mm", p.decentre_y_mm);
  io.Value("tilt_x_deg", p.tilt_x_deg);
  io.Value("tilt_y_deg", p.tilt_y_deg);
  io.Value("tilt_z_deg", p.tilt_z_deg);
  io.Value("carries", p.carries);
}
template <class Io>
void VisitFields(Io& io, Edge& e) {
  io.Choice("kind", e.kind, EdgeKinds());
  io.Value("half_x_mm", e.half_x_mm);
  io.Value("half_y_mm", e.half_y_mm);
  io.Value("inner_mm", e.inner_mm);
}
template <class Io>
void VisitFields(Io& io, Surface& s) {
  io.Needed("radius_mm", s.radius_mm);
  io.Needed("thickness_mm", s.thickness_mm);
  io.Value("semi_diameter_mm", s.semi_diameter_mm);
  io.Value("housing_mm", s.housing_mm);
  io.Value("medium", s.medium);
  io.Value("conic", s.conic);
  io.Value("radius_x_mm", s.radius_x_mm);
  io.Value("cylinder_x", s.cylinder_x);
  io.Object("asphere", s.asphere);
  io.Value("mirror", s.mirror);
  io.Optional("pose", s.pose);
  io.Optional("edge", s.edge);
}
template <class Io>
void VisitFields(Io& io, Aperture& a) {
  io.Choice("kind", a.kind, ApertureWords());
  io.Needed("value", a.value);
}
template <class Io>
void VisitFields(Io& io, Fields& f) {
  io.Choice("kind", f.kind, FieldWords());
  io.Needed("values", f.values);
  io.Value("weights", f.weights);
}
template <class Io>
void VisitFields(Io& io, Spectrum& s) {
  io.Needed("um", s.um);
  io.Value("weights", s.weights);
  io.Counted("primary", s.primary, 0);
}
template <class Io>
void VisitFields(Io& io, Configuration& c) {
  io.Needed("name", c.name);
  io.Value("object_mm", c.object_mm, kInfinity);
  io.IntMap("thickness_mm", c.thickness_mm, 1);
  io.Value("aperture_value", c.aperture_value);
  io.Value("field_values", c.field_values);
}
template <class Io>
void VisitFields(Io& io, Iris& i) {
  io.Value("blades", i.blades);
  io.Value("roundness", i.roundness, 1.0);
  io.Value("rotation_deg", i.rotation_deg);
}
template <class Io>
void VisitFields(Io& io, SensorCra& c) {
  io.Needed("image_mm", c.image_mm);
  io.Needed("deg", c.deg);
}
template <class Io>
void VisitFields(Io& io, Quantity& q) {
  io.Needed("kind", q.kind);
  io.Counted("surface", q.surface, 0);
}
template <class Io>
void VisitFields(Io& io, Vary& v) {
  io.Object("what", v.what);
  io.Value("min", v.min, -kInfinity);
  io.Value("max", v.max, kInfinity);
}
template <class Io>
void VisitFields(Io& io, Pickup& p) {
  io.Object("what", p.what);
  io.Object("from", p.from);
  io.Value("scale", p.scale, 1.0);
  io.Value("offset", p.offset);
}
template <class Io>
void VisitFields(Io& io, Solve& s) {
  io.Object("what", s.what);
  io.Choice("kind", s.kind, SolveWords());
  io.Value("value", s.value);
}
template <class Io>
void VisitFields(Io& io, Tolerance& t) {
  io.Needed("kind", t.kind);
  io.Counted("surface", t.surface, -1);
  io.Needed("value", t.value);
}
template <class Io>
void VisitFields(Io& io, Expect& e) {
  io.Value("focal_length_mm", e.focal_length_mm);
  io.Value("back_focus_mm", e.back_focus_mm);
  io.Value("f_number", e.f_number);
}
template <class Io>
void VisitFields(Io& io, Glass& g) {
  io.Needed("name", g.name);
  io.Value("source", g.source);
  io.Choice("dispersion", g.dispersion, Dispersions());
  io.Value("coefficients", g.coefficients);
  io.Value("table_um", g.table_um);
  io.Value("table_n", g.table_n);
  io.Value("min_um", g.min_um);
  io.Value("max_um", g.max_um, 1e9);
  io.Value("dn_dt_per_k", g.dn_dt_per_k);
  io.Value("plastic", g.plastic);
}
template <class Io>
void VisitFields(Io& io, Lens& lens) {
  io.Value("name", lens.name);
  io.Value("title", lens.title);
  io.Value("source", lens.source);
  io.Value("licence", lens.licence);
  io.Value("note", lens.note);
  io.Counted("stop", lens.stop, 0);
  io.Choice("launch", lens.launch, LaunchWords());
  io.Value("object_mm", lens.object_mm, kInfinity);
  io.Value("image_circle_mm", lens.image_circle_mm);
  io.Value("image_curvature", lens.image_curvature);
  io.Object("aperture", lens.aperture);
  io.Object("field", lens.fields);
  io.Object("spectrum", lens.spectrum);
  io.List("surfaces", lens.surfaces);
  io.List("glass", lens.glasses);
  io.List("configuration", lens.configurations);
  io.Optional("iris", lens.iris);
  io.Optional("sensor_cra", lens.sensor_cra);
  io.List("vary", lens.vary);
  io.List("pickup", lens.pickups);
  io.List("solve", lens.solves);
  io.List("tolerance", lens.tolerances);
  io.Object("expect", lens.expect);
}

Result<Json> ParseJson(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    const size_t at = std::min<size_t>(error.byte, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + at, '\n');
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: line {}: not valid JSON", name, line));
  } catch (const nlohmann::json::exception&) {
    return Fail(ErrorCode::kInvalidInput, name + ": line 1: JSON with a number out of range");
  }
}

Result<std::string> ExportJson(const Lens& lens) {
  PETZVAL_RETURN_IF_ERROR(CheckLens(lens));
  Lens copy = lens;
  JsonWriter writer;
  writer.object["format"] = kFormat;
  writer.object["schema"] = 1;
  VisitFields(writer, copy);
  try {
    return writer.object.dump(1) + "\n";
  } catch (const nlohmann::json::exception&) {
    return Fail(ErrorCode::kInvalidInput, "a text of the lens is not UTF-8");
  }
}

Result<ImportedLens> ReadJson(std::string_view text, const std::string& name,
                              const ImportOptions& options) {
  PETZVAL_ASSIGN(const Json json, ParseJson(text, name));
  if (!json.is_object()) {
    return Fail(ErrorCode::kInvalidInput, name + ": line 1: not a JSON object");
  }
  const auto format = json.find("format");
  if (format == json.end()) return ReadDeepLens(json, name, options);
  if (*format != kFormat) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: format is not '{}'", name, kFormat));
  }
  const auto schema = json.find("schema");
  if (schema == json.end() || *schema != 1) {
    return Fail(ErrorCode::kUnsupported, name + ": schema is not 1");
  }

  ImportedLens imported;
  std::string error;
  JsonReader reader(json, "", &error);
  reader.Known("format");
  reader.Known("schema");
  VisitFields(reader, imported.lens);
  reader.RefuseOthers();
  if (!error.empty()) return Fail(ErrorCode::kInvalidInput, name + ": " + error);
  for (Surface& surface : imported.lens.surfaces) {
    // The clear semi-diameter says it already, and lens files have no word for it.
    if (surface.edge && surface.edge->kind == EdgeKind::kCircle) surface.edge.reset();
  }
  if (auto status = CheckLens(imported.lens); !status) return Fail(status.error().In(name));
  return imported;
}

}  // namespace petzval::optics
