// Logarithmic encodings of cameras and grading: scene light to code values and back.
#ifndef PETZVAL_COLOR_CAMERA_LOG_H_
#define PETZVAL_COLOR_CAMERA_LOG_H_

namespace petzval {

// All: scene-linear reflectance (0.18 = mid-grey) to code values of full range 0..1, strictly
// monotone over all finite numbers (a straight line below a cut), inverse exact.

// Leica L-Log (Leica, L-Log Reference Manual 2022): black 0.09, mid-grey 0.43531; primaries
// Rec.2020.
double EncodeLLog(double linear);
double DecodeLLog(double code);

// ACEScct (Academy S-2016-001): mid-grey 0.41359; primaries AP1.
double EncodeAcesCct(double linear);
double DecodeAcesCct(double code);

// ARRI LogC3 at EI 800 (ARRI, ALEXA LogC Curve, 2017): mid-grey 0.39101; primaries ALEXA wide
// gamut.
double EncodeLogC3(double linear);
double DecodeLogC3(double code);

}  // namespace petzval

#endif  // PETZVAL_COLOR_CAMERA_LOG_H_
