// Surfaces without a closed form: Newton's method from the sphere of the vertex's curvature, and
// refraction at their normal. Included once for each SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#undef PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_ASPHERE_STAGE_INL_H_
#endif

#include "petzval/optics/trace/asphere_forms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The sphere that touches at the vertex; where the ray misses it, the tangent plane.
template <class D>
HWY_NOINLINE void StartOnSphere(D d, const PackedSurface& p, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;
  const V t = hn::Set(d, T(p.t_before)), n2 = hn::Set(d, T(p.n * p.n));
  const SphereStep<D> meet(d, p.c_effective, p.n);
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const X l = wide::Load<kWide>(d, tile.l + i), m = wide::Load<kWide>(d, tile.m + i);
    const X n = wide::Load<kWide>(d, tile.n + i);
    const X x = wide::Load<kWide>(d, tile.x + i), y = wide::Load<kWide>(d, tile.y + i);
    const X z = wide::Sub(wide::Load<kWide>(d, tile.z + i), t);
    X cosine, square, s;
    meet(x, y, z, l, m, n, cosine, square, s);
    if (HWY_UNLIKELY(wide::AnyNegative(d, square))) {
      const X to_plane = wide::Neg(wide::HardwareQuotient(z, n));
      s = wide::WhereAtLeast(square, hn::Zero(d), s, to_plane);
    }
    wide::Store<kWide>(wide::MulAdd(s, l, x), d, tile.x + i);
    wide::Store<kWide>(wide::MulAdd(s, m, y), d, tile.y + i);
    wide::Store<kWide>(wide::MulAdd(s, n, z), d, tile.z + i);
    if constexpr (Tile<T>::kPathLength) {
      wide::Store<kWide>(wide::MulAdd(n2, s, wide::Load<kWide>(d, tile.opl + i)), d, tile.opl + i);
    }
  }
}

// Rays that Newton's method did not bring to the surface in the usual number of steps.
template <class T>
void SearchSingly(const PackedSurface& p, int at, Tile<T>& tile) {
  Ray ray{tile.x[at], tile.y[at], tile.z[at], tile.l[at] / p.n, tile.m[at] / p.n, tile.n[at] / p.n};
  double step = 0;
  if (!Intersect(*p.surface, &ray, &step)) return tile.Fail(at, RayStatus::kMissed, p.n);
  tile.x[at] = static_cast<T>(ray.x), tile.y[at] = static_cast<T>(ray.y);
  tile.z[at] = static_cast<T>(ray.z);
  if constexpr (Tile<T>::kPathLength) tile.opl[at] += p.n * step;
}

// A step below the limit leaves an error of about its square: below 1e-14 mm, or the precision.
template <class D, class Form>
HWY_NOINLINE void Search(D d, const Form& form, const PackedSurface& p, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;
  constexpr T kLimit = sizeof(T) == 8 ? T(5e-8) : T(1e-4);
  constexpr int kPasses = 10;
  const V limit = hn::Set(d, kLimit), n2 = hn::Set(d, T(p.n * p.n));
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  int pending[Tile<T>::kRays];
  int count = 0;
  for (int i = 0; i < tile.count; i += lanes) pending[count++] = i;
  for (int pass = 0; pass < kPasses && count > 0; ++pass) {
    int left = 0;
    for (int j = 0; j < count; ++j) {
      const int i = pending[j];
      const X l = wide::Load<kWide>(d, tile.l + i), m = wide::Load<kWide>(d, tile.m + i);
      const X n = wide::Load<kWide>(d, tile.n + i);
      const X x = wide::Load<kWide>(d, tile.x + i), y = wide::Load<kWide>(d, tile.y + i);
      const X z = wide::Load<kWide>(d, tile.z + i);
      X s = StepTo(form, x, y, z, l, m, n);
      X size = wide::Abs(s);
      if (pass > 0) {
        // Lanes that have arrived stay, so that no ray depends on its neighbours.
        const X last = wide::Load<kWide>(d, tile.last_step + i);
        s = wide::WhereAtLeast(limit, last, wide::Broadcast<kWide>(hn::Zero(d)), s);
        size = wide::WhereAtLeast(limit, last, last, size);
      }
      wide::Store<kWide>(wide::MulAdd(s, l, x), d, tile.x + i);
      wide::Store<kWide>(wide::MulAdd(s, m, y), d, tile.y + i);
      wide::Store<kWide>(wide::MulAdd(s, n, z), d, tile.z + i);
      wide::Store<kWide>(size, d, tile.last_step + i);
      if constexpr (Tile<T>::kPathLength) {
        wide::Store<kWide>(wide::MulAdd(n2, s, wide::Load<kWide>(d, tile.opl + i)), d,
                           tile.opl + i);
      }
      pending[left] = i;
      left += wide::AllAtMost(d, size, limit) ? 0 : 1;
    }
    count = left;
  }
  for (int j = 0; j < count; ++j) {
    for (int i = pending[j]; i < pending[j] + lanes; ++i) {
      if (!(tile.last_step[i] <= kLimit)) SearchSingly(p, i, tile);
    }
  }
}

template <class D, class Form>
HWY_NOINLINE void AsphereStage(D d, const Form& form, const PackedSurface& p, bool clip,
                               Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;
  constexpr double kInf = std::numeric_limits<double>::infinity();
  StartOnSphere(d, p, tile);
  Search(d, form, p, tile);
  const V one = hn::Set(d, T(1));
  const V change = hn::Set(d, T(p.n2_change)), flip = hn::Set(d, T(p.mirror ? -0.0 : 0.0));
  const V limit = hn::Set(d, T(clip ? p.limit2 : kInf));
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const X l = wide::Load<kWide>(d, tile.l + i), m = wide::Load<kWide>(d, tile.m + i);
    const X n = wide::Load<kWide>(d, tile.n + i);
    X x = wide::Load<kWide>(d, tile.x + i), y = wide::Load<kWide>(d, tile.y + i);
    X zx, zy, argument, length, inverse;
    SlopesAt(form, x, y, zx, zy, argument);
    X along = wide::NegMulAdd(zx, l, wide::NegMulAdd(zy, m, n));
    if (HWY_UNLIKELY(wide::AnyNegative(d, wide::Mul(along, n)))) {
      // Where the surface bends back and forth, Newton's steps may end at a crossing from behind.
      HWY_ALIGN T forward[kWide * hn::MaxLanes(D())];
      wide::Store<kWide>(wide::Mul(along, n), d, forward);
      for (int lane = 0; lane < lanes; ++lane) {
        if (forward[lane] < 0) SearchSingly(p, i + lane, tile);
      }
      x = wide::Load<kWide>(d, tile.x + i), y = wide::Load<kWide>(d, tile.y + i);
      SlopesAt(form, x, y, zx, zy, argument);
      along = wide::NegMulAdd(zx, l, wide::NegMulAdd(zy, m, n));
    }
    wide::Roots(d, wide::MulAdd(zx, zx, wide::MulAdd(zy, zy, one)), length, inverse);
    const X cosine = wide::Mul(along, inverse);
    const X square = wide::MulAdd(cosine, cosine, change);
    const X gamma = wide::Mul(Bend(d, square, cosine, change, flip), inverse);
    wide::Store<kWide>(wide::NegMulAdd(gamma, zx, l), d, tile.l + i);
    wide::Store<kWide>(wide::NegMulAdd(gamma, zy, m), d, tile.m + i);
    wide::Store<kWide>(wide::Add(gamma, n), d, tile.n + i);
    const X outside = wide::Sub(limit, wide::MulAdd(x, x, wide::Mul(y, y)));
    if (HWY_UNLIKELY(wide::AnyNegative(d, wide::Or(wide::Or(argument, square), outside)))) {
      FailLanes<kWide>(d, p, clip, i, argument, outside, square, tile);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
