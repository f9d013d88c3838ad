// CODE V .seq: radii, private glasses for what is not of a catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "petzval/optics/interchange/paraxial.h"
#include "petzval/optics/interchange/seq_reader.h"

namespace petzval::optics {
namespace {

class SeqWriter {
 public:
  explicit SeqWriter(const Lens& lens) : lens_(lens) {}

  Result<std::string> Write();

 private:
  template <class... Args>
  void Line(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), text, std::forward<Args>(args)...);
    out_ += '\n';
  }
  Error At(size_t i, const std::string& what) const {
    return {ErrorCode::kUnsupported, fmt::format("surface {}: {}", i + 1, what)};
  }
  // "KEY v1 v2 ..", continued over lines.
  void List(const char* key, const std::vector<double>& values);
  Status System();
  Status PrivateGlasses();
  Result<std::string> GlassWord(size_t i) const;
  Status WriteSurface(size_t i);

  const Lens& lens_;
  std::string out_;
};

// Words of CODE V are upper case letters and digits.
std::string Word(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') out.push_back(static_cast<char>(c - 'a' + 'A'));
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') out.push_back(c);
  }
  return out;
}

std::string PrivateName(const std::string& name) { return fmt::format("PRV_{}", Word(name)); }

// "517000.642000" when six digits say the same numbers.
std::string GlassCodeOf(double nd, double vd) {
  if (!(nd >= 1 && nd < 2 && vd >= 10 && vd < 100)) return "";
  const std::string code =
      fmt::format("{:06}.{:06}", std::llround((nd - 1) * 1e6), std::llround(vd * 1e4));
  const auto read = ParseGlassCode(code);
  return read && read->nd == nd && read->vd == vd ? code : "";
}

void SeqWriter::List(const char* key, const std::vector<double>& values) {
  out_ += key;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && i % 6 == 0) out_ += " &\n ";
    out_ += fmt::format(" {}", values[i]);
  }
  out_ += '\n';
}

Result<std::string> SeqWriter::GlassWord(size_t i) const {
  const std::string& medium = lens_.surfaces[i].medium;
  if (lens_.surfaces[i].mirror) return std::string("REFL");
  if (medium.empty()) return std::string();
  const size_t slash = medium.find('/');
  if (slash != std::string::npos) {
    return fmt::format("{}_{}", Word(medium.substr(slash + 1)), Word(medium.substr(0, slash)));
  }
  PETZVAL_ASSIGN(const Glass glass, lens_.Medium(medium));
  if (glass.dispersion == Dispersion::kModel && glass.coefficients.size() == 2) {
    const std::string code = GlassCodeOf(glass.coefficients[0], glass.coefficients[1]);
    if (!code.empty()) return code;
  }
  return PrivateName(medium);
}

Status SeqWriter::PrivateGlasses() {
  std::set<std::string> used, words;
  for (size_t i = 0; i < lens_.surfaces.size(); ++i) {
    PETZVAL_ASSIGN(const std::string word, GlassWord(i));
    if (word == PrivateName(lens_.surfaces[i].medium)) used.insert(lens_.surfaces[i].medium);
  }
  if (used.empty()) return {};
  Line("PRV");
  std::vector<double> nm;
  for (const double um : lens_.spectrum.um) nm.push_back(um * 1000);
  List("PWL", nm);
  for (const std::string& name : used) {
    if (!words.insert(PrivateName(name)).second) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("glass '{}' has the same name as another in capital letters", name));
    }
    PETZVAL_ASSIGN(const Glass glass, lens_.Medium(name));
    std::vector<double> n;
    for (const double um : lens_.spectrum.um) {
      PETZVAL_ASSIGN(n.emplace_back(), glass.Index(um));
    }
    List(fmt::format("'{}'", PrivateName(name)).c_str(), n);
  }
  Line("END");
  return {};
}

Status SeqWriter::System() {
  Line("RDM Y; LEN");
  std::string title = lens_.title;
  std::replace_if(
      title.begin(), title.end(), [](char c) { return c < ' ' || c > '~' || c == '\''; }, '?');
  Line("TITLE '{}'", title);
  Line("DIM M");
  const double value = lens_.aperture.value;
  switch (lens_.aperture.kind) {
    case ApertureKind::kEntrancePupilDiameter:
      Line("EPD {}", value);
      break;
    case ApertureKind::kFNumber:
      if (std::isfinite(lens_.object_mm)) {
        return Fail(ErrorCode::kUnsupported,
                    "CODE V's FNO is that at the object's distance: give "
                    "the entrance pupil diameter instead");
      }
      Line("FNO {}", value);
      break;
    case ApertureKind::kObjectNa:
      Line("NAO {}", value);
      break;
    case ApertureKind::kStopSemiDiameter: {
      PETZVAL_ASSIGN(const FileParaxial paraxial, ComputeFileParaxial(lens_));
      if (!std::isfinite(paraxial.first_order.epd)) {
        return Fail(ErrorCode::kUnsupported, "the stop has no image in object space");
      }
      Line("EPD {}", paraxial.first_order.epd);
      break;
    }
  }
  std::vector<double> nm;
  for (const double um : lens_.spectrum.um) nm.push_back(um * 1000);
  List("WL", nm);
  Line("REF {}", lens_.spectrum.primary + 1);
  if (!lens_.spectrum.weights.empty()) List("WTW", lens_.spectrum.weights);
  const Fields& fields = lens_.fields;
  const char* key = fields.kind == FieldKind::kAngleDeg   ? "YAN"
                    : fields.kind == FieldKind::kObjectMm ? "YOB"
                                                          : "YRI";
  List(key, fields.values);
  if (!fields.weights.empty()) List("WTF", fields.weights);
  return {};
}

Status SeqWriter::WriteSurface(size_t i) {
  const Surface& s = lens_.surfaces[i];
  if (s.asphere.kind == AsphereKind::kQcon || s.asphere.kind == AsphereKind::kQbfs) {
    return Fail(At(i, "Q polynomials are not written to .seq"));
  }
  if (s.cylinder_x || s.radius_x_mm != 0) return Fail(At(i, "toroids are not written to .seq"));
  PETZVAL_ASSIGN(const std::string glass, GlassWord(i));
  Line("S {} {} {}", s.radius_mm, s.thickness_mm, glass);
  if (static_cast<int>(i) == lens_.stop) Line("  STO");

  constexpr char kTerms[] = "ABCDEFGHJ";
  std::string terms;
  for (const auto& [power, value] : s.asphere.powers) {
    if (value == 0) continue;
    if (power % 2 != 0 || power < 4 || power > 20) {
      return Fail(At(i, fmt::format("CODE V's ASP has the even powers 4 to 20, not r^{}", power)));
    }
    const double a = s.asphere.norm_mm == 1 ? value : value / std::pow(s.asphere.norm_mm, power);
    terms += fmt::format("; {} {}", kTerms[(power - 4) / 2], a);
  }
  if (!terms.empty()) {
    Line("  ASP; K {}{}", s.conic, terms);
  } else if (s.conic != 0) {
    Line("  CON; K {}", s.conic);
  }
  if (s.pose) {
    const Pose& p = *s.pose;
    Line("  XDE {}; YDE {}; ADE {}; BDE {}; CDE {}", p.decentre_x_mm, p.decentre_y_mm,
         -p.tilt_x_deg, -p.tilt_y_deg, p.tilt_z_deg);
    if (!p.carries) Line("  DAR");
  }
  if (s.semi_diameter_mm > 0) Line("  CIR {}", s.semi_diameter_mm);
  if (s.edge && s.edge->kind == EdgeKind::kAnnulus) Line("  CIR OBS {}", s.edge->inner_mm);
  if (s.edge && s.edge->kind == EdgeKind::kRectangle) {
    Line("  REX {}; REY {}", s.edge->half_x_mm, s.edge->half_y_mm);
  }
  if (s.edge && s.edge->kind == EdgeKind::kDCut) {
    return Fail(At(i, "D-cuts are not written to .seq"));
  }
  return {};
}

Result<std::string> SeqWriter::Write() {
  PETZVAL_RETURN_IF_ERROR(CheckLens(lens_));
  PETZVAL_RETURN_IF_ERROR(System());
  PETZVAL_RETURN_IF_ERROR(PrivateGlasses());
  Line("SO 0 {}", std::isfinite(lens_.object_mm) ? lens_.object_mm : 1e13);
  for (size_t i = 0; i < lens_.surfaces.size(); ++i) PETZVAL_RETURN_IF_ERROR(WriteSurface(i));
  Line("SI {} 0", lens_.image_curvature == 0 ? 0.0 : 1 / lens_.image_curvature);
  Line("GO");
  return std::move(out_);
}

}  // namespace

Result<std::string> ExportSeq(const Lens& lens) { return SeqWriter(lens).Write(); }

}  // namespace petzval::optics
