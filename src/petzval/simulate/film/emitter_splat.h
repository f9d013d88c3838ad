// Small lights onto the film, sampled from their side.
#ifndef PETZVAL_SIMULATE_FILM_EMITTER_SPLAT_H_
#define PETZVAL_SIMULATE_FILM_EMITTER_SPLAT_H_

#include <span>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/simulate/film/film_grid.h"
#include "petzval/simulate/film/pose_table.h"

namespace petzval::simulate {

struct SplatJob {
  const FilmJob& job;
  const FilmGrid& grid;
  const PoseTable& poses;
  bool timed;
  std::vector<double> white;  // of each channel, in units of the picture: what a display shows so
  std::span<const Emitter> emitters;
};

// Adds the emitters' irradiance to `value` and half the difference of two independent halves of the
// samples to `half`; both hold the picture without emitters, which took `film_rays`. Returns how
// many rays were traced. In a fixed order whatever the threads. Takes some 110 MB at most beside
// the pictures.
int64_t SplatEmitters(const SplatJob& splat, int64_t film_rays, Image<float>* value,
                      Image<float>* half);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_EMITTER_SPLAT_H_
