// Reads spectral sensitivities of a camera and refuses those that no camera has.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/file.h"
#include "petzval/calibrate/fit/spectral_columns.h"
#include "petzval/calibrate/fit/training_set.h"

namespace petzval::calibrate {
namespace {

constexpr double kFirstNm = 420, kLastNm = 660;  // where sensitivities must be known
constexpr double kLongestGapNm = 20;
constexpr int64_t kMaxFileBytes = 4 << 20;
constexpr const char* kChannel[] = {"red", "green", "blue"};

std::string LowerCase(std::string s) {
  for (char& c : s) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return s;
}

// Which column is red, green, blue: by name when all three tell, else in the order of the file.
std::array<int, 3> Order(const std::vector<std::string>& name) {
  std::array<int, 3> order{-1, -1, -1};
  for (int i = 0; i < 3; ++i) {
    const std::string n = LowerCase(name[i]);
    for (int c = 0; c < 3; ++c) {
      if (n == kChannel[c] || n == std::string(1, kChannel[c][0])) order[c] = i;
    }
  }
  for (int c : order) {
    if (c < 0) return {0, 1, 2};
  }
  return order;
}

// Linear inside the table, 0 outside: of what was not measured the camera sees nothing.
SpectralDistribution ResampleSensitivity(const std::vector<double>& nm,
                                         const std::vector<double>& value) {
  SpectralDistribution s = Resample(nm, value);
  for (int i = 0; i < kSpectralCount; ++i) {
    const double at = SpectralDistribution::Nm(i);
    if (at < nm.front() || at > nm.back()) s.value[i] = 0;
  }
  return s;
}

// How alike two channels are, whatever their height: 1 is the same.
double Likeness(const SpectralDistribution& a, const SpectralDistribution& b) {
  return Integral(a, b) / std::sqrt(Integral(a, a) * Integral(b, b));
}

double CentreNm(const SpectralDistribution& s) {
  double sum = 0, moment = 0;
  for (int i = 0; i < kSpectralCount; ++i) {
    sum += s.value[i];
    moment += s.value[i] * SpectralDistribution::Nm(i);
  }
  return moment / sum;
}

Status CheckWavelengths(const std::vector<double>& nm, const std::string& path) {
  const auto wrong = [&](const std::string& what) {
    return Fail(ErrorCode::kInvalidInput, path + ": " + what);
  };
  if (nm.front() < 300 || nm.back() > 1100) {
    return wrong(fmt::format("wavelengths of {:g} to {:g} nm: expected are 300 to 1100 nm",
                             nm.front(), nm.back()));
  }
  if (nm.front() > kFirstNm || nm.back() < kLastNm) {
    return wrong(fmt::format("{:g} to {:g} nm are given, but {:g} to {:g} nm are needed",
                             nm.front(), nm.back(), kFirstNm, kLastNm));
  }
  for (size_t i = 1; i < nm.size(); ++i) {
    const double gap_nm = nm[i] - nm[i - 1];
    if (gap_nm > kLongestGapNm && nm[i] > kFirstNm && nm[i - 1] < kLastNm) {
      return wrong(
          fmt::format("nothing is known between {:g} and {:g} nm (steps of {:g} nm at most)",
                      nm[i - 1], nm[i], kLongestGapNm));
    }
  }
  return {};
}

}  // namespace

Result<Sensitivities> ReadSensitivities(const std::string& path,
                                        std::vector<std::string>* warnings) {
  PETZVAL_ASSIGN(const auto bytes, ReadFile(path, kMaxFileBytes));
  PETZVAL_ASSIGN(
      SpectralColumns table,
      ParseSpectralColumns({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path));
  const auto wrong = [&](const std::string& what) {
    return Fail(ErrorCode::kInvalidInput, path + ": " + what);
  };
  if (table.name.size() != 3) {
    return wrong(fmt::format("{} columns beside the wavelength instead of red, green and blue",
                             table.name.size()));
  }
  PETZVAL_RETURN_IF_ERROR(CheckWavelengths(table.nm, path));

  Sensitivities camera;
  const std::array<int, 3> order = Order(table.name);
  for (int c = 0; c < 3; ++c) {
    std::vector<double>& value = table.value[order[c]];
    const double peak = *std::max_element(value.begin(), value.end());
    if (peak <= 0) return wrong(fmt::format("{} sees nothing", kChannel[c]));
    const auto lowest = std::min_element(value.begin(), value.end());
    if (*lowest < -0.05 * peak) {
      return wrong(fmt::format("{} is negative at {:g} nm ({:.0f} % of its peak)", kChannel[c],
                               table.nm[lowest - value.begin()], 100 * *lowest / peak));
    }
    if (*lowest < 0 && warnings) {
      warnings->push_back(
          fmt::format("{}: negative sensitivities of {} ({:.1f} % of its peak) count as 0", path,
                      kChannel[c], 100 * *lowest / peak));
    }
    for (double& v : value) v = std::max(v, 0.0);
    camera[c] = ResampleSensitivity(table.nm, value);
    if (!(Integral(camera[c], ConstantSpectrum(1)) > 0)) {
      return wrong(fmt::format("{} sees nothing of visible light", kChannel[c]));
    }
  }
  for (int c = 0; c < 3; ++c) {
    const int d = (c + 1) % 3;
    if (Likeness(camera[c], camera[d]) > 0.9995) {
      return wrong(fmt::format("{} and {} are the same", kChannel[c], kChannel[d]));
    }
  }
  if (warnings &&
      !(CentreNm(camera[0]) > CentreNm(camera[1]) && CentreNm(camera[1]) > CentreNm(camera[2]))) {
    warnings->push_back(path + ": the columns do not look like red, green and blue in this order");
  }
  return camera;
}

}  // namespace petzval::calibrate
