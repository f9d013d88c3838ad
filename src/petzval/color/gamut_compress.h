// Colours outside a gamut brought into it by distance from the achromatic axis.
#ifndef PETZVAL_COLOR_GAMUT_COMPRESS_H_
#define PETZVAL_COLOR_GAMUT_COMPRESS_H_

#include "petzval/base/matrix.h"

namespace petzval {

// Per channel of a linear RGB space (the complementary cyan, magenta, yellow): distances up to
// `threshold` stay as they are, `limit` becomes the surface of the gamut (distance 1), `power`
// says how sharp the bend is.
struct GamutCompression {
  Vec3 limit{{1.147, 1.264, 1.312}};
  Vec3 threshold{{0.815, 0.803, 0.880}};
  double power = 1.2;
};
// ACES Reference Gamut Compression 1.3 (Academy S-2021-001 technical bulletin): of AP1.
inline constexpr GamutCompression kReferenceGamutCompression{};

// Distance d = (a - c) / |a| of each channel c from the largest, a; bent by a power curve. The
// largest channel keeps its value, the achromatic axis and the core stay untouched; channels within
// the limits end >= 0 (where a > 0). Finite for any finite colour.
Vec3 CompressGamut(const GamutCompression& compression, const Vec3& rgb);
// Its inverse below the limits.
Vec3 UncompressGamut(const GamutCompression& compression, const Vec3& rgb);

// The whole transform on ACES2065-1 (AP0): to AP1, compressed, and back.
Vec3 CompressAces(const Vec3& ap0);

}  // namespace petzval

#endif  // PETZVAL_COLOR_GAMUT_COMPRESS_H_
