// A texture curve made ready: normalised, judged, and put into findings.
#ifndef PETZVAL_MEASURE_TEXTURE_TEXTURE_CURVE_H_
#define PETZVAL_MEASURE_TEXTURE_TEXTURE_CURVE_H_

#include "petzval/measure/texture/texture_mtf.h"

namespace petzval::measure {

// Value of the curve towards f = 0: exp(a) of ln M = a + b f^2 fitted below 0.08 cycles per pixel
// by the errors (the low rings of a pattern are few and large). 0 when there is nothing to fit.
double ValueAtZero(const TexturePatch& patch);

// Fills in what follows from frequency, mtf, standard_error and power_mtf: divides by the value at
// zero when asked, puts f = 0 in front, finds the crossings and the acutances.
void FinishPatch(const TextureOptions& options, TexturePatch* patch);

// Figures and curves of all patches; the warning about power that the phase does not confirm.
Findings FindingsOfTexture(const std::vector<TexturePatch>& patches, const TextureOptions& options,
                           bool full_reference);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_TEXTURE_CURVE_H_
