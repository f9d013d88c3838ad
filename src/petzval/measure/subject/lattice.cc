// Lattices are tried from the closest to the widest.
#include "petzval/measure/subject/lattice.h"

#include <cassert>

namespace petzval::measure {
namespace {

bool Contains(SiteMask sites, int pitch, int x0, int y0) {
  for (int y = y0; y < 4; y += pitch) {
    for (int x = x0; x < 4; x += pitch) {
      if (!sites.Has(x, y)) return false;
    }
  }
  return true;
}

// The first site of the lattice at or after `start`.
int First(int start, int origin, int pitch) {
  return start + ((origin - start) % pitch + pitch) % pitch;
}

}  // namespace

Lattice LatticeOf(SiteMask sites) {
  for (int pitch : {1, 2, 4}) {
    for (int y = 0; y < pitch; ++y) {
      for (int x = 0; x < pitch; ++x) {
        if (Contains(sites, pitch, x, y)) return {pitch, x, y};
      }
    }
  }
  return {};
}

Image<float> SampleLattice(const MeasuredPlane& plane, const Lattice& lattice, const Rect& roi,
                           int* first_x, int* first_y) {
  assert(lattice.pitch > 0);
  const int x0 = First(roi.x, lattice.x0, lattice.pitch);
  const int y0 = First(roi.y, lattice.y0, lattice.pitch);
  if (first_x) *first_x = x0;
  if (first_y) *first_y = y0;
  const int width = (roi.x + roi.width - x0 + lattice.pitch - 1) / lattice.pitch;
  const int height = (roi.y + roi.height - y0 + lattice.pitch - 1) / lattice.pitch;
  Image<float> out(width, height);
  for (int y = 0; y < height; ++y) {
    const float* from = plane.values.row(y0 + y * lattice.pitch) + x0;
    float* to = out.row(y);
    for (int x = 0; x < width; ++x) to[x] = from[static_cast<ptrdiff_t>(x) * lattice.pitch];
  }
  return out;
}

}  // namespace petzval::measure
