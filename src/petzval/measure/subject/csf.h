// How sharply the eye sees at each spatial frequency, and what a transfer curve is worth to it.
#ifndef PETZVAL_MEASURE_SUBJECT_CSF_H_
#define PETZVAL_MEASURE_SUBJECT_CSF_H_

#include <span>

namespace petzval::measure {

// Contrast sensitivity to luminance in the form of CPIQ (Baxter, Cao, Eliasson, Phillips 2012):
// 75 v^0.8 exp(-0.2 v) / 34.05 at v >= 0 cycles per degree.
double ContrastSensitivity(double cycles_per_degree);
inline constexpr double kPeakSensitivityCpd = 4;
// Its largest value, and its integral over all v >= 0 in cycles per degree:
// (75 / 34.05) Gamma(1.8) 5^1.8.
double PeakSensitivity();
double SensitivityIntegral();

// Pixels per degree of a picture that is looked at from `distance_mm` with pixels of `pitch_mm`.
double PixelsPerDegree(double distance_mm, double pitch_mm);

// The part of the eye's band that a transfer curve lets through: the integral of `mtf` times the
// sensitivity, from 0 to the last frequency, over SensitivityIntegral(). `cycles_per_pixel` rises
// from 0 and ends at Nyquist; between the samples the curve is straight and the sensitivity exact.
double AcutanceOfCurve(std::span<const double> cycles_per_pixel, std::span<const double> mtf,
                       double pixels_per_degree);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_CSF_H_
