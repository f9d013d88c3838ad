// Reads the spectrum of a light from a CSV file.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "petzval/base/file.h"
#include "petzval/calibrate/chart/chart_light.h"

namespace petzval::calibrate {
namespace {

constexpr int64_t kMaxBytes = 1 << 20;
constexpr double kNeededFirstNm = 400, kNeededLastNm = 700, kMaxStepNm = 20;
constexpr double kMaxLobe = 0.005;  // negative power that counts as noise, of the peak

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::optional<double> Number(std::string_view text) {
  text = Trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The first two cells of a line, whatever stands between them.
std::array<std::string_view, 2> Cells(std::string_view line) {
  const auto cut = line.find_first_of(",;\t ");
  if (cut == std::string_view::npos) return {line, {}};
  std::string_view rest = line.substr(cut + 1);
  const auto first = rest.find_first_not_of(" \t");
  rest = first == std::string_view::npos ? std::string_view{} : rest.substr(first);
  return {line.substr(0, cut), rest.substr(0, rest.find_first_of(",;\t "))};
}

}  // namespace

Result<SpectralDistribution> ReadSpd(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxBytes));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<double> nm, power;
  const auto bad = [&](int line, const std::string& what) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{}: line {}: {}", path, line, what));
  };
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = Trimmed(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const auto [first, second] = Cells(line);
    const std::optional<double> wavelength = Number(first), value = Number(second);
    if (!wavelength && nm.empty()) continue;  // the names of the columns
    if (!wavelength || !value) {
      return bad(number, "two numbers are wanted: a wavelength in nm and the power there");
    }
    if (!std::isfinite(*wavelength) || !std::isfinite(*value)) {
      return bad(number, "the power is no number");
    }
    if (!nm.empty() && !(*wavelength > nm.back())) {
      return bad(number, fmt::format("wavelengths must ascend, but {:g} nm comes after {:g} nm",
                                     *wavelength, nm.back()));
    }
    if (!nm.empty() && *wavelength - nm.back() > kMaxStepNm && nm.back() < kNeededLastNm &&
        *wavelength > kNeededFirstNm) {
      return bad(number, fmt::format("nothing is stated between {:g} and {:g} nm, gaps may be {:g} "
                                     "nm wide",
                                     nm.back(), *wavelength, kMaxStepNm));
    }
    nm.push_back(*wavelength);
    power.push_back(*value);
  }
  const auto fail = [&](const std::string& what) {
    return Fail(ErrorCode::kInvalidInput, path + ": " + what);
  };
  if (nm.size() < 2) return fail("no spectrum in it: rows \"nm,power\" are wanted");
  if (nm.front() > kNeededFirstNm || nm.back() < kNeededLastNm) {
    return fail(
        fmt::format("the spectrum goes from {:g} to {:g} nm, at least {:g} to {:g} nm are "
                    "needed",
                    nm.front(), nm.back(), kNeededFirstNm, kNeededLastNm));
  }
  const double peak = *std::max_element(power.begin(), power.end());
  if (!(peak > 0)) return fail("the light has no power");
  for (size_t i = 0; i < power.size(); ++i) {
    if (power[i] < -kMaxLobe * peak) {
      return fail(fmt::format("the power at {:g} nm is negative", nm[i]));
    }
    power[i] = std::max(power[i], 0.0) / peak;
  }
  return Resample(nm, power);
}

}  // namespace petzval::calibrate
