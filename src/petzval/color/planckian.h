// Correlated colour temperature and distance from the Planckian locus by its own shape.
#ifndef PETZVAL_COLOR_PLANCKIAN_H_
#define PETZVAL_COLOR_PLANCKIAN_H_

#include "petzval/color/luv.h"
#include "petzval/color/spaces.h"

namespace petzval {

// `duv`: signed distance from the locus in CIE 1960 (u, v), positive = greener (above it).
struct TemperatureDuv {
  double kelvin_k = 6504;
  double duv = 0;
};

// A black body's point in CIE 1960 (u, v), CIE 1931 observer; kelvin_k 1000..100000. With the
// second radiation constant 1.4388e-2 m K that the definitions of temperature by the CIE keep.
ChromaticityUv PlanckianUv(double kelvin_k);

// Ohno, "Practical use and calculation of CCT and Duv" (Leukos 10, 2014): the nearest point of the
// locus, from a table in steps of 0.1 %, refined by a triangle near the locus and a parabola away
// from it. 1000..100000 K; any finite chromaticity gives a finite answer.
TemperatureDuv OhnoTemperature(Chromaticity white);
// The inverse: along the normal of the locus.
Chromaticity ChromaticityFromOhno(const TemperatureDuv& t);

// McCamy 1992: a cubic in (x - 0.3320) / (y - 0.1858); good to some kelvin near daylight, 2000 to
// 12500 K. Clamped to 1000..100000 K.
double McCamyTemperature(Chromaticity white);

}  // namespace petzval

#endif  // PETZVAL_COLOR_PLANCKIAN_H_
