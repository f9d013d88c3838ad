// Primaries drawn towards white and turned.
#include "petzval/look/agx_inset.h"

#include <cmath>
#include <numbers>

namespace petzval {

RgbSpace InsetSpace(const RgbSpace& space, const PrimaryInset& inset) {
  const auto moved = [&](Chromaticity primary, int i) {
    const double keep = 1 - inset.inset[i], angle = inset.rotate_deg[i] * std::numbers::pi / 180;
    const double dx = keep * (primary.x - space.white.x), dy = keep * (primary.y - space.white.y);
    return Chromaticity{space.white.x + std::cos(angle) * dx - std::sin(angle) * dy,
                        space.white.y + std::sin(angle) * dx + std::cos(angle) * dy};
  };
  return {moved(space.red, 0), moved(space.green, 1), moved(space.blue, 2), space.white};
}

Mat3 InsetMatrix(const RgbSpace& space, const PrimaryInset& inset) {
  return RgbFromXyz(space) * XyzFromRgb(InsetSpace(space, inset));
}

}  // namespace petzval
