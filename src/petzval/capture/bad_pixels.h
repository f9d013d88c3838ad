// Known bad pixels of a mosaic, replaced from their neighbours.
#ifndef PETZVAL_CAPTURE_BAD_PIXELS_H_
#define PETZVAL_CAPTURE_BAD_PIXELS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// Replaces the pixels of value `constant` (if given) and those in `area` (cut to the mosaic) by the
// mean of the nearest good pixels of the same colour; rings grow up to three CFA periods, a pixel
// without any good neighbour there stays. CFA cell (0, 0) lies at (phase_x, phase_y).
void FixBadPixels(std::optional<uint32_t> constant, const std::vector<Rect>& area, const Cfa& cfa,
                  int phase_x, int phase_y, ImageView<uint16_t> mosaic);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_BAD_PIXELS_H_
