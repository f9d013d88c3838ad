// Lucas-Kanade sums of a 16 x 16 tile, vectorised.
#include "petzval/burst/tile_match.h"

#include <cmath>

#include "petzval/burst/pyramid.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/burst/tile_match.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::burst {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// `r` and `f` point at the first pixel of the tile in both pictures; fx, fy in [0, 1).
void MatchTileSums(const int16_t* HWY_RESTRICT r, ptrdiff_t r_stride, const int16_t* HWY_RESTRICT f,
                   ptrdiff_t f_stride, float fx, float fy, float gain,
                   TileEquations* HWY_RESTRICT out) {
  const hn::CappedTag<float, 8> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<int16_t, decltype(d)> d16;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto load = [&](const int16_t* p)
                        HWY_ATTR { return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(d16, p))); };
  const auto w00 = hn::Set(d, (1 - fx) * (1 - fy) * gain), w10 = hn::Set(d, fx * (1 - fy) * gain);
  const auto w01 = hn::Set(d, (1 - fx) * fy * gain), w11 = hn::Set(d, fx * fy * gain);
  auto hxx = hn::Zero(d), hxy = hn::Zero(d), hyy = hn::Zero(d);
  auto bx = hn::Zero(d), by = hn::Zero(d), ee = hn::Zero(d), sum = hn::Zero(d);
  auto sx = hn::Zero(d), sy = hn::Zero(d), se = hn::Zero(d);
  for (int y = 0; y < kTilePx; ++y, r += r_stride, f += f_stride) {
    for (int x = 0; x < kTilePx; x += lanes) {
      const auto center = load(r + x);
      // Twice the gradient; the factor is taken out at the end.
      const auto gx = hn::Sub(load(r + x + 1), load(r + x - 1));
      const auto gy = hn::Sub(load(r + x + r_stride), load(r + x - r_stride));
      auto e = hn::NegMulAdd(hn::Set(d, 1.0f), center, hn::Mul(w00, load(f + x)));
      e = hn::MulAdd(w10, load(f + x + 1), e);
      e = hn::MulAdd(w01, load(f + x + f_stride), e);
      e = hn::MulAdd(w11, load(f + x + f_stride + 1), e);
      hxx = hn::MulAdd(gx, gx, hxx);
      hxy = hn::MulAdd(gx, gy, hxy);
      hyy = hn::MulAdd(gy, gy, hyy);
      bx = hn::MulAdd(gx, e, bx);
      by = hn::MulAdd(gy, e, by);
      ee = hn::MulAdd(e, e, ee);
      sum = hn::Add(sum, center);
      sx = hn::Add(sx, gx);
      sy = hn::Add(sy, gy);
      se = hn::Add(se, e);
    }
  }
  const float unit = 1.0f / kGuideOne, unit2 = unit * unit;
  const float n = kTilePx * kTilePx;
  const auto total = [&](hn::Vec<decltype(d)> v)
                         HWY_ATTR { return hn::GetLane(hn::SumOfLanes(d, v)); };
  const float mean_x = total(sx) / n, mean_y = total(sy) / n, mean_e = total(se) / n;
  out->hxx = 0.25f * unit2 * (total(hxx) - n * mean_x * mean_x);
  out->hxy = 0.25f * unit2 * (total(hxy) - n * mean_x * mean_y);
  out->hyy = 0.25f * unit2 * (total(hyy) - n * mean_y * mean_y);
  out->bx = 0.5f * unit2 * (total(bx) - n * mean_x * mean_e);
  out->by = 0.5f * unit2 * (total(by) - n * mean_y * mean_e);
  out->ee = unit2 * (total(ee) - n * mean_e * mean_e);
  out->mean = unit / n * total(sum);
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::burst
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::burst {

HWY_EXPORT(MatchTileSums);

TileEquations MatchTile(ImageView<const int16_t> reference, ImageView<const int16_t> frame, int x,
                        int y, double ux, double uy, float gain) {
  TileEquations equations;
  assert(x >= 1 && y >= 1 && x + kTilePx < reference.width() && y + kTilePx < reference.height());
  // Far outside (or not a number) is told before the conversion to int.
  if (!(std::abs(ux) < 1e6 && std::abs(uy) < 1e6)) return equations;
  const double px = x + ux, py = y + uy;
  const int ix = static_cast<int>(std::floor(px)), iy = static_cast<int>(std::floor(py));
  if (ix < 0 || iy < 0 || ix + kTilePx >= frame.width() || iy + kTilePx >= frame.height()) {
    return equations;
  }
  equations.inside = true;
  HWY_DYNAMIC_DISPATCH(MatchTileSums)
  (reference.row(y) + x, reference.stride(), frame.row(iy) + ix, frame.stride(),
   static_cast<float>(px - ix), static_cast<float>(py - iy), gain, &equations);
  return equations;
}

}  // namespace petzval::burst
#endif  // HWY_ONCE
