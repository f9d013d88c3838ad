// Tone scales of ACES 1.
#include "petzval/color/aces/tone_scale_v1.h"

#include <algorithm>
#include <cmath>

namespace petzval::aces {
namespace {

constexpr double kGrey = 0.18, kGreyNits = 4.8;

// Value at x of the straight line through two points, held beyond them.
double Between(double x, double x0, double y0, double x1, double y1) {
  return y0 + (y1 - y0) * std::clamp((x - x0) / (x1 - x0), 0.0, 1.0);
}

// Two coefficients whose spline starts or ends at a point with its slope.
void Tangent(double log_y, double slope, double knot, double* before, double* after) {
  *before = log_y - slope * 0.5 * knot;
  *after = log_y + slope * 0.5 * knot;
}

}  // namespace

SplineToneScale::SplineToneScale(Point darkest, Point middle, Point brightest,
                                 std::vector<double> low, std::vector<double> high)
    : x0_(std::log10(darkest.x)),
      y0_(std::log10(darkest.y)),
      slope0_(darkest.slope),
      x1_(std::log10(middle.x)),
      x2_(std::log10(brightest.x)),
      y2_(std::log10(brightest.y)),
      slope2_(brightest.slope),
      low_(std::move(low)),
      high_(std::move(high)) {}

double SplineToneScale::Spline(std::span<const double> c, double t) {
  const int segments = static_cast<int>(c.size()) - 2;
  const int j = std::clamp(static_cast<int>(t * segments), 0, segments - 1);
  const double u = t * segments - j;
  return (0.5 * c[j] - c[j + 1] + 0.5 * c[j + 2]) * u * u + (c[j + 1] - c[j]) * u +
         0.5 * (c[j] + c[j + 1]);
}

double SplineToneScale::Apply(double x) const {
  const double log_x = x > 0 ? std::log10(x) : x0_;
  double log_y = 0;
  if (log_x <= x0_) {
    log_y = y0_ + slope0_ * (log_x - x0_);
  } else if (log_x < x1_) {
    log_y = Spline(low_, (log_x - x0_) / (x1_ - x0_));
  } else if (log_x < x2_) {
    log_y = Spline(high_, (log_x - x1_) / (x2_ - x1_));
  } else {
    log_y = y2_ + slope2_ * (log_x - x2_);
  }
  return std::pow(10.0, log_y);
}

const SplineToneScale& ReferenceToneScale() {
  static const SplineToneScale scale({kGrey * std::exp2(-15), 1e-4, 0}, {kGrey, kGreyNits, 0},
                                     {kGrey * std::exp2(18), 1e4, 0},
                                     {-4, -4, -3.1573765773, -0.4852499958, 1.8477324706},
                                     {-0.7185482425, 2.0810307172, 3.6681241237, 4, 4});
  return scale;
}

const SplineToneScale& CinemaToneScale() {
  static const SplineToneScale scale({ReferenceToneScale().Apply(kGrey * std::exp2(-6.5)), 0.02, 0},
                                     {ReferenceToneScale().Apply(kGrey), kGreyNits, 0},
                                     {ReferenceToneScale().Apply(kGrey * std::exp2(6.5)), 48, 0.04},
                                     {-1.6989700043, -1.6989700043, -1.4779, -1.2291, -0.8648,
                                      -0.448, 0.00518, 0.4511080334, 0.9113744414},
                                     {0.5154386965, 0.8470437783, 1.1358, 1.3802, 1.5197, 1.5985,
                                      1.6467, 1.6746091357, 1.6878733390});
  return scale;
}

SplineToneScale SingleStageToneScale(double black_nits, double peak_nits, double shift_ev) {
  constexpr double kSlope = 1.55;  // at mid-grey
  // Stops that are shown, and how far the curve bends, between those of cinema and of the
  // reference.
  const double low_stops = Between(std::log10(black_nits), -4, -15, std::log10(0.02), -6.5);
  const double high_stops = Between(std::log10(peak_nits), std::log10(48.0), 6.5, 4, 18);
  const double low_bend = Between(low_stops, -15, 0.18, -6.5, 0.35);
  const double high_bend = Between(high_stops, 6.5, 0.89, 18, 0.90);
  const double log2_of_10 = std::log2(10.0);
  const double grey_y = std::log10(kGreyNits);
  const double black_y = std::log10(black_nits), peak_y = std::log10(peak_nits);
  std::vector<double> low(5), high(5);
  low[0] = low[1] = black_y;
  low[2] = black_y + low_bend * (grey_y - black_y);
  Tangent(grey_y, kSlope, -low_stops / log2_of_10 / 3, &low[3], &low[4]);
  Tangent(grey_y, kSlope, high_stops / log2_of_10 / 3, &high[0], &high[1]);
  high[2] = grey_y + high_bend * (peak_y - grey_y);
  high[3] = high[4] = peak_y;
  return SplineToneScale({kGrey * std::exp2(low_stops - shift_ev), black_nits, 0},
                         {kGrey * std::exp2(-shift_ev), kGreyNits, 0},
                         {kGrey * std::exp2(high_stops - shift_ev), peak_nits, 0}, std::move(low),
                         std::move(high));
}

double SingleStageShift(double black_nits, double mid_nits, double peak_nits) {
  const SplineToneScale scale = SingleStageToneScale(black_nits, peak_nits, 0);
  double low = -15, high = 18;  // the scale ascends
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (scale.Apply(kGrey * std::exp2(middle)) < mid_nits ? low : high) = middle;
  }
  return low;
}

}  // namespace petzval::aces
