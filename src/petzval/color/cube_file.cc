// Colour tables in .cube files (Adobe Cube LUT Specification 1.0, with what Resolve adds).
#include "petzval/color/cube_file.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <span>
#include <vector>

#include "petzval/base/file.h"
#include "petzval/base/nearest_name.h"

namespace petzval {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// The first word of `rest`, which loses it; empty at the end.
std::string_view TakeWord(std::string_view* rest) {
  *rest = Trim(*rest);
  size_t end = 0;
  while (end < rest->size() && !IsSpace((*rest)[end])) ++end;
  const std::string_view word = rest->substr(0, end);
  rest->remove_prefix(end);
  return word;
}

// What of a file may stand in a message: short, and printable.
std::string Shown(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, 24)) out += c > ' ' && c < 0x7f ? c : '?';
  return word.size() > 24 ? out + ".." : out;
}

class CubeParser {
 public:
  CubeParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Result<ColorLut> Parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    const size_t bytes = text_.size();
    while (!text_.empty()) {
      ++line_;
      const size_t end = std::min(text_.find('\n'), text_.size());
      const std::string_view line = Trim(text_.substr(0, end));
      text_.remove_prefix(std::min(end + 1, text_.size()));
      if (line.empty() || line.front() == '#') continue;
      const char first = line.front();
      if ((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '_') {
        PETZVAL_RETURN_IF_ERROR(Keyword(line));
      } else {
        PETZVAL_RETURN_IF_ERROR(Entry(line, bytes));
      }
    }
    return Finish();
  }

 private:
  Error At(ErrorCode code, const std::string& what) const {
    return {code, fmt::format("{}: line {}: {}", name_, line_, what)};
  }
  tl::unexpected<Error> Wrong(const std::string& what) const {
    return Fail(At(ErrorCode::kInvalidInput, what));
  }

  // Numbers have a point in every locale, so they are not read by the C library.
  Result<double> Number(std::string_view word) const {
    if (word.empty()) return Wrong("a number is missing");
    std::string_view digits = word;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
      // Too small for a double is zero, too large is no colour.
      value = digits.find("e-") != digits.npos || digits.find("E-") != digits.npos ? 0 : HUGE_VAL;
    } else if (error != std::errc() || end != digits.data() + digits.size()) {
      return Wrong(fmt::format("'{}' is not a number", Shown(word)));
    }
    if (!std::isfinite(static_cast<float>(value))) {
      return Wrong(fmt::format("'{}' is not a finite number", Shown(word)));
    }
    return value;
  }
  Status Numbers(std::string_view rest, std::span<double> out) const {
    for (double& value : out) {
      PETZVAL_ASSIGN(value, Number(TakeWord(&rest)));
    }
    if (!Trim(rest).empty() && Trim(rest).front() != '#') {
      return Wrong(fmt::format("'{}' stands after the last number", Shown(Trim(rest))));
    }
    return {};
  }

  Result<int> Size(std::string_view rest, int limit) const {
    double value = 0;
    PETZVAL_RETURN_IF_ERROR(Numbers(rest, {&value, 1}));
    if (value != std::floor(value) || value < 2) {
      return Wrong(fmt::format("a table of size {} is none: at least 2", value));
    }
    if (value > limit) {
      return Fail(At(ErrorCode::kTooLarge,
                     fmt::format("a table of size {} is too large: at most {}", value, limit)));
    }
    return static_cast<int>(value);
  }

  Status Keyword(std::string_view line) {
    std::string_view rest = line;
    const std::string_view word = TakeWord(&rest);
    if (entries_ > 0) return Wrong(fmt::format("'{}' stands among the entries", Shown(word)));
    if (word == "TITLE") {
      rest = Trim(rest);
      if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') {
        rest = rest.substr(1, rest.size() - 2);
      }
      lut_.title = std::string(rest);
      return {};
    }
    if (word == "LUT_1D_SIZE" || word == "LUT_3D_SIZE") {
      int& size = word == "LUT_1D_SIZE" ? curve_size_ : cube_size_;
      if (size > 0) return Wrong(fmt::format("{} stands twice", word));
      PETZVAL_ASSIGN(size, Size(rest, word == "LUT_1D_SIZE" ? kMaxLut1dSize : kMaxLut3dSize));
      return {};
    }
    if (word == "DOMAIN_MIN" || word == "DOMAIN_MAX") {
      return Numbers(rest, word == "DOMAIN_MIN" ? domain_.low.v : domain_.high.v);
    }
    if (word == "LUT_1D_INPUT_RANGE" || word == "LUT_3D_INPUT_RANGE") {
      double range[2];
      PETZVAL_RETURN_IF_ERROR(Numbers(rest, range));
      const Domain domain{{{range[0], range[0], range[0]}}, {{range[1], range[1], range[1]}}};
      PETZVAL_RETURN_IF_ERROR(CheckDomain(domain));
      (word == "LUT_1D_INPUT_RANGE" ? curve_range_ : cube_range_) = domain;
      return {};
    }
    static const std::vector<std::string> kKnown = {
        "TITLE",      "LUT_1D_SIZE",        "LUT_3D_SIZE",       "DOMAIN_MIN",
        "DOMAIN_MAX", "LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"};
    return Wrong(fmt::format("unknown keyword '{}' (did you mean {}?)", Shown(word),
                             NearestName(std::string(word.substr(0, 64)), kKnown)));
  }

  size_t CurveEntries() const { return static_cast<size_t>(curve_size_); }
  size_t CubeEntries() const { return static_cast<size_t>(cube_size_) * cube_size_ * cube_size_; }

  Status Entry(std::string_view line, size_t file_bytes) {
    const size_t expected = CurveEntries() + CubeEntries();
    if (expected == 0) return Wrong("numbers before LUT_1D_SIZE or LUT_3D_SIZE");
    if (entries_ == 0) {
      // An entry takes six bytes at least, so a short file claims no memory.
      if (file_bytes / 5 < expected) {
        return Wrong(
            fmt::format("a file of {} bytes cannot hold {} entries", file_bytes, expected));
      }
      if (curve_size_ > 0) {
        lut_.curve.emplace();
        for (auto& value : lut_.curve->value) value.reserve(CurveEntries());
      }
      if (cube_size_ > 0) {
        lut_.cube.emplace();
        lut_.cube->size = cube_size_;
        lut_.cube->rgb.reserve(3 * CubeEntries());
      }
    }
    if (entries_ == expected) return Wrong(fmt::format("more than the {} entries", expected));
    double rgb[3];
    PETZVAL_RETURN_IF_ERROR(Numbers(line, rgb));
    for (int c = 0; c < 3; ++c) {
      auto& to = entries_ < CurveEntries() ? lut_.curve->value[c] : lut_.cube->rgb;
      to.push_back(static_cast<float>(rgb[c]));
    }
    ++entries_;
    return {};
  }

  struct Domain {
    Vec3 low{{0, 0, 0}}, high{{1, 1, 1}};
  };
  Status CheckDomain(const Domain& domain) const {
    for (int c = 0; c < 3; ++c) {
      // Single precision is what pictures are looked up in.
      if (!(static_cast<float>(domain.high[c] - domain.low[c]) > 1e-6f)) {
        return Wrong(fmt::format("the domain {} to {} is empty", domain.low[c], domain.high[c]));
      }
    }
    return {};
  }

  Result<ColorLut> Finish() {
    const size_t expected = CurveEntries() + CubeEntries();
    if (expected == 0) {
      return Fail(ErrorCode::kInvalidInput, name_ + ": there is no table in it");
    }
    if (entries_ != expected) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("{}: {} entries where {} are announced", name_, entries_, expected));
    }
    PETZVAL_RETURN_IF_ERROR(CheckDomain(domain_));
    if (lut_.curve) {
      const Domain domain = curve_range_.value_or(domain_);
      lut_.curve->domain_min = domain.low;
      lut_.curve->domain_max = domain.high;
    }
    if (lut_.cube) {
      const Domain domain = cube_range_.value_or(lut_.curve ? Domain{} : domain_);
      lut_.cube->domain_min = domain.low;
      lut_.cube->domain_max = domain.high;
    }
    return std::move(lut_);
  }

  std::string_view text_;
  const std::string& name_;
  int line_ = 0;
  int curve_size_ = 0, cube_size_ = 0;
  size_t entries_ = 0;
  Domain domain_;
  std::optional<Domain> curve_range_, cube_range_;
  ColorLut lut_;
};

bool IsUnit(const Vec3& low, const Vec3& high) {
  return low == Vec3{{0, 0, 0}} && high == Vec3{{1, 1, 1}};
}
bool IsUniform(const Vec3& v) { return v[0] == v[1] && v[1] == v[2]; }

}  // namespace

Result<ColorLut> ParseCube(std::string_view text, const std::string& name) {
  return CubeParser(text, name).Parse();
}

Result<ColorLut> ReadCube(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxCubeFileBytes));
  return ParseCube({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

Result<std::string> FormatCube(const ColorLut& lut) {
  if (!lut.curve && !lut.cube) {
    return Fail(ErrorCode::kUnsupported, "a .cube file needs a curve or a cube");
  }
  std::string title;
  for (const char c : lut.title) title += c == '"' || c == '\n' || c == '\r' ? ' ' : c;
  std::string out = title.empty() ? "" : fmt::format("TITLE \"{}\"\n", title);
  const auto add_domain = [&out](const Vec3& low, const Vec3& high) {
    if (IsUnit(low, high)) return;
    out += fmt::format("DOMAIN_MIN {:.9g} {:.9g} {:.9g}\nDOMAIN_MAX {:.9g} {:.9g} {:.9g}\n", low[0],
                       low[1], low[2], high[0], high[1], high[2]);
  };
  // Two tables stand in Resolve's form, which has one range for all channels of each; its readers
  // know no DOMAIN_MIN.
  const bool both = lut.curve && lut.cube;
  const auto add_range = [&](const char* keyword, const Vec3& low, const Vec3& high) -> Status {
    if (!both) {
      add_domain(low, high);
      return {};
    }
    if (!IsUniform(low) || !IsUniform(high)) {
      return Fail(
          ErrorCode::kUnsupported,
          "a .cube file cannot hold a curve and a cube whose channels have different ranges");
    }
    if (!IsUnit(low, high)) out += fmt::format("{} {:.9g} {:.9g}\n", keyword, low[0], high[0]);
    return {};
  };
  if (lut.curve) {
    out += fmt::format("LUT_1D_SIZE {}\n", lut.curve->value[0].size());
    PETZVAL_RETURN_IF_ERROR(
        add_range("LUT_1D_INPUT_RANGE", lut.curve->domain_min, lut.curve->domain_max));
  }
  if (lut.cube) {
    out += fmt::format("LUT_3D_SIZE {}\n", lut.cube->size);
    PETZVAL_RETURN_IF_ERROR(
        add_range("LUT_3D_INPUT_RANGE", lut.cube->domain_min, lut.cube->domain_max));
  }
  if (lut.curve) {
    for (size_t i = 0; i < lut.curve->value[0].size(); ++i) {
      fmt::format_to(std::back_inserter(out), "{:.9g} {:.9g} {:.9g}\n", lut.curve->value[0][i],
                     lut.curve->value[1][i], lut.curve->value[2][i]);
    }
  }
  if (lut.cube) {
    const std::vector<float>& rgb = lut.cube->rgb;
    for (size_t i = 0; i + 2 < rgb.size(); i += 3) {
      fmt::format_to(std::back_inserter(out), "{:.9g} {:.9g} {:.9g}\n", rgb[i], rgb[i + 1],
                     rgb[i + 2]);
    }
  }
  return out;
}

Status WriteCube(const std::string& path, const ColorLut& lut) {
  PETZVAL_ASSIGN(const std::string text, FormatCube(lut));
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace petzval
