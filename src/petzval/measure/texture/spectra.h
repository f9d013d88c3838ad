// Spectra of texture over rings of frequency, from windowed tiles.
#ifndef PETZVAL_MEASURE_TEXTURE_SPECTRA_H_
#define PETZVAL_MEASURE_TEXTURE_SPECTRA_H_

#include <vector>

#include "petzval/image/image.h"

namespace petzval::measure {

// Sums over the tiles, ring by ring: ring k holds frequencies about k / tile cycles per sample.
// Powers over `cells` are densities per (cycles/sample)^2.
struct RingSums {
  int tile = 0, tiles = 0;
  std::vector<double> cells;                   // of all tiles' spectra in the ring
  std::vector<double> frequency;               // sum of frequency x reference power
  std::vector<double> reference, test, cross;  // |X|^2, |Y|^2, Re Y X*
  // Gradient and second derivatives, in the shift, of the sum of the real cross power below 0.3
  // cycles per sample.
  double gradient_x = 0, gradient_y = 0, second_xx = 0, second_xy = 0, second_yy = 0;
  int rings() const { return tile / 2 + 1; }
  // The shift that is left: a Newton step towards the largest real cross power. False when there
  // is none to find.
  bool ShiftLeft(double* x, double* y) const;
};

// Largest tile that gives several: 256 samples a side, or 128 or 64 for small pictures.
int TileFor(int width, int height);

// Hann windows of half overlap (Welch 1967), each tile's mean off. Where the reference lies off by
// a shift, test(x) = reference(x + shift): tiles of the reference are cut at the nearest pixel and
// the rest is turned in phase. `reference` starts at (-margin_x, -margin_y) of the test; tiles that
// do not lie in it are left out. The reference may be the test itself.
RingSums SumSpectra(ImageView<const float> reference, int margin_x, int margin_y,
                    ImageView<const float> test, double shift_x, double shift_y, int tile);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_SPECTRA_H_
