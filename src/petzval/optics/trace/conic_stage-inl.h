// Planes, spheres and conics: intersection in closed form and refraction. Included once for each
// SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_CONIC_STAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_CONIC_STAGE_INL_H_
#undef PETZVAL_OPTICS_TRACE_CONIC_STAGE_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_CONIC_STAGE_INL_H_
#endif

#include "petzval/optics/trace/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_NOINLINE void PlaneStage(D d, const PackedSurface& p, bool clip, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf)), zero = hn::Zero(d);
  const int lanes = static_cast<int>(hn::Lanes(d));
  const bool refracts = p.refracts;
  for (int i = 0; i < tile.count; i += lanes) {
    const V n = hn::Load(d, tile.n + i);
    const V s = Quotient(d, hn::Sub(t, hn::Load(d, tile.z + i)), n);
    const V x = hn::MulAdd(s, hn::Load(d, tile.l + i), hn::Load(d, tile.x + i));
    const V y = hn::MulAdd(s, hn::Load(d, tile.m + i), hn::Load(d, tile.y + i));
    hn::Store(x, d, tile.x + i);
    hn::Store(y, d, tile.y + i);
    hn::Store(zero, d, tile.z + i);
    if constexpr (Tile<T>::kPathLength) {
      hn::Store(hn::MulAdd(n2, s, hn::Load(d, tile.opl + i)), d, tile.opl + i);
    }
    const V outside = hn::Sub(limit, hn::MulAdd(x, x, hn::Mul(y, y)));
    V square = zero;
    V bad = outside;
    if (refracts) {
      square = hn::MulAdd(n, n, change);
      bad = hn::Or(bad, square);
      hn::Store(CosineBehind(d, square, n, flip), d, tile.n + i);
    }
    if (HWY_UNLIKELY(AnyNegative(d, bad))) {
      FailLanes(d, p, clip, i, zero, outside, square, tile);
    }
  }
}

// From any point of the ray: F is twice the distance from the surface in terms of its equation, G
// half of its derivative along the ray. For spheres G^2 - n^2 c F is the square of n times the
// cosine of incidence.
template <class D, bool kSphere>
HWY_NOINLINE void ConicStage(D d, const PackedSurface& p, bool clip, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const V one = hn::Set(d, T(1));
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const V c = hn::Set(d, T(p.c)), k1 = hn::Set(d, T(1 + p.k));
  const V n2c = hn::Set(d, T(p.n * p.n * p.c)), kc = hn::Set(d, T(p.k * p.c));
  const V c_k1 = hn::Set(d, T((1 + p.k) * p.c)), kc2 = hn::Set(d, T(p.k * p.c * p.c));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf));
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const V l = hn::Load(d, tile.l + i), m = hn::Load(d, tile.m + i), n = hn::Load(d, tile.n + i);
    V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i);
    V z = hn::Sub(hn::Load(d, tile.z + i), t);
    const V zk = kSphere ? z : hn::Mul(k1, z);
    const V sum2 = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(zk, z)));
    const V dot = hn::MulAdd(x, l, hn::MulAdd(y, m, hn::Mul(zk, n)));
    const V f = hn::MulSub(c, sum2, hn::Add(z, z));
    const V g = hn::NegMulAdd(c, dot, n);
    V discriminant;
    if constexpr (kSphere) {
      discriminant = hn::NegMulAdd(n2c, f, hn::Mul(g, g));
    } else {
      const V a = hn::MulAdd(kc, hn::Mul(n, n), n2c);
      discriminant = hn::NegMulAdd(a, f, hn::Mul(g, g));
    }
    const V root = hn::CopySign(Root(d, discriminant), n);
    const V s = Quotient(d, f, hn::Add(g, root));
    x = hn::MulAdd(s, l, x);
    y = hn::MulAdd(s, m, y);
    z = hn::MulAdd(s, n, z);
    if constexpr (Tile<T>::kPathLength) {
      hn::Store(hn::MulAdd(n2, s, hn::Load(d, tile.opl + i)), d, tile.opl + i);
    }
    const V r2 = hn::MulAdd(x, x, hn::Mul(y, y));
    const V outside = hn::Sub(limit, r2);
    const V nz = hn::NegMulAdd(c_k1, z, one);  // of the gradient; negative beyond the vertex sheet
    hn::Store(x, d, tile.x + i);
    hn::Store(y, d, tile.y + i);
    hn::Store(z, d, tile.z + i);
    V square, gamma;
    if constexpr (kSphere) {
      square = hn::Add(discriminant, change);
      gamma = hn::Sub(CosineBehind(d, square, root, flip), root);
    } else {
      // The gradient's length is sqrt(1 - k c^2 r^2).
      V length, inverse;
      Roots(d, hn::NegMulAdd(kc2, r2, one), length, inverse);
      const V cosine = hn::Mul(root, inverse);
      square = hn::MulAdd(cosine, cosine, change);
      gamma = hn::Mul(hn::Sub(CosineBehind(d, square, cosine, flip), cosine), inverse);
    }
    const V gc = hn::Mul(gamma, c);
    hn::Store(hn::NegMulAdd(gc, x, l), d, tile.l + i);
    hn::Store(hn::NegMulAdd(gc, y, m), d, tile.m + i);
    hn::Store(hn::MulAdd(gamma, nz, n), d, tile.n + i);
    const V missed = hn::Or(discriminant, nz);
    if (HWY_UNLIKELY(AnyNegative(d, hn::Or(hn::Or(missed, square), outside)))) {
      FailLanes(d, p, clip, i, hn::Min(discriminant, nz), outside, square, tile);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
