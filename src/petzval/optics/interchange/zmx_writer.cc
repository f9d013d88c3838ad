// Zemax .zmx: poses become coordinate breaks.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "petzval/optics/interchange/reader.h"

namespace petzval::optics {
namespace {

constexpr char kEnd[] = "\r\n";

class ZmxWriter {
 public:
  explicit ZmxWriter(const Lens& lens) : lens_(lens) {}

  Result<std::string> Write();

 private:
  template <class... Args>
  void Line(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), text, std::forward<Args>(args)...);
    out_ += kEnd;
  }
  Error At(size_t i, const std::string& what) const {
    return {ErrorCode::kUnsupported, fmt::format("surface {}: {}", i + 1, what)};
  }
  void Begin(const char* type) {
    Line("SURF {}", count_++);
    Line("  TYPE {}", type);
  }
  void Break(const Pose& pose, bool shift_last, double thickness);
  Status System();
  Status WriteSurface(size_t i);
  Status Shape(size_t i);
  Status Glass(size_t i);
  Status Aperture(size_t i);

  const Lens& lens_;
  std::string out_;
  int count_ = 0;
};

void ZmxWriter::Break(const Pose& pose, bool shift_last, double thickness) {
  Begin("COORDBRK");
  const double values[] = {pose.decentre_x_mm, pose.decentre_y_mm, pose.tilt_x_deg,
                           pose.tilt_y_deg,    pose.tilt_z_deg,    shift_last ? 1.0 : 0.0};
  for (int i = 0; i < 6; ++i) Line("  PARM {} {}", i + 1, values[i]);
  Line("  DISZ {}", thickness);
}

Status ZmxWriter::System() {
  Line("VERS 140730 0 0");
  Line("MODE SEQ");
  std::string title = lens_.title;
  std::replace_if(
      title.begin(), title.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  Line("NAME {}", title);
  Line("UNIT MM X W X CM MR CPMM");
  const double value = lens_.aperture.value;
  switch (lens_.aperture.kind) {
    case ApertureKind::kEntrancePupilDiameter:
      Line("ENPD {}", value);
      break;
    case ApertureKind::kFNumber:
      Line("FNUM {} 0", value);
      break;
    case ApertureKind::kObjectNa:
      Line("OBNA {} 0", value);
      break;
    case ApertureKind::kStopSemiDiameter:
      Line("FLOA");
      break;
  }
  Line("ENVD 20 1 0");
  std::set<std::string> makers;
  for (const Surface& surface : lens_.surfaces) {
    const size_t slash = surface.medium.find('/');
    if (slash == std::string::npos) continue;
    std::string maker = surface.medium.substr(0, slash);
    for (char& c : maker) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    makers.insert(maker);
  }
  std::string catalogues;
  for (const std::string& maker : makers) catalogues += " " + maker;
  Line("GCAT{}", catalogues);
  Line("RAIM 0 {} 1 1 0 0 0 0 0 1", lens_.launch == Launch::kRealStop ? 2 : 0);
  const Fields& fields = lens_.fields;
  const Spectrum& spectrum = lens_.spectrum;
  // Image heights are those of real chief rays.
  const int kind = fields.kind == FieldKind::kAngleDeg  ? 0
                   : fields.kind == FieldKind::kImageMm ? 3
                                                        : 1;
  Line("FTYP {} 0 {} {} 0 0 0", kind, fields.values.size(), spectrum.um.size());
  std::string x, y, w;
  for (size_t i = 0; i < fields.values.size(); ++i) {
    x += " 0";
    y += fmt::format(" {}", fields.values[i]);
    w += fmt::format(" {}", fields.weights.empty() ? 1.0 : fields.weights[i]);
  }
  Line("XFLN{}", x);
  Line("YFLN{}", y);
  Line("FWGN{}", w);
  for (size_t i = 0; i < spectrum.um.size(); ++i) {
    Line("WAVM {} {} {}", i + 1, spectrum.um[i],
         spectrum.weights.empty() ? 1.0 : spectrum.weights[i]);
  }
  Line("PWAV {}", spectrum.primary + 1);
  return {};
}

Status ZmxWriter::Shape(size_t i) {
  const Surface& s = lens_.surfaces[i];
  if (s.asphere.kind == AsphereKind::kQcon || s.asphere.kind == AsphereKind::kQbfs) {
    return Fail(At(i, "Zemax surfaces written here have no Q polynomials"));
  }
  const bool toroid = s.cylinder_x || s.radius_x_mm != 0;
  const auto& powers = s.asphere.powers;
  bool odd = false, even = true, some = false;
  int highest = 0;
  for (const auto& [power, value] : powers) {
    if (value == 0) continue;
    some = true;
    odd = odd || power % 2 == 1;
    highest = std::max(highest, power);
  }
  even = !odd;
  if (toroid && some) return Fail(At(i, "a toroid with polynomial terms is not written"));
  const bool plain = s.asphere.norm_mm == 1;
  const bool extended = some && even && (highest > 16 || !plain);
  if (odd && (highest > 8 || !plain)) {
    return Fail(At(i, "Zemax has odd powers only up to r^8 and without a norm radius"));
  }
  Begin(toroid     ? "TOROIDAL"
        : !some    ? "STANDARD"
        : odd      ? "ODDASPHE"
        : extended ? "XASPHERE"
                   : "EVENASPH");
  if (static_cast<int>(i) == lens_.stop) Line("  STOP");
  Line("  CURV {} 0 0 0 0 \"\"", s.curvature());
  if (s.conic != 0) Line("  CONI {}", s.conic);
  if (toroid) {
    Line("  PARM 1 {}", s.cylinder_x ? 0.0 : s.radius_x_mm);
  } else if (extended) {
    Line("  XDAT 1 {} 0 0 1 0 0 \"\"", highest / 2);
    Line("  XDAT 2 {} 0 0 1 0 0 \"\"", s.asphere.norm_mm);
    for (const auto& [power, value] : powers) {
      if (value != 0) Line("  XDAT {} {} 0 0 1 0 0 \"\"", power / 2 + 2, value);
    }
  } else {
    for (const auto& [power, value] : powers) {
      if (value != 0) Line("  PARM {} {}", odd ? power : power / 2, value);
    }
  }
  return {};
}

Status ZmxWriter::Glass(size_t i) {
  const Surface& s = lens_.surfaces[i];
  if (s.mirror) {
    Line("  GLAS MIRROR 0 0 1.5 40 0 0 0 0 0 0");
    return {};
  }
  if (s.medium.empty()) return {};
  const size_t slash = s.medium.find('/');
  if (slash != std::string::npos) {
    Line("  GLAS {} 0 0 1.5 40 0 0 0 0 0 0", s.medium.substr(slash + 1));
    return {};
  }
  PETZVAL_ASSIGN(const auto glass, lens_.Medium(s.medium));
  const auto& c = glass.coefficients;
  if (glass.dispersion == Dispersion::kModel && c.size() >= 2) {
    Line("  GLAS ___BLANK 1 0 {} {} {} 0 0 0 0 0", c[0], c[1], c.size() > 2 ? c[2] : 0.0);
  } else if (glass.dispersion == Dispersion::kConstant && !c.empty()) {
    Line("  GLAS ___BLANK 1 0 {} 0 0 0 0 0 0 0", c[0]);
  } else {
    return Fail(At(i, fmt::format("Zemax files hold no dispersion formula, and glass '{}' of the "
                                  "lens is not given by nd and vd",
                                  s.medium)));
  }
  return {};
}

Status ZmxWriter::Aperture(size_t i) {
  const Surface& s = lens_.surfaces[i];
  const bool float_stop =
      static_cast<int>(i) == lens_.stop && lens_.aperture.kind == ApertureKind::kStopSemiDiameter;
  if (float_stop && s.semi_diameter_mm > 0 && s.semi_diameter_mm != lens_.aperture.value) {
    return Fail(At(i,
                   "Zemax has one radius for the stop, the lens has a clear one and an aperture "
                   "of another size"));
  }
  if (float_stop) {
    // Only a fixed diameter clips when it is read back; the pupil needs it in both cases.
    Line("  DIAM {} {} 0 0 1 \"\"", lens_.aperture.value, s.semi_diameter_mm > 0 ? 1 : 0);
  } else if (s.semi_diameter_mm > 0) {
    Line("  DIAM {} 1 0 0 1 \"\"", s.semi_diameter_mm);
  }
  if (!s.edge || s.edge->kind == EdgeKind::kCircle) return {};
  if (s.edge->kind == EdgeKind::kAnnulus) {
    if (s.semi_diameter_mm > 0) {
      Line("  CLAP {} {} 0", s.edge->inner_mm, s.semi_diameter_mm);
    } else {
      Line("  OBSC 0 {} 0", s.edge->inner_mm);
    }
  } else if (s.edge->kind == EdgeKind::kRectangle) {
    Line("  SQAP {} {} 0", s.edge->half_x_mm, s.edge->half_y_mm);
  } else {
    return Fail(At(i, "Zemax has no D-cut aperture"));
  }
  return {};
}

Status ZmxWriter::WriteSurface(size_t i) {
  const Surface& s = lens_.surfaces[i];
  if (s.pose) Break(*s.pose, false, 0);
  PETZVAL_RETURN_IF_ERROR(Shape(i));
  const bool returns = s.pose && !s.pose->carries;
  Line("  DISZ {}", returns ? 0.0 : s.thickness_mm);
  PETZVAL_RETURN_IF_ERROR(Glass(i));
  PETZVAL_RETURN_IF_ERROR(Aperture(i));
  if (returns) {
    // The other order undoes it: turns back about z, y, x, then the shift back.
    const Pose& p = *s.pose;
    Break({-p.decentre_x_mm, -p.decentre_y_mm, -p.tilt_x_deg, -p.tilt_y_deg, -p.tilt_z_deg, true},
          true, s.thickness_mm);
  }
  return {};
}

Result<std::string> ZmxWriter::Write() {
  PETZVAL_RETURN_IF_ERROR(CheckLens(lens_));
  PETZVAL_RETURN_IF_ERROR(System());
  Begin("STANDARD");
  Line("  CURV 0 0 0 0 0 \"\"");
  Line("  DISZ {}", std::isfinite(lens_.object_mm) ? fmt::format("{}", lens_.object_mm)
                                                   : std::string("INFINITY"));
  for (size_t i = 0; i < lens_.surfaces.size(); ++i) PETZVAL_RETURN_IF_ERROR(WriteSurface(i));
  Begin("STANDARD");
  Line("  CURV {} 0 0 0 0 \"\"", lens_.image_curvature);
  Line("  DISZ 0");
  return std::move(out_);
}

}  // namespace

Result<std::string> ExportZmx(const Lens& lens) { return ZmxWriter(lens).Write(); }

}  // namespace petzval::optics
