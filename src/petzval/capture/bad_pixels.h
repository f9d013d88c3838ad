// Known bad pixels of a mosaic, replaced from their neighbours.
#ifndef PETZVAL_CAPTURE_BAD_PIXELS_H_
#define PETZVAL_CAPTURE_BAD_PIXELS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// Pixels to be replaced: those of one value, or listed points and rectangles.
struct BadPixels {
  std::optional<uint32_t> constant;
  std::vector<Rect> area;  // points are 1 x 1
};

// A list that names more of the picture than this says nothing about a sensor.
inline constexpr double kMostBadPixels = 0.05;

// Replaces the pixels that any of `lists` names (areas are cut to the mosaic) by the mean of the
// nearest good pixels of the same colour; rings grow up to three CFA periods, a pixel without any
// good neighbour there stays. CFA cell (0, 0) lies at (phase_x, phase_y). False, with the mosaic
// untouched, when more than kMostBadPixels of its pixels are named; pixels named twice count twice,
// so that the work is bounded by the size of the picture and not by the length of the lists.
bool FixBadPixels(std::span<const BadPixels> lists, const Cfa& cfa, int phase_x, int phase_y,
                  ImageView<uint16_t> mosaic);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_BAD_PIXELS_H_
