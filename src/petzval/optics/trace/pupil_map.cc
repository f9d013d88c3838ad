// Aiming in batches: a polynomial pupil map gives the start, Broyden's method the rest.
#include "petzval/optics/trace/pupil_map.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace petzval::optics {
namespace {

constexpr int kIterations = 8;

// --- the map: q as a polynomial of the pupil coordinates
constexpr int kDegree = 6;
constexpr int kTerms = (kDegree + 1) * (kDegree + 2) / 2;
constexpr int kSeedRings = 5;
constexpr size_t kWorthwhile = 250;  // rays from which the map pays

using Terms = std::array<double, kTerms>;

// Products of powers, and their derivatives.
void Evaluate(PupilPoint p, Terms* value, Terms* by_x, Terms* by_y) {
  std::array<double, kDegree + 1> px, py;
  px[0] = py[0] = 1;
  for (int i = 1; i <= kDegree; ++i) px[i] = px[i - 1] * p.x, py[i] = py[i - 1] * p.y;
  int t = 0;
  for (int sum = 0; sum <= kDegree; ++sum) {
    for (int i = 0; i <= sum; ++i, ++t) {
      const int j = sum - i;
      (*value)[t] = px[i] * py[j];
      (*by_x)[t] = i == 0 ? 0 : i * px[i - 1] * py[j];
      (*by_y)[t] = j == 0 ? 0 : j * px[i] * py[j - 1];
    }
  }
}

struct PupilMap {
  Terms qx{}, qy{};
};

// Least squares by Householder's method; false when the points do not determine the map.
bool Fit(const std::vector<PupilPoint>& points, const AimedPoints& aimed, PupilMap* map) {
  std::vector<std::array<double, kTerms + 2>> rows;
  for (size_t i = 0; i < points.size(); ++i) {
    if (!aimed.found[i]) continue;
    Terms value, by_x, by_y;
    Evaluate(points[i], &value, &by_x, &by_y);
    auto& row = rows.emplace_back();
    std::copy(value.begin(), value.end(), row.begin());
    row[kTerms] = aimed.qx[i], row[kTerms + 1] = aimed.qy[i];
  }
  const int count = static_cast<int>(rows.size());
  if (count < 2 * kTerms) return false;
  for (int k = 0; k < kTerms; ++k) {
    double norm = 0;
    for (int i = k; i < count; ++i) norm += rows[i][k] * rows[i][k];
    norm = std::sqrt(norm);
    if (norm < 1e-9) return false;
    const double alpha = rows[k][k] > 0 ? -norm : norm;
    const double head = rows[k][k] - alpha;
    rows[k][k] = alpha;
    const double beta = -1 / (alpha * head);  // 2 / |v|^2
    for (int j = k + 1; j < kTerms + 2; ++j) {
      double dot = head * rows[k][j];
      for (int i = k + 1; i < count; ++i) dot += rows[i][k] * rows[i][j];
      dot *= beta;
      rows[k][j] -= dot * head;
      for (int i = k + 1; i < count; ++i) rows[i][j] -= dot * rows[i][k];
    }
  }
  for (int k = kTerms - 1; k >= 0; --k) {
    double x = rows[k][kTerms], y = rows[k][kTerms + 1];
    for (int j = k + 1; j < kTerms; ++j) {
      x -= rows[k][j] * map->qx[j];
      y -= rows[k][j] * map->qy[j];
    }
    map->qx[k] = x / rows[k][k], map->qy[k] = y / rows[k][k];
  }
  return true;
}

AimPoint At(const PupilMap& map, PupilPoint p) {
  Terms value, by_x, by_y;
  Evaluate(p, &value, &by_x, &by_y);
  AimPoint at;
  at.dq[0][0] = at.dq[1][1] = 0;
  for (int t = 0; t < kTerms; ++t) {
    at.qx += map.qx[t] * value[t];
    at.qy += map.qy[t] * value[t];
    at.dq[0][0] += map.qx[t] * by_x[t];
    at.dq[0][1] += map.qx[t] * by_y[t];
    at.dq[1][0] += map.qy[t] * by_x[t];
    at.dq[1][1] += map.qy[t] * by_y[t];
  }
  return at;
}

AimPoint Linear(const AimPoint& chief, PupilPoint p) {
  AimPoint at = chief;
  at.qx += chief.dq[0][0] * p.x + chief.dq[0][1] * p.y;
  at.qy += chief.dq[1][0] * p.x + chief.dq[1][1] * p.y;
  return at;
}

// Broyden's rank-one change of the inverse: dq maps the change of the miss to the step.
void Update(double sx, double sy, double yx, double yy, AimPoint* at) {
  auto& q = at->dq;
  const double ux = q[0][0] * yx + q[0][1] * yy, uy = q[1][0] * yx + q[1][1] * yy;
  const double vx = sx * q[0][0] + sy * q[1][0], vy = sx * q[0][1] + sy * q[1][1];
  const double scale = sx * ux + sy * uy;
  if (!(std::abs(scale) > 0)) return;
  const double ex = (sx - ux) / scale, ey = (sy - uy) / scale;
  q[0][0] += ex * vx, q[0][1] += ex * vy;
  q[1][0] += ey * vx, q[1][1] += ey * vy;
}

// Crossings of the stop for many points q.
class StopTracer {
 public:
  StopTracer(const AimTask& task)
      : task_(task), packed_(PackToStop(*task.system, task.wavelength)) {}

  void Trace(const std::vector<AimPoint>& points, const std::vector<int>& which) {
    const size_t count = which.size();
    rays_.Resize(count);
    for (auto* v : {&x, &y}) v->resize(count);
    status.resize(count);
    for (size_t i = 0; i < count; ++i) {
      rays_.Set(i, task_.pencil.Through(points[which[i]].qx, points[which[i]].qy));
    }
    const RaySpan<double> span = {rays_.x.data(), rays_.y.data(),
                                  rays_.z.data(), rays_.l.data(),
                                  rays_.m.data(), rays_.n.data(),
                                  x.data(),       y.data(),
                                  nullptr,        nullptr,
                                  nullptr,        nullptr,
                                  status.data(),  static_cast<int>(count)};
    trace_kernels::TraceSpan(packed_, false, span);
  }

  std::vector<double> x, y;  // mm on the stop surface
  std::vector<uint8_t> status;

 private:
  const AimTask& task_;
  PackedSystem packed_;
  RayBatch<double> rays_;
};

// Newton's method for all points together. What does not converge is left to AimOne.
AimedPoints SolveAll(const AimTask& task, std::span<const PupilPoint> pupil,
                     std::vector<AimPoint> points) {
  const size_t count = pupil.size();
  AimedPoints aimed;
  aimed.qx.resize(count), aimed.qy.resize(count), aimed.found.assign(count, 0);
  StopTracer tracer(task);
  std::vector<int> active(count);
  for (size_t i = 0; i < count; ++i) active[i] = static_cast<int>(i);
  struct Step {
    double x = 0, y = 0, miss_x = 0, miss_y = 0;
  };
  std::vector<Step> steps(count);
  const double tolerance = AimTolerance(task.pencil, task.stop_radius);
  for (int iteration = 0; iteration < kIterations && !active.empty(); ++iteration) {
    tracer.Trace(points, active);
    size_t left = 0;
    for (size_t j = 0; j < active.size(); ++j) {
      const int i = active[j];
      if (tracer.status[j] != 0) continue;
      const double mx = tracer.x[j] / task.stop_radius - pupil[i].x;
      const double my = tracer.y[j] / task.stop_radius - pupil[i].y;
      const double size = std::max(std::abs(mx), std::abs(my));
      AimPoint& at = points[i];
      if (size <= tolerance) {
        aimed.qx[i] = at.qx, aimed.qy[i] = at.qy, aimed.found[i] = 1;
        continue;
      }
      Step& step = steps[i];
      if (iteration > 0) {
        if (size > std::max(std::abs(step.miss_x), std::abs(step.miss_y))) continue;
        Update(step.x, step.y, mx - step.miss_x, my - step.miss_y, &at);
      }
      step = {-(at.dq[0][0] * mx + at.dq[0][1] * my), -(at.dq[1][0] * mx + at.dq[1][1] * my), mx,
              my};
      at.qx += step.x, at.qy += step.y;
      if (!(std::hypot(at.qx - task.chief.qx, at.qy - task.chief.qy) <= task.reach)) continue;
      active[left++] = i;
    }
    active.resize(left);
  }
  for (size_t i = 0; i < count; ++i) {
    if (aimed.found[i]) continue;
    if (const auto one = AimOne(task, pupil[i])) {
      aimed.qx[i] = one->qx, aimed.qy[i] = one->qy, aimed.found[i] = 1;
    }
  }
  return aimed;
}

}  // namespace

std::optional<AimPoint> AimOne(const AimTask& task, PupilPoint pupil) {
  const auto aim = [&](double share, const AimPoint& start) {
    return AimRay(*task.system, task.wavelength, task.pencil, task.stop_radius, share * pupil.x,
                  share * pupil.y, start, task.reach);
  };
  if (const auto direct = aim(1, Linear(task.chief, pupil))) return direct;
  constexpr int kSteps = 4;
  AimPoint at = task.chief;
  for (int i = 1; i <= kSteps; ++i) {
    const PupilPoint step = {pupil.x / kSteps, pupil.y / kSteps};
    const auto next = aim(static_cast<double>(i) / kSteps, Linear(at, step));
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

AimedPoints AimMany(const AimTask& task, std::span<const PupilPoint> pupil) {
  std::vector<AimPoint> starts(pupil.size());
  PupilMap map;
  bool mapped = false;
  if (pupil.size() >= kWorthwhile && task.system->stop > 0) {
    const std::vector<PupilPoint> seeds = HexapolarGrid(kSeedRings);
    std::vector<AimPoint> seed_starts;
    for (const PupilPoint& p : seeds) seed_starts.push_back(Linear(task.chief, p));
    mapped = Fit(seeds, SolveAll(task, seeds, seed_starts), &map);
  }
  for (size_t i = 0; i < pupil.size(); ++i) {
    const bool inside = pupil[i].x * pupil[i].x + pupil[i].y * pupil[i].y <= 1.05;
    starts[i] = mapped && inside ? At(map, pupil[i]) : Linear(task.chief, pupil[i]);
  }
  return SolveAll(task, pupil, std::move(starts));
}

}  // namespace petzval::optics
