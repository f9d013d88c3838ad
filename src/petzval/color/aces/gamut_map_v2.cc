// ACES 2: colours into a display's gamut.
#include "petzval/color/aces/gamut_map_v2.h"

#include <algorithm>

namespace petzval::aces {
namespace {

// What is inside this share of the boundary stays, or more when the display is nearly as wide as
// what is expected.
constexpr double kUntouched = 0.75;

// Reinhard's curve from a threshold on, so that `reach` becomes `boundary`.
double Compress(double m, double boundary, double reach) {
  const double share = std::max(boundary / reach, kUntouched), threshold = share * boundary;
  if (share >= 1 || m <= threshold) return m;
  const double to = boundary - threshold, from = reach - threshold, over = m - threshold;
  const double scale = from / (from / to - 1);
  return threshold + scale * over / (scale + over);
}

}  // namespace

GamutMapV2::GamutMapV2(const RgbSpace& space, double peak_nits)
    : focus_(FocusV2::OfPeak(peak_nits)), reach_(peak_nits), hull_(space, peak_nits) {}

Jmh GamutMapV2::Apply(const Jmh& toned) const {
  if (!(toned.j > 0)) return {0, 0, toned.h};
  if (!(toned.m > 0) || toned.j > focus_.limit_j) return {toned.j, 0, toned.h};
  const FocusLinesV2 lines(focus_, hull_.At(toned.h));
  const FocusLineV2 line = lines.Through(toned.j, toned.m, toned.j);
  const double boundary = lines.BoundaryM(line, toned.j);
  if (!(boundary > 0)) return {toned.j, 0, toned.h};
  const double m = Compress(toned.m, boundary, lines.ReachM(line, reach_.At(toned.h)));
  return {line.J(m), m, toned.h};
}

}  // namespace petzval::aces
