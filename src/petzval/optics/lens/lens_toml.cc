// Writing lens files.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "petzval/optics/glass/glass_entry.h"
#include "petzval/optics/lens/lens_file.h"
#include "petzval/optics/lens/lens_tables.h"

namespace petzval::optics {
namespace {

constexpr size_t kTextWidth = 90;

std::string List(const std::vector<double>& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ", "));
}

// { 3 = 1.5, 4 = 2 }; `offset` is added to the keys.
std::string Keyed(const std::map<int, double>& numbers, int offset) {
  std::string out;
  for (const auto& [key, value] : numbers) {
    out += fmt::format("{}{} = {}", out.empty() ? "{ " : ", ", key + offset, value);
  }
  return out.empty() ? "{}" : out + " }";
}

// A string; a long one is broken at its spaces, which the reader joins again.
std::string Text(const std::string& text) {
  const std::string quoted = TomlString(text);
  const bool plain =
      text.find("  ") == std::string::npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (quoted.size() <= kTextWidth || !plain) return quoted;
  const std::string inner = quoted.substr(1, quoted.size() - 2);
  std::string out = "\"\"\"\\\n    ";
  size_t column = 4;
  for (size_t from = 0; from <= inner.size();) {
    const size_t to = std::min(inner.find(' ', from), inner.size());
    if (column > 4 && column + (to - from) > kTextWidth) {
      out += "\\\n    ";
      column = 4;
    }
    const std::string word = inner.substr(from, to - from + 1);  // with the space behind it
    out += word;
    column += word.size();
    from = to + 1;
  }
  return out + "\"\"\"";
}

// Numbers of a column, padded so that their decimal points stand below each other.
std::vector<std::string> Aligned(const std::vector<double>& column) {
  std::vector<std::string> cells;
  size_t before = 0, after = 0;
  const auto point = [](const std::string& cell) { return std::min(cell.find('.'), cell.size()); };
  for (const double value : column) {
    cells.push_back(fmt::format("{}", value));
    before = std::max(before, point(cells.back()));
    after = std::max(after, cells.back().size() - point(cells.back()));
  }
  for (std::string& cell : cells) {
    const size_t left = before - point(cell), right = after - (cell.size() - point(cell));
    cell = std::string(left, ' ') + cell + "," + std::string(right, ' ');
  }
  return cells;
}

std::string SurfaceRows(const Lens& lens) {
  std::array<std::vector<double>, 3> columns;
  for (const Surface& surface : lens.surfaces) {
    columns[0].push_back(surface.radius_mm);
    columns[1].push_back(surface.thickness_mm);
    columns[2].push_back(surface.semi_diameter_mm);
  }
  std::array<std::vector<std::string>, 3> cells;
  std::transform(columns.begin(), columns.end(), cells.begin(), Aligned);
  size_t medium_width = 0;
  for (const Surface& surface : lens.surfaces) {
    medium_width = std::max(medium_width, TomlString(surface.medium).size());
  }
  std::string out =
      "surfaces = [  # radius (0 = plane), thickness, clear semi-diameter (0 = not given), medium "
      "behind (\"\" = air)\n";
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const bool stop = static_cast<int>(i) == lens.stop;
    out +=
        fmt::format("  [{} {} {} {:{}}],  # {:>2}{}\n", cells[0][i], cells[1][i], cells[2][i],
                    TomlString(lens.surfaces[i].medium), medium_width, i + 1, stop ? " stop" : "");
  }
  return out + "]\n";
}

std::string Head(const Lens& lens) {
  std::string out = fmt::format("schema = 1\nname = {}\n", TomlString(lens.name));
  if (!lens.title.empty()) out += fmt::format("title = {}\n", Text(lens.title));
  out += fmt::format("source = {}\nlicence = {}\n", Text(lens.source), Text(lens.licence));
  if (!lens.note.empty()) out += fmt::format("note = {}\n", Text(lens.note));
  out += "unit = \"mm\"\n";
  out += fmt::format("stop = {}  # surface number, counted from 1\n", lens.stop + 1);
  out += fmt::format("launch = \"{}\"\n", LaunchWords()[static_cast<int>(lens.launch)]);
  if (lens.object_mm != kInfinity) out += fmt::format("object_mm = {}\n", lens.object_mm);
  if (lens.image_circle_mm != 0) out += fmt::format("image_circle_mm = {}\n", lens.image_circle_mm);
  if (lens.image_curvature != 0) out += fmt::format("image_curvature = {}\n", lens.image_curvature);
  std::map<int, double> housing;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    if (lens.surfaces[i].housing_mm != 0)
      housing[static_cast<int>(i)] = lens.surfaces[i].housing_mm;
  }
  if (!housing.empty()) out += fmt::format("housing_mm = {}\n", Keyed(housing, 1));
  return out;
}

std::string Conditions(const Lens& lens) {
  std::string out =
      fmt::format("\n[aperture]\nkind = \"{}\"\nvalue = {}\n",
                  ApertureWords()[static_cast<int>(lens.aperture.kind)], lens.aperture.value);
  out += fmt::format("\n[field]\nkind = \"{}\"\nvalues = {}\n",
                     FieldWords()[static_cast<int>(lens.fields.kind)], List(lens.fields.values));
  if (!lens.fields.weights.empty()) out += fmt::format("weights = {}\n", List(lens.fields.weights));
  out += fmt::format("\n[spectrum]\num = {}\n", List(lens.spectrum.um));
  if (!lens.spectrum.weights.empty()) {
    out += fmt::format("weights = {}\n", List(lens.spectrum.weights));
  }
  out += fmt::format("primary = {}  # counted from 1\n", lens.spectrum.primary + 1);
  if (lens.iris) {
    out += fmt::format("\n[iris]\nblades = {}\nroundness = {}\nrotation_deg = {}\n",
                       lens.iris->blades, lens.iris->roundness, lens.iris->rotation_deg);
  }
  if (lens.sensor_cra) {
    out += fmt::format("\n[sensor_cra]\nimage_mm = {}\ndeg = {}\n", List(lens.sensor_cra->image_mm),
                       List(lens.sensor_cra->deg));
  }
  return out;
}

std::string AsphereTable(const Surface& s) {
  std::string out;
  const bool q = s.asphere.kind == AsphereKind::kQcon || s.asphere.kind == AsphereKind::kQbfs;
  if (q) {
    const char* kind = s.asphere.kind == AsphereKind::kQcon ? "qcon" : "qbfs";
    out += fmt::format("kind = \"{}\"\n", kind);
  }
  if (s.conic != 0) out += fmt::format("conic = {}\n", s.conic);
  if (q || s.asphere.norm_mm != 1) out += fmt::format("norm_mm = {}\n", s.asphere.norm_mm);
  if (q) out += fmt::format("a = {}\n", List(s.asphere.q));
  if (s.asphere.kind == AsphereKind::kPower) {
    out += fmt::format("r = {}\n", Keyed(s.asphere.powers, 0));
  }
  return out;
}

std::string PoseTable(const Surface& s) {
  std::string out;
  if (s.mirror) out += "kind = \"reflect\"\n";
  if (s.pose) {
    const Pose& pose = *s.pose;
    out += fmt::format("decentre_mm = [{}, {}]\ntilt_deg = [{}, {}, {}]\n", pose.decentre_x_mm,
                       pose.decentre_y_mm, pose.tilt_x_deg, pose.tilt_y_deg, pose.tilt_z_deg);
    if (pose.carries) out += "carries = true\n";
  }
  return out;
}

std::string EdgeTable(const Surface& s) {
  if (!s.edge || s.edge->kind == EdgeKind::kCircle) return "";
  std::string out = fmt::format("kind = \"{}\"\n", EdgeWords()[static_cast<int>(s.edge->kind) - 1]);
  if (s.edge->half_x_mm != 0) out += fmt::format("half_x_mm = {}\n", s.edge->half_x_mm);
  if (s.edge->half_y_mm != 0) out += fmt::format("half_y_mm = {}\n", s.edge->half_y_mm);
  if (s.edge->inner_mm != 0) out += fmt::format("inner_mm = {}\n", s.edge->inner_mm);
  return out;
}

std::string ToroidTable(const Surface& s) {
  if (!s.cylinder_x && s.radius_x_mm == 0) return "";
  return fmt::format("radius_x_mm = {}\n", s.radius_x_mm);
}

// The tables of one kind, for each surface that has something to say.
std::string SurfaceTables(const Lens& lens, const char* name,
                          std::string (*contents)(const Surface&)) {
  std::string out;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const std::string text = contents(lens.surfaces[i]);
    if (!text.empty()) out += fmt::format("\n[[{}]]\nsurface = {}\n{}", name, i + 1, text);
  }
  return out;
}

std::string Configurations(const Lens& lens) {
  std::string out;
  for (const Configuration& state : lens.configurations) {
    out += fmt::format("\n[[configuration]]\nname = {}\nobject_mm = {}\n", TomlString(state.name),
                       state.object_mm);
    if (!state.thickness_mm.empty()) {
      out += fmt::format("thickness = {}\n", Keyed(state.thickness_mm, 1));
    }
    if (state.aperture_value != 0) out += fmt::format("aperture = {}\n", state.aperture_value);
    if (!state.field_values.empty()) out += fmt::format("field = {}\n", List(state.field_values));
  }
  return out;
}

std::string Design(const Lens& lens) {
  std::string out;
  for (const Vary& vary : lens.vary) {
    out += fmt::format("\n[[vary]]\nsurface = {}\nwhat = \"{}\"\n", vary.what.surface + 1,
                       vary.what.kind);
    if (vary.min != -kInfinity) out += fmt::format("min = {}\n", vary.min);
    if (vary.max != kInfinity) out += fmt::format("max = {}\n", vary.max);
  }
  for (const Pickup& pickup : lens.pickups) {
    out += fmt::format("\n[[pickup]]\nsurface = {}\nwhat = \"{}\"\nfrom_surface = {}\n",
                       pickup.what.surface + 1, pickup.what.kind, pickup.from.surface + 1);
    if (pickup.from.kind != pickup.what.kind) {
      out += fmt::format("from_what = \"{}\"\n", pickup.from.kind);
    }
    if (pickup.scale != 1) out += fmt::format("scale = {}\n", pickup.scale);
    if (pickup.offset != 0) out += fmt::format("offset = {}\n", pickup.offset);
  }
  for (const Solve& solve : lens.solves) {
    out += fmt::format("\n[[solve]]\nsurface = {}\nkind = \"{}\"\n", solve.what.surface + 1,
                       SolveWords()[static_cast<int>(solve.kind)]);
    if (solve.value != 0) out += fmt::format("value = {}\n", solve.value);
  }
  for (const Tolerance& tolerance : lens.tolerances) {
    out += fmt::format("\n[[tolerance]]\nkind = {}\n", TomlString(tolerance.kind));
    if (tolerance.surface >= 0) out += fmt::format("surface = {}\n", tolerance.surface + 1);
    out += fmt::format("value = {}\n", tolerance.value);
  }
  return out;
}

std::string Claims(const Expect& expect) {
  std::string out;
  for (const auto& [key, value] : {std::pair{"focal_length_mm", expect.focal_length_mm},
                                   {"back_focus_mm", expect.back_focus_mm},
                                   {"f_number", expect.f_number}}) {
    if (value != 0) out += fmt::format("{} = {}\n", key, value);
  }
  return out.empty() ? "" : "\n[expect]  # what a test recomputes\n" + out;
}

}  // namespace

std::string LensToml(const Lens& lens) {
  std::string out = Head(lens) + SurfaceRows(lens) + Conditions(lens);
  for (const Glass& glass : lens.glasses) out += fmt::format("\n{}", GlassEntryToml(glass));
  out += SurfaceTables(lens, "asphere", AsphereTable);
  out += SurfaceTables(lens, "toroid", ToroidTable);
  out += SurfaceTables(lens, "pose", PoseTable);
  out += SurfaceTables(lens, "edge", EdgeTable);
  return out + Configurations(lens) + Design(lens) + Claims(lens.expect);
}

}  // namespace petzval::optics
