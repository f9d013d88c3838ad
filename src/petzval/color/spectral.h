// Spectra of lights, surfaces and observers, all on one grid of wavelengths.
#ifndef PETZVAL_COLOR_SPECTRAL_H_
#define PETZVAL_COLOR_SPECTRAL_H_

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"
#include "petzval/color/spaces.h"

namespace petzval {

// 380 to 780 nm in steps of 5 nm.
inline constexpr int kSpectralCount = 81;
inline constexpr double kSpectralFirstNm = 380, kSpectralStepNm = 5;

// Values of a function of wavelength at the grid: power of a light (relative, or W / nm), a
// reflectance (0..1), a response. Tables of other grids are interpolated linearly and count as
// their end values outside.
struct SpectralDistribution {
  std::array<double, kSpectralCount> value{};

  static constexpr double Nm(int i) { return kSpectralFirstNm + i * kSpectralStepNm; }
  double At(double nm) const;  // linear between grid points; 0 outside 380..780
  friend bool operator==(const SpectralDistribution&, const SpectralDistribution&) = default;
};
SpectralDistribution operator*(const SpectralDistribution& a, const SpectralDistribution& b);
SpectralDistribution operator*(double k, const SpectralDistribution& a);
SpectralDistribution operator+(const SpectralDistribution& a, const SpectralDistribution& b);
SpectralDistribution ConstantSpectrum(double value);
// Integral over wavelength in nm of a * b, as CIE 15 takes it: the sum on the grid times its step.
double Integral(const SpectralDistribution& a, const SpectralDistribution& b);
// `nm` ascending, at least two entries, as many values.
SpectralDistribution Resample(std::span<const double> nm, std::span<const double> value);

// x, y, z of an observer, or l, m, s of cone fundamentals.
using Observer = std::array<SpectralDistribution, 3>;
// CIE 1931 2 degree observer (CIE 15, table T.4).
const Observer& CieObserver1931();
// By name: "cie1931", "cie1964", "cie2015-2", "cie2015-10" (x, y, z); "stockman-sharpe-2",
// "stockman-sharpe-10", "smith-pokorny" (l, m, s). Errors: kInvalidInput naming the nearest.
Result<Observer> FindObserver(const std::string& name);
std::vector<std::string> ObserverNames();

// XYZ of a surface under a light, Y = 1 for the perfect diffuser; of a light alone (Y = 1).
Vec3 XyzOfReflectance(const SpectralDistribution& reflectance, const SpectralDistribution& light,
                      const Observer& observer = CieObserver1931());
Vec3 XyzOfLight(const SpectralDistribution& light, const Observer& observer = CieObserver1931());
// XYZ of an emission in W / (sr m^2 nm): Y in cd / m^2 (683 lm / W).
Vec3 XyzAbsolute(const SpectralDistribution& radiance);

// Planck's law and CIE daylight, power 1 at 560 nm. `kelvin_k` 1000..25000; daylight 4000..25000.
SpectralDistribution BlackBody(double kelvin_k);
SpectralDistribution Daylight(double kelvin_k);

// A light by name, whatever its case: CIE "A", "D50" .. "D75", "E", "FL1" .., "LED-B1" .., "HP1"
// ..; a lamp of data/spectra; or a temperature "3200K" (black body below 4000 K, daylight from
// there on). Errors: kInvalidInput naming the nearest light.
Result<SpectralDistribution> FindLight(const std::string& name);
std::vector<std::string> LightNames();

// A set of measured reflectances, such as the patches of a chart in its order.
struct ReflectanceSet {
  std::string name, title, source;
  std::vector<std::string> patch;
  // As many as names; of some sets (their source says so) a few values are beyond 1.
  std::vector<SpectralDistribution> reflectance;
};
// A set of data/spectra ("colorchecker24", "ampas190"). Errors: kInvalidInput naming the nearest
// set.
Result<ReflectanceSet> FindReflectances(const std::string& name);

// A smooth reflectance 0..1 whose colour under `light` is the linear Rec.709 colour (0..1 each),
// for scenes that state colours as RGB. White gives 1 everywhere.
SpectralDistribution ReflectanceOfRgb(const Vec3& linear_rec709, const SpectralDistribution& light);

}  // namespace petzval

#endif  // PETZVAL_COLOR_SPECTRAL_H_
