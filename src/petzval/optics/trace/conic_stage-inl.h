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
  using X = wide::Wide<kWide, D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf));
  const X none = wide::Broadcast<kWide>(hn::Zero(d));
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  const bool refracts = p.refracts;
  for (int i = 0; i < tile.count; i += lanes) {
    const auto n = wide::Load<kWide>(d, tile.n + i);
    const auto s = wide::Quotient(d, wide::Sub(t, wide::Load<kWide>(d, tile.z + i)), n);
    const auto x =
        wide::MulAdd(s, wide::Load<kWide>(d, tile.l + i), wide::Load<kWide>(d, tile.x + i));
    const auto y =
        wide::MulAdd(s, wide::Load<kWide>(d, tile.m + i), wide::Load<kWide>(d, tile.y + i));
    wide::Store<kWide>(x, d, tile.x + i);
    wide::Store<kWide>(y, d, tile.y + i);
    wide::Store<kWide>(none, d, tile.z + i);
    if constexpr (Tile<T>::kPathLength) {
      wide::Store<kWide>(wide::MulAdd(n2, s, wide::Load<kWide>(d, tile.opl + i)), d, tile.opl + i);
    }
    const auto outside = wide::Sub(limit, wide::MulAdd(x, x, wide::Mul(y, y)));
    X square = none;
    X bad = outside;
    if (refracts) {
      square = wide::MulAdd(n, n, change);
      bad = wide::Or(bad, square);
      wide::Store<kWide>(CosineBehind(d, square, n, flip), d, tile.n + i);
    }
    if (HWY_UNLIKELY(wide::AnyNegative(d, bad))) {
      FailLanes<kWide>(d, p, clip, i, none, outside, square, tile);
    }
  }
}

// The step to the tangent plane at the vertex and from there to the vertex sheet, and the square of
// n times the cosine of incidence, negative where the ray misses.
template <class D>
struct ConicStep {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;

  ConicStep(D d_, const PackedSurface& p)
      : d(d_),
        c(hn::Set(d, T(p.c))),
        n2c(hn::Set(d, T(p.n * p.n * p.c))),
        kc(hn::Set(d, T(p.k * p.c))) {}

  HWY_INLINE void operator()(const X& x, const X& y, const X& z, const X& l, const X& m, const X& n,
                             X& root, X& discriminant, X& step) const {
    const X to_plane = wide::Neg(wide::Quotient(d, z, n));
    const X at_x = wide::MulAdd(to_plane, l, x), at_y = wide::MulAdd(to_plane, m, y);
    const X f = wide::Mul(c, wide::MulAdd(at_x, at_x, wide::Mul(at_y, at_y)));
    const X g = wide::NegMulAdd(c, wide::MulAdd(at_x, l, wide::Mul(at_y, m)), n);
    const X a = wide::MulAdd(kc, wide::Mul(n, n), n2c);
    discriminant = wide::NegMulAdd(a, f, wide::Mul(g, g));
    root = wide::CopySign(wide::Root(d, discriminant), n);
    step = wide::Add(wide::Quotient(d, f, wide::Add(g, root)), to_plane);
  }

  D d;
  V c, n2c, kc;
};

template <class D, bool kSphere>
HWY_NOINLINE void ConicStage(D d, const PackedSurface& p, bool clip, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const V one = hn::Set(d, T(1));
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const V c = hn::Set(d, T(p.c));
  const V c_k1 = hn::Set(d, T((1 + p.k) * p.c)), kc2 = hn::Set(d, T(p.k * p.c * p.c));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf));
  const auto meet = [&] {
    if constexpr (kSphere) {
      return SphereStep<D>(d, p.c, p.n);
    } else {
      return ConicStep<D>(d, p);
    }
  }();
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const X l = wide::Load<kWide>(d, tile.l + i), m = wide::Load<kWide>(d, tile.m + i);
    const X n = wide::Load<kWide>(d, tile.n + i);
    X x = wide::Load<kWide>(d, tile.x + i), y = wide::Load<kWide>(d, tile.y + i);
    X z = wide::Sub(wide::Load<kWide>(d, tile.z + i), t);
    X root, discriminant, s;
    meet(x, y, z, l, m, n, root, discriminant, s);
    x = wide::MulAdd(s, l, x);
    y = wide::MulAdd(s, m, y);
    z = wide::MulAdd(s, n, z);
    if constexpr (Tile<T>::kPathLength) {
      wide::Store<kWide>(wide::MulAdd(n2, s, wide::Load<kWide>(d, tile.opl + i)), d, tile.opl + i);
    }
    const X outside = wide::Sub(limit, wide::MulAdd(x, x, wide::Mul(y, y)));
    const X nz =
        wide::NegMulAdd(c_k1, z, one);  // of the gradient; negative beyond the vertex sheet
    wide::Store<kWide>(x, d, tile.x + i);
    wide::Store<kWide>(y, d, tile.y + i);
    wide::Store<kWide>(z, d, tile.z + i);
    X square, gamma;
    if constexpr (kSphere) {
      square = wide::Add(discriminant, change);
      gamma = Bend(d, square, root, change, flip);
    } else {
      // The gradient's length is sqrt(1 - k c^2 r^2).
      X length, inverse;
      const X r2 = wide::MulAdd(x, x, wide::Mul(y, y));
      wide::Roots(d, wide::NegMulAdd(kc2, r2, one), length, inverse);
      const X cosine = wide::Mul(root, inverse);
      square = wide::MulAdd(cosine, cosine, change);
      gamma = wide::Mul(Bend(d, square, cosine, change, flip), inverse);
    }
    const X gc = wide::Mul(gamma, c);
    wide::Store<kWide>(wide::NegMulAdd(gc, x, l), d, tile.l + i);
    wide::Store<kWide>(wide::NegMulAdd(gc, y, m), d, tile.m + i);
    wide::Store<kWide>(wide::MulAdd(gamma, nz, n), d, tile.n + i);
    const X missed = wide::Or(discriminant, nz);
    if (HWY_UNLIKELY(wide::AnyNegative(d, wide::Or(wide::Or(missed, square), outside)))) {
      FailLanes<kWide>(d, p, clip, i, wide::Min(discriminant, nz), outside, square, tile);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
