// The tracer's loops, compiled for every SIMD target.
#include <algorithm>
#include <cstring>

#include "petzval/optics/trace/packed_system.h"

// Vectors of a size unknown to the compiler cannot be members.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "petzval/optics/trace/trace_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "petzval/optics/trace/asphere_stage-inl.h"
#include "petzval/optics/trace/conic_stage-inl.h"
#include "petzval/optics/trace/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace petzval::optics::trace_kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rays [begin, begin + tile.count) to the vertex plane of the first surface.
template <class D, class T = hn::TFromD<D>>
void Enter(D d, const PackedSystem& system, const RaySpan<T>& rays, int begin, Tile<T>& tile) {
  using V = hn::Vec<D>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V n_object = hn::Set(d, T(system.n_object));
  std::memset(tile.status, 0, sizeof(tile.status));
  alignas(64) T tail[6][hn::MaxLanes(D())];
  for (int i = 0; i < tile.count; i += lanes) {
    const T* in[6] = {rays.x, rays.y, rays.z, rays.l, rays.m, rays.n};
    const int rest = rays.count - begin - i;
    if (rest < lanes) {
      for (int j = 0; j < 6; ++j) {
        std::fill_n(tail[j], lanes, T(j == 5 ? 1 : 0));
        if (rest > 0) std::copy_n(in[j] + begin + i, rest, tail[j]);
        in[j] = tail[j];
      }
    } else {
      for (const T*& p : in) p += begin + i;
    }
    const V l = hn::LoadU(d, in[3]), m = hn::LoadU(d, in[4]), n = hn::LoadU(d, in[5]);
    const V s = hn::Neg(wide::Quotient(d, hn::LoadU(d, in[2]), n));
    hn::Store(hn::MulAdd(s, l, hn::LoadU(d, in[0])), d, tile.x + i);
    hn::Store(hn::MulAdd(s, m, hn::LoadU(d, in[1])), d, tile.y + i);
    hn::Store(hn::Zero(d), d, tile.z + i);
    hn::Store(hn::Mul(n_object, l), d, tile.l + i);
    hn::Store(hn::Mul(n_object, m), d, tile.m + i);
    hn::Store(hn::Mul(n_object, n), d, tile.n + i);
    if constexpr (Tile<T>::kPathLength) hn::Store(hn::Mul(n_object, s), d, tile.opl + i);
    // A ray that runs along the plane, or none at all.
    if (HWY_UNLIKELY(!hn::AllTrue(d, hn::Eq(hn::Sub(s, s), hn::Zero(d))))) {
      for (int j = i; j < i + lanes; ++j) {
        if (!std::isfinite(tile.x[j]) || !std::isfinite(tile.y[j]) || tile.n[j] == 0) {
          tile.Fail(j, RayStatus::kMissed, system.n_object);
        }
      }
    }
  }
}

template <class D, class T = hn::TFromD<D>>
void PassSurface(D d, const PackedSurface& p, bool clip, Tile<T>& tile) {
  using Kind = PackedSurface::Kind;
  switch (p.kind) {
    case Kind::kPlane:
      return PlaneStage(d, p, clip, tile);
    case Kind::kSphere:
      return ConicStage<D, true>(d, p, clip, tile);
    case Kind::kConic:
      return ConicStage<D, false>(d, p, clip, tile);
    case Kind::kEven:
      return AsphereStage(d, PowerForm<D, false>(d, p), p, clip, tile);
    case Kind::kPowers:
      return AsphereStage(d, PowerForm<D, true>(d, p), p, clip, tile);
    case Kind::kQ:
      return AsphereStage(d, QForm<D>(d, p), p, clip, tile);
    case Kind::kToroid:
      return AsphereStage(d, ToroidForm<D>(d, p), p, clip, tile);
  }
}

// To the image plane (or as the rays stand on the last surface) and out.
template <class D, class T = hn::TFromD<D>>
void Leave(D d, const PackedSystem& system, const RaySpan<T>& rays, int begin, Tile<T>& tile) {
  using V = hn::Vec<D>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V t = hn::Set(d, T(system.image_t)), n2 = hn::Set(d, T(system.n_image * system.n_image));
  const V scale = hn::Set(d, T(1 / system.n_image));
  const int count = std::min(tile.count, rays.count - begin);
  // What overflowed or was lost in a division by zero is no ray.
  const auto check = [&](int i) {
    for (int j = i; j < i + lanes; ++j) {
      const T value = tile.x[j] + tile.y[j] + tile.l[j] + tile.m[j] + tile.n[j];
      bool finite = std::isfinite(value);
      if constexpr (Tile<T>::kPathLength) finite = finite && std::isfinite(tile.opl[j]);
      if (!finite) tile.Fail(j, RayStatus::kMissed, 1);
    }
  };
  for (int i = 0; i < count; i += lanes) {
    V l = hn::Load(d, tile.l + i), m = hn::Load(d, tile.m + i), n = hn::Load(d, tile.n + i);
    V x = hn::Load(d, tile.x + i), y = hn::Load(d, tile.y + i), opl = hn::Zero(d);
    if constexpr (Tile<T>::kPathLength) opl = hn::Load(d, tile.opl + i);
    if (system.to_image) {
      const V s = wide::Quotient(d, hn::Sub(t, hn::Load(d, tile.z + i)), n);
      x = hn::MulAdd(s, l, x);
      y = hn::MulAdd(s, m, y);
      opl = hn::MulAdd(n2, s, opl);
    }
    l = hn::Mul(l, scale), m = hn::Mul(m, scale), n = hn::Mul(n, scale);
    const V sum = hn::Add(hn::Add(hn::Add(x, y), opl), hn::Add(l, hn::Add(m, n)));
    const bool finite = hn::AllTrue(d, hn::Eq(hn::Sub(sum, sum), hn::Zero(d)));
    const bool whole = i + lanes <= count;
    if (HWY_UNLIKELY(!finite || !whole)) {
      hn::Store(x, d, tile.x + i), hn::Store(y, d, tile.y + i);
      hn::Store(l, d, tile.l + i), hn::Store(m, d, tile.m + i), hn::Store(n, d, tile.n + i);
      if constexpr (Tile<T>::kPathLength) hn::Store(opl, d, tile.opl + i);
      check(i);
      const auto put = [&](const T* from, T* to) {
        std::copy_n(from + i, std::min(lanes, count - i), to + begin + i);
      };
      put(tile.x, rays.out_x), put(tile.y, rays.out_y);
      if (rays.out_l) put(tile.l, rays.out_l), put(tile.m, rays.out_m), put(tile.n, rays.out_n);
      if constexpr (Tile<T>::kPathLength) {
        if (rays.out_opl) put(tile.opl, rays.out_opl);
      }
      continue;
    }
    hn::StoreU(x, d, rays.out_x + begin + i);
    hn::StoreU(y, d, rays.out_y + begin + i);
    if (rays.out_l) {
      hn::StoreU(l, d, rays.out_l + begin + i);
      hn::StoreU(m, d, rays.out_m + begin + i);
      hn::StoreU(n, d, rays.out_n + begin + i);
    }
    if constexpr (Tile<T>::kPathLength) {
      if (rays.out_opl) hn::StoreU(opl, d, rays.out_opl + begin + i);
    }
  }
  std::copy_n(tile.status, count, rays.out_status + begin);
}

template <class T>
void TraceTiles(const PackedSystem& system, bool clip, const RaySpan<T>& rays) {
  const hn::ScalableTag<T> d;
  const int lanes = kWide * static_cast<int>(hn::Lanes(d));
  Tile<T> tile;
  for (int begin = 0; begin < rays.count; begin += Tile<T>::kRays) {
    const int count = std::min(Tile<T>::kRays, rays.count - begin);
    tile.count = (count + lanes - 1) / lanes * lanes;
    Enter(d, system, rays, begin, tile);
    for (const PackedSurface& p : system.surfaces) {
      const std::optional<FrameMotion>& motion = p.surface->motion;
      if (motion) FrameStage(d, *motion, true, p.t_frame, tile);
      PassSurface(d, p, clip, tile);
      if (clip && p.own_edge) EdgeStage(d, p, tile);
      if (motion && !motion->carries) FrameStage(d, *motion, false, 0, tile);
    }
    Leave(d, system, rays, begin, tile);
  }
}

void TraceDouble(const PackedSystem& system, bool clip, const RaySpan<double>& rays) {
  TraceTiles(system, clip, rays);
}
void TraceFloat(const PackedSystem& system, bool clip, const RaySpan<float>& rays) {
  TraceTiles(system, clip, rays);
}

}  // namespace HWY_NAMESPACE
}  // namespace petzval::optics::trace_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace petzval::optics::trace_kernels {

HWY_EXPORT(TraceDouble);
HWY_EXPORT(TraceFloat);

void TraceSpan(const PackedSystem& system, bool clip, const RaySpan<double>& rays) {
  HWY_DYNAMIC_DISPATCH(TraceDouble)(system, clip, rays);
}
void TraceSpan(const PackedSystem& system, bool clip, const RaySpan<float>& rays) {
  HWY_DYNAMIC_DISPATCH(TraceFloat)(system, clip, rays);
}

}  // namespace petzval::optics::trace_kernels
#endif  // HWY_ONCE
