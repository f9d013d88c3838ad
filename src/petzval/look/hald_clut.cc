// Colour tables as pictures: HaldCLUT files (Quelsolaar; ImageMagick, RawTherapee, darktable).
#include "petzval/look/hald_clut.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/image/picture.h"
#include "petzval/image/png.h"

namespace petzval {

Result<Lut3d> ReadHaldClut(const std::string& path) {
  PETZVAL_ASSIGN(const Picture picture, ReadPicture(path));
  const int side = picture.width();
  if (side != picture.height()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: a HaldCLUT is square, not {} x {}", path, side, picture.height()));
  }
  const int level = static_cast<int>(std::lround(std::cbrt(side)));
  if (level * level * level != side || level < kMinHaldLevel || level > kMaxHaldLevel) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{}: the side of a HaldCLUT is the cube of a level from {} to {}, "
                            "which {} is not",
                            path, kMinHaldLevel, kMaxHaldLevel, side));
  }
  Lut3d cube;
  cube.size = level * level;
  cube.rgb.reserve(3 * static_cast<size_t>(side) * side);
  const float scale = 1.0f / static_cast<float>(picture.max_code);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      for (int c = 0; c < 3; ++c) {
        cube.rgb.push_back(picture.is_float()
                               ? picture.value.At(x, y, c)
                               : static_cast<float>(picture.code.At(x, y, c)) * scale);
      }
    }
  }
  return cube;
}

Status WriteHaldClut(const std::string& path, const Lut3d& cube, int level, int bit_depth) {
  if (level < kMinHaldLevel || level > kMaxHaldLevel) {
    return Fail(ErrorCode::kUnsupported, fmt::format("a HaldCLUT has a level from {} to {}, not {}",
                                                     kMinHaldLevel, kMaxHaldLevel, level));
  }
  if (cube.domain_min != Vec3{{0, 0, 0}} || cube.domain_max != Vec3{{1, 1, 1}}) {
    return Fail(ErrorCode::kUnsupported,
                "a HaldCLUT holds tables of the domain 0 to 1 only; a .cube file holds others");
  }
  const int size = level * level, side = size * level, top = bit_depth == 8 ? 255 : 65535;
  Image<uint16_t> pixels(side, side, 3);
  const auto at = [size](int i) { return i / (size - 1.0); };
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int i = y * side + x, r = i % size, g = i / size % size, b = i / (size * size);
      const Vec3 color = cube.size == size ? cube.At(r, g, b) : cube.Apply({{at(r), at(g), at(b)}});
      for (int c = 0; c < 3; ++c) {
        // A comparison that is false for NaN.
        const double value = color[c] > 0 ? std::min(color[c], 1.0) : 0;
        pixels.At(x, y, c) = static_cast<uint16_t>(std::lround(value * top));
      }
    }
  }
  return WritePng(path, pixels, bit_depth);
}

}  // namespace petzval
