// Operands of shape: thicknesses, slopes and ripple over the zones that rays use.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/design/merit.h"
#include "petzval/optics/design/operands.h"
#include "petzval/optics/design/scalar_trace.h"

namespace petzval::optics {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;
// Shares of the used height where thicknesses and slopes are looked at.
constexpr double kZones[] = {0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0};
constexpr int kRippleZones = 24;

// The part of a slope's variation that one turning point does not explain, and which steps between
// zones make it: way[i] = +-1 for a step against the trend, else 0.
double Ripple(const double* slope, double* way) {
  double best = -1;
  for (const int sign : {1, -1}) {
    for (int turn = 0; turn <= kRippleZones; ++turn) {
      double wrong = 0;
      for (int i = 0; i < kRippleZones; ++i) {
        wrong += std::max(-(slope[i + 1] - slope[i]) * sign * (i < turn ? 1 : -1), 0.0);
      }
      if (best >= 0 && wrong >= best) continue;
      best = wrong;
      for (int i = 0; i < kRippleZones; ++i) {
        const double trend = sign * (i < turn ? 1 : -1);
        way[i] = (slope[i + 1] - slope[i]) * trend < 0 ? trend : 0;
      }
    }
  }
  return best;
}

// Calls take(zone, value) for each zone of a limit, or for the zone with the largest value (the
// smallest for thicknesses) of an equation.
template <class Value, class Take>
void Zones(const Operand& operand, const Value& value, const Take& take) {
  const bool limit =
      operand.relation == Relation::kAtLeast || operand.relation == Relation::kAtMost;
  const double sign = operand.kind == OperandKind::kSlopeDeg ? 1 : -1;
  double worst = 0, at = -1;
  for (const double zone : kZones) {
    const double v = value(zone);
    if (limit) take(zone, v);
    if (at < 0 || sign * v > sign * worst) worst = v, at = zone;
  }
  if (!limit) take(at, worst);
}

}  // namespace

void MeritFunction::ShapeOperand(int index, bool derivatives,
                                 std::vector<OperandValue>* out) const {
  const Operand& operand = spec_.operands[index];
  const RawSystem& system = state_.system;
  const int count = system.kernel.size();
  const std::vector<double>& n = system.kernel.n[system.primary];
  const auto reach = [&](int s) { return used_[s] * spec_.margin; };
  const auto finish = [&](int s, double value, const std::vector<double>& row,
                          const std::vector<double>& by_reach) {
    OperandValue v{index, s, -1, value};
    if (derivatives && !Satisfied(operand, value)) {
      v.gradient = ByVariables(row);
      for (int i = 0; i < count; ++i) {
        if (by_reach[i] == 0 || used_gradient_[i].empty()) continue;
        const double factor = by_reach[i] * spec_.margin;
        for (int k = 0; k < size(); ++k) v.gradient[k] += factor * used_gradient_[i][k];
      }
    }
    out->push_back(std::move(v));
  };
  for (int s = 0; s < count; ++s) {
    if (operand.surface >= 0 && operand.surface != s) continue;
    const bool last = s + 1 == count, glass = n[s + 1] > 1.0001;
    std::vector<double> row(derivatives ? system.layout.size() : 0, 0.0), by_reach(count, 0.0);
    std::vector<double>* to = derivatives ? &row : nullptr;
    switch (operand.kind) {
      case OperandKind::kCentreThickness:
        if (operand.surface < 0 && !glass) break;
        if (to) row[system.layout.T(s)] = 1;
        finish(s, system.kernel.surfaces[s].t, row, by_reach);
        break;
      case OperandKind::kGlassThickness:
      case OperandKind::kAirGap:
      case OperandKind::kImageClearance: {
        const bool image = operand.kind == OperandKind::kImageClearance;
        const bool wants_glass = operand.kind == OperandKind::kGlassThickness;
        if (image != last || (!image && operand.surface < 0 && wants_glass != glass)) break;
        // Beyond the height that its rays use a surface goes on flat, as a mounted lens does.
        const int wide = !image && reach(s + 1) > reach(s) ? s + 1 : s;
        const auto side = [&](int k, double zone, double sign, bool gradient) {
          const double r = std::min(zone * reach(wide), reach(k));
          double slope = 0;
          const double z = SagGradient(system, k, r, sign, gradient ? to : nullptr, &slope);
          if (gradient) {
            const bool own = zone * reach(wide) >= reach(k);
            by_reach[own ? k : wide] += sign * slope * (own ? 1 : zone);
          }
          return sign * z;
        };
        const auto gap = [&](double zone, bool gradient) {
          return system.kernel.surfaces[s].t + side(s, zone, -1, gradient) +
                 (image ? 0.0 : side(s + 1, zone, 1, gradient));
        };
        Zones(
            operand, [&](double zone) { return gap(zone, false); },
            [&](double zone, double value) {
              std::fill(row.begin(), row.end(), 0.0);
              std::fill(by_reach.begin(), by_reach.end(), 0.0);
              if (to && !Satisfied(operand, value)) {
                row[system.layout.T(s)] += 1;
                gap(zone, true);
              }
              finish(s, value, row, by_reach);
            });
        break;
      }
      case OperandKind::kSlopeDeg: {
        const auto slope_at = [&](double zone) {
          return SlopeGradient(system, s, zone * reach(s), 0, nullptr);
        };
        Zones(
            operand, [&](double zone) { return std::atan(std::abs(slope_at(zone))) * kDegrees; },
            [&](double zone, double value) {
              std::fill(row.begin(), row.end(), 0.0);
              if (to && !Satisfied(operand, value)) {
                const double slope = slope_at(zone);
                const double factor = kDegrees / (1 + slope * slope) * (slope < 0 ? -1 : 1);
                double second = 0;
                SlopeGradient(system, s, zone * reach(s), factor, to, &second);
                by_reach[s] = factor * second * zone;
              }
              finish(s, value, row, by_reach);
            });
        break;
      }
      case OperandKind::kRipple: {
        if (system.kernel.surfaces[s].a.size() <= 2) break;
        double slope[kRippleZones + 1], second[kRippleZones + 1], way[kRippleZones];
        const auto zone = [&](int i) { return reach(s) * i / kRippleZones; };
        for (int i = 0; i <= kRippleZones; ++i) {
          slope[i] = SlopeGradient(system, s, zone(i), 0, nullptr, &second[i]);
        }
        const double ripple = Ripple(slope, way);
        by_reach[s] = ripple;
        for (int i = 0; to && i < kRippleZones; ++i) {
          if (way[i] == 0) continue;
          SlopeGradient(system, s, zone(i + 1), -way[i] * reach(s), to);
          SlopeGradient(system, s, zone(i), way[i] * reach(s), to);
          by_reach[s] -= way[i] * (second[i + 1] * zone(i + 1) - second[i] * zone(i));
        }
        finish(s, ripple * reach(s), row, by_reach);
        break;
      }
      default:
        break;
    }
  }
}

void MeritFunction::IncidenceOperand(int index, bool derivatives,
                                     std::vector<OperandValue>* out) const {
  const Operand& operand = spec_.operands[index];
  const RawSystem& system = state_.system;
  const RayBundle& probes = *probes_;
  const int w = system.primary;
  const bool limit =
      operand.relation == Relation::kAtLeast || operand.relation == Relation::kAtMost;
  for (int f = 0; f < plan_.fields(); ++f) {
    if (operand.field >= 0 && operand.field != f) continue;
    std::vector<std::vector<SurfaceHit>> hits;
    for (int p = 0; p < probes.points(); ++p) {
      const int ray = probes.index(w, f, p);
      hits.push_back(TraceHits(system, w, probes.start_x()[ray], probes.start_y()[ray],
                               probes.start_l()[ray], probes.start_m()[ray],
                               probes.start_n()[ray]));
    }
    for (int s = 0; s < system.kernel.size(); ++s) {
      if (operand.surface >= 0 && operand.surface != s) continue;
      const double n1 = system.kernel.n[w][s], n2 = system.kernel.n[w][s + 1];
      const double ratio = n1 > n2 ? n1 / n2 : 1.0;
      if (std::abs(n1 - n2) < 1e-9) continue;
      OperandValue worst{index, s, f, -1};
      for (int p = 0; p < probes.points(); ++p) {
        if (s >= static_cast<int>(hits[p].size())) continue;
        const double cosine = hits[p][s].cosine;
        const double sine = std::min(ratio * std::sqrt(std::max(1 - cosine * cosine, 0.0)), 0.9999);
        OperandValue at{index, s, f, std::asin(sine) * kDegrees};
        if (!limit && at.value <= worst.value) continue;
        if (derivatives && !Satisfied(operand, at.value)) {
          const double root = std::sqrt(1 - sine * sine);
          const double by_cosine =
              -kDegrees * ratio * ratio * cosine / (std::max(sine, 1e-9) * root);
          std::vector<double> row(system.layout.size(), 0.0);
          double by_start[2] = {0, 0};
          const int ray = probes.index(w, f, p);
          IncidenceCosine(system, w, probes.start_x()[ray], probes.start_y()[ray],
                          probes.start_l()[ray], probes.start_m()[ray], probes.start_n()[ray], s,
                          by_cosine, &row, by_start);
          if (n1 > n2) {
            const double by_ratio = kDegrees * sine / (ratio * root);
            if (s > 0) row[system.layout.N(s - 1, w)] += by_ratio / n2;
            row[system.layout.N(s, w)] -= by_ratio * ratio / n2;
          }
          at.gradient = WithLaunch(probes, w, f, p, std::move(row), by_start);
        }
        if (limit) {
          out->push_back(std::move(at));
        } else {
          worst = std::move(at);
        }
      }
      if (!limit && worst.value >= 0) out->push_back(std::move(worst));
    }
  }
}

void MeritFunction::MeasureHeights(bool derivatives) {
  const RawSystem& system = state_.system;
  const RayBundle& probes = *probes_;
  used_.assign(system.kernel.size(), 0.0);
  used_gradient_.assign(system.kernel.size(), {});
  std::vector<int> field(used_.size(), -1), point(used_.size(), -1);
  for (int f = 0; f < plan_.fields(); ++f) {
    for (int p = 0; p < probes.points(); ++p) {
      const int ray = probes.index(system.primary, f, p);
      const std::vector<SurfaceHit> hits =
          TraceHits(system, system.primary, probes.start_x()[ray], probes.start_y()[ray],
                    probes.start_l()[ray], probes.start_m()[ray], probes.start_n()[ray]);
      for (size_t s = 0; s < hits.size(); ++s) {
        if (hits[s].height <= used_[s]) continue;
        used_[s] = hits[s].height;
        field[s] = f;
        point[s] = p;
      }
    }
  }
  for (size_t s = 0; derivatives && s < used_.size(); ++s) {
    if (field[s] >= 0) {
      used_gradient_[s] = HeightGradient(static_cast<int>(s), field[s], point[s]);
    }
  }
}

std::vector<double> MeritFunction::HeightGradient(int surface, int field, int point) const {
  const RawSystem& system = state_.system;
  const int w = system.primary, ray = probes_->index(w, field, point);
  const double x = probes_->start_x()[ray], y = probes_->start_y()[ray];
  const double l = probes_->start_l()[ray], m = probes_->start_m()[ray];
  const double n = probes_->start_n()[ray];
  const SurfaceHit hit = TraceHits(system, w, x, y, l, m, n)[surface];
  std::vector<double> row(system.layout.size(), 0.0);
  double by_start[2];
  if (!HitGradient(system, w, x, y, l, m, n, surface, hit.x / hit.height, hit.y / hit.height, &row,
                   by_start)) {
    return {};
  }
  return WithLaunch(*probes_, w, field, point, std::move(row), by_start);
}

std::vector<double> MeritFunction::WithLaunch(const RayBundle& bundle, int w, int field, int point,
                                              std::vector<double> row,
                                              const double by_start[2]) const {
  const RawSystem& system = state_.system;
  const int ray = bundle.index(w, field, point);
  const PupilPoint p = bundle.point(point);
  const PupilState& pupil = state_.pupil;
  double by_radius = 0, by_epl = 0, by_stop = 0;
  switch (bundle.start_kind(system)) {
    case RayBundle::StartKind::kPupil:
      by_radius = p.x * by_start[0] + p.y * by_start[1];
      by_epl = -std::tan(plan_.angle(field)) * by_start[1];
      break;
    case RayBundle::StartKind::kStopInFront:
      by_stop = p.x * by_start[0] + p.y * by_start[1];
      break;
    case RayBundle::StartKind::kAimed: {
      std::vector<double> row_x(row.size(), 0.0), row_y(row.size(), 0.0);
      double sx[2], sy[2];
      const auto hit = [&](double fx, double fy, std::vector<double>* to, double* start) {
        return HitGradient(system, w, bundle.start_x()[ray], bundle.start_y()[ray],
                           bundle.start_l()[ray], bundle.start_m()[ray], bundle.start_n()[ray],
                           system.stop, fx, fy, to, start);
      };
      if (!hit(1, 0, &row_x, sx) || !hit(0, 1, &row_y, sy)) break;
      const double det = sx[0] * sy[1] - sx[1] * sy[0];
      if (std::abs(det) < 1e-12) break;
      const double mx = -(by_start[0] * sy[1] - by_start[1] * sy[0]) / det;
      const double my = -(by_start[1] * sx[0] - by_start[0] * sx[1]) / det;
      for (size_t i = 0; i < row.size(); ++i) row[i] += mx * row_x[i] + my * row_y[i];
      by_stop = -(mx * p.x + my * p.y);
      break;
    }
  }
  std::vector<double> out = ByVariables(row);
  for (int v = 0; v < size(); ++v) {
    out[v] +=
        by_radius * pupil.d_radius[v] + by_epl * pupil.d_epl[v] + by_stop * pupil.d_stop_radius[v];
  }
  return out;
}

}  // namespace petzval::optics
