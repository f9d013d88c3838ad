// Builds the level tables and runs the levels pipeline on rectangles.
#include "petzval/develop/levels.h"

#include <cassert>

#include "develop_levels.h"

namespace petzval {

Levels::Levels(const MosaicSource& source, const Shading& shading, const Vec3& gain,
               const std::array<double, 2>& green)
    : source_(source), shading_(shading), black_(source.width + 2 * kMargin, 4) {
  const int planes = source.bayer ? 1 : 3;
  for (int p = 0; p < planes; ++p) scale_[p] = Image<float>(black_.width(), 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = -kMargin; x < source.width + kMargin; ++x) {
      const int ux = x - source.shift_x, uy = y - source.shift_y;
      // Mirroring keeps the parity of a coordinate, not its value modulo 4: outside the picture the
      // black level is that of the pixel which is shown there. Rows are mirrored by whole tables
      // only where the level repeats every 2 rows; the few border rows of others differ slightly.
      const int inside = MirrorIndex(ux, source.width);
      const float black = source.black_dn[(uy & 3) * 4 + (inside & 3)];
      black_.At(x + kMargin, y) = black;
      for (int p = 0; p < planes; ++p) {
        const int c = source.Color(p, x, y);
        const double factor = source.bayer && c == 1 ? gain[c] * green[y & 1] : gain[c];
        scale_[p].At(x + kMargin, y) =
            static_cast<float>(factor / (static_cast<double>(source.white_dn[c]) - black));
      }
    }
  }
}

void Levels::Render(int p, const Rect& r, ImageView<float> out) const {
  assert(r.width % kLane == 0 && out.width() >= r.width && out.height() >= r.height);
  thread_local Image<uint16_t> scratch;
  thread_local Image<float> gains;
  auto dn = ToHalide(Gather(source_, p, r, &scratch));
  auto black = ToHalide(black_.view());
  black.set_min(-kMargin, 0);
  auto scale = ToHalide(scale_[source_.bayer ? 0 : p].view());
  scale.set_min(-kMargin, 0);
  auto shade = ToHalide(shading_.Gain(p, r, &gains));
  halide_dimension_t shape[2] = {{r.x, r.width, 1},
                                 {r.y, r.height, static_cast<int32_t>(out.stride())}};
  Halide::Runtime::Buffer<float, 2> to(out.data(), 2, shape);
  [[maybe_unused]] const int error = develop_levels(dn, black, scale, shade, to);
  assert(error == 0);
}

}  // namespace petzval
