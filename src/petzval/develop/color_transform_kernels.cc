// Vector loops of camera colour. A pixel's result does not depend on which lane computes it.
#include "petzval/develop/color_transform_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/develop/color_transform_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kLanes = 16;
using D = hn::CappedTag<float, kLanes>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;

// NaN becomes 0, and no sum of products of what is left can overflow.
HWY_INLINE V Tame(V x) {
  const D d;
  x = hn::IfThenElseZero(hn::Eq(x, x), x);
  return hn::Min(hn::Max(x, hn::Set(d, -1e9f)), hn::Set(d, 1e9f));
}

// x^(1/3) of x >= 0: Newton's iteration for the inverse root, which needs no division, from the
// usual first guess in the bits of a float. Relative error below 4e-7; of 0 next to nothing.
HWY_INLINE V CubeRoot(V x) {
  const D d;
  const DI di;
  x = hn::Max(x, hn::Set(d, 1e-30f));
  const auto bits = hn::ConvertTo(d, hn::BitCast(di, x));
  // 4 / 3 of the exponent's bias, less what the straight line between powers of two is off.
  const auto guess =
      hn::ConvertTo(di, hn::NegMulAdd(bits, hn::Set(d, 1.0f / 3), hn::Set(d, 1.419967e9f)));
  V r = hn::BitCast(d, guess);
  const auto third = hn::Set(d, 1.0f / 3), four_thirds = hn::Set(d, 4.0f / 3);
  for (int i = 0; i < 3; ++i) {
    const V r3x = hn::Mul(hn::Mul(hn::Mul(r, r), r), x);
    r = hn::Mul(r, hn::NegMulAdd(third, r3x, four_thirds));
  }
  return hn::Mul(x, hn::Mul(r, r));
}

// 3 t^2 - 2 t^3 of t within 0..1.
HWY_INLINE V Smooth(V t) {
  const D d;
  t = hn::Min(hn::Max(t, hn::Zero(d)), hn::Set(d, 1.0f));
  return hn::Mul(hn::Mul(t, t), hn::NegMulAdd(hn::Set(d, 2.0f), t, hn::Set(d, 3.0f)));
}

struct Pixels {
  V c[3];
};

// How much of the fit the signal of its weakest channel bears.
HWY_INLINE V SignalWeight(const ColorKernel& k, const Pixels& p) {
  const D d;
  auto strong = hn::Ge(p.c[0], hn::Set(d, k.full[0]));
  strong = hn::And(strong, hn::Ge(p.c[1], hn::Set(d, k.full[1])));
  strong = hn::And(strong, hn::Ge(p.c[2], hn::Set(d, k.full[2])));
  if (hn::AllTrue(d, strong)) return hn::Set(d, 1.0f);
  V least = hn::Set(d, kSnrFull * kSnrFull);
  for (int c = 0; c < 3; ++c) {
    const V x = hn::Max(p.c[c], hn::Zero(d));
    const V variance = hn::MulAdd(hn::Set(d, k.slope[c]), x, hn::Set(d, k.offset[c]));
    least = hn::Min(least, hn::Div(hn::Mul(x, x), variance));
  }
  return Smooth(hn::Mul(hn::Sub(hn::Sqrt(least), hn::Set(d, kSnrNone)),
                        hn::Set(d, 1 / (kSnrFull - kSnrNone))));
}

// How much of the fit the training colours around bear. `p` >= 0.
HWY_INLINE V HullWeight(const ColorKernel& k, const Pixels& p) {
  const D d;
  const V one = hn::Set(d, 1.0f);
  if (k.edges.empty()) return one;
  const V sum = hn::Add(hn::Add(p.c[0], p.c[1]), p.c[2]);
  const V most = hn::Max(hn::Max(p.c[0], p.c[1]), p.c[2]);
  const V least = hn::Min(hn::Min(p.c[0], p.c[1]), p.c[2]);
  if (hn::AllTrue(d, hn::Le(hn::Sub(most, least), hn::Mul(hn::Set(d, k.inside), sum)))) return one;
  V gauge = hn::Zero(d);
  for (const std::array<float, 3>& e : k.edges) {
    gauge = hn::Max(
        gauge, hn::MulAdd(hn::Set(d, e[0]), p.c[0],
                          hn::MulAdd(hn::Set(d, e[1]), p.c[1], hn::Mul(hn::Set(d, e[2]), p.c[2]))));
  }
  // Nothing at all has no colour: the fit of 0 is 0.
  gauge = hn::Div(gauge, hn::Max(sum, hn::Set(d, 1e-30f)));
  return Smooth(
      hn::Mul(hn::Sub(hn::Set(d, kHullNone), gauge), hn::Set(d, 1 / (kHullNone - kHullFull))));
}

template <ColorFitKind kKind>
HWY_INLINE Pixels Transform(const ColorKernel& k, const Pixels& p) {
  const D d;
  Pixels out;
  for (int c = 0; c < 3; ++c) {
    const float* m = k.matrix.data() + 3 * c;
    out.c[c] = hn::MulAdd(hn::Set(d, m[0]), p.c[0],
                          hn::MulAdd(hn::Set(d, m[1]), p.c[1], hn::Mul(hn::Set(d, m[2]), p.c[2])));
  }
  if (kKind == ColorFitKind::kMatrix) return out;
  V weight = SignalWeight(k, p);
  Pixels q;
  for (int c = 0; c < 3; ++c) q.c[c] = hn::Max(p.c[c], hn::Zero(d));
  weight = hn::Mul(weight, HullWeight(k, q));
  if (hn::AllTrue(d, hn::Le(weight, hn::Zero(d)))) return out;

  constexpr int kCount = ColorTermCount(kKind);
  V term[kMaxColorTerms];
  for (int c = 0; c < 3; ++c) term[c] = p.c[c];
  const V sr = hn::Sqrt(q.c[0]), sg = hn::Sqrt(q.c[1]), sb = hn::Sqrt(q.c[2]);
  term[3] = hn::Mul(sr, sg);
  term[4] = hn::Mul(sg, sb);
  term[5] = hn::Mul(sr, sb);
  if (kKind == ColorFitKind::kRootPolynomial3) {
    const V r = CubeRoot(q.c[0]), g = CubeRoot(q.c[1]), b = CubeRoot(q.c[2]);
    const V rg = hn::Mul(r, g), gb = hn::Mul(g, b), br = hn::Mul(b, r);
    term[6] = hn::Mul(rg, g);
    term[7] = hn::Mul(gb, b);
    term[8] = hn::Mul(br, b);
    term[9] = hn::Mul(rg, r);
    term[10] = hn::Mul(gb, g);
    term[11] = hn::Mul(br, r);
    term[12] = hn::Mul(rg, b);
  }
  Pixels more;
  for (int c = 0; c < 3; ++c) {
    more.c[c] = hn::Mul(hn::Set(d, k.more[c][0]), term[0]);
    for (int t = 1; t < kCount; ++t) {
      more.c[c] = hn::MulAdd(hn::Set(d, k.more[c][t]), term[t], more.c[c]);
    }
  }
  // Roots take no more than a share of a primary away, and nothing where there is none.
  for (int c = 0; c < 3; ++c) {
    const V most = hn::Mul(hn::Set(d, kMostLoss), hn::Max(out.c[c], hn::Zero(d)));
    const V loss = hn::Neg(more.c[c]);
    const auto beyond = hn::Gt(hn::Mul(weight, loss), most);
    if (hn::AllFalse(d, beyond)) continue;
    weight = hn::IfThenElse(beyond, hn::Div(most, hn::Max(loss, hn::Set(d, 1e-30f))), weight);
  }
  for (int c = 0; c < 3; ++c) out.c[c] = hn::MulAdd(weight, more.c[c], out.c[c]);
  return out;
}

template <ColorFitKind kKind>
void TransformRowOf(const ColorKernel& k, float* red, float* green, float* blue, int count) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  float* plane[3] = {red, green, blue};
  int i = 0;
  Pixels p;
  for (; i + lanes <= count; i += lanes) {
    for (int c = 0; c < 3; ++c) p.c[c] = Tame(hn::LoadU(d, plane[c] + i));
    p = Transform<kKind>(k, p);
    for (int c = 0; c < 3; ++c) hn::StoreU(p.c[c], d, plane[c] + i);
  }
  const int left = count - i;
  if (left <= 0) return;
  // Lanes beyond the end hold the colour of the last pixel: one that takes the same branches.
  HWY_ALIGN float rest[3][kLanes];
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < lanes; ++j) rest[c][j] = plane[c][i + std::min(j, left - 1)];
    p.c[c] = Tame(hn::Load(d, rest[c]));
  }
  p = Transform<kKind>(k, p);
  for (int c = 0; c < 3; ++c) {
    hn::Store(p.c[c], d, rest[c]);
    for (int j = 0; j < left; ++j) plane[c][i + j] = rest[c][j];
  }
}

void TransformRow(const ColorKernel& k, float* red, float* green, float* blue, int count) {
  switch (k.kind) {
    case ColorFitKind::kMatrix:
      return TransformRowOf<ColorFitKind::kMatrix>(k, red, green, blue, count);
    case ColorFitKind::kRootPolynomial2:
      return TransformRowOf<ColorFitKind::kRootPolynomial2>(k, red, green, blue, count);
    case ColorFitKind::kRootPolynomial3:
      return TransformRowOf<ColorFitKind::kRootPolynomial3>(k, red, green, blue, count);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval {

HWY_EXPORT(TransformRow);

void TransformRow(const ColorKernel& kernel, float* red, float* green, float* blue, int count) {
  HWY_DYNAMIC_DISPATCH(TransformRow)(kernel, red, green, blue, count);
}

void MatrixRowInPlace(const std::array<float, 9>& m, float* red, float* green, float* blue,
                      int count) {
  ColorKernel kernel;
  kernel.matrix = m;
  HWY_DYNAMIC_DISPATCH(TransformRow)(kernel, red, green, blue, count);
}

}  // namespace petzval
#endif  // HWY_ONCE
