// A tile of rays in cache, and the stages that every surface form shares. Included once for each
// SIMD target.
#if defined(PETZVAL_OPTICS_TRACE_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PETZVAL_OPTICS_TRACE_TILE_INL_H_
#undef PETZVAL_OPTICS_TRACE_TILE_INL_H_
#else
#define PETZVAL_OPTICS_TRACE_TILE_INL_H_
#endif

#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "petzval/optics/trace/intersect.h"
#include "petzval/optics/trace/packed_system.h"
#include "petzval/optics/trace/wide-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Directions are held as optical direction cosines, index times direction: refraction then adds a
// multiple of the surface's normal and nothing else (Welford 1986, 4.5), and a mirror is a change
// of the index's sign. The steps of a surface are run over a whole tile, some vectors at
// a time; the tile stays in the first-level cache.
template <class T>
struct Tile {
  static constexpr int kRays = static_cast<int>(2048 / sizeof(T));
  static constexpr bool kPathLength = sizeof(T) == 8;

  alignas(64) T x[kRays], y[kRays], z[kRays], l[kRays], m[kRays], n[kRays];
  alignas(64) T opl[kPathLength ? kRays : 1];
  alignas(64) T last_step[kRays];  // of the search on aspheres
  alignas(64) uint8_t status[kRays];
  int count = 0;  // a multiple of the vectors handled together

  // A failed ray goes on as the axis, so that it disturbs nobody and stays finite. `index`: of the
  // space that it goes on in.
  void Fail(int i, RayStatus why, double index) {
    if (status[i] == 0) status[i] = static_cast<uint8_t>(why);
    x[i] = y[i] = z[i] = l[i] = m[i] = 0;
    n[i] = static_cast<T>(index);
    if constexpr (kPathLength) opl[i] = 0;
  }
};

// Vectors handled together: enough to cover the latency of an operation.
constexpr int kWide = 2;

// The root of n'^2 - n'^2 sin^2, with the sign that n' times the cosine has.
template <class D, class X>
HWY_INLINE X CosineBehind(D d, const X& square, const X& cosine, hn::Vec<D> flip) {
  return wide::CopySign(wide::Root(d, square), wide::Xor(cosine, flip));
}

// n' cos I' - n cos I, from n cos I, its square behind the surface and the difference of the
// squares: what refraction adds along the normal. In single precision the difference of two rounded
// roots would cost most of the digits that a lens of 100 mm loses; one step of Newton's method on
// the difference itself costs no more than one on the root and keeps them.
template <class D, class X>
HWY_INLINE X Bend(D d, const X& square, const X& cosine, hn::Vec<D> change, hn::Vec<D> flip) {
  using T = hn::TFromD<D>;
  if constexpr (sizeof(T) == 8) {
    (void)change;
    return wide::Sub(CosineBehind(d, square, cosine, flip), cosine);
  } else {
    const auto sign = wide::Xor(cosine, flip);
#if PETZVAL_TRACE_FAST_ROOTS
    const X inverse = wide::RootEstimate(square);
    const X behind = wide::CopySign(wide::Mul(square, inverse), sign);
    const X half = wide::CopySign(wide::Mul(hn::Set(d, T(0.5)), inverse), sign);
#else
    const X behind = wide::CopySign(wide::HardwareRoot(square), sign);
    const X half = wide::HardwareQuotient(hn::Set(d, T(0.5)), behind);
#endif
    const X bend = wide::Sub(behind, cosine);
    return wide::MulAdd(wide::NegMulAdd(bend, wide::Add(behind, cosine), change), half, bend);
  }
}

// Where a ray meets a sphere through the vertex: the step, and the square of n times the cosine of
// incidence, negative where it misses. From the point nearest to the vertex (Feder 1951), where no
// difference of large numbers is left, wherever the ray comes from - also from the far side of the
// same sphere, as in a ball.
template <class D>
struct SphereStep {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using X = wide::Wide<kWide, D>;

  SphereStep(D d_, double curvature, double index)
      : d(d_),
        c(hn::Set(d, T(curvature))),
        n2(hn::Set(d, T(index * index))),
        n2c(hn::Set(d, T(index * index * curvature))),
        back(hn::Set(d, T(-1 / (index * index)))) {}

  HWY_INLINE void operator()(const X& x, const X& y, const X& z, const X& l, const X& m, const X& n,
                             X& cosine, X& square, X& step) const {
    const X dot = wide::MulAdd(x, l, wide::MulAdd(y, m, wide::Mul(z, n)));
    const X e = wide::Mul(back, dot);
    const X near_z = wide::MulAdd(e, n, z);
    X f;
    if constexpr (sizeof(T) == 8) {
      const X sum2 = wide::MulAdd(x, x, wide::MulAdd(y, y, wide::Mul(z, z)));
      f = wide::MulSub(c, wide::MulAdd(e, dot, sum2), wide::Add(near_z, near_z));
      square = wide::NegMulAdd(n2c, f, wide::Mul(n, n));
    } else {
      // The sine's square is small and keeps its digits; it does without n, whose rounding would
      // add up from surface to surface.
      const X near_x = wide::MulAdd(e, l, x), near_y = wide::MulAdd(e, m, y);
      const X sum2 =
          wide::MulAdd(near_x, near_x, wide::MulAdd(near_y, near_y, wide::Mul(near_z, near_z)));
      f = wide::MulSub(c, sum2, wide::Add(near_z, near_z));
      square = wide::Sub(n2, wide::MulAdd(n2c, f, wide::MulAdd(l, l, wide::Mul(m, m))));
    }
    cosine = wide::CopySign(wide::Root(d, square), n);
    step = wide::Add(wide::StepQuotient(d, f, wide::Add(n, cosine)), e);
  }

  D d;
  V c, n2, n2c, back;
};

// Why lanes failed: no intersection, outside the aperture, or total reflection, in this order. By
// value, so that the vectors stay in registers where no lane fails.
template <int W, class D, class X>
HWY_NOINLINE void FailLanes(D d, const PackedSurface& p, bool clip, int at, X missed, X outside,
                            X reflected, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  const int lanes = W * static_cast<int>(hn::Lanes(d));
  constexpr size_t kMost = W * hn::MaxLanes(D());
  alignas(64) T miss[kMost], out[kMost], total[kMost];
  wide::Store<W>(missed, d, miss);
  wide::Store<W>(outside, d, out);
  wide::Store<W>(reflected, d, total);
  for (int i = 0; i < lanes; ++i) {
    const int ray = at + i;
    if (!(miss[i] >= 0)) {
      tile.Fail(ray, RayStatus::kMissed, p.n_behind);
    } else if (out[i] < 0 || (clip && p.own_edge && total[i] < 0 &&
                              !InsideAperture(*p.surface, tile.x[ray], tile.y[ray]))) {
      tile.Fail(ray, RayStatus::kClipped, p.n_behind);
    } else if (!(total[i] >= 0)) {
      tile.Fail(ray, RayStatus::kTotalReflection, p.n_behind);
    }
  }
}

// What lies outside an edge that is not a circle.
template <class D>
HWY_NOINLINE void EdgeStage(D d, const PackedSurface& p, Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  const Edge& edge = *p.surface->edge;
  const bool annulus = edge.kind == EdgeKind::kAnnulus;
  const double inf = std::numeric_limits<double>::infinity();
  const auto half_x = hn::Set(d, T(annulus || edge.half_x_mm <= 0 ? inf : edge.half_x_mm));
  const auto half_y = hn::Set(d, T(annulus || edge.half_y_mm <= 0 ? inf : edge.half_y_mm));
  const auto inner2 = hn::Set(d, T(annulus ? edge.inner_mm * edge.inner_mm : 0));
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < tile.count; i += lanes) {
    const auto x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i);
    const auto r2 = hn::MulAdd(x, x, hn::Mul(y, y));
    const auto outside = hn::Or(hn::Or(hn::Sub(half_x, hn::Abs(x)), hn::Sub(half_y, hn::Abs(y))),
                                hn::Sub(r2, inner2));
    if (!wide::AnyNegative(d, outside)) continue;
    for (int j = i; j < i + lanes; ++j) {
      if (tile.status[j] == 0 && !InsideAperture(*p.surface, tile.x[j], tile.y[j])) {
        tile.Fail(j, RayStatus::kClipped, p.n_behind);
      }
    }
  }
}

// Into the frame of a moved surface, behind the step along the axis, or out of it.
template <class D>
HWY_NOINLINE void FrameStage(D d, const FrameMotion& motion, bool enter, double t_before,
                             Tile<hn::TFromD<D>>& tile) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  const auto& r = motion.rotation;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V a[3][3], o[3];
  for (int j = 0; j < 3; ++j) {
    o[j] =
        hn::Set(d, T(enter ? motion.offset_mm[j] + (j == 2 ? t_before : 0) : -motion.offset_mm[j]));
    for (int k = 0; k < 3; ++k) a[j][k] = hn::Set(d, T(enter ? r[j][k] : r[k][j]));
  }
  const auto rotate = [&](V x, V y, V z, bool place, T* ox, T* oy, T* oz) HWY_ATTR {
    T* out[3] = {ox, oy, oz};
    for (int j = 0; j < 3; ++j) {
      V v = hn::MulAdd(a[j][0], x, hn::MulAdd(a[j][1], y, hn::Mul(a[j][2], z)));
      if (place && !enter) v = hn::Sub(v, o[j]);
      hn::Store(v, d, out[j]);
    }
  };
  for (int i = 0; i < tile.count; i += lanes) {
    V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i), z = hn::Load(d, tile.z + i);
    if (enter) x = hn::Sub(x, o[0]), y = hn::Sub(y, o[1]), z = hn::Sub(z, o[2]);
    rotate(x, y, z, true, tile.x + i, tile.y + i, tile.z + i);
    rotate(hn::Load(d, tile.l + i), hn::Load(d, tile.m + i), hn::Load(d, tile.n + i), false,
           tile.l + i, tile.m + i, tile.n + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#endif  // include guard of the target
