// Newton's method on the stop, and continuation in field for the chief ray.
#include "petzval/optics/trace/aim.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/trace/intersect.h"

namespace petzval::optics {
namespace {

constexpr int kMaxIterations = 40;
constexpr double kFieldStep = 2 * std::numbers::pi / 180;
constexpr double kSmallestFieldStep = kFieldStep / 4096;

struct Miss {
  double x, y;
  double Size() const { return std::max(std::abs(x), std::abs(y)); }
};

}  // namespace

bool TraceToStop(const System& system, int wavelength, const Ray& start, double* x, double* y) {
  const std::vector<double>& n = system.n[wavelength];
  Ray ray = start;
  double step = 0;
  for (int i = 0; i <= system.stop; ++i) {
    const TraceSurface& s = system.surfaces[i];
    if (i > 0) ray.z -= system.surfaces[i - 1].t;
    if (s.motion) EnterFrame(*s.motion, &ray);
    if (!Intersect(s, &ray, &step)) return false;
    if (i == system.stop) break;
    if (n[i] != n[i + 1] && !Refract(s, n[i] / n[i + 1], &ray)) return false;
    if (s.motion && !s.motion->carries) LeaveFrame(*s.motion, &ray);
  }
  *x = ray.x, *y = ray.y;
  return true;
}

double AimTolerance(const Pencil& pencil, double stop_radius) {
  return std::max(1e-12, 1e-15 * pencil.distance_mm() / std::abs(stop_radius));
}

std::optional<AimPoint> AimRay(const System& system, int wavelength, const Pencil& pencil,
                               double stop_radius, double px, double py, const AimPoint& start,
                               double reach) {
  const auto miss_at = [&](double qx, double qy, Miss* miss) {
    double x, y;
    if (!TraceToStop(system, wavelength, pencil.Through(qx, qy), &x, &y)) return false;
    *miss = {x / stop_radius - px, y / stop_radius - py};
    return std::isfinite(miss->x) && std::isfinite(miss->y);
  };
  // dq by differences; false where a neighbour does not get through.
  const auto differentiate = [&](AimPoint* at, const Miss& miss) {
    const double h = 1e-6 * std::max(std::abs(at->dq[0][0]), std::abs(at->dq[1][1]));
    Miss mx, my;
    if (!miss_at(at->qx + h, at->qy, &mx) || !miss_at(at->qx, at->qy + h, &my)) return false;
    const double a = (mx.x - miss.x) / h, b = (my.x - miss.x) / h;
    const double c = (mx.y - miss.y) / h, d = (my.y - miss.y) / h;
    const double det = a * d - b * c;
    if (!(std::abs(det) > 0) || !std::isfinite(1 / det)) return false;
    at->dq[0][0] = d / det, at->dq[0][1] = -b / det;
    at->dq[1][0] = -c / det, at->dq[1][1] = a / det;
    return true;
  };

  const double tolerance = AimTolerance(pencil, stop_radius);
  AimPoint at = start;
  Miss miss;
  if (!miss_at(at.qx, at.qy, &miss)) return std::nullopt;
  bool fresh = false;
  for (int i = 0; i < kMaxIterations; ++i) {
    if (miss.Size() <= tolerance) return at;
    double sx = -(at.dq[0][0] * miss.x + at.dq[0][1] * miss.y);
    double sy = -(at.dq[1][0] * miss.x + at.dq[1][1] * miss.y);
    Miss next{};
    bool better = false;
    for (int halving = 0; halving < 12 && !better; ++halving, sx /= 2, sy /= 2) {
      if (std::hypot(at.qx + sx - start.qx, at.qy + sy - start.qy) > reach) continue;
      better = miss_at(at.qx + sx, at.qy + sy, &next) &&
               (next.Size() < miss.Size() || next.Size() <= tolerance);
      if (better) break;
    }
    if (!better) {
      // At the limit of rounding this is as good as it gets.
      if (fresh) return miss.Size() <= 10 * tolerance ? std::optional(at) : std::nullopt;
      if (!differentiate(&at, miss)) return std::nullopt;
      fresh = true;
      continue;
    }
    at.qx += sx, at.qy += sy;
    const double rate = next.Size() / miss.Size();
    // Broyden's update of the inverse: dq y = s for the change y of the miss.
    const double yx = next.x - miss.x, yy = next.y - miss.y;
    const double ux = at.dq[0][0] * yx + at.dq[0][1] * yy;
    const double uy = at.dq[1][0] * yx + at.dq[1][1] * yy;
    const double vx = sx * at.dq[0][0] + sy * at.dq[1][0];
    const double vy = sx * at.dq[0][1] + sy * at.dq[1][1];
    const double scale = sx * ux + sy * uy;
    if (std::abs(scale) > 0) {
      const double ex = (sx - ux) / scale, ey = (sy - uy) / scale;
      at.dq[0][0] += ex * vx, at.dq[0][1] += ex * vy;
      at.dq[1][0] += ey * vx, at.dq[1][1] += ey * vy;
    }
    miss = next;
    fresh = false;
    if (rate > 0.3 && miss.Size() > tolerance) {
      if (!differentiate(&at, miss)) return std::nullopt;
      fresh = true;
    }
  }
  return std::nullopt;
}

ChiefFinder::ChiefFinder(const System& system, const FirstOrder& first_order, int wavelength)
    : system_(system), first_order_(first_order), wavelength_(wavelength) {
  here_.dq[0][0] = here_.dq[1][1] = first_order.epd / 2;
  here_.dq[0][1] = here_.dq[1][0] = 0;
}

std::optional<AimPoint> ChiefFinder::Solve(double angle, const AimPoint& start) const {
  const Pencil pencil(system_, first_order_, angle);
  // A step of field moves the chief ray by less than the pupil: more would be another ray. On the
  // axis decentred surfaces may have moved it further.
  const double reach = first_order_.epd * (started_ ? 0.5 : 10);
  return AimRay(system_, wavelength_, pencil, first_order_.stop_radius, 0, 0, start, reach);
}

std::optional<AimPoint> ChiefFinder::At(double angle) {
  if (!started_) {
    // On the axis of a centred system the chief ray is the axis.
    const auto first = Solve(0, here_);
    if (!first) return std::nullopt;
    here_ = last_ = *first;
    started_ = true;
  }
  double step = kFieldStep;
  while (angle_ != angle) {
    const double rest = angle - angle_;
    const double next = std::abs(rest) <= step ? angle : angle_ + std::copysign(step, rest);
    AimPoint guess = here_;
    if (angle_ != last_angle_) {
      const double share = (next - angle_) / (angle_ - last_angle_);
      guess.qx += share * (here_.qx - last_.qx);
      guess.qy += share * (here_.qy - last_.qy);
    }
    const auto found = Solve(next, guess);
    if (!found) {
      step = std::min(step, std::abs(rest)) / 2;
      if (step < kSmallestFieldStep) return std::nullopt;
      continue;
    }
    last_ = here_, last_angle_ = angle_;
    here_ = *found, angle_ = next;
  }
  return here_;
}

}  // namespace petzval::optics
