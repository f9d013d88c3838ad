// How many rays each small light is worth.
#ifndef PETZVAL_SIMULATE_FILM_EMITTER_BUDGET_H_
#define PETZVAL_SIMULATE_FILM_EMITTER_BUDGET_H_

#include <cstdint>
#include <span>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/simulate/film/emitter_aim.h"
#include "petzval/simulate/film/emitter_splat.h"

namespace petzval::simulate {

// Samples of each half and wavelength: entry e * channels + c is that of emitter e and channel c, 0
// where it adds nothing. `value` and `half` are the picture without emitters, `film_rays` what it
// cost.
//
// The squared error of a disc that spreads the flux E over its pixels is (slope E)^2 / n with n
// samples, slope being that of the display's curve at the level of the disc; that of the film is
// known from its halves. Their sum is smallest for the time that both take when n is slope * E
// times one factor for all (Neyman 1934), which follows from what another film ray would gain. So
// the factor grows with the quality that the film was asked for, and a light that is hidden, faint
// or far out of the picture gets a handful of rays. All together get about as many rays as the film
// at most. FilmJob::emitter_samples, where given, is used instead. The counts depend on pilot rays
// only, never on the samples that are added up.
std::vector<int64_t> EmitterSamples(const SplatJob& splat, std::span<const EmitterAim> aims,
                                    int64_t film_rays, const Image<float>& value,
                                    const Image<float>& half);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_EMITTER_BUDGET_H_
