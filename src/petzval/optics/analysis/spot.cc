// Spot diagrams, their size through focus, and the focus of least size.
#include "petzval/optics/analysis/spot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/analysis/field_tracer.h"

namespace petzval::optics {
namespace {

constexpr int kMaxRings = 200;

// The rays of one wavelength that arrive: where and with which slopes.
struct Arrivals {
  std::vector<double> x, y, u, v;  // mm; u = L/N, v = M/N
  RayCounts rays;
  std::optional<RayResult> chief;
};

Result<std::vector<Arrivals>> TraceSpots(const LensModel& model, double field, int rings,
                                         const SamplingOptions& options) {
  if (rings < 1 || rings > kMaxRings) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a spot has 1 to {} rings", kMaxRings));
  }
  if (!std::isfinite(field)) return Fail(ErrorCode::kInvalidInput, "a field is not a number");
  const std::vector<PupilPoint> pupil = HexapolarGrid(rings);
  std::vector<Arrivals> spots(model.system.wavelengths());
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    Arrivals& a = spots[w];
    const auto launcher =
        Launcher::Create(model, field, w, options.launch.value_or(model.lens.launch));
    if (!launcher) {
      a.rays.missed = static_cast<int>(pupil.size());
      continue;
    }
    const RayResult chief = TraceRay(model.system, w, launcher->At({0, 0}), false);
    if (chief.status == RayStatus::kOk) a.chief = chief;
    RayResults<double> rays;
    Tracer(model.system, w).Trace(launcher->Batch(pupil), options.clip, &rays);
    a.rays = CountRays(rays.status);
    for (size_t i = 0; i < rays.size(); ++i) {
      if (rays.status[i] != 0) continue;
      a.x.push_back(rays.x[i]);
      a.y.push_back(rays.y[i]);
      a.u.push_back(rays.l[i] / rays.n[i]);
      a.v.push_back(rays.m[i] / rays.n[i]);
    }
  }
  return spots;
}

double Mean(const std::vector<double>& v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

// Weight of each ray of wavelength w, summing to 1 over all rays; empty when nothing arrives.
std::vector<double> RayWeights(const std::vector<Arrivals>& spots,
                               const std::vector<double>& weights) {
  double sum = 0;
  for (size_t w = 0; w < spots.size(); ++w) {
    sum += weights[w] * static_cast<double>(spots[w].x.size());
  }
  if (!(sum > 0)) return {};
  std::vector<double> each(weights);
  for (double& e : each) e /= sum;
  return each;
}

// Means and central second moments of position and slope over all rays.
struct Moments {
  double x = 0, y = 0, u = 0, v = 0;
  double xx = 0, yy = 0, xu = 0, yv = 0, uu = 0, vv = 0;
};
Moments MomentsOf(const std::vector<Arrivals>& spots, const std::vector<double>& each) {
  Moments m;
  for (size_t w = 0; w < spots.size(); ++w) {
    const Arrivals& a = spots[w];
    for (size_t i = 0; i < a.x.size(); ++i) {
      m.x += each[w] * a.x[i];
      m.y += each[w] * a.y[i];
      m.u += each[w] * a.u[i];
      m.v += each[w] * a.v[i];
    }
  }
  for (size_t w = 0; w < spots.size(); ++w) {
    const Arrivals& a = spots[w];
    for (size_t i = 0; i < a.x.size(); ++i) {
      const double dx = a.x[i] - m.x, dy = a.y[i] - m.y, du = a.u[i] - m.u, dv = a.v[i] - m.v;
      m.xx += each[w] * dx * dx;
      m.yy += each[w] * dy * dy;
      m.xu += each[w] * dx * du;
      m.yv += each[w] * dy * dv;
      m.uu += each[w] * du * du;
      m.vv += each[w] * dv * dv;
    }
  }
  return m;
}

double RmsAt(const Moments& m, double shift) {
  const double variance = m.xx + m.yy + 2 * shift * (m.xu + m.yv) + shift * shift * (m.uu + m.vv);
  return 1e3 * std::sqrt(std::max(variance, 0.0));
}

Spot SpotOf(const Arrivals& a, int wavelength) {
  Spot spot;
  spot.wavelength = wavelength;
  spot.rays = a.rays;
  spot.x_mm = a.x;
  spot.y_mm = a.y;
  if (a.chief) {
    spot.chief_x_mm = a.chief->x;
    spot.chief_y_mm = a.chief->y;
  }
  if (a.x.empty()) return spot;
  const double count = static_cast<double>(a.x.size());
  spot.centroid_x_mm = Mean(a.x);
  spot.centroid_y_mm = Mean(a.y);
  double about_centroid = 0, about_chief = 0, largest = 0;
  for (size_t i = 0; i < a.x.size(); ++i) {
    const double cx = a.x[i] - *spot.centroid_x_mm, cy = a.y[i] - *spot.centroid_y_mm;
    about_centroid += cx * cx + cy * cy;
    if (!a.chief) continue;
    const double dx = a.x[i] - a.chief->x, dy = a.y[i] - a.chief->y;
    about_chief += dx * dx + dy * dy;
    largest = std::max(largest, dx * dx + dy * dy);
  }
  spot.rms_centroid_um = 1e3 * std::sqrt(about_centroid / count);
  if (a.chief) {
    spot.rms_chief_um = 1e3 * std::sqrt(about_chief / count);
    spot.geo_chief_um = 1e3 * std::sqrt(largest);
  }
  return spot;
}

}  // namespace

Result<FieldSpot> ComputeSpot(const LensModel& model, double field, int rings,
                              const SamplingOptions& options) {
  PETZVAL_ASSIGN(const std::vector<Arrivals> arrivals, TraceSpots(model, field, rings, options));
  PETZVAL_ASSIGN(const std::vector<double> weights, WavelengthWeights(model.system, -1, {}));
  FieldSpot result;
  result.field = field;
  for (size_t w = 0; w < arrivals.size(); ++w) {
    result.spots.push_back(SpotOf(arrivals[w], static_cast<int>(w)));
    result.rays += arrivals[w].rays;
  }
  const double f_number = model.primary().f_number;
  if (std::isfinite(f_number)) {
    result.airy_radius_um = 1.22 * model.system.um[model.system.primary] * std::abs(f_number);
  }
  const std::vector<double> each = RayWeights(arrivals, weights);
  if (each.empty()) return result;
  const Moments m = MomentsOf(arrivals, each);
  result.centroid_x_mm = m.x;
  result.centroid_y_mm = m.y;
  result.poly_rms_centroid_um = RmsAt(m, 0);
  if (const auto& chief = arrivals[model.system.primary].chief) {
    const double dx = m.x - chief->x, dy = m.y - chief->y;
    result.poly_rms_chief_um = 1e3 * std::sqrt(m.xx + m.yy + dx * dx + dy * dy);
  }
  return result;
}

Result<std::vector<ThroughFocusSpot>> ComputeThroughFocusSpot(const LensModel& model, double field,
                                                              const std::vector<double>& shifts_mm,
                                                              int rings,
                                                              const SamplingOptions& options) {
  PETZVAL_ASSIGN(const std::vector<Arrivals> arrivals, TraceSpots(model, field, rings, options));
  PETZVAL_ASSIGN(const std::vector<double> weights, WavelengthWeights(model.system, -1, {}));
  std::vector<std::optional<Moments>> single;
  for (const Arrivals& a : arrivals) {
    if (a.x.empty()) {
      single.emplace_back();
    } else {
      single.emplace_back(MomentsOf({a}, {1.0 / static_cast<double>(a.x.size())}));
    }
  }
  const std::vector<double> each = RayWeights(arrivals, weights);
  const Moments poly = each.empty() ? Moments{} : MomentsOf(arrivals, each);
  std::vector<ThroughFocusSpot> result;
  for (double shift : shifts_mm) {
    ThroughFocusSpot at;
    at.shift_mm = shift;
    for (const auto& m : single) {
      at.rms_centroid_um.push_back(m ? std::optional<double>(RmsAt(*m, shift)) : std::nullopt);
    }
    if (!each.empty()) at.poly_rms_centroid_um = RmsAt(poly, shift);
    result.push_back(std::move(at));
  }
  return result;
}

Result<std::optional<BestFocus>> ComputeBestFocus(const LensModel& model, double field,
                                                  int wavelength, int rings,
                                                  const SamplingOptions& options,
                                                  const std::vector<double>& weights) {
  PETZVAL_ASSIGN(const std::vector<double> w, WavelengthWeights(model.system, wavelength, weights));
  PETZVAL_ASSIGN(const std::vector<Arrivals> arrivals, TraceSpots(model, field, rings, options));
  const std::vector<double> each = RayWeights(arrivals, w);
  if (each.empty()) return std::optional<BestFocus>();
  const Moments m = MomentsOf(arrivals, each);
  if (!(m.uu + m.vv > 1e-24)) return std::optional<BestFocus>();  // parallel light has no focus
  BestFocus best;
  best.shift_mm = -(m.xu + m.yv) / (m.uu + m.vv);
  best.rms_um = RmsAt(m, best.shift_mm);
  return std::optional<BestFocus>(best);
}

}  // namespace petzval::optics
