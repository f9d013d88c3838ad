// The tone curve: an S in log-log space through a fixed mid-grey, with a finite white.
#ifndef PETZVAL_LOOK_TONE_CURVE_H_
#define PETZVAL_LOOK_TONE_CURVE_H_

#include <limits>

namespace petzval {

// Log-logistic sigmoid (the Naka-Rushton response) y = s x^a / (x^a + k), scaled so that
// y(pivot) = pivot and y(white) = peak. Scene-linear in (1.0 = diffuse white at nominal exposure),
// display-linear out, monotone, 0 for x <= 0 and `peak` from `white` on.
class ToneCurve {
 public:
  static constexpr double kNoWhite = std::numeric_limits<double>::infinity();

  // contrast a > 0; pivot in (0, 1); white > pivot (peak / pivot)^(1 / a) or kNoWhite (y reaches
  // the peak at infinity); peak >= 1.
  ToneCurve(double contrast, double pivot, double white, double peak = 1);

  double Apply(double scene) const;
  double Inverse(double display) const;  // of 0..peak; `white` for the peak
  double white() const { return white_; }
  double peak() const { return peak_; }

 private:
  double contrast_, white_, peak_;
  double k_, scale_;
};

}  // namespace petzval

#endif  // PETZVAL_LOOK_TONE_CURVE_H_
