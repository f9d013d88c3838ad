// Colours outside a gamut brought into it by distance from the achromatic axis.
#include "petzval/color/gamut_compress.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/spaces.h"

namespace petzval {
namespace {

// The bend beyond the threshold: x / (1 + x^power)^(1 / power) in units of `scale`, chosen so that
// `limit` becomes 1.
struct Bend {
  double threshold, scale, power;
  Bend(const GamutCompression& g, int channel)
      : threshold(g.threshold[channel]), scale(0), power(g.power) {
    const double room = 1 - threshold, reach = g.limit[channel] - threshold;
    scale = reach / std::pow(std::pow(room / reach, -power) - 1, 1 / power);
  }
  // Both: d beyond the threshold.
  double Compress(double d) const {
    const double x = (d - threshold) / scale;
    // 1 / (x^-p + 1)^(1/p): the same, and finite however large x is.
    return threshold + scale * std::pow(std::pow(x, -power) + 1, -1 / power);
  }
  double Uncompress(double d) const {
    const double y = std::min((d - threshold) / scale, 1 - 1e-12);
    return threshold + scale * std::pow(std::pow(y, -power) - 1, -1 / power);
  }
};

template <class F>
Vec3 ByDistance(const GamutCompression& compression, const Vec3& rgb, F bent) {
  const double largest = std::max({rgb[0], rgb[1], rgb[2]}), size = std::fabs(largest);
  if (!(size > 0)) return rgb;
  Vec3 out = rgb;
  for (int i = 0; i < 3; ++i) {
    const double d = (largest - rgb[i]) / size;
    if (d > compression.threshold[i]) out[i] = largest - bent(Bend(compression, i), d) * size;
  }
  return out;
}

}  // namespace

Vec3 CompressGamut(const GamutCompression& compression, const Vec3& rgb) {
  return ByDistance(compression, rgb, [](const Bend& b, double d) { return b.Compress(d); });
}

Vec3 UncompressGamut(const GamutCompression& compression, const Vec3& rgb) {
  return ByDistance(compression, rgb, [](const Bend& b, double d) { return b.Uncompress(d); });
}

Vec3 CompressAces(const Vec3& ap0) {
  static const Mat3 to_ap1 = RgbFromRgb(kAp1, kAp0), to_ap0 = Inverse(to_ap1);
  return to_ap0 * CompressGamut(kReferenceGamutCompression, to_ap1 * ap0);
}

}  // namespace petzval
