// Zemax .zmx: system data, then SURF blocks of indented lines (format as OpticStudio writes it).
#include "petzval/optics/interchange/zmx_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::optics {
namespace {

// Keywords that draw, solve, weight or tolerance: the numbers that rays need stand elsewhere.
constexpr std::array kSilent = {
    "VERS", "MODE", "NOTE", "PFIL", "LANG", "GFAC", "PUSH", "OMMA", "ROPD", "HYPR", "VANN", "PICB",
    "SDMA", "OPDX", "POLS", "GSTD", "NSCD", "COFN", "MOFF", "BLNK", "TOL",  "GLRS", "MERI", "SCOL",
    "FWGT", "CVVA", "XANN", "YANN", "AUTH", "CLRI", "INIT", "EFFL", "POWR", "RSCE", "RWRE", "GLCZ",
    "MNCA", "MNEA", "MXCA", "MXEA", "MNCG", "MNEG", "MXCG", "MXEG", "MNCT", "MNET", "MXCT", "MXET",
    "PXAR", "TWTR", "STAN", "PWLN", "DBDT", "TYPT", "GRID", "WLWT"};
constexpr std::array kSilentOfSurface = {
    "FIMP", "HIDE", "MIRR", "SLAB", "POPS", "MEMA", "PPAR", "VPAR", "VDSZ", "MAZH",
    "VCON", "PZUP", "SCOL", "BORD", "COAT", "SRFN", "PMAG", "TCED", "TCEI", "TCEA",
    "XPAR", "UDAD", "PARU", "DRAW", "OEMA", "CHZN", "COFN", "THSI", "CVSI", "VCUR",
    "XSAG", "YSAG", "PCON", "PCUR", "PDSZ", "MNUM", "FLAT", "PSTN"};

template <class List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

Result<double> ZmxReader::Numeric(const ZmxLine& line, size_t i, const char* what) const {
  if (i < line.words.size()) {
    if (const auto value = ParseNumber(line.words[i])) return *value;
  }
  return Fail(reader_.ErrorAt(line.number, fmt::format("{} is not a number", what)));
}

Status ZmxReader::ReadSystemLine(const ZmxLine& line, std::string_view rest) {
  const std::string& key = line.words[0];
  if (key == "NAME") {
    reader_.lens().title = Shown(rest, 200);
  } else if (key == "UNIT") {
    const std::string unit = line.words.size() > 1 ? Upper(line.words[1]) : "";
    if (unit != "MM" && unit != "CM" && unit != "IN" && unit != "M") {
      return Fail(reader_.ErrorAt(line.number, "unit " + Shown(unit) + " is not MM, CM, IN or M"));
    }
    unit_mm_ = unit == "CM" ? 10 : unit == "IN" ? 25.4 : unit == "M" ? 1000 : 1;
  } else if (key == "ENPD" || key == "FNUM" || key == "OBNA" || key == "FLOA") {
    aperture_ = line;
  } else if (key == "FTYP") {
    field_type_ = line;
  } else if (key == "XFLN" || key == "XFLD") {
    xfln_ = line;
  } else if (key == "YFLN" || key == "YFLD") {
    yfln_ = line;
  } else if (key == "FWGN") {
    field_weights_ = line;
  } else if (key == "WAVM") {
    if (line.words.size() > 1) {
      const auto index = ParseInteger(line.words[1]);
      if (index && *index >= 1 && *index <= 1000) waves_[*index] = line;
    }
  } else if (key == "WAVL" || key == "WAVN") {
    old_waves_ = line;
  } else if (key == "WWGT" || key == "WWGN") {
    old_weights_ = line;
  } else if (key == "PWAV") {
    primary_ = line;
  } else if (key == "GCAT") {
    // Every glass name is compared with all of them.
    constexpr size_t kMaxMakers = 100;
    const size_t count = std::min(line.words.size(), kMaxMakers + 1);
    makers_.assign(line.words.begin() + 1, line.words.begin() + count);
  } else if (key == "RAIM") {
    // Second number: off, paraxial, real.
    if (line.Number(2) > 0) reader_.lens().launch = Launch::kRealStop;
  } else if (key == "MODE") {
    if (line.words.size() > 1 && Upper(line.words[1]) != "SEQ") {
      return Fail(
          reader_.ErrorAt(line.number, "only sequential files are read", ErrorCode::kUnsupported));
    }
  } else if (key == "ENVD") {
    if (line.Number(1, 20) != 20 || line.Number(2, 1) != 1) {
      reader_.Warn(line.number, "temperature and pressure are not read: 20 C and 1 atm");
    }
  } else if (key == "MNUM") {
    if (line.Number(1, 1) > 1) {
      reader_.Warn(line.number, "only the configuration that the surfaces show is read");
    }
  } else if (key == "VDXN" || key == "VDYN" || key == "VCXN" || key == "VCYN" || key == "ZVDX" ||
             key == "ZVDY" || key == "ZVCX" || key == "ZVCY" || key == "VDSX") {
    for (size_t i = 1; i < line.words.size(); ++i) {
      if (line.Number(i) == 0) continue;
      reader_.Warn(line.number, "vignetting factors are not used: clear diameters decide");
      break;
    }
  } else if (!Contains(kSilent, key)) {
    if (blocks_.empty()) {
      reader_.Warn(line.number, Shown(key, 12) + " is not understood");
    } else if (extra_lines_++ == 0) {
      extra_line_ = line.number;
    }
  }
  return {};
}

Status ZmxReader::ReadSurfaceLine(const ZmxLine& line, std::string_view rest) {
  const std::string& key = line.words[0];
  ZmxBlock& block = blocks_.back();
  if (key == "TYPE") {
    block.type = line.words.size() > 1 ? Upper(line.words[1]) : "";
  } else if (key == "COMM") {
    block.comment = Shown(rest, 100);
  } else if (key == "STOP") {
    block.stop = true;
  } else if (key == "CURV") {
    block.curv = line;
  } else if (key == "CONI") {
    block.conic = line;
  } else if (key == "DISZ") {
    block.thickness = line;
  } else if (key == "GLAS") {
    block.glass = line;
  } else if (key == "DIAM") {
    block.diameter = line;
  } else if (key == "FLAP" || key == "CLAP" || key == "OBSC" || key == "SQAP" || key == "SQOB" ||
             key == "ELAP" || key == "ELOB" || key == "SPID" || key == "UDAP") {
    if (!block.aperture.words.empty()) {
      reader_.Warn(line.number, "a second aperture of a surface is not read");
    } else {
      block.aperture = line;
    }
  } else if (key == "OBDC" || key == "APDC") {
    if (line.Number(1) != 0 || line.Number(2) != 0) {
      reader_.Warn(line.number, "the aperture's decentre is not read");
    }
  } else if (key == "PARM" || key == "XDAT") {
    const auto index = line.words.size() > 1 ? ParseInteger(line.words[1]) : std::nullopt;
    if (!index || *index < 0 || *index > 1000) {
      return Fail(reader_.ErrorAt(line.number, key + " has no valid number"));
    }
    (key == "PARM" ? block.parm : block.xdat)[*index] = line;
  } else if (key == "SCBD" || key == "TILT") {
    const bool any = std::any_of(line.words.begin() + 1, line.words.end(), [](const auto& word) {
      return ParseNumber(word).value_or(0) != 0;
    });
    if (any) {
      return Fail(reader_.ErrorAt(line.number,
                                  "tilts in the properties of a surface are not read; "
                                  "use coordinate breaks",
                                  ErrorCode::kUnsupported));
    }
  } else if (!Contains(kSilentOfSurface, key)) {
    reader_.Warn(line.number, Shown(key, 12) + " of a surface is not understood");
  }
  return {};
}

Result<ImportedLens> ZmxReader::Read(std::string_view text) {
  int number = 0;
  for (const std::string_view raw : SplitLines(text)) {
    ++number;
    if (Trim(raw).empty()) continue;
    ZmxLine line{number, SplitWords(raw)};
    if (line.words.empty()) continue;
    line.words[0] = Upper(line.words[0]);
    const std::string& key = line.words[0];
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    const std::string_view trimmed = Trim(raw);
    const size_t blank = trimmed.find_first_of(" \t");
    const std::string_view rest =
        blank == std::string_view::npos ? std::string_view() : Trim(trimmed.substr(blank));
    if (key == "SURF") {
      if (blocks_.size() >= kMaxFileSurfaces) {
        return Fail(reader_.ErrorAt(number, fmt::format("more than {} surfaces", kMaxFileSurfaces),
                                    ErrorCode::kTooLarge));
      }
      blocks_.emplace_back().line = number;
    } else if (indented && !blocks_.empty()) {
      PETZVAL_RETURN_IF_ERROR(ReadSurfaceLine(line, rest));
    } else {
      PETZVAL_RETURN_IF_ERROR(ReadSystemLine(line, rest));
    }
  }
  if (blocks_.size() < 3) {
    return Fail(reader_.ErrorAt(std::max(number, 1), "no surface between object and image"));
  }
  if (extra_lines_ > 0) {
    reader_.Warn(extra_line_, fmt::format("{} lines behind the surfaces (merit function, "
                                          "configurations, tolerances) are not read",
                                          extra_lines_));
  }
  PETZVAL_RETURN_IF_ERROR(Build());
  PETZVAL_RETURN_IF_ERROR(SetSpectrum());
  SetFields();
  PETZVAL_RETURN_IF_ERROR(SetAperture());
  return reader_.Finish(unit_mm_);
}

Result<ImportedLens> ReadZmx(std::string_view text, const std::string& name,
                             const ImportOptions& options) {
  return ZmxReader(name, options).Read(text);
}

}  // namespace petzval::optics
