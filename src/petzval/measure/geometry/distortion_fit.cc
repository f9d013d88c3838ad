// Levenberg-Marquardt over homography, radial terms and their centre.
#include "petzval/measure/geometry/distortion_fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

constexpr int kUnknowns = 12;
using Unknowns = std::array<double, kUnknowns>;

struct Observation {
  double u, v;  // of the lattice, about -1..1
  double x, y;  // seen, half diagonals
  bool used = true;
};

DistortionModel ModelOf(const Unknowns& p) {
  DistortionModel m;
  std::copy_n(p.begin(), 8, m.homography.begin());
  m.k1 = p[8];
  m.k2 = p[9];
  m.cx = p[10];
  m.cy = p[11];
  return m;
}

double CostOf(const Unknowns& p, const std::vector<Observation>& all) {
  const DistortionModel m = ModelOf(p);
  double cost = 0;
  for (const Observation& o : all) {
    if (!o.used) continue;
    const auto seen = m.Distort(m.Ideal(o.u, o.v));
    cost += std::pow(seen.x - o.x, 2) + std::pow(seen.y - o.y, 2);
  }
  return std::isfinite(cost) ? cost : HUGE_VAL;
}

// The homography of the points within `reach` of the middle, from linear equations.
bool StartingHomography(const std::vector<Observation>& all, double reach, Unknowns* p) {
  NormalEquations<8> equations;
  for (const Observation& o : all) {
    if (std::hypot(o.x, o.y) > reach) continue;
    equations.Add({o.u, o.v, 1, 0, 0, 0, -o.u * o.x, -o.v * o.x}, o.x);
    equations.Add({0, 0, 0, o.u, o.v, 1, -o.u * o.y, -o.v * o.y}, o.y);
  }
  std::array<double, 8> h{};
  if (equations.count() < 18 || !equations.Solve(&h)) return false;
  std::copy(h.begin(), h.end(), p->begin());
  return true;
}

// The first `unknowns` of p move. Gives the last normal equations for errors.
bool Minimise(const std::vector<Observation>& all, int unknowns, Unknowns* p,
              NormalEquations<kUnknowns>* normal) {
  double cost = CostOf(*p, all), damping = 1e-4;
  for (int step = 0; step < 100; ++step) {
    *normal = {};
    for (int i = unknowns; i < kUnknowns; ++i) *normal->Diagonal(i) = 1;
    const DistortionModel m = ModelOf(*p);
    std::vector<DistortionModel> up, down;
    constexpr double kStep = 1e-6;
    for (int i = 0; i < unknowns; ++i) {
      Unknowns q = *p;
      q[i] += kStep;
      up.push_back(ModelOf(q));
      q[i] -= 2 * kStep;
      down.push_back(ModelOf(q));
    }
    for (const Observation& o : all) {
      if (!o.used) continue;
      const auto seen = m.Distort(m.Ideal(o.u, o.v));
      Unknowns gx{}, gy{};
      for (int i = 0; i < unknowns; ++i) {
        const auto a = up[i].Distort(up[i].Ideal(o.u, o.v));
        const auto b = down[i].Distort(down[i].Ideal(o.u, o.v));
        gx[i] = (a.x - b.x) / (2 * kStep);
        gy[i] = (a.y - b.y) / (2 * kStep);
      }
      normal->Add(gx, o.x - seen.x);
      normal->Add(gy, o.y - seen.y);
    }
    bool better = false;
    double gain = 0;
    for (int attempt = 0; attempt < 10 && !better; ++attempt) {
      NormalEquations<kUnknowns> damped = *normal;
      for (int i = 0; i < unknowns; ++i) *damped.Diagonal(i) *= 1 + damping;
      Unknowns change{};
      if (damped.Solve(&change)) {
        Unknowns next = *p;
        for (int i = 0; i < unknowns; ++i) next[i] += change[i];
        const double c = CostOf(next, all);
        better = c < cost;
        if (better) {
          gain = cost - c;
          cost = c;
          *p = next;
        }
      }
      damping = std::clamp(damping * (better ? 0.1 : 10), 1e-14, 1e8);
    }
    if (!better || gain <= 1e-12 * cost) return true;
  }
  return true;
}

}  // namespace

DistortionModel::Point DistortionModel::Ideal(double column, double row) const {
  const auto& h = homography;
  const double w = h[6] * column + h[7] * row + 1;
  return {(h[0] * column + h[1] * row + h[2]) / w, (h[3] * column + h[4] * row + h[5]) / w};
}

DistortionModel::Point DistortionModel::Distort(Point ideal) const {
  const double dx = ideal.x - cx, dy = ideal.y - cy, r2 = dx * dx + dy * dy;
  const double f = 1 + r2 * (k1 + r2 * k2);
  return {cx + f * dx, cy + f * dy};
}

double DistortionModel::UndistortRadius(double r) const {
  // The distorted radius grows with the ideal one up to a turn: step there, then halve.
  const auto distorted = [&](double u) { return u * (1 + u * u * (k1 + u * u * k2)); };
  constexpr double kStep = 0.01, kFar = 5;
  double low = 0;
  while (distorted(low + kStep) < r) {
    if (low > kFar || distorted(low + kStep) <= distorted(low)) return std::nan("");
    low += kStep;
  }
  double high = low + kStep;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (distorted(middle) < r ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

DistortionFit FitDistortion(std::span<const GridPoint> points, double mx, double my, double scale,
                            bool free_centre) {
  DistortionFit fit;
  if (points.size() < kUnknowns) return fit;
  // Lattice numbers to about -1..1, undone in the homography at the end.
  double c0 = points[0].column, c1 = c0, r0 = points[0].row, r1 = r0;
  for (const GridPoint& p : points) {
    c0 = std::min<double>(c0, p.column);
    c1 = std::max<double>(c1, p.column);
    r0 = std::min<double>(r0, p.row);
    r1 = std::max<double>(r1, p.row);
  }
  const double cm = 0.5 * (c0 + c1), rm = 0.5 * (r0 + r1);
  const double span = 0.5 * std::max({c1 - c0, r1 - r0, 1.0});
  std::vector<Observation> all;
  for (const GridPoint& p : points) {
    all.push_back({(p.column - cm) / span, (p.row - rm) / span, (p.x_px - mx) / scale,
                   (p.y_px - my) / scale});
  }
  Unknowns p{};
  if (!StartingHomography(all, 0.5, &p) && !StartingHomography(all, 10, &p)) return fit;
  NormalEquations<kUnknowns> normal;
  const int unknowns = free_centre ? kUnknowns : kUnknowns - 2;
  for (int pass = 0; pass < 2; ++pass) {
    if (!Minimise(all, kUnknowns - 2, &p, &normal)) return fit;
    if (free_centre && !Minimise(all, unknowns, &p, &normal)) return fit;
    const DistortionModel m = ModelOf(p);
    fit.max = 0;
    fit.used = 0;
    double sum = 0;
    for (const Observation& o : all) {
      if (!o.used) continue;
      const auto seen = m.Distort(m.Ideal(o.u, o.v));
      const double d = std::hypot(seen.x - o.x, seen.y - o.y);
      fit.max = std::max(fit.max, d);
      sum += d * d;
      ++fit.used;
    }
    fit.rms = std::sqrt(sum / fit.used);
    if (pass == 1) break;
    // Points that are no dots of the chart; half a pixel is never an outlier's distance.
    const double limit = std::max(5 * fit.rms / M_SQRT2, 0.5 / scale);
    for (Observation& o : all) {
      const auto seen = m.Distort(m.Ideal(o.u, o.v));
      o.used = std::hypot(seen.x - o.x, seen.y - o.y) <= limit;
      fit.left_out += !o.used;
    }
    if (fit.left_out == 0) break;
    if (static_cast<int>(all.size()) - fit.left_out < kUnknowns) return fit;
  }
  fit.model = ModelOf(p);
  if (free_centre) {
    const double sigma =
        fit.rms / M_SQRT2 * std::sqrt(2.0 * fit.used / std::max(1, 2 * fit.used - unknowns));
    for (int i : {10, 11}) {
      Unknowns unit{};
      unit[i] = 1;
      const double variance = normal.VarianceOf(unit);
      fit.centre_error = std::max(fit.centre_error,
                                  std::isfinite(variance) ? sigma * std::sqrt(variance) : HUGE_VAL);
    }
  }
  // (column - cm) / span in place of u.
  auto& h = fit.model.homography;
  std::array<double, 9> g;
  for (int i = 0; i < 3; ++i) {
    const double a = h[3 * i] / span, b = h[3 * i + 1] / span, c = i == 2 ? 1 : h[3 * i + 2];
    g[3 * i] = a;
    g[3 * i + 1] = b;
    g[3 * i + 2] = c - a * cm - b * rm;
  }
  for (int i = 0; i < 8; ++i) h[i] = g[i] / g[8];
  fit.converged = std::isfinite(fit.rms) && std::isfinite(g[8]) && g[8] != 0;
  return fit;
}

}  // namespace petzval::measure
