// First-order data, prescription, aspheres, configurations, glasses.
#include "petzval/optics/plot/report_tables.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/design_figures.h"
#include "petzval/optics/plot/section_parts.h"
#include "petzval/optics/plot/style.h"
#include "petzval/optics/plot/svg.h"

namespace petzval::optics {
namespace {

std::string Cell(const std::string& text) { return "<td>" + EscapeXml(text) + "</td>"; }
std::string TextCell(const std::string& text) {
  return "<td class=\"text\">" + EscapeXml(text) + "</td>";
}

// Up to `decimals`, without trailing zeros.
std::string Short(double value, int decimals) {
  std::string text = FormatFixed(value, decimals);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// With a plain minus sign, so that it can be copied into another program.
std::string Exact(double value) { return fmt::format("{:.9g}", value); }

std::string Remarks(const Lens& lens, int i) {
  const Surface& s = lens.surfaces[i];
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (i == lens.stop) add("stop");
  if (s.asphere.kind != AsphereKind::kNone) {
    add("asphere");
  } else if (s.conic != 0) {
    add("conic k = " + Exact(s.conic));
  }
  if (s.mirror) add("mirror");
  if (s.radius_x_mm != 0) add("toroid, radius across " + Exact(s.radius_x_mm));
  if (s.cylinder_x) add("cylinder");
  if (s.edge && s.edge->kind == EdgeKind::kRectangle) {
    add("edge " + Short(2 * s.edge->half_x_mm, 3) + " × " + Short(2 * s.edge->half_y_mm, 3) +
        " mm");
  } else if (s.edge && s.edge->kind == EdgeKind::kDCut) {
    add("D-cut");
  } else if (s.edge && s.edge->kind == EdgeKind::kAnnulus) {
    add("blocked inside " + Short(s.edge->inner_mm, 3) + " mm");
  }
  if (s.pose) {
    std::string pose;
    const auto part = [&](const char* name, double value, const char* unit) {
      if (value != 0)
        pose += std::string(pose.empty() ? "" : ", ") + name + " " + Short(value, 4) + unit;
    };
    part("decentre x", s.pose->decentre_x_mm, " mm");
    part("decentre y", s.pose->decentre_y_mm, " mm");
    part("tilt x", s.pose->tilt_x_deg, "°");
    part("tilt y", s.pose->tilt_y_deg, "°");
    part("tilt z", s.pose->tilt_z_deg, "°");
    if (!pose.empty()) add(pose + (s.pose->carries ? " (carried on)" : ""));
  }
  return text;
}

}  // namespace

std::string FirstOrderTable(const LensModel& model) {
  std::string html =
      "<h3>First order</h3>\n<div class=\"scroll\"><table class=\"data\"><thead><tr>"
      "<th class=\"text\">quantity</th>";
  for (size_t w = 0; w < model.first_order.size(); ++w) {
    html += "<th>" + EscapeXml(WavelengthLabel(model.system.um[w])) +
            (static_cast<int>(w) == model.system.primary ? " (primary)" : "") + "</th>";
  }
  html += "</tr></thead><tbody>\n";
  struct Line {
    const char* name;
    double FirstOrder::*value;
  };
  static constexpr Line kLines[] = {
      {"focal length (mm)", &FirstOrder::efl},
      {"back focus from the last vertex (mm)", &FirstOrder::bfl},
      {"front focus from the first vertex (mm)", &FirstOrder::ffl},
      {"f-number", &FirstOrder::f_number},
      {"entrance pupil diameter (mm)", &FirstOrder::epd},
      {"entrance pupil from the first vertex (mm)", &FirstOrder::epl},
      {"exit pupil diameter (mm)", &FirstOrder::xpd},
      {"exit pupil from the image plane (mm)", &FirstOrder::xpl},
      {"last vertex to image plane (mm)", &FirstOrder::image_distance},
      {"first vertex to image plane (mm)", &FirstOrder::total_track},
      {"paraxial stop radius (mm)", &FirstOrder::stop_radius},
      {"Lagrange invariant (mm)", &FirstOrder::lagrange},
      {"magnification", &FirstOrder::magnification}};
  for (const Line& line : kLines) {
    if (line.value == &FirstOrder::magnification && !std::isfinite(model.system.object_mm)) {
      continue;
    }
    html += std::string("<tr><th class=\"text\">") + line.name + "</th>";
    for (const FirstOrder& first : model.first_order) {
      html += Cell(FormatValue(first.*line.value, 7));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string PrescriptionTable(const LensModel& model) {
  const Lens& lens = model.lens;
  std::string html =
      "<div class=\"scroll\"><table class=\"data\"><thead><tr><th>surface</th>"
      "<th class=\"text\">lens</th><th>radius (mm)</th><th>thickness (mm)</th>"
      "<th class=\"text\">medium behind</th><th>n</th><th>clear semi-diameter (mm)</th>"
      "<th class=\"text\">remarks</th></tr></thead><tbody>\n";
  int number = 0;
  for (int i = 0; i < static_cast<int>(lens.surfaces.size()); ++i) {
    const Surface& s = lens.surfaces[i];
    const bool last = i + 1 == static_cast<int>(lens.surfaces.size());
    std::string name;
    if (!s.medium.empty() && !last && !IsDummy(lens, i)) {
      // Numbered as in the drawing: plates and prisms carry no number.
      const Surface& next = lens.surfaces[i + 1];
      const bool flat = s.radius_mm == 0 && s.asphere.kind == AsphereKind::kNone &&
                        next.radius_mm == 0 && next.asphere.kind == AsphereKind::kNone;
      const bool alone = next.medium.empty() && (i == 0 || lens.surfaces[i - 1].medium.empty());
      bool prism = false;
      for (int k = i; k >= 0 && (k == i || !lens.surfaces[k].medium.empty()); --k) {
        prism = prism || lens.surfaces[k].mirror;
      }
      for (int k = i; k < static_cast<int>(lens.surfaces.size()); ++k) {
        prism = prism || lens.surfaces[k].mirror;
        if (lens.surfaces[k].medium.empty()) break;
      }
      name = prism ? "prism" : (flat && alone ? "plate" : "L" + std::to_string(++number));
    }
    html += "<tr><th>" + std::to_string(i + 1) + "</th>" + TextCell(name) +
            Cell(s.radius_mm == 0 ? "∞" : Exact(s.radius_mm)) + Cell(Exact(s.thickness_mm)) +
            TextCell(s.medium) +
            Cell(s.medium.empty()
                     ? ""
                     : FormatFixed(std::abs(model.system.n[model.system.primary][i + 1]), 5)) +
            Cell(s.semi_diameter_mm > 0 ? Short(s.semi_diameter_mm, 4) : "") +
            TextCell(Remarks(lens, i)) + "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string AsphereTable(const Lens& lens) {
  std::string rows;
  for (size_t i = 0; i < lens.surfaces.size(); ++i) {
    const Surface& s = lens.surfaces[i];
    if (s.asphere.kind == AsphereKind::kNone) continue;
    std::string terms;
    if (s.asphere.kind == AsphereKind::kPower) {
      for (const auto& [power, value] : s.asphere.powers) {
        terms += (terms.empty() ? "A" : ", A") + std::to_string(power) + " = " + Exact(value);
      }
    } else {
      for (size_t m = 0; m < s.asphere.q.size(); ++m) {
        terms += (terms.empty() ? "a" : ", a") + std::to_string(m) + " = " + Exact(s.asphere.q[m]);
      }
    }
    static const char* const kNames[] = {"", "powers of r", "Q con", "Q bfs"};
    rows += "<tr><th>" + std::to_string(i + 1) + "</th>" +
            TextCell(kNames[static_cast<int>(s.asphere.kind)]) + Cell(Exact(s.conic)) +
            Cell(Exact(s.asphere.norm_mm)) + "<td class=\"wrap\">" + EscapeXml(terms) +
            "</td></tr>\n";
  }
  if (rows.empty()) return "";
  return "<h3>Aspheres</h3>\n<p class=\"source\">z = c r² / (1 + √(1 − (1 + k) c² r²)) + Σ A_p (r "
         "/ "
         "h)^p, lengths in mm.</p>\n<div class=\"scroll\"><table class=\"data\"><thead><tr>"
         "<th>surface</th><th class=\"text\">form</th><th>conic k</th><th>h (mm)</th>"
         "<th class=\"text\">coefficients (mm)</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string ConfigurationTable(const Lens& lens) {
  if (lens.configurations.empty()) return "";
  std::string html =
      "<h3>Configurations</h3>\n<div class=\"scroll\"><table class=\"data\"><thead><tr>"
      "<th class=\"text\">name</th><th>object (mm)</th><th class=\"text\">thicknesses (mm)</th>"
      "</tr></thead><tbody>\n";
  for (const Configuration& c : lens.configurations) {
    std::string list;
    for (const auto& [surface, value] : c.thickness_mm) {
      list += (list.empty() ? "t" : ", t") + std::to_string(surface + 1) + " = " + Exact(value);
    }
    html += "<tr>" + TextCell(c.name) +
            Cell(std::isfinite(c.object_mm) ? Exact(c.object_mm) : "∞") + TextCell(list) +
            "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string GlassTable(const LensModel& model) {
  const auto glasses = GlassesOf(model.lens);
  if (glasses.empty()) return "";
  std::string html =
      "<h3>Glasses</h3>\n<div class=\"scroll\"><table class=\"data\"><thead><tr>"
      "<th class=\"text\">name</th><th>nd</th><th>νd</th><th>Pg,F</th>"
      "<th class=\"text\">source</th></tr></thead><tbody>\n";
  for (const Glass& glass : glasses) {
    const auto nd = glass.Index(kLineD_um);
    // A glass known by nd and νd alone has no partial dispersion of its own.
    const bool model_glass =
        glass.dispersion == Dispersion::kModel && glass.coefficients.size() < 3;
    const double vd = glass.AbbeNumber();
    const double partial = model_glass ? 0 : glass.PartialDispersionGF();
    html += "<tr>" + TextCell(glass.name) + Cell(nd ? FormatFixed(*nd, 5) : "–") +
            Cell(vd > 0 ? FormatFixed(vd, 2) : "–") +
            Cell(partial > 0 ? FormatFixed(partial, 4) : "–") +
            TextCell(model_glass && glass.source.empty() ? "nd and νd of the file" : glass.source) +
            "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace petzval::optics
