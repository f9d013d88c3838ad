// The surface steps in plain doubles.
#include "petzval/optics/design/scalar_trace.h"

#include <hwy/base.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {
namespace {

inline double Root(double x) { return std::sqrt(x); }
inline double Larger(double x, double y) { return x > y ? x : y; }
inline double Magnitude(double x) { return std::abs(x); }
inline double Calmed(double step, double before, double limit) {
  step = std::clamp(step, -limit, limit);
  return step * before < -0.5 * before * before ? 0.5 * step : step;
}
inline double OrZero(double value, double sign) { return sign < 0 ? 0.0 : value; }
inline bool AllBelow(double x, double limit) { return x < limit; }
inline void FailBelow(double x, double limit, int index, double& failed) {
  if (!(x >= limit) && failed < 0) failed = index;
}

#include "petzval/optics/design/ray_step-inl.h"

constexpr double kOnSurface_mm = 1e-6;

using Steps = std::vector<StepState<double>>;

// Traces until the end or a failure; `before` gets the state in front of each surface reached.
double Trace(const RawSystem& system, int wavelength, RayState<double> ray, Steps* steps,
             std::vector<RayState<double>>* before) {
  const std::vector<double>& n = system.kernel.n[wavelength];
  for (int k = 0; k < system.kernel.size(); ++k) {
    const KernelSurface& sf = system.kernel.surfaces[k];
    before->push_back(ray);
    StepState<double> step{};
    ToSurface(sf, IsEven(sf), k, ray, step);
    ToNextVertex(sf, n[k], n[k + 1], k, ray, step);
    steps->push_back(step);
    if (ray.failed >= 0) break;
  }
  return ray.failed;
}

void AddShape(const RawSystem& system, int k, const StepState<double>& h, double sag, double g,
              std::vector<double>* row) {
  const KernelSurface& sf = system.kernel.surfaces[k];
  const RawLayout& layout = system.layout;
  const double rho = h.x * h.x + h.y * h.y, phi = h.phi;
  const double z = sf.c * rho / (1 + phi);
  (*row)[layout.C(k)] += sag * rho / (phi * (1 + phi)) + g / (phi * phi * phi);
  (*row)[layout.K(k)] +=
      sag * 0.5 * sf.c * z * z / phi + g * 0.5 * sf.c * sf.c * sf.c * rho / (phi * phi * phi);
  double power = 1;
  const double r = std::sqrt(rho);
  for (int p = 2; p <= RawLayout::kHighestPower; ++p, power *= r) {
    (*row)[layout.A(k, p)] += power * (sag * rho + p * g);
  }
}

// Sweeps back from the vertex plane of surface `from` to the start.
void Back(const RawSystem& system, int wavelength, const Steps& steps,
          const std::vector<RayState<double>>& before, int from, RayAdjoint<double>& adj,
          std::vector<double>* row) {
  const std::vector<double>& n = system.kernel.n[wavelength];
  const RawLayout& layout = system.layout;
  for (int k = from - 1; k >= 0; --k) {
    const KernelSurface& sf = system.kernel.surfaces[k];
    const StepState<double>& h = steps[k];
    const RayState<double>& in = before[k];
    double z = 0, t = 0, n2 = 0, g = 0;
    BackThroughRefraction(n[k], n[k + 1], h, in.l, in.m, in.n, adj, z, t, n2, g);
    (*row)[layout.T(k)] += t;
    (*row)[layout.N(k, wavelength)] += n2;
    const double rho = h.x * h.x + h.y * h.y;
    const double bend = Bend(sf, IsEven(sf), rho, h.phi);
    const double sag = BackThroughSurface(n[k], h, in.l, in.m, in.n, bend, g, z, adj);
    AddShape(system, k, h, sag, g, row);
  }
}

// Back from the cosine of incidence at surface k, whose adjoint is `cosine`, to its vertex plane.
RayAdjoint<double> BackFromCosine(const RawSystem& system, int wavelength, int k,
                                  const StepState<double>& h, const RayState<double>& in,
                                  double cosine, std::vector<double>* row) {
  const KernelSurface& sf = system.kernel.surfaces[k];
  const double nx = -h.w * h.g * h.x, ny = -h.w * h.g * h.y, nz = h.w;
  // The part along the normal does not turn it.
  const double ax = cosine * in.l, ay = cosine * in.m, az = cosine * in.n;
  const double along = ax * nx + ay * ny + az * nz;
  const double vx = h.w * (ax - nx * along), vy = h.w * (ay - ny * along);
  RayAdjoint<double> adj{-h.g * vx, -h.g * vy, cosine * nx, cosine * ny, cosine * nz, 0, 0};
  const double g = -(h.x * vx + h.y * vy);
  const double rho = h.x * h.x + h.y * h.y;
  const double bend = Bend(sf, IsEven(sf), rho, h.phi);
  const double sag =
      BackThroughSurface(system.kernel.n[wavelength][k], h, in.l, in.m, in.n, bend, g, 0.0, adj);
  AddShape(system, k, h, sag, g, row);
  return adj;
}

// Beyond the reach of the conic under an asphere: how far, at the hit on the surface whose root is
// held there; without a hit, where the ray crosses the vertex plane.
void BeyondConic(const RawSystem& system, int wavelength, int k, StepState<double> h,
                 const RayState<double>& in, bool derivatives, RayAdjoint<double>* adj,
                 RayFailure* out) {
  const KernelSurface& sf = system.kernel.surfaces[k];
  const RawLayout& layout = system.layout;
  const double e = 1 + sf.k;
  const auto reach_at = [&](double x, double y) { return 1 - e * sf.c * sf.c * (x * x + y * y); };
  const bool from_beyond = reach_at(in.x, in.y) < 0;
  const double least = kLeastInside + (from_beyond ? kLeastInsideFromBeyond : 0.0);
  double rho = h.x * h.x + h.y * h.y, z = 0, bend = 0;
  Polynomial(sf, IsEven(sf), rho, z, bend);
  const bool held = reach_at(h.x, h.y) < kLeastInside;
  const double flat = 2 * sf.c / (1 + h.phi);
  h.g = bend + (held ? flat : sf.c / h.phi);
  const double along = in.n - h.g * (h.x * in.l + h.y * in.m);
  const bool hit = along > 0.05 && std::abs(0.5 * flat * rho + z - h.s * in.n) < kOnSurface_mm;
  h.inv_d = hit ? 1 / along : 0.0;
  if (!hit) h.x = in.x, h.y = in.y, h.s = 0;
  rho = h.x * h.x + h.y * h.y;
  if (reach_at(h.x, h.y) >= least) return;
  out->depth = least - reach_at(h.x, h.y);
  adj->x = 2 * e * sf.c * sf.c * h.x;
  adj->y = 2 * e * sf.c * sf.c * h.y;
  const double sag =
      BackThroughSurface(system.kernel.n[wavelength][k], h, in.l, in.m, in.n, 0.0, 0.0, 0.0, *adj);
  if (!derivatives) return;
  out->gradient[layout.C(k)] += 2 * e * sf.c * rho;
  out->gradient[layout.K(k)] += sf.c * sf.c * rho;
  if (!hit) return;
  if (!held) {
    AddShape(system, k, h, sag, 0.0, &out->gradient);
    return;
  }
  out->gradient[layout.C(k)] += sag * rho / (1 + h.phi);
  const double r = std::sqrt(rho);
  double power = rho;
  for (int p = 2; p <= RawLayout::kHighestPower; ++p, power *= r) {
    out->gradient[layout.A(k, p)] += sag * power;
  }
}

}  // namespace

std::vector<SurfaceHit> TraceHits(const RawSystem& system, int wavelength, double x, double y,
                                  double l, double m, double n) {
  Steps steps;
  std::vector<RayState<double>> before;
  const double failed = Trace(system, wavelength, {x, y, l, m, n, 0, -1}, &steps, &before);
  if (failed >= 0) steps.pop_back();
  std::vector<SurfaceHit> hits;
  for (const auto& s : steps) hits.push_back({s.x, s.y, std::hypot(s.x, s.y), s.c1});
  return hits;
}

double IncidenceCosine(const RawSystem& system, int wavelength, double x, double y, double l,
                       double m, double n, int surface, double factor, std::vector<double>* row,
                       double by_start[2]) {
  Steps steps;
  std::vector<RayState<double>> before;
  const double failed = Trace(system, wavelength, {x, y, l, m, n, 0, -1}, &steps, &before);
  if (failed >= 0 && failed <= surface) return 0;
  if (row) {
    RayAdjoint<double> adj =
        BackFromCosine(system, wavelength, surface, steps[surface], before[surface], factor, row);
    Back(system, wavelength, steps, before, surface, adj, row);
    by_start[0] = adj.x;
    by_start[1] = adj.y;
  }
  return steps[surface].c1;
}

bool HitGradient(const RawSystem& system, int wavelength, double x, double y, double l, double m,
                 double n, int surface, double x_factor, double y_factor, std::vector<double>* row,
                 double by_start[2]) {
  Steps steps;
  std::vector<RayState<double>> before;
  const double failed = Trace(system, wavelength, {x, y, l, m, n, 0, -1}, &steps, &before);
  if (failed >= 0 && failed <= surface) return false;
  const StepState<double>& h = steps[surface];
  const RayState<double>& in = before[surface];
  RayAdjoint<double> adj{x_factor, y_factor, 0, 0, 0, 0, 0};
  const double sag = BackThroughSurface(system.kernel.n[wavelength][surface], h, in.l, in.m, in.n,
                                        0.0, 0.0, 0.0, adj);
  AddShape(system, surface, h, sag, 0.0, row);
  Back(system, wavelength, steps, before, surface, adj, row);
  by_start[0] = adj.x;
  by_start[1] = adj.y;
  return true;
}

RayFailure MeasureFailure(const RawSystem& system, int wavelength, double x, double y, double l,
                          double m, double n, bool derivatives) {
  Steps steps;
  std::vector<RayState<double>> before;
  RayFailure out;
  const double failed = Trace(system, wavelength, {x, y, l, m, n, 0, -1}, &steps, &before);
  if (failed < 0) return out;
  const int k = static_cast<int>(failed);
  out.surface = k;
  const RawLayout& layout = system.layout;
  if (derivatives) out.gradient.assign(layout.size(), 0.0);
  const KernelSurface& sf = system.kernel.surfaces[k];
  const RayState<double>& in = before[k];
  RayAdjoint<double> adj{};
  const double e = 1 + sf.k;
  if (sf.a.size() > 2) {
    BeyondConic(system, wavelength, k, steps[k], in, derivatives, &adj, &out);
  } else if (sf.c != 0) {
    const double c = sf.c, side = in.x * in.l + in.y * in.m, rho = in.x * in.x + in.y * in.y;
    const double b = in.n - c * side, spread = in.l * in.l + in.m * in.m + e * in.n * in.n;
    const double disc = b * b - c * c * spread * rho;
    if (disc < 0) {
      out.depth = -disc;
      const double w = 2 * c * c;
      adj.x = 2 * b * c * in.l + w * spread * in.x;
      adj.y = 2 * b * c * in.m + w * spread * in.y;
      adj.l = 2 * b * c * in.x + w * rho * in.l;
      adj.m = 2 * b * c * in.y + w * rho * in.m;
      adj.n = -2 * b + w * e * rho * in.n;
      if (derivatives) {
        out.gradient[layout.C(k)] += 2 * b * side + 2 * c * spread * rho;
        out.gradient[layout.K(k)] += c * c * in.n * in.n * rho;
      }
    } else {
      // Met beyond the vertex sheet: how far, with the hit differentiated implicitly.
      const StepState<double>& h = steps[k];
      const double z = h.s * in.n, sheet = 1 - e * c * z;
      const double along = in.n * sheet - c * (h.x * in.l + h.y * in.m);
      if (sheet < kLeastInside && along > 0) {
        out.depth = kLeastInside - sheet;
        const double by_step = e * c * in.n / along;  // of the sag
        adj.x = by_step * c * h.x;
        adj.y = by_step * c * h.y;
        adj.l = h.s * adj.x;
        adj.m = h.s * adj.y;
        adj.n = h.s * (e * c - by_step * sheet);
        if (derivatives) {
          const double across = h.x * h.x + h.y * h.y;
          out.gradient[layout.C(k)] += e * z + by_step * 0.5 * (across + e * z * z);
          out.gradient[layout.K(k)] += c * z + by_step * 0.5 * c * z * z;
        }
      }
    }
  }
  if (out.depth == 0) {
    const StepState<double>& h = steps[k];
    const double ratio = system.kernel.n[wavelength][k] / system.kernel.n[wavelength][k + 1];
    const double cosine2 = 1 - ratio * ratio * (1 - h.c1 * h.c1);
    if (!(cosine2 < 1e-12)) {
      out.gradient.clear();
      return out;
    }
    out.depth = -cosine2;
    if (derivatives) {
      adj = BackFromCosine(system, wavelength, k, h, in, -2 * ratio * ratio * h.c1, &out.gradient);
      const double by_ratio = 2 * ratio * (1 - h.c1 * h.c1);
      const double n2 = system.kernel.n[wavelength][k + 1];
      out.gradient[layout.N(k, wavelength)] -= by_ratio * ratio / n2;
      if (k > 0) out.gradient[layout.N(k - 1, wavelength)] += by_ratio / n2;
    }
  }
  out.depth = std::clamp(out.depth, 0.0, 10.0);
  if (derivatives) {
    Back(system, wavelength, steps, before, k, adj, &out.gradient);
    out.by_start[0] = adj.x;
    out.by_start[1] = adj.y;
  }
  for (const double v : out.gradient) {
    if (!std::isfinite(v)) {
      out.gradient.clear();
      break;
    }
  }
  return out;
}

}  // namespace petzval::optics
