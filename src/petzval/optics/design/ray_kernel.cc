// The ray kernels for every SIMD target.
#include "petzval/optics/design/ray_kernel.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/optics/design/ray_kernel.cc"
// Vectors are members of a class below, which vectors without a fixed size cannot be.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_RVV)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace petzval::optics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

// Two vectors side by side: one ray's chain of dependent operations leaves the units idle.
struct F {
  V a, b;
  HWY_INLINE F() = default;
  HWY_INLINE F(V a, V b) : a(a), b(b) {}
  HWY_INLINE explicit F(double v) : a(hn::Set(D(), v)), b(a) {}
};
HWY_INLINE int FLanes() { return 2 * static_cast<int>(hn::Lanes(D())); }
HWY_INLINE F LoadF(const double* p) {
  return {hn::LoadU(D(), p), hn::LoadU(D(), p + hn::Lanes(D()))};
}
HWY_INLINE void StoreF(F f, double* p) {
  hn::StoreU(f.a, D(), p);
  hn::StoreU(f.b, D(), p + hn::Lanes(D()));
}
HWY_INLINE F operator+(F x, F y) { return {hn::Add(x.a, y.a), hn::Add(x.b, y.b)}; }
HWY_INLINE F operator-(F x, F y) { return {hn::Sub(x.a, y.a), hn::Sub(x.b, y.b)}; }
HWY_INLINE F operator*(F x, F y) { return {hn::Mul(x.a, y.a), hn::Mul(x.b, y.b)}; }
HWY_INLINE F operator/(F x, F y) { return {hn::Div(x.a, y.a), hn::Div(x.b, y.b)}; }
HWY_INLINE F Root(F x) { return {hn::Sqrt(x.a), hn::Sqrt(x.b)}; }
HWY_INLINE F Larger(F x, F y) { return {hn::Max(x.a, y.a), hn::Max(x.b, y.b)}; }
HWY_INLINE F Magnitude(F x) { return {hn::Abs(x.a), hn::Abs(x.b)}; }
HWY_INLINE V CalmedLanes(V step, V before, V limit) {
  step = hn::Min(hn::Max(step, hn::Neg(limit)), limit);
  const auto wild =
      hn::Lt(hn::Mul(step, before), hn::Mul(hn::Set(D(), -0.5), hn::Mul(before, before)));
  return hn::IfThenElse(wild, hn::Mul(hn::Set(D(), 0.5), step), step);
}
HWY_INLINE F Calmed(F step, F before, F limit) {
  return {CalmedLanes(step.a, before.a, limit.a), CalmedLanes(step.b, before.b, limit.b)};
}
HWY_INLINE F OrZero(F value, F sign) {
  const auto zero = hn::Zero(D());
  return {hn::IfThenZeroElse(hn::Lt(sign.a, zero), value.a),
          hn::IfThenZeroElse(hn::Lt(sign.b, zero), value.b)};
}
HWY_INLINE bool AllBelow(F x, double limit) {
  const auto bound = hn::Set(D(), limit);
  return hn::AllTrue(D(), hn::Lt(x.a, bound)) && hn::AllTrue(D(), hn::Lt(x.b, bound));
}
// The first failure counts. Written so that NaN fails too.
HWY_INLINE V FailLanes(V x, V limit, double index, V failed) {
  const auto fine = hn::Or(hn::Ge(x, limit), hn::Ge(failed, hn::Zero(D())));
  return hn::IfThenElse(fine, failed, hn::Set(D(), index));
}
HWY_INLINE void FailBelow(F x, F limit, int index, F& failed) {
  failed.a = FailLanes(x.a, limit.a, index, failed.a);
  failed.b = FailLanes(x.b, limit.b, index, failed.b);
}
// x where the ray did not fail, else 0.
HWY_INLINE F IfTraced(F failed, F x) {
  const auto zero = hn::Zero(D());
  return {hn::IfThenElseZero(hn::Lt(failed.a, zero), x.a),
          hn::IfThenElseZero(hn::Lt(failed.b, zero), x.b)};
}

#include "petzval/optics/design/ray_step-inl.h"

HWY_INLINE RayState<F> LoadRay(const KernelRays& rays, int i) {
  return {LoadF(rays.x + i),
          LoadF(rays.y + i),
          LoadF(rays.l + i),
          LoadF(rays.m + i),
          LoadF(rays.n + i),
          F(0.0),
          F(-1.0)};
}

HWY_INLINE void StoreRay(const RayState<F>& ray, bool all, int i, const KernelResults& results) {
  StoreF(ray.x, results.x + i);
  StoreF(ray.y, results.y + i);
  StoreF(ray.failed, results.failed + i);
  if (!all) return;
  if (results.l) StoreF(ray.l, results.l + i);
  if (results.m) StoreF(ray.m, results.m + i);
  if (results.n) StoreF(ray.n, results.n + i);
  if (results.opl) StoreF(ray.opl, results.opl + i);
}

void Forward(const KernelSystem& system, int wavelength, const KernelRays& rays,
             const KernelResults& results) {
  const std::vector<double>& n = system.n[wavelength];
  for (int i = 0; i < rays.count; i += FLanes()) {
    RayState<F> ray = LoadRay(rays, i);
    StepState<F> step;
    for (int k = 0; k < system.size(); ++k) {
      ToSurface(system.surfaces[k], IsEven(system.surfaces[k]), k, ray, step);
      ToNextVertex(system.surfaces[k], n[k], n[k + 1], k, ray, step);
    }
    StoreRay(ray, true, i, results);
  }
}

struct Sink {
  const KernelColumns& columns;
  F failed;
  int ray;
  HWY_INLINE void Store(int column, int seed, F value) const {
    if (column < 0) return;
    StoreF(IfTraced(failed, value),
           columns.base + column * columns.column_stride + seed * columns.seed_stride + ray);
  }
};

// Derivatives by the shape of a surface, from the adjoints of its sag and of its g.
HWY_INLINE void StoreShape(const KernelSurface& sf, const ColumnPlan::Surface& plan,
                           const StepState<F>& h, F rho, const F* sag, const F* g, int seeds,
                           const Sink& sink) {
  if (plan.c >= 0) {
    const F inv = F(1.0) / h.phi;
    const F zc = rho * inv / (F(1.0) + h.phi), gc = inv * inv * inv;
    for (int s = 0; s < seeds; ++s) sink.Store(plan.c, s, sag[s] * zc + g[s] * gc);
  }
  if (plan.k >= 0) {
    const F inv = F(1.0) / h.phi;
    const F z = F(sf.c) * rho / (F(1.0) + h.phi);
    const F zk = F(0.5 * sf.c) * z * z * inv;
    const F gk = F(0.5 * sf.c * sf.c * sf.c) * rho * inv * inv * inv;
    for (int s = 0; s < seeds; ++s) sink.Store(plan.k, s, sag[s] * zk + g[s] * gk);
  }
  if (plan.power.empty()) return;
  const F r = Root(rho);
  F power(1.0);  // r^(p - 2)
  for (int p = 2; p < static_cast<int>(plan.power.size()); ++p) {
    if (plan.power[p] >= 0) {
      for (int s = 0; s < seeds; ++s) {
        sink.Store(plan.power[p], s, power * (sag[s] * rho + F(p) * g[s]));
      }
    }
    power = power * r;
  }
}

inline F LoadSeed(const double* seed, int i) { return seed ? LoadF(seed + i) : F(0.0); }

void Adjoint(const KernelSystem& system, int wavelength, const KernelRays& rays,
             const KernelSeed* seeds, int seed_count, int last, const ColumnPlan& plan,
             const KernelResults& results, const KernelColumns& columns) {
  const std::vector<double>& n = system.n[wavelength];
  const bool to_image = last < 0;
  const int count = to_image ? system.size() : last + 1;
  constexpr int kMaxSurfaces = 64;
  assert(count <= kMaxSurfaces);
  StepState<F> steps[kMaxSurfaces];
  bool even[kMaxSurfaces];
  for (int k = 0; k < count; ++k) even[k] = IsEven(system.surfaces[k]);
  for (int i = 0; i < rays.count; i += FLanes()) {
    const RayState<F> start = LoadRay(rays, i);
    RayState<F> ray = start;
    for (int k = 0; k < count; ++k) {
      ToSurface(system.surfaces[k], even[k], k, ray, steps[k]);
      if (to_image || k < last) {
        ToNextVertex(system.surfaces[k], n[k], n[k + 1], k, ray, steps[k]);
      }
    }
    if (!to_image) {
      ray.x = steps[last].x;
      ray.y = steps[last].y;
    }
    StoreRay(ray, to_image, i, results);

    const Sink sink{columns, ray.failed, i};
    RayAdjoint<F> adj[kMaxSeeds];
    for (int s = 0; s < seed_count; ++s) {
      adj[s] = {LoadSeed(seeds[s].x, i),  LoadSeed(seeds[s].y, i), LoadSeed(seeds[s].l, i),
                LoadSeed(seeds[s].m, i),  LoadSeed(seeds[s].n, i), F(0.0),
                LoadSeed(seeds[s].opl, i)};
    }
    for (int k = count - 1; k >= 0; --k) {
      const StepState<F>& h = steps[k];
      const KernelSurface& sf = system.surfaces[k];
      const ColumnPlan::Surface& wanted = plan.surfaces[k];
      const F l = k > 0 ? steps[k - 1].l : start.l, m = k > 0 ? steps[k - 1].m : start.m;
      const F nn = k > 0 ? steps[k - 1].n : start.n;
      const F rho = h.x * h.x + h.y * h.y;
      const F bend = Bend(sf, even[k], rho, h.phi);
      F sag[kMaxSeeds], g[kMaxSeeds];
      for (int s = 0; s < seed_count; ++s) {
        F hit_z(0.0);
        g[s] = F(0.0);
        if (to_image || k < last) {
          F t, n2;
          BackThroughRefraction(n[k], n[k + 1], h, l, m, nn, adj[s], hit_z, t, n2, g[s]);
          sink.Store(wanted.t, s, t);
          sink.Store(wanted.n, s, n2);
        }
        sag[s] = BackThroughSurface(n[k], h, l, m, nn, bend, g[s], hit_z, adj[s]);
      }
      StoreShape(sf, wanted, h, rho, sag, g, seed_count, sink);
    }
    for (int s = 0; s < seed_count; ++s) {
      sink.Store(plan.start_x, s, adj[s].x);
      sink.Store(plan.start_y, s, adj[s].y);
      sink.Store(plan.start_l, s, adj[s].l);
      sink.Store(plan.start_m, s, adj[s].m);
      sink.Store(plan.start_n, s, adj[s].n);
      sink.Store(plan.n_object, s, adj[s].index);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::optics {

HWY_EXPORT(Forward);
HWY_EXPORT(Adjoint);

void TraceKernel(const KernelSystem& system, int wavelength, const KernelRays& rays,
                 const KernelResults& results) {
  assert(rays.count % kRayPad == 0);
  HWY_DYNAMIC_DISPATCH(Forward)(system, wavelength, rays, results);
}

void TraceAdjointKernel(const KernelSystem& system, int wavelength, const KernelRays& rays,
                        const KernelSeed* seeds, int seed_count, int last, const ColumnPlan& plan,
                        const KernelResults& results, const KernelColumns& columns) {
  assert(rays.count % kRayPad == 0 && seed_count >= 1 && seed_count <= kMaxSeeds);
  HWY_DYNAMIC_DISPATCH(Adjoint)
  (system, wavelength, rays, seeds, seed_count, last, plan, results, columns);
}

}  // namespace petzval::optics
#endif  // HWY_ONCE
