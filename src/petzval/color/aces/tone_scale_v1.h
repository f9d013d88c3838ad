// Tone scales of ACES 1: quadratic B-splines between logarithms of scene and display luminance.
#ifndef PETZVAL_COLOR_ACES_TONE_SCALE_V1_H_
#define PETZVAL_COLOR_ACES_TONE_SCALE_V1_H_

#include <span>
#include <vector>

namespace petzval::aces {

// Two splines that meet in the middle, straight lines beyond the ends; all in log10.
class SplineToneScale {
 public:
  struct Point {
    double x = 0, y = 0, slope = 0;  // linear x and y; slope in log-log beyond the end
  };
  // `low`, `high`: coefficients of the spline below and above the middle, two more than it has
  // segments.
  SplineToneScale(Point darkest, Point middle, Point brightest, std::vector<double> low,
                  std::vector<double> high);
  double Apply(double x) const;  // x <= 0 counts as the darkest

 private:
  static double Spline(std::span<const double> coefficients, double t);
  double x0_, y0_, slope0_, x1_, x2_, y2_, slope2_;  // log10
  std::vector<double> low_, high_;
};

// Scene (0.18 = grey) to the reference rendering in cd/m^2 of its imagined display of 10000.
const SplineToneScale& ReferenceToneScale();
// From there to a cinema of 48 cd/m^2.
const SplineToneScale& CinemaToneScale();
// Scene to a display of high dynamic range, in one (2018). `shift_ev` moves the scene.
SplineToneScale SingleStageToneScale(double black_nits, double peak_nits, double shift_ev);
// The shift that makes mid-grey `mid_nits`.
double SingleStageShift(double black_nits, double mid_nits, double peak_nits);

}  // namespace petzval::aces

#endif  // PETZVAL_COLOR_ACES_TONE_SCALE_V1_H_
