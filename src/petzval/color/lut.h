// Tables that map colours: one-dimensional curves and three-dimensional cubes.
#ifndef PETZVAL_COLOR_LUT_H_
#define PETZVAL_COLOR_LUT_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"

namespace petzval {

inline constexpr int kMaxLut1dSize = 65536;
inline constexpr int kMaxLut3dSize = 144;  // a HaldCLUT of level 12

// A curve for each channel: `value[c]` of one size >= 2 over domain_min..domain_max, linear between
// entries, the end values outside.
struct Lut1d {
  std::array<std::vector<float>, 3> value;
  Vec3 domain_min{{0, 0, 0}}, domain_max{{1, 1, 1}};
  Vec3 Apply(const Vec3& rgb) const;
};

// size^3 colours, red fastest, then green, then blue; tetrahedral interpolation (Kasson, Nin,
// Plouffe, Hafner 1995), clamped to the domain. NaN counts as the domain's minimum.
struct Lut3d {
  int size = 0;            // 2..kMaxLut3dSize
  std::vector<float> rgb;  // 3 size^3
  Vec3 domain_min{{0, 0, 0}}, domain_max{{1, 1, 1}};
  static Lut3d Identity(int size);
  Vec3 Apply(const Vec3& rgb) const;
  Vec3 At(int r, int g, int b) const;
};

// A file of tables: the curve first, then the cube; either may be absent.
struct ColorLut {
  std::string title;
  std::optional<Lut1d> curve;
  std::optional<Lut3d> cube;
  Vec3 Apply(const Vec3& rgb) const;
};

}  // namespace petzval

#endif  // PETZVAL_COLOR_LUT_H_
