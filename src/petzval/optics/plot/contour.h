// Outlines of masks: closed rings by marching squares.
#ifndef PETZVAL_OPTICS_PLOT_CONTOUR_H_
#define PETZVAL_OPTICS_PLOT_CONTOUR_H_

#include <cstdint>
#include <span>
#include <vector>

#include "petzval/optics/plot/svg.h"

namespace petzval::optics {

// The border of a width x height mask (0 or 1, rows of rising y) as closed rings, smoothed over
// `radius` pixels; coordinates in pixels, pixel (0, 0) covers 0 .. 1 in x and y. Outer rings and
// holes are told apart by even-odd filling.
std::vector<std::vector<Point>> MaskOutline(std::span<const uint8_t> mask, int width, int height,
                                            int radius);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_CONTOUR_H_
