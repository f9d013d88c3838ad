// Chromatic adaptation: what a colour seen under one white looks like under another.
#ifndef PETZVAL_COLOR_ADAPTATION_H_
#define PETZVAL_COLOR_ADAPTATION_H_

#include <string>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"

namespace petzval {

enum class AdaptationMethod {
  kBradford,    // Lam 1985, as in ICC.1 annex E (without its blue exponent)
  kCat02,       // CIECAM02 (CIE 159:2004)
  kCat16,       // Li et al., Comprehensive color solutions: CAM16 (2017)
  kVonKries,    // cone fundamentals of Hunt, Pointer and Estevez, equal for E
  kXyzScaling,  // each of X, Y, Z on its own: what naive software does, here to compare with
};
// "bradford", "cat02", "cat16", "von-kries", "xyz". Errors name the nearest.
Result<AdaptationMethod> FindAdaptationMethod(const std::string& name);
std::vector<std::string> AdaptationMethodNames();

// The sharpened cone responses of a method, of XYZ.
const Mat3& ConeMatrix(AdaptationMethod method);

// XYZ under the white `from` -> XYZ that looks the same under the white `to`; whites are XYZ with
// positive cone responses, both of Y = 1 or both of Y = 100. `degree` of adaptation 0..1: each
// cone's gain is degree * to / from + 1 - degree, so that 0 changes nothing.
Mat3 Adaptation(AdaptationMethod method, const Vec3& to, const Vec3& from, double degree = 1);

// Degree of adaptation of CIECAM02 and CAM16, 0..1: `surround` F of 0.8 (dark), 0.9 (dim), 1
// (average), luminance of the adapting field in cd / m^2 (about a fifth of the white's).
double DegreeOfAdaptation(double surround, double adapting_nits);

}  // namespace petzval

#endif  // PETZVAL_COLOR_ADAPTATION_H_
