// Start points and directions of rays: paraxial pupil, or aimed at the stop by Newton's iteration.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/design/ray_bundle.h"

namespace petzval::optics {
namespace {

constexpr double kFieldStep = 2 * std::numbers::pi / 180;  // of the continuation
constexpr int kAimSteps = 12;

}  // namespace

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

}  // namespace petzval::optics
