// Black-and-white: which colours become how bright, and what colour the print is toned in.
#ifndef PETZVAL_LOOK_MONO_H_
#define PETZVAL_LOOK_MONO_H_

#include "petzval/base/matrix.h"
#include "petzval/look/look.h"

namespace petzval {

// Weights of linear Rec.2020 R, G, B of the calibrated scene, sum 1. Filter "none" is luminance: a
// film that sees like the eye. The others are what such a film sees through the glass of that
// colour, exposed so that greys stay; "weights" takes mono_weights of the look.
Vec3 MonoWeights(const Look& look);

// Oklab a and b that the toning of the look gives a print at lightness `l`, 0..1 (beyond: as 1);
// none at black, nearly none at white. Without strength.
Vec3 MonoToning(const std::string& toning, double l);

}  // namespace petzval

#endif  // PETZVAL_LOOK_MONO_H_
