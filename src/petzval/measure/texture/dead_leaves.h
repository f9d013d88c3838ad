// Dead leaves: opaque discs of all sizes, a texture with the statistics of natural pictures.
#ifndef PETZVAL_MEASURE_TEXTURE_DEAD_LEAVES_H_
#define PETZVAL_MEASURE_TEXTURE_DEAD_LEAVES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "petzval/image/image.h"

namespace petzval::measure {

// Lee, Mumford, Huang 2001; Cao, Guichard, Hornung 2009. Discs fall until nothing shines through;
// seen from below, so the first disc on a place stays. Density of radii ~ r^-3.
struct DeadLeavesSpec {
  int width = 0, height = 0;  // px
  int planes = 1;             // 3: each disc has a colour of its own, else grey
  double min_radius_px = 1;
  double max_radius_px = 0;        // 0: width / 4; at least min_radius_px
  double low = 0.25, high = 0.75;  // grey levels, evenly spread between (linear light)
  // Samples a side that are averaged to a pixel, 1..8; 1: the value at the pixel's centre.
  int samples = 1;
  uint64_t seed = 1;
};

// The same picture for the same spec, everywhere. Sizes must be allowed by SizeAllowed.
Image<float> DeadLeaves(const DeadLeavesSpec& spec);

// Probability that two points `distance_px` apart lie on the same leaf, which is the correlation
// of their grey levels: g / (2 - g) with g the mean overlap of a disc with itself moved, over its
// mean area. 1 at 0, 0 from 2 max_radius_px on.
double DeadLeavesCorrelation(double distance_px, double min_radius_px, double max_radius_px);

// Power density of the pattern for unit variance at each of `cycles_per_pixel` (>= 0), per
// (cycles/pixel)^2: the Fourier transform of the correlation. It is that of the pattern, not of a
// picture of pixels: neither the pixel's box nor aliasing is in it.
std::vector<double> DeadLeavesSpectrum(std::span<const double> cycles_per_pixel,
                                       double min_radius_px, double max_radius_px);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_TEXTURE_DEAD_LEAVES_H_
