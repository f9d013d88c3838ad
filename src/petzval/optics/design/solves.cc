// Paraxial focus, marginal angle, edge thickness and total track.
#include "petzval/optics/design/solves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/design/paraxial_gradient.h"

namespace petzval::optics {
namespace {

// Curvature that sends the marginal ray on with slope u' = value; adds d(c)/d(raw) to `row`.
double MarginalAngle(const Lens& lens, const RawSystem& system, int i, double slope,
                     std::vector<double>* row) {
  const ParaxialGradient paraxial(system, system.primary);
  const double radius = EntrancePupilRadius(lens, system);
  const std::vector<double>& n = system.kernel.n[system.primary];
  const double dn = n[i + 1] - n[i];
  // Finite objects send the ray out from the axis at distance D, towards the rim of the pupil.
  double y0 = radius, u0 = 0;
  if (std::isfinite(lens.object_mm)) {
    u0 = radius / (lens.object_mm + paraxial.epl());
    y0 = u0 * lens.object_mm;
  }
  const double y = y0 * paraxial.Height(0, i) + u0 * paraxial.Height(1, i);
  const double nu = y0 * paraxial.Slope(0, i) + u0 * paraxial.Slope(1, i);
  const double ce = (nu - n[i + 1] * slope) / (y * dn);
  const std::vector<double>& a = system.kernel.surfaces[i].a;
  const RawLayout& layout = system.layout;
  for (int ray = 0; ray < 2; ++ray) {
    const double weight = ray == 0 ? y0 : u0;
    if (weight != 0) paraxial.AddRay(ray, i, -ce / y * weight, weight / (y * dn), row);
  }
  (*row)[layout.N(i, system.primary)] += -slope / (y * dn) - ce / dn;
  if (i > 0) (*row)[layout.N(i - 1, system.primary)] += ce / dn;
  (*row)[layout.A(i, 2)] -= 2;
  if (lens.aperture.kind == ApertureKind::kStopSemiDiameter) {
    // y and nu grow with the pupil radius sd / a: dc/dR = n' u' / (y R dn).
    const double by_radius = n[i + 1] * slope / (y * dn * radius);
    paraxial.AddStopA(-by_radius * radius / paraxial.stop_a(), row);
  }
  return ce - (a.size() > 2 ? 2 * a[2] : 0.0);
}

}  // namespace

Status CheckSolve(const Lens& lens, const Solve& solve) {
  const int last = static_cast<int>(lens.surfaces.size()) - 1;
  const bool curvature = solve.kind == SolveKind::kMarginalAngle;
  const auto fail = [&](const char* why) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("solve of {}: {}", VariableName(solve.what), why));
  };
  if (solve.what.kind != (curvature ? "c" : "t")) {
    return fail(curvature ? "a marginal angle is solved by a curvature (c)"
                          : "this condition is solved by a thickness (t)");
  }
  if (solve.kind == SolveKind::kParaxialFocus && solve.what.surface != last) {
    return fail("the paraxial focus is solved by the last thickness");
  }
  if (solve.kind == SolveKind::kEdgeThickness && solve.what.surface == last) {
    return fail("there is no edge behind the last surface");
  }
  return {};
}

Status ApplySolve(const Lens& lens, const Solve& solve, int variables, RawSystem* system,
                  std::vector<ChainEntry>* chain) {
  const int i = solve.what.surface;
  const RawLayout layout = system->layout;
  const bool curvature = solve.kind == SolveKind::kMarginalAngle;
  std::vector<double> row(layout.size(), 0.0);
  double value = 0;
  switch (solve.kind) {
    case SolveKind::kParaxialFocus: {
      const ParaxialGradient paraxial(*system, system->primary);
      value = paraxial.bfl() + solve.value;
      paraxial.AddBfl(1, &row);
      break;
    }
    case SolveKind::kMarginalAngle:
      value = MarginalAngle(lens, *system, i, solve.value, &row);
      break;
    case SolveKind::kEdgeThickness: {
      const std::vector<double> heights = ParaxialSemiDiameters(lens, *system);
      const double h = std::max(heights[i], heights[i + 1]);
      value = solve.value + SagGradient(*system, i, h, 1, &row) -
              SagGradient(*system, i + 1, h, -1, &row);
      break;
    }
    case SolveKind::kTotalTrack:
      value = solve.value;
      for (int j = 0; j < layout.surfaces; ++j) {
        if (j == i) continue;
        value -= system->kernel.surfaces[j].t;
        row[layout.T(j)] -= 1;
      }
      break;
  }
  if (!std::isfinite(value)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("solve of {}: no solution", VariableName(solve.what)));
  }
  const int raw = curvature ? layout.C(i) : layout.T(i);
  row[raw] = 0;  // what the solve replaces does not count
  system->Set(raw, value);
  if (!chain) return {};
  std::vector<double> gradient(variables, 0.0);
  for (const ChainEntry& entry : *chain) gradient[entry.variable] += row[entry.raw] * entry.factor;
  for (int v = 0; v < variables; ++v) {
    if (gradient[v] != 0) chain->push_back({raw, v, gradient[v]});
  }
  return {};
}

}  // namespace petzval::optics
