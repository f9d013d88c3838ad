// Where further samples are worth most.
#ifndef PETZVAL_SIMULATE_FILM_ALLOCATION_H_
#define PETZVAL_SIMULATE_FILM_ALLOCATION_H_

#include <cstdint>
#include <span>
#include <vector>

namespace petzval::simulate {

// A display's value of linear light: the sRGB curve up to white (1), then slowly the logarithm, so
// that lights beyond white still count a little.
double DisplayCode(double linear);

// Means of the halves after the first pass, in units of display white; `planes` planes of
// width x height. Cells that get nothing have `lit` 0.
struct FirstPass {
  int planes = 0, width = 0, height = 0;
  std::vector<float> half[2];
  std::vector<uint8_t> lit;
};

// Further samples per half and cell, `mean` on the average of lit cells: in proportion to the
// display-referred standard error, which is estimated from the 24 neighbours of a cell and never
// from itself. So a cell's count does not depend on its own samples and its mean over both passes
// stays unbiased.
std::vector<uint16_t> AllocateSamples(const FirstPass& first, double mean, uint64_t seed);

}  // namespace petzval::simulate

#endif  // PETZVAL_SIMULATE_FILM_ALLOCATION_H_
