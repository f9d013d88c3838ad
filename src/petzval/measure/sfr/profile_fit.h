// The edge profile in free form: a spline that is as smooth as the samples ask for.
#ifndef PETZVAL_MEASURE_SFR_PROFILE_FIT_H_
#define PETZVAL_MEASURE_SFR_PROFILE_FIT_H_

#include <array>
#include <complex>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/sfr/arrow_system.h"
#include "petzval/measure/sfr/edge_fit.h"

namespace petzval::measure {

// What the carrier of FitEdge misses, as a penalised regression on all samples at their own
// distances, without bins of a derivative and without a window: cubic splines on knots that widen
// with the distance from the edge, so that far tails are smoothed harder, a tail that falls as the
// diffraction of a round stop does (line spread ~ 1 / d^2, which no region is wide enough to
// show), and shading across the edge. How smooth, how wide and with which of these is chosen by
// restricted maximum likelihood (Patterson and Thompson 1971; splines as mixed models: Wahba 1985;
// difference penalties: Eilers and Marx 1996).
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

// Samples at a `distance` from the edge, px, and what is left of their value when the carrier is
// taken away, with weights near 1 (inverse to the variance of their noise).
struct ProfileSamples {
  std::vector<float> distance, rest, weight;
  void Add(double d, double r, double w) {
    distance.push_back(static_cast<float>(d));
    rest.push_back(static_cast<float>(r));
    weight.push_back(static_cast<float>(w));
  }
};
// `half_width`: how far both sides reach; no sample lies beyond `farthest`. Errors: kInvalidInput
// when the samples do not determine the profile.
Result<EdgeProfile> FitProfile(const FittedEdge& edge, const ProfileSamples& samples,
                               double half_width, double farthest);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_SFR_PROFILE_FIT_H_
