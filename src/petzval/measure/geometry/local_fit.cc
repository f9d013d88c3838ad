// Local quadratic regression.
#include "petzval/measure/geometry/local_fit.h"

#include <algorithm>
#include <cmath>

#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

using Terms = std::array<double, 6>;
constexpr int kMinSamples = 12;

Terms TermsAt(double u, double v) { return {1, u, v, u * u, u * v, v * v}; }

}  // namespace

LocalValue FitLocal(const MeasuredPlane& plane, const Rect& window, double x_px, double y_px) {
  // Coordinates of the window from -1 to 1.
  const double su = 2.0 / window.width, sv = 2.0 / window.height;
  const auto u_of = [&](double x) { return (x - window.x) * su - 1; };
  const auto v_of = [&](double y) { return (y - window.y) * sv - 1; };
  Terms fit{};
  double sigma = 0;
  LocalValue result;
  for (int pass = 0; pass < 2; ++pass) {
    NormalEquations<6> equations;
    const double limit = pass == 0 ? HUGE_VAL : 5 * sigma;
    for (int y = window.y; y < window.y + window.height; ++y) {
      const float* row = plane.values.row(y);
      for (int x = window.x; x < window.x + window.width; ++x) {
        if (!plane.sites.Has(x, y)) continue;
        const Terms t = TermsAt(u_of(x + 0.5), v_of(y + 0.5));
        if (pass == 1) {
          double r = row[x];
          for (int i = 0; i < 6; ++i) r -= fit[i] * t[i];
          if (!(std::fabs(r) <= limit)) continue;
        }
        equations.Add(t, row[x]);
      }
    }
    if (equations.count() < kMinSamples || !equations.Solve(&fit)) return {};
    double sum = 0;
    int n = 0;
    for (int y = window.y; y < window.y + window.height; ++y) {
      const float* row = plane.values.row(y);
      for (int x = window.x; x < window.x + window.width; ++x) {
        if (!plane.sites.Has(x, y)) continue;
        const Terms t = TermsAt(u_of(x + 0.5), v_of(y + 0.5));
        double r = row[x];
        for (int i = 0; i < 6; ++i) r -= fit[i] * t[i];
        if (!(std::fabs(r) <= limit)) continue;
        sum += r * r;
        ++n;
      }
    }
    sigma = std::sqrt(sum / std::max(1, n - 6));
    const Terms at = TermsAt(u_of(x_px), v_of(y_px));
    result = {0, sigma * std::sqrt(equations.VarianceOf(at)), n};
    for (int i = 0; i < 6; ++i) result.value += fit[i] * at[i];
  }
  return result;
}

}  // namespace petzval::measure
