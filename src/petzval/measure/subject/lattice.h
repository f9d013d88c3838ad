// A channel of a mosaic as a picture of its own: the regular lattice of its sites.
#ifndef PETZVAL_MEASURE_SUBJECT_LATTICE_H_
#define PETZVAL_MEASURE_SUBJECT_LATTICE_H_

#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// The sites (x0 + i pitch, y0 + j pitch): the closest square lattice that all lies in a mask. Of a
// Bayer green it is one of the two, of a full plane every pixel. `pitch` 0: an empty mask.
struct Lattice {
  int pitch = 0;  // 1, 2 or 4
  int x0 = 0, y0 = 0;
};
Lattice LatticeOf(SiteMask sites);

// Samples of the lattice inside `roi` (inside the plane). `*first` gets the place of the first.
Image<float> SampleLattice(const MeasuredPlane& plane, const Lattice& lattice, const Rect& roi,
                           int* first_x = nullptr, int* first_y = nullptr);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SUBJECT_LATTICE_H_
