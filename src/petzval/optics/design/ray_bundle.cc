// Tracing, and the chain of derivatives from kernel columns to variables.
#include "petzval/optics/design/ray_bundle.h"

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

// The kernel columns that a chain asks for, and which variables each feeds at each wavelength.
struct Columns {
  ColumnPlan plan;
  struct Feed {
    int column, variable, wavelength;  // -1: all
    double factor;
  };
  std::vector<Feed> feeds;
};

// `surfaces`: only derivatives by c, k, A of the first so many; by t and n of one fewer.
Columns PlanColumns(const RawLayout& layout, const std::vector<ChainEntry>& chain, int surfaces,
                    bool directions) {
  Columns out;
  out.plan.surfaces.resize(layout.surfaces);
  const auto take = [&](int* column) {
    if (*column < 0) *column = out.plan.columns++;
    return *column;
  };
  for (const ChainEntry& e : chain) {
    const int s = e.raw / layout.stride(), slot = e.raw % layout.stride();
    const bool shape = slot != 1 && slot < RawLayout::kFirstIndex;
    if (s >= surfaces || (s == surfaces - 1 && !shape && surfaces < layout.surfaces)) continue;
    ColumnPlan::Surface& p = out.plan.surfaces[s];
    int column = 0, wavelength = -1;
    if (slot == 0) {
      column = take(&p.c);
    } else if (slot == 1) {
      column = take(&p.t);
    } else if (slot == 2) {
      column = take(&p.k);
    } else if (slot < RawLayout::kFirstIndex) {
      const int power = slot - RawLayout::kFirstPower + 2;
      if (static_cast<int>(p.power.size()) <= power) p.power.resize(power + 1, -1);
      column = take(&p.power[power]);
    } else {
      column = take(&p.n);
      wavelength = slot - RawLayout::kFirstIndex;
    }
    out.feeds.push_back({column, e.variable, wavelength, e.factor});
  }
  take(&out.plan.start_x);
  take(&out.plan.start_y);
  if (directions) {
    take(&out.plan.start_l);
    take(&out.plan.start_m);
    take(&out.plan.start_n);
  }
  return out;
}

}  // namespace

void RayBundle::Trace(const RawSystem& system, const PupilState& pupil) {
  Launch(system, pupil);
  for (int w = 0; w < wavelengths_; ++w) TraceKernel(system.kernel, w, Rays(w), Results(w));
  for (int i = 0; i < total_; ++i) {
    if (aim_failed_[i] >= 0) failed[i] = aim_failed_[i];
  }
}

void RayBundle::TraceGradient(const RawSystem& system, const PupilState& pupil, int variables,
                              const std::vector<ChainEntry>& chain,
                              const std::vector<KernelSeed>& seeds) {
  Launch(system, pupil);
  seeds_ = static_cast<int>(seeds.size());
  const bool finite = std::isfinite(plan_.object_mm_);
  const bool fixed_start = start_kind(system) == StartKind::kStopInFront;
  const RawLayout& layout = system.layout;
  const Columns main = PlanColumns(layout, chain, layout.surfaces, finite);
  const bool implicit = aimed_ && !fixed_start;
  Columns hit;
  if (implicit) hit = PlanColumns(layout, chain, system.stop + 1, finite);
  const int rays = plan_.fields() * points(), pw = per_wavelength_;
  by_variable_.assign(static_cast<size_t>(variables) * seeds_ * total_, 0.0);
  by_raw_.resize(static_cast<size_t>(main.plan.columns) * seeds_ * pw);
  const std::vector<double> one(pw, 1.0);
  std::vector<double> mu(2 * pw), by_epl(pw), by_radius(pw), by_stop(pw);

  for (int w = 0; w < wavelengths_; ++w) {
    const int at = w * pw;
    std::vector<KernelSeed> shifted = seeds;
    for (KernelSeed& s : shifted) {
      for (const double** p : {&s.x, &s.y, &s.l, &s.m, &s.n, &s.opl}) {
        if (*p) *p += at;
      }
    }
    TraceAdjointKernel(system.kernel, w, Rays(w), shifted.data(), seeds_, -1, main.plan, Results(w),
                       {by_raw_.data(), seeds_ * pw, pw});
    if (implicit) {
      by_hit_.resize(static_cast<size_t>(hit.plan.columns) * 2 * pw);
      hit_.resize(3 * pw);
      KernelSeed hits[2];
      hits[0].x = one.data();
      hits[1].y = one.data();
      TraceAdjointKernel(system.kernel, w, Rays(w), hits, 2, system.stop, hit.plan,
                         {&hit_[0], &hit_[pw], nullptr, nullptr, nullptr, nullptr, &hit_[2 * pw]},
                         {by_hit_.data(), 2 * pw, pw});
    }
    for (int i = 0; i < pw; ++i) {
      if (aim_failed_[at + i] >= 0) failed[at + i] = aim_failed_[at + i];
    }
    for (int s = 0; s < seeds_; ++s) {
      const auto raw = [&](int column) { return &by_raw_[(column * seeds_ + s) * pw]; };
      const auto by_hit = [&](int column, int xy) { return &by_hit_[(column * 2 + xy) * pw]; };
      for (const Columns::Feed& f : main.feeds) {
        if (f.wavelength >= 0 && f.wavelength != w) continue;
        const double* from = raw(f.column);
        double* to = column(f.variable, s) + at;
        for (int i = 0; i < pw; ++i) to[i] += f.factor * from[i];
      }
      // How the start point and, for near objects, the object point move.
      for (int i = 0; i < pw; ++i) {
        const int k = std::min(i, rays - 1), field = k / points(), ray = at + i;
        const PupilPoint p = points_[k % points()];
        double sx = raw(main.plan.start_x)[i], sy = raw(main.plan.start_y)[i], so = 0;
        double turn[3][3];  // d(l, m, n) / d(start x, start y, object y)
        if (finite) {
          const double d[3] = {start_l_[ray], start_m_[ray], start_n_[ray]};
          for (int c = 0; c < 3; ++c) {
            for (int axis = 0; axis < 2; ++axis) {
              turn[c][axis] = ((c == axis) - d[c] * d[axis]) / start_opl[ray];
            }
            turn[c][2] = -turn[c][1];
            const double value = raw(main.plan.start_l + c)[i];
            sx += value * turn[c][0];
            sy += value * turn[c][1];
            so += value * turn[c][2];
          }
          if (shifted[s].opl) {  // the way from the object counts too
            const double o = shifted[s].opl[i];
            sx += o * d[0];
            sy += o * d[1];
            so -= o * d[1];
          }
        } else if (shifted[s].opl) {
          sy += shifted[s].opl[i] * start_m_[ray];
        }
        const double tangent = std::tan(plan_.angle_[field]);
        const double d_object = finite && !plan_.object_heights_ ? -tangent : 0.0;  // by epl
        by_epl[i] = by_radius[i] = by_stop[i] = 0;
        if (!aimed_) {
          if (finite) {
            const double reach = plan_.object_mm_ + pupil.epl, share = plan_.object_mm_ / reach;
            const double object_y = ObjectHeight(field, pupil);
            const double py = p.y * pupil.radius, px = p.x * pupil.radius;
            by_radius[i] = share * (p.x * sx + p.y * sy);
            by_epl[i] = -share / reach * (px * sx + (py - object_y) * sy) +
                        d_object * (so + (1 - share) * sy);
          } else {
            by_radius[i] = p.x * sx + p.y * sy;
            by_epl[i] = -tangent * sy;
          }
        } else if (fixed_start) {
          by_stop[i] = p.x * sx + p.y * sy;
          by_epl[i] = d_object * so;
        } else {
          double xx = by_hit(hit.plan.start_x, 0)[i], yx = by_hit(hit.plan.start_x, 1)[i];
          double xy = by_hit(hit.plan.start_y, 0)[i], yy = by_hit(hit.plan.start_y, 1)[i];
          double xo = 0, yo = 0;
          for (int c = 0; finite && c < 3; ++c) {
            const double hx = by_hit(hit.plan.start_l + c, 0)[i];
            const double hy = by_hit(hit.plan.start_l + c, 1)[i];
            xx += hx * turn[c][0], xy += hx * turn[c][1], xo += hx * turn[c][2];
            yx += hy * turn[c][0], yy += hy * turn[c][1], yo += hy * turn[c][2];
          }
          const double det = xx * yy - xy * yx;
          const bool sound = std::abs(det) > 1e-12;
          mu[i] = sound ? -(sx * yy - sy * yx) / det : 0.0;
          mu[pw + i] = sound ? -(sy * xx - sx * xy) / det : 0.0;
          by_stop[i] = -(mu[i] * p.x + mu[pw + i] * p.y);
          by_epl[i] = d_object * (so + mu[i] * xo + mu[pw + i] * yo);
        }
        if (failed[ray] >= 0) by_epl[i] = by_radius[i] = by_stop[i] = mu[i] = mu[pw + i] = 0;
      }
      if (implicit) {
        for (const Columns::Feed& f : hit.feeds) {
          if (f.wavelength >= 0 && f.wavelength != w) continue;
          const double *hx = by_hit(f.column, 0), *hy = by_hit(f.column, 1);
          double* to = column(f.variable, s) + at;
          for (int i = 0; i < pw; ++i) to[i] += f.factor * (mu[i] * hx[i] + mu[pw + i] * hy[i]);
        }
      }
      for (int v = 0; v < variables; ++v) {
        const double e = pupil.d_epl[v], r = pupil.d_radius[v], st = pupil.d_stop_radius[v];
        if (e == 0 && r == 0 && st == 0) continue;
        double* to = column(v, s) + at;
        for (int i = 0; i < pw; ++i) to[i] += e * by_epl[i] + r * by_radius[i] + st * by_stop[i];
      }
      for (int i = 0; i < pw; ++i) {
        if (aim_failed_[at + i] < 0) continue;
        for (int v = 0; v < variables; ++v) column(v, s)[at + i] = 0;
      }
    }
  }
}

}  // namespace petzval::optics
