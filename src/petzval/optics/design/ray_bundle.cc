// Launching, tracing and the chain of derivatives from kernel columns to variables.
#include "petzval/optics/design/ray_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/design/paraxial_gradient.h"
#include "petzval/optics/trace/field.h"

namespace petzval::optics {
namespace {

constexpr double kFieldStep = 2 * std::numbers::pi / 180;  // of the continuation
constexpr int kAimSteps = 12;

std::vector<double> ByVariables(const std::vector<double>& row, int variables,
                                const std::vector<ChainEntry>& chain) {
  std::vector<double> out(variables, 0.0);
  for (const ChainEntry& e : chain) out[e.variable] += row[e.raw] * e.factor;
  return out;
}

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

// Radians. A start may have surfaces that overlap, which a model would refuse: it is only made
// where image heights call for real rays, and without clear diameters.
Result<std::vector<double>> FieldAngles(const Lens& lens, const RawSystem& system,
                                        const std::vector<double>& fields) {
  std::vector<double> angles;
  for (const double field : fields) {
    double angle = field * std::numbers::pi / 180;
    if (lens.fields.kind == FieldKind::kObjectMm) {
      if (!std::isfinite(lens.object_mm)) {
        return Fail(ErrorCode::kInvalidInput,
                    "fields in object heights need an object at a finite distance");
      }
      const double epl = ParaxialGradient(system, system.primary).epl();
      angle = std::atan2(-field, lens.object_mm + epl);
    } else if (lens.fields.kind == FieldKind::kImageMm) {
      Lens open = lens;
      for (Surface& s : open.surfaces) s.semi_diameter_mm = 0;
      PETZVAL_ASSIGN(const LensModel model, MakeModel(open));
      PETZVAL_ASSIGN(angle, FieldAngle(model, field, lens.launch));
    }
    if (!(std::abs(angle) < 89.9 * std::numbers::pi / 180)) {
      return Fail(ErrorCode::kInvalidInput, fmt::format("the field {} is not below 90 deg", field));
    }
    angles.push_back(angle);
  }
  return angles;
}

}  // namespace

Result<LaunchPlan> LaunchPlan::Create(const Lens& lens, const std::vector<double>& fields) {
  LaunchPlan plan;
  plan.launch_ = lens.launch;
  plan.object_mm_ = lens.object_mm;
  PETZVAL_ASSIGN(const RawSystem system, MakeRawSystem(lens));
  PETZVAL_ASSIGN(plan.angle_, FieldAngles(lens, system, fields));
  plan.height_ = fields;
  plan.object_heights_ = lens.fields.kind == FieldKind::kObjectMm;
  plan.stop_given_ = lens.aperture.kind == ApertureKind::kStopSemiDiameter;
  plan.size_ = plan.stop_given_ ? lens.aperture.value : EntrancePupilRadius(lens, system);
  return plan;
}

LaunchPlan LaunchPlan::Shrunk(double aperture, double field) const {
  LaunchPlan plan = *this;
  plan.size_ *= aperture;
  for (double& a : plan.angle_) a = std::atan(std::tan(a) * field);
  for (double& h : plan.height_) h *= field;
  return plan;
}

PupilState LaunchPlan::Pupil(const RawSystem& system, int variables,
                             const std::vector<ChainEntry>* chain) const {
  const ParaxialGradient paraxial(system, system.primary);
  PupilState pupil;
  const double a = paraxial.stop_a();
  pupil.epl = paraxial.epl();
  pupil.radius = stop_given_ ? size_ / std::abs(a) : size_;
  pupil.stop_radius = stop_given_ ? size_ : size_ * std::abs(a);
  if (!chain) return pupil;
  std::vector<double> row(system.layout.size(), 0.0);
  paraxial.AddEpl(1, &row);
  pupil.d_epl = ByVariables(row, variables, *chain);
  std::fill(row.begin(), row.end(), 0.0);
  paraxial.AddStopA(1, &row);
  const std::vector<double> d_a = ByVariables(row, variables, *chain);
  pupil.d_radius.assign(variables, 0.0);
  pupil.d_stop_radius.assign(variables, 0.0);
  for (int v = 0; v < variables; ++v) {
    if (stop_given_) {
      pupil.d_radius[v] = -pupil.radius / a * d_a[v];
    } else {
      pupil.d_stop_radius[v] = pupil.stop_radius / a * d_a[v];
    }
  }
  return pupil;
}

RayBundle::RayBundle(const LaunchPlan& plan, std::vector<PupilPoint> points, int wavelengths)
    : plan_(plan), points_(std::move(points)), wavelengths_(wavelengths) {
  const int rays = plan.fields() * this->points();
  per_wavelength_ = (rays + kRayPad - 1) / kRayPad * kRayPad;
  total_ = per_wavelength_ * wavelengths;
  aimed_ = plan.launch_ == Launch::kRealStop;
  for (auto* v : {&x, &y, &l, &m, &n, &opl, &failed, &start_opl, &start_x_, &start_y_, &start_l_,
                  &start_m_, &start_n_, &aim_failed_}) {
    v->assign(total_, 0.0);
  }
}

double RayBundle::ObjectHeight(int field, const PupilState& pupil) const {
  if (plan_.object_heights_) return plan_.height_[field];
  return -(plan_.object_mm_ + pupil.epl) * std::tan(plan_.angle_[field]);
}

RayBundle::StartKind RayBundle::start_kind(const RawSystem& system) const {
  if (!aimed_) return StartKind::kPupil;
  const KernelSurface& first = system.kernel.surfaces[0];
  return system.stop == 0 && first.c == 0 && first.a.size() <= 2 ? StartKind::kStopInFront
                                                                 : StartKind::kAimed;
}

KernelRays RayBundle::Rays(int w) const {
  const int at = w * per_wavelength_;
  return {&start_x_[at], &start_y_[at], &start_l_[at],
          &start_m_[at], &start_n_[at], per_wavelength_};
}

KernelResults RayBundle::Results(int w) {
  const int at = w * per_wavelength_;
  return {&x[at], &y[at], &l[at], &m[at], &n[at], &opl[at], &failed[at]};
}

// Direction of a ray from a near object point to its start point.
void RayBundle::Direct(int ray, double object_y) {
  const double dx = start_x_[ray], dy = start_y_[ray] - object_y, dz = plan_.object_mm_;
  const double length = std::sqrt(dx * dx + dy * dy + dz * dz);
  start_l_[ray] = dx / length;
  start_m_[ray] = dy / length;
  start_n_[ray] = dz / length;
  start_opl[ray] = length;
}

void RayBundle::StartParaxial(const PupilState& pupil, double field_share) {
  const bool finite = std::isfinite(plan_.object_mm_);
  const int rays = plan_.fields() * points();
  for (int w = 0; w < wavelengths_; ++w) {
    for (int i = 0; i < per_wavelength_; ++i) {
      // Rays beyond the last repeat it, to fill whole vectors.
      const int field = std::min(i, rays - 1) / points(), point = std::min(i, rays - 1) % points();
      const double px = points_[point].x * pupil.radius, py = points_[point].y * pupil.radius;
      const int ray = w * per_wavelength_ + i;
      if (finite) {
        const double share = plan_.object_mm_ / (plan_.object_mm_ + pupil.epl);
        const double object_y = ObjectHeight(field, pupil) * field_share;
        start_x_[ray] = px * share;
        start_y_[ray] = object_y + (py - object_y) * share;
        Direct(ray, object_y);
      } else {
        const double angle = plan_.angle_[field] * field_share;
        start_x_[ray] = px;
        start_y_[ray] = py - pupil.epl * std::tan(angle);
        start_l_[ray] = 0;
        start_m_[ray] = std::sin(angle);
        start_n_[ray] = std::cos(angle);
      }
    }
  }
}

// Newton's iteration for the start points of rays that shall cross the stop at given points. The
// directions are set for `field_share` of each field. False when some ray did not get there.
bool RayBundle::Aim(const RawSystem& system, const PupilState& pupil, double field_share) {
  const bool finite = std::isfinite(plan_.object_mm_);
  const int rays = plan_.fields() * points();
  ColumnPlan plan;
  plan.surfaces.resize(system.kernel.size());
  plan.start_x = 0, plan.start_y = 1, plan.start_l = 2, plan.start_m = 3, plan.start_n = 4;
  plan.columns = finite ? 5 : 2;
  if (!finite) plan.start_l = plan.start_m = plan.start_n = -1;
  const std::vector<double> one(per_wavelength_, 1.0);
  KernelSeed seeds[2];
  seeds[0].x = one.data();
  seeds[1].y = one.data();
  hit_.resize(plan.columns * 2 * per_wavelength_);
  bool all = true;
  for (int w = 0; w < wavelengths_; ++w) {
    const int at = w * per_wavelength_;
    const KernelResults results{&x[at], &y[at], nullptr, nullptr, nullptr, nullptr, &failed[at]};
    double worst = 0;
    for (int step = 0; step < kAimSteps; ++step) {
      TraceAdjointKernel(system.kernel, w, Rays(w), seeds, 2, system.stop, plan, results,
                         {hit_.data(), 2 * per_wavelength_, per_wavelength_});
      worst = 0;
      for (int i = 0; i < per_wavelength_; ++i) {
        const int ray = at + i, last = std::min(i, rays - 1);
        aim_failed_[ray] = -1;
        if (failed[ray] >= 0) {
          aim_failed_[ray] = failed[ray];
          continue;
        }
        const PupilPoint p = points_[last % points()];
        const double ex = p.x * pupil.stop_radius - x[ray], ey = p.y * pupil.stop_radius - y[ray];
        const auto h = [&](int column, int seed) {
          return hit_[(column * 2 + seed) * per_wavelength_ + i];
        };
        double xx = h(0, 0), xy = h(1, 0), yx = h(0, 1), yy = h(1, 1);
        const double object_y = finite ? ObjectHeight(last / points(), pupil) * field_share : 0.0;
        if (finite) {
          // The direction turns with the start point: d(l, m, n) = (e - d (d . e)) / length.
          const double d[3] = {start_l_[ray], start_m_[ray], start_n_[ray]};
          for (int axis = 0; axis < 2; ++axis) {
            for (int k = 0; k < 3; ++k) {
              const double turn = ((k == axis) - d[k] * d[axis]) / start_opl[ray];
              (axis == 0 ? xx : xy) += h(2 + k, 0) * turn;
              (axis == 0 ? yx : yy) += h(2 + k, 1) * turn;
            }
          }
        }
        const double det = xx * yy - xy * yx;
        const double error = std::hypot(ex, ey) / pupil.stop_radius;
        worst = std::max(worst, error);
        if (error > 1e-9) aim_failed_[ray] = system.stop;
        if (error < 1e-13 || std::abs(det) < 1e-9) continue;
        double dx = (yy * ex - xy * ey) / det, dy = (xx * ey - yx * ex) / det;
        const double length = std::hypot(dx, dy), limit = pupil.radius;
        if (length > limit) dx *= limit / length, dy *= limit / length;
        start_x_[ray] += dx;
        start_y_[ray] += dy;
        if (finite) Direct(ray, object_y);
      }
      if (worst < 1e-7 && step > 0) break;  // the step just made brings it to rounding
    }
    for (int i = 0; i < rays; ++i) all &= aim_failed_[at + i] < 0 || worst < 1e-7;
    if (worst < 1e-7) {
      for (int i = 0; i < per_wavelength_; ++i) {
        if (aim_failed_[at + i] == system.stop && failed[at + i] < 0) aim_failed_[at + i] = -1;
      }
    }
    for (int i = 0; i < rays; ++i) all &= aim_failed_[at + i] < 0;
  }
  return all;
}

void RayBundle::Launch(const RawSystem& system, const PupilState& pupil) {
  StartParaxial(pupil, 1);
  std::fill(aim_failed_.begin(), aim_failed_.end(), -1.0);
  const bool finite = std::isfinite(plan_.object_mm_);
  if (start_kind(system) == StartKind::kStopInFront) {
    for (int ray = 0; ray < total_; ++ray) {
      const int i = std::min(ray % per_wavelength_, plan_.fields() * points() - 1);
      start_x_[ray] = points_[i % points()].x * pupil.stop_radius;
      start_y_[ray] = points_[i % points()].y * pupil.stop_radius;
      if (finite) Direct(ray, ObjectHeight(i / points(), pupil));
    }
  } else if (aimed_) {
    bool done = false;
    if (has_kept_) {
      start_x_ = kept_x_, start_y_ = kept_y_;
      if (finite) {
        for (int ray = 0; ray < total_; ++ray) {
          const int i = std::min(ray % per_wavelength_, plan_.fields() * points() - 1);
          Direct(ray, ObjectHeight(i / points(), pupil));
        }
      }
      done = Aim(system, pupil, 1);
    }
    if (!done) {
      double widest = 0;
      for (const double angle : plan_.angle_) widest = std::max(widest, std::abs(angle));
      const int steps = std::max(1, static_cast<int>(std::ceil(widest / kFieldStep)));
      for (int step = 1; step <= steps; ++step) {
        const double share = static_cast<double>(step) / steps;
        // Start where the smaller field ended, seen from its own paraxial start.
        std::vector<double> shift_x = start_x_, shift_y = start_y_;
        if (step > 1) {
          StartParaxial(pupil, static_cast<double>(step - 1) / steps);
          for (int i = 0; i < total_; ++i) shift_x[i] -= start_x_[i], shift_y[i] -= start_y_[i];
        } else {
          std::fill(shift_x.begin(), shift_x.end(), 0.0);
          std::fill(shift_y.begin(), shift_y.end(), 0.0);
        }
        StartParaxial(pupil, share);
        for (int i = 0; i < total_; ++i) {
          if (aim_failed_[i] >= 0) continue;
          start_x_[i] += shift_x[i];
          start_y_[i] += shift_y[i];
          if (finite) {
            const int k = std::min(i % per_wavelength_, plan_.fields() * points() - 1);
            Direct(i, ObjectHeight(k / points(), pupil) * share);
          }
        }
        Aim(system, pupil, share);
      }
    }
  }
  if (!finite) {
    for (int ray = 0; ray < total_; ++ray) start_opl[ray] = start_m_[ray] * start_y_[ray];
  }
}

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
