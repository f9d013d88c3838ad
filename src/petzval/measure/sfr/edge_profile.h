// The edge profile in free form: values, transfer and its error, in closed form.
#ifndef PETZVAL_MEASURE_SFR_EDGE_PROFILE_H_
#define PETZVAL_MEASURE_SFR_EDGE_PROFILE_H_

#include <array>
#include <complex>
#include <vector>

#include "petzval/measure/sfr/arrow_system.h"
#include "petzval/measure/sfr/edge_model.h"

namespace petzval::measure {

// The unknowns beside the splines.
enum ProfileUnknown { kLevel, kStep, kShift, kSpread, kTail, kAcross };

// Tail of diffraction: falls as 1 / d outside and is smooth within, between two Lorentzian line
// spreads of `width` and kWiderTail times that.
inline constexpr double kWiderTail = 4;
double DiffractionTail(double width, double d);

// The carrier of FitEdge, splines on knots that widen with the distance, and a few unknowns beside
// them; FitProfile finds them.
class EdgeProfile {
 public:
  double low() const { return low_; }
  double high() const { return low_ + step_; }
  double noise() const { return noise_; }  // standard deviation of samples of weight 1
  // Relative change of brightness per px across the edge.
  double shading() const { return dense_[kDense - 1]; }
  double free_width() const { return knots_.empty() ? 0 : knots_.back(); }  // splines end here, px
  // Value, 0 = low, 1 = high, without shading.
  double At(double d) const;
  // Transfer at f > 0, complex because profiles need not be symmetric; 1 at f = 0.
  std::complex<double> Transfer(double f) const;
  // Its modulus at 0, step, .. (n values).
  std::vector<double> Mtf(double step, int n) const;
  // Standard error of the modulus at f > 0.
  double MtfError(double f) const;

 private:
  friend class ProfileFitter;
  explicit EdgeProfile(const EdgeModel& model) : model_(model) {}
  std::complex<double> DenseTransfer(int which, double f) const;
  std::complex<double> Combine(double f, std::complex<double> splines) const;

  EdgeModel model_;
  double low_ = 0, step_ = 1, noise_ = 0, tail_width_ = 1;
  std::vector<double> knots_;   // 4 more than splines, or none
  std::vector<double> spline_;  // coefficients
  std::vector<double> jump_;    // of the third derivative at each knot
  std::array<double, kDense> dense_{};
  ArrowMatrix factor_;  // of the system that gave the coefficients
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_EDGE_PROFILE_H_
