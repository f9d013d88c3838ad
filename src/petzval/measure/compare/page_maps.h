// Difference maps as pictures, and where they are strongest.
#ifndef PETZVAL_MEASURE_COMPARE_PAGE_MAPS_H_
#define PETZVAL_MEASURE_COMPARE_PAGE_MAPS_H_

#include <string>
#include <vector>

#include "petzval/image/image.h"
#include "petzval/measure/compare/compare.h"

namespace petzval::measure {

inline constexpr int kDe2000Top = 10;  // the colour of the ramp's end

// The ramp from no difference (black) to the most (pale yellow), its lightness rising evenly.
std::vector<std::string> RampForCss();
// 8-bit RGB of a map whose value `top` or more is the end of the ramp.
Image<uint16_t> PaintMap(const Image<uint16_t>& map, int top);

// Squares of `side` pixels (or the whole picture) where mean FLIP is highest, apart from each
// other; fewer where less differs.
struct Place {
  Rect rect;
  double flip = 0, de2000 = 0;  // means
};
std::vector<Place> MostDifferentPlaces(const CompareReport& report, int count, int side);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_COMPARE_PAGE_MAPS_H_
