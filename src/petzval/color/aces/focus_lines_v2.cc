// ACES 2: the lines along which colours move into a gamut, and where they cross its boundary.
#include "petzval/color/aces/focus_lines_v2.h"

#include <algorithm>
#include <cmath>

#include "petzval/color/aces/jmh.h"
#include "petzval/color/aces/tone_scale_v2.h"

namespace petzval::aces {
namespace {

// Where the focus lies between cusp and mid-grey: nearer to mid-grey the darker the cusp.
constexpr double kCuspMidBlend = 1.3;
// Lines become flatter above this share of the way from cusp to white, by this power.
constexpr double kFlatterFrom = 0.3, kFlatterPower = 1 / 0.55;
// Width of the blend of the hulls at the cusp, of its M.
constexpr double kCuspBlend = 0.12;

// The lesser of two, with a smooth cubic transition of this width.
double SmoothMin(double a, double b, double width) {
  const double h = std::max(width - std::fabs(a - b), 0.0) / width;
  return std::min(a, b) - h * h * h * width / 6;
}

// Where a line meets the curve through (0, 0) and the cusp on which m ~ j^power: the line is moved
// along the axis so that it would meet the chord of black and cusp at about the same m; exact for
// the line that meets the axis at `cusp_axis_j`, the one through the cusp.
double MeetsHull(const FocusLineV2& line, double power, double cusp_j, double cusp_m,
                 double cusp_axis_j) {
  const double moved = cusp_axis_j * std::pow(line.axis_j / cusp_axis_j, power);
  return moved / (cusp_j / cusp_m - line.slope);
}

}  // namespace

FocusV2 FocusV2::OfPeak(double peak_nits) {
  const double decades = std::log10(peak_nits / 100);
  FocusV2 f;
  f.limit_j = JFromLuminance(peak_nits);
  f.mid_j = JFromLuminance(ToneScaleV2({peak_nits}).grey_nits());
  f.distance = 1.35 * (1 + 1.75 * decades);
  f.lower_power = 1 / (1.14 + 0.07 * decades);
  return f;
}

FocusLinesV2::FocusLinesV2(const FocusV2& focus, const HullV2& hull) : focus_(focus), hull_(hull) {
  const double blend = std::min(1.0, kCuspMidBlend - hull.cusp_j / focus.limit_j);
  focus_j_ = hull.cusp_j + blend * (focus.mid_j - hull.cusp_j);
}

double FocusLinesV2::Gain(double steer_j) const {
  const double base = focus_.limit_j * focus_.distance;
  const double from = hull_.cusp_j + kFlatterFrom * (focus_.limit_j - hull_.cusp_j);
  if (steer_j <= from) return base;
  const double left = std::max(1e-4, focus_.limit_j - steer_j);
  return base * (1 + std::pow(std::log10((focus_.limit_j - from) / left), kFlatterPower));
}

double FocusLinesV2::AxisJ(double j, double m, double gain) const {
  // The axis point a solves a + slope(a) m = j, quadratic in a below and above the focus; of the
  // roots' two forms the one is taken that loses no digits.
  const double k = m / (focus_j_ * gain), limit = focus_.limit_j;
  if (j < focus_j_) {
    const double b = 1 - k * focus_j_;
    const double root = std::sqrt(b * b + 4 * k * j);
    return b > 0 ? 2 * j / (b + root) : (root - b) / (2 * k);
  }
  const double b = 1 + k * (focus_j_ + limit), c = k * limit * focus_j_ + j;
  return 2 * c / (b + std::sqrt(std::max(0.0, b * b - 4 * k * c)));
}

FocusLineV2 FocusLinesV2::Through(double j, double m, double steer_j) const {
  const double gain = Gain(steer_j), a = AxisJ(j, m, gain);
  const double room = a < focus_j_ ? a : focus_.limit_j - a;
  return {a, room * (a - focus_j_) / (focus_j_ * gain)};
}

double FocusLinesV2::BoundaryM(const FocusLineV2& line, double steer_j) const {
  const double cusp_axis_j = AxisJ(hull_.cusp_j, hull_.cusp_m, Gain(steer_j));
  const double lower = MeetsHull(line, focus_.lower_power, hull_.cusp_j, hull_.cusp_m, cusp_axis_j);
  // The upper hull is a lower one seen from white downwards.
  const double limit = focus_.limit_j;
  const double upper = MeetsHull({limit - line.axis_j, -line.slope}, hull_.upper_power,
                                 limit - hull_.cusp_j, hull_.cusp_m, limit - cusp_axis_j);
  return SmoothMin(lower, upper, kCuspBlend * hull_.cusp_m);
}

double FocusLinesV2::ReachM(const FocusLineV2& line, double reach_m) const {
  return MeetsHull(line, ColourfulnessExponent(), focus_.limit_j, reach_m, focus_.limit_j);
}

}  // namespace petzval::aces
