// CODE V .seq: system and surface commands.
#include "petzval/optics/interchange/seq_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/optics/interchange/text_input.h"

namespace petzval::optics {
namespace {

// Commands that weight, solve, colour or draw: the numbers that rays need stand elsewhere.
constexpr std::array kSilent = {
    "LEN", "VERSION", "INI", "CCY", "THC", "KC",  "AC",  "BC",  "CC",  "DC",  "EC",  "FC",
    "GC",  "HC",      "JC",  "CUF", "CUM", "THM", "DER", "CLS", "GO",  "CA",  "POL", "WTC",
    "SLB", "GLC",     "XDC", "YDC", "ZDC", "ADC", "BDC", "CDC", "REM", "OUT", "RES", "SAV",
    "INW", "ECG",     "ELW", "SLE", "THF", "PKL", "TOL", "CMT", "WTA", "AUT", "NBR", "VIE",
    "SUR", "FIR",     "THO", "FIE", "SPO", "MTF", "TGR", "PUX", "PUY", "PUI", "STP", "MXT"};

template <class List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<GlassCode> ParseGlassCode(const std::string& word) {
  const size_t point = word.find('.');
  if (point == std::string::npos || point < 3 || word.size() > 40) return std::nullopt;
  const std::string n = word.substr(0, point), v = word.substr(point + 1);
  if (v.size() < 3 || !AllDigits(n) || !AllDigits(v)) return std::nullopt;
  const auto nd = ParseNumber("1." + n), vd = ParseNumber(v.substr(0, 2) + "." + v.substr(2));
  if (!nd || !vd) return std::nullopt;
  return GlassCode{*nd, *vd};
}

Result<double> SeqReader::Number(const SeqCommand& command, size_t i) const {
  if (i < command.words.size()) {
    if (const auto value = ParseNumber(command.words[i])) return *value;
  }
  return Fail(
      reader_.ErrorAt(command.line, fmt::format("{} lacks a number", Shown(command.words[0], 12))));
}

Result<std::vector<double>> SeqReader::Numbers(const SeqCommand& command) const {
  std::vector<double> values;
  for (size_t i = 1; i < command.words.size(); ++i) {
    PETZVAL_ASSIGN(values.emplace_back(), Number(command, i));
  }
  if (values.size() > 1000) {
    return Fail(reader_.ErrorAt(command.line, "more than 1000 values", ErrorCode::kTooLarge));
  }
  return values;
}

Status SeqReader::ReadSystem(const SeqCommand& command, bool* known) {
  const std::string& key = command.words[0];
  const std::string word = command.words.size() > 1 ? Upper(command.words[1]) : "";
  Lens& lens = reader_.lens();
  *known = true;
  if (key == "RDM") {
    radii_ = word.empty() || word[0] == 'Y';
  } else if (key.substr(0, 3) == "TIT") {
    if (command.words.size() > 1) lens.title = Shown(command.words[1], 200);
  } else if (key == "DIM") {
    const char unit = word.empty() ? ' ' : word[0];
    if (unit != 'M' && unit != 'C' && unit != 'I') {
      return Fail(reader_.ErrorAt(command.line, "DIM is not M, C or I"));
    }
    unit_mm_ = unit == 'I' ? 25.4 : unit == 'C' ? 10 : 1;
  } else if (key == "EPD" || key == "FNO" || key == "NA" || key == "NAO") {
    aperture_ = key;
    aperture_line_ = command.line;
    PETZVAL_ASSIGN(aperture_value_, Number(command, 1));
    if (!(aperture_value_ > 0)) {
      return Fail(reader_.ErrorAt(command.line, key + " is not positive"));
    }
  } else if (key == "WL") {
    PETZVAL_ASSIGN(lens.spectrum.um, Numbers(command));
    for (double& um : lens.spectrum.um) um /= 1000;
    lens.spectrum.primary = static_cast<int>(lens.spectrum.um.size()) / 2;
    if (lens.spectrum.um.empty()) return Fail(reader_.ErrorAt(command.line, "WL without values"));
  } else if (key == "REF") {
    PETZVAL_ASSIGN(const double primary, Number(command, 1));
    lens.spectrum.primary = static_cast<int>(std::clamp(primary, 0.0, 1e6)) - 1;
  } else if (key == "WTW") {
    PETZVAL_ASSIGN(lens.spectrum.weights, Numbers(command));
  } else if (key == "WTF") {
    PETZVAL_ASSIGN(field_weights_, Numbers(command));
  } else if (key.size() == 3 && (key[0] == 'X' || key[0] == 'Y') &&
             (key.substr(1) == "AN" || key.substr(1) == "OB" || key.substr(1) == "IM" ||
              key.substr(1) == "RI")) {
    if (key.substr(1) == "IM") {
      reader_.Warn(command.line, "paraxial image heights are taken as those of real chief rays");
    }
    const std::string kind = key[1] == 'R' ? "I" : key.substr(1, 1);
    if (!field_.empty() && field_ != kind) {
      reader_.Warn(command.line, "fields of several kinds: the last kind is taken");
      x_.clear();
      y_.clear();
    }
    field_ = kind;
    field_line_ = command.line;
    PETZVAL_ASSIGN((key[0] == 'X' ? x_ : y_), Numbers(command));
  } else if (key == "VUX" || key == "VLX" || key == "VUY" || key == "VLY") {
    PETZVAL_ASSIGN(const std::vector<double> values, Numbers(command));
    if (std::any_of(values.begin(), values.end(), [](double v) { return v != 0; })) {
      reader_.Warn(command.line, "vignetting factors are not used: clear diameters decide");
    }
  } else if (key == "PIK") {
    reader_.Warn(command.line, "the pickup is not kept, only its present value");
  } else if (key == "ZOO") {
    reader_.Warn(command.line, "zoom positions are not read");
  } else if (key == "TEM" || key == "PRE") {
    reader_.Warn(command.line, "temperature and pressure are not read: 20 C and 1 atm");
  } else {
    *known = false;
  }
  return {};
}

Status SeqReader::StartSurface(const SeqCommand& command) {
  const std::string& key = command.words[0];
  if (surfaces_.size() >= static_cast<size_t>(kMaxFileSurfaces)) {
    return Fail(reader_.ErrorAt(command.line,
                                fmt::format("more than {} surfaces", kMaxFileSurfaces),
                                ErrorCode::kTooLarge));
  }
  if (!surfaces_.empty() && surfaces_.back().image) {
    return Fail(reader_.ErrorAt(command.line, "a surface behind the image"));
  }
  SeqSurface next;
  next.line = command.line;
  next.object = key == "SO";
  next.image = key == "SI";
  if (next.object != surfaces_.empty()) {
    return Fail(reader_.ErrorAt(command.line, next.object ? "SO is not the first surface"
                                                          : "the object surface SO is missing"));
  }
  PETZVAL_ASSIGN(const double shape, Number(command, 1));
  next.surface.radius_mm = radii_ ? shape : shape == 0 ? 0 : 1 / shape;
  if (!std::isfinite(next.surface.radius_mm)) next.surface.radius_mm = 0;
  PETZVAL_ASSIGN(next.thickness, Number(command, 2));
  if (command.words.size() > 3) next.glass = command.words[3];
  surfaces_.push_back(next);
  return {};
}

Status SeqReader::ReadSurface(const SeqCommand& command, bool* known) {
  const std::string& key = command.words[0];
  *known = true;
  if (key == "S" || key == "SO" || key == "SI") return StartSurface(command);
  if (surfaces_.empty()) {
    *known = false;
    return {};
  }
  SeqSurface& at = surfaces_.back();
  constexpr std::string_view kTerms = "ABCDEFGHJ";  // r^4 .. r^20
  if (key == "STO") {
    stop_ = static_cast<int>(surfaces_.size()) - 1;
  } else if (key == "CON") {
    at.asphere = false;
  } else if (key == "ASP") {
    at.asphere = true;
  } else if (key == "SPH") {
    at.surface.conic = 0;
    at.surface.asphere = {};
  } else if (key == "K") {
    PETZVAL_ASSIGN(at.surface.conic, Number(command, 1));
  } else if (key.size() == 1 && kTerms.find(key[0]) != std::string_view::npos) {
    PETZVAL_ASSIGN(const double value, Number(command, 1));
    const int power = 4 + 2 * static_cast<int>(kTerms.find(key[0]));
    at.surface.asphere.kind = AsphereKind::kPower;
    at.surface.asphere.powers[power] = value;
    if (value == 0) at.surface.asphere.powers.erase(power);
    if (at.surface.asphere.powers.empty()) at.surface.asphere = {};
  } else if (key == "PIM") {
    at.paraxial_image = true;
  } else if (key == "REFL" || key == "REFR") {
    at.glass = key == "REFL" ? key : "";
  } else if (key == "GLA" || key == "GL1" || key == "GL2") {
    if (command.words.size() < 2) return Fail(reader_.ErrorAt(command.line, "GLA without a name"));
    at.glass = command.words.back();
  } else if (key == "THI") {
    PETZVAL_ASSIGN(at.thickness, Number(command, command.words.size() - 1));
  } else if (key == "RDY" || key == "CUY") {
    PETZVAL_ASSIGN(const double shape, Number(command, command.words.size() - 1));
    at.surface.radius_mm = key == "RDY" ? shape : shape == 0 ? 0 : 1 / shape;
  } else if (key == "CYL" || key == "YTO" || key == "XTO" || key == "AAS" || key == "SPS" ||
             key == "GRT" || key == "DIF" || key == "HOE" || key == "SCO" || key == "NSS" ||
             key == "ARY" || key == "THG" || key == "ODD" || key == "MOD" || key == "UDS") {
    return Fail(reader_.ErrorAt(command.line, "surfaces of type " + key + " are not supported",
                                ErrorCode::kUnsupported));
  } else {
    *known = false;
  }
  return {};
}

Status SeqReader::ReadDecentre(const SeqCommand& command, bool* known) {
  const std::string& key = command.words[0];
  *known = false;
  if (surfaces_.empty()) return {};
  SeqSurface& at = surfaces_.back();
  *known = true;
  if (key == "XDE" || key == "YDE" || key == "ZDE") {
    PETZVAL_ASSIGN(at.shift[key[0] - 'X'], Number(command, command.words.size() - 1));
    at.decentred = true;
  } else if (key == "ADE" || key == "BDE" || key == "CDE") {
    PETZVAL_ASSIGN((key[0] == 'A'   ? at.alpha
                    : key[0] == 'B' ? at.beta
                                    : at.gamma),
                   Number(command, command.words.size() - 1));
    at.decentred = true;
  } else if (key == "DAR") {
    at.returns = true;
  } else if (key == "BEN") {
    at.bends = true;
  } else if (key == "REV" || key == "RET" || key == "GLB" || key == "DDM") {
    return Fail(reader_.ErrorAt(command.line, "decentres of kind " + key + " are not supported",
                                ErrorCode::kUnsupported));
  } else {
    *known = false;
  }
  return {};
}

Status SeqReader::ReadAperture(const SeqCommand& command, bool* known) {
  const std::string& key = command.words[0];
  *known = key == "CIR" || key == "REX" || key == "REY" || key == "ADX" || key == "ADY" ||
           key == "ELX" || key == "ELY" || key == "ARO";
  if (!*known || surfaces_.empty()) return {};
  SeqSurface& at = surfaces_.back();
  double value = 0;
  for (size_t i = command.words.size(); i-- > 1 && value == 0;) {
    value = ParseNumber(command.words[i]).value_or(0);
  }
  const std::string kind = command.words.size() > 2 ? Upper(command.words[1]) : "";
  if (kind == "EDG") return {};  // the glass's rim, which stops no ray
  if (key == "CIR" && value > 0) {
    if (kind == "OBS" || kind == "HOL") {
      at.surface.edge = Edge{EdgeKind::kAnnulus, 0, 0, value};
    } else {
      at.surface.semi_diameter_mm = value;
    }
  } else if (key == "REX" || key == "REY") {
    at.rectangle[key[2] - 'X'] = value;
  } else if (key == "ADX" || key == "ADY") {
    at.aperture_shift[key[2] - 'X'] = value;
  } else {
    reader_.Warn(command.line, "the aperture " + key + " is not read");
  }
  return {};
}

Status SeqReader::ReadPrivateGlass(const SeqCommand& command, bool* known) {
  const std::string& key = command.words[0];
  *known = in_private_ || key == "PRV";
  if (key == "PRV") {
    in_private_ = true;
  } else if (!in_private_) {
    return {};
  } else if (key == "END") {
    in_private_ = false;
  } else if (private_glasses_.size() >= static_cast<size_t>(kMaxFileSurfaces)) {
    return Fail(reader_.ErrorAt(command.line,
                                fmt::format("more than {} private glasses", kMaxFileSurfaces),
                                ErrorCode::kTooLarge));
  } else if (key == "PWL") {
    PETZVAL_ASSIGN(private_um_, Numbers(command));
    for (double& um : private_um_) um /= 1000;
  } else {
    PETZVAL_ASSIGN(const std::vector<double> n, Numbers(command));
    if (n.size() != private_um_.size() || n.empty()) {
      return Fail(reader_.ErrorAt(command.line,
                                  "a private glass needs one index for each "
                                  "wavelength of PWL"));
    }
    Glass glass;
    glass.name = key;
    std::map<double, double> table;
    for (size_t i = 0; i < n.size(); ++i) table[private_um_[i]] = n[i];
    if (table.size() == 1) {
      glass.coefficients = {n[0]};
    } else {
      glass.dispersion = Dispersion::kTable;
      glass.coefficients.clear();
      for (const auto& [um, index] : table) {
        glass.table_um.push_back(um);
        glass.table_n.push_back(index);
      }
      glass.min_um = glass.table_um.front();
      glass.max_um = glass.table_um.back();
    }
    private_glasses_.push_back(std::move(glass));
  }
  return {};
}

Status SeqReader::ReadCommand(const SeqCommand& command) {
  const std::string& key = command.words[0];
  bool known = false;
  PETZVAL_RETURN_IF_ERROR(ReadPrivateGlass(command, &known));
  if (!known) PETZVAL_RETURN_IF_ERROR(ReadSystem(command, &known));
  if (!known) PETZVAL_RETURN_IF_ERROR(ReadSurface(command, &known));
  if (!known) PETZVAL_RETURN_IF_ERROR(ReadDecentre(command, &known));
  if (!known) PETZVAL_RETURN_IF_ERROR(ReadAperture(command, &known));
  if (!known && !Contains(kSilent, key)) {
    reader_.Warn(command.line, Shown(key, 12) + " is not understood");
  }
  return {};
}

Result<ImportedLens> SeqReader::Read(std::string_view text) {
  reader_.lens().launch = Launch::kRealStop;  // CODE V always aims
  for (const SeqCommand& command : SplitSeqCommands(text)) {
    PETZVAL_RETURN_IF_ERROR(ReadCommand(command));
  }
  PETZVAL_RETURN_IF_ERROR(Build());
  PETZVAL_RETURN_IF_ERROR(SetApertureAndFields());
  return reader_.Finish(unit_mm_);
}

Result<ImportedLens> ReadSeq(std::string_view text, const std::string& name,
                             const ImportOptions& options) {
  return SeqReader(name, options).Read(text);
}

}  // namespace petzval::optics
