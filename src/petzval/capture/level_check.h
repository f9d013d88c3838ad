// Black and white levels against the values that the pixels really take.
#ifndef PETZVAL_CAPTURE_LEVEL_CHECK_H_
#define PETZVAL_CAPTURE_LEVEL_CHECK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "petzval/capture/raw_frame.h"

namespace petzval {

// Counts of pixel values of one colour over a part of the picture (whole rows, all CFA phases).
struct ValueHistogram {
  std::vector<uint32_t> count = std::vector<uint32_t>(65536, 0);
  int64_t total = 0;

  // Smallest value that at least `share` (0..1) of the pixels do not exceed.
  int Quantile(double share) const;
  // Largest value that more than a handful of pixels (hot ones) reach.
  int Top() const;
};

// One histogram per colour (R, G, B; monochrome in G), of about a million pixels.
std::array<ValueHistogram, 3> CountValues(const RawFrame& frame);

// The value at which the pixels of one colour pile up at the top of their range, if they do: many
// more in a narrow band there than in any such band below. A scene that ends smoothly, also a flat
// bright wall (its noise is a hump, not an edge), gives nothing. `sigma_dn`: noise there;
// `trusted`: the narrow band is narrower than the noise, which only clipping explains.
struct PileUp {
  int level = 0;
  bool trusted = false;
};
std::optional<PileUp> FindPileUp(const ValueHistogram& histogram, double black, double sigma_dn);

// Compares the levels of `frame` with its pixels, replaces what cannot be (white_dn, black_dn) and
// adds a sentence to its warnings for each. `noise` is the frame's noise under the levels as they
// are, `bits` those of the codes in the file (no pixel exceeds 2^bits - 1). Returns whether
// anything was changed. After a new white level the exposure offset is adapted so that the picture
// does not become brighter or darker by the correction, unless that would only bring back the
// darkness of a white level that nothing comes near.
bool CheckLevels(const NoiseModel& noise, int bits, RawFrame& frame);

}  // namespace petzval

#endif  // PETZVAL_CAPTURE_LEVEL_CHECK_H_
