// Integrals over spectra, the CIE observer, black bodies and daylight.
#include "petzval/color/spectral.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/color/spectral_table.h"

namespace petzval {
namespace {

// The columns of the table `name`; zeros if data/spectra had none, which the tests exclude.
std::array<SpectralDistribution, 3> ThreeColumns(const std::string& name) {
  std::array<SpectralDistribution, 3> columns{};
  for (const SpectralTable& table : SpectralTables()) {
    if (table.name != name || table.spectrum.size() != 3) continue;
    std::copy(table.spectrum.begin(), table.spectrum.end(), columns.begin());
  }
  return columns;
}

}  // namespace

double SpectralDistribution::At(double nm) const {
  const double at = (nm - kSpectralFirstNm) / kSpectralStepNm;
  if (!(at >= 0 && at <= kSpectralCount - 1)) return 0;
  const int i = std::min(static_cast<int>(at), kSpectralCount - 2);
  const double f = at - i;
  return value[i] + f * (value[i + 1] - value[i]);
}

SpectralDistribution operator*(const SpectralDistribution& a, const SpectralDistribution& b) {
  SpectralDistribution product;
  for (int i = 0; i < kSpectralCount; ++i) product.value[i] = a.value[i] * b.value[i];
  return product;
}

SpectralDistribution operator*(double k, const SpectralDistribution& a) {
  SpectralDistribution product;
  for (int i = 0; i < kSpectralCount; ++i) product.value[i] = k * a.value[i];
  return product;
}

SpectralDistribution operator+(const SpectralDistribution& a, const SpectralDistribution& b) {
  SpectralDistribution sum;
  for (int i = 0; i < kSpectralCount; ++i) sum.value[i] = a.value[i] + b.value[i];
  return sum;
}

SpectralDistribution ConstantSpectrum(double value) {
  SpectralDistribution constant;
  constant.value.fill(value);
  return constant;
}

double Integral(const SpectralDistribution& a, const SpectralDistribution& b) {
  double sum = 0;
  for (int i = 0; i < kSpectralCount; ++i) sum += a.value[i] * b.value[i];
  return sum * kSpectralStepNm;
}

SpectralDistribution Resample(std::span<const double> nm, std::span<const double> value) {
  assert(nm.size() >= 2 && nm.size() == value.size());
  SpectralDistribution result;
  for (int i = 0; i < kSpectralCount; ++i) {
    const double at = SpectralDistribution::Nm(i);
    const auto above = std::lower_bound(nm.begin(), nm.end(), at);
    const size_t k = above - nm.begin();
    if (k == 0) {
      result.value[i] = value.front();
    } else if (k == nm.size()) {
      result.value[i] = value.back();
    } else {
      const double f = (at - nm[k - 1]) / (nm[k] - nm[k - 1]);
      result.value[i] = value[k - 1] + f * (value[k] - value[k - 1]);
    }
  }
  return result;
}

const Observer& CieObserver1931() {
  static const Observer observer = ThreeColumns("cie1931");
  return observer;
}

Vec3 XyzOfReflectance(const SpectralDistribution& reflectance, const SpectralDistribution& light,
                      const Observer& observer) {
  const auto& [x, y, z] = observer;
  const SpectralDistribution seen = reflectance * light;
  const double white = Integral(light, y);
  return {{Integral(seen, x) / white, Integral(seen, y) / white, Integral(seen, z) / white}};
}

Vec3 XyzOfLight(const SpectralDistribution& light, const Observer& observer) {
  return XyzOfReflectance(ConstantSpectrum(1), light, observer);
}

Vec3 XyzAbsolute(const SpectralDistribution& radiance) {
  constexpr double kLumenPerWatt = 683;
  const auto& [x, y, z] = CieObserver1931();
  return {{kLumenPerWatt * Integral(radiance, x), kLumenPerWatt * Integral(radiance, y),
           kLumenPerWatt * Integral(radiance, z)}};
}

SpectralDistribution BlackBody(double kelvin_k) {
  constexpr double kC2 = 1.438776877e7;  // h c / k in nm K (SI 2019)
  const auto planck = [&](double nm) {
    return std::pow(560 / nm, 5) / std::expm1(kC2 / (nm * kelvin_k));
  };
  SpectralDistribution power;
  for (int i = 0; i < kSpectralCount; ++i) {
    power.value[i] = planck(SpectralDistribution::Nm(i)) / planck(560);
  }
  return power;
}

SpectralDistribution Daylight(double kelvin_k) {
  // CIE 15, equations 3.3 to 3.7.
  const double u = 1e3 / kelvin_k;
  const double x = kelvin_k <= 7000 ? 0.244063 + u * (0.09911 + u * (2.9678 - u * 4.6070))
                                    : 0.237040 + u * (0.24748 + u * (1.9018 - u * 2.0064));
  const double y = -3 * x * x + 2.87 * x - 0.275;
  const double m = 0.0241 + 0.2562 * x - 0.7341 * y;
  const double m1 = (-1.3515 - 1.7703 * x + 5.9114 * y) / m;
  const double m2 = (0.0300 - 31.4424 * x + 30.0717 * y) / m;
  static const std::array<SpectralDistribution, 3> basis = ThreeColumns("cie-daylight-basis");
  SpectralDistribution power = basis[0] + m1 * basis[1] + m2 * basis[2];
  const double at560 = power.At(560);
  // Below 4000 K the last components would make the violet end negative.
  for (double& p : power.value) p = std::max(0.0, p / at560);
  return power;
}

}  // namespace petzval
