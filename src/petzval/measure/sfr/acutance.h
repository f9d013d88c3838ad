// How sharp a transfer function looks at a distance: acutance with the eye's contrast sensitivity.
#ifndef PETZVAL_MEASURE_SFR_ACUTANCE_H_
#define PETZVAL_MEASURE_SFR_ACUTANCE_H_

#include <array>
#include <span>

namespace petzval::measure {

// Luminance contrast sensitivity 75 v^0.8 exp(-0.2 v) / 34.05 at `v` >= 0 cycles per degree, as in
// the camera phone image quality work (Baxter, Cao, Eliasson, Phillips 2012). Its peak is
// kCsfPeak, at 4 cycles per degree.
double CpiqCsf(double cycles_per_degree);
inline constexpr double kCsfPeak = 3.00024;
// Integral of the sensitivity from 0 to infinity, cycles per degree: (75 / 34.05) Gamma(1.8) 5^1.8.
inline constexpr double kCsfIntegral = 37.17225;

// Pixels per degree of a picture shown at `pixels_per_inch` (1:1) and seen from `distance_mm`.
double PixelsPerDegree(double pixels_per_inch, double distance_mm);

// Where pictures are looked at: a small and a usual print or screen, a screen at 60 cm, a phone.
struct ViewingCondition {
  double pixels_per_degree;
  const char* name;  // "41.23 px/deg (100 ppi at 60 cm)"
};
inline constexpr std::array<ViewingCondition, 4> kViewingConditions = {{
    {30, "30 px/deg"},
    {41.23, "41.23 px/deg (100 ppi at 60 cm)"},
    {60, "60 px/deg"},
    {90, "90 px/deg"},
}};

// Integral of MTF x sensitivity up to Nyquist (0.5 cycles per pixel) over the integral of the
// sensitivity. `f_cpp`: ascending, from 0 to at least 0.5; `mtf` as many values, linear between.
// 0..1, above 1 only when sharpened. NaN when the curve does not reach from 0 to Nyquist.
double Acutance(std::span<const double> f_cpp, std::span<const double> mtf,
                double pixels_per_degree);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_ACUTANCE_H_
