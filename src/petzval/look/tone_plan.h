// What exposure and tone a picture gets, decided on its proxy.
#ifndef PETZVAL_LOOK_TONE_PLAN_H_
#define PETZVAL_LOOK_TONE_PLAN_H_

#include <vector>

#include "petzval/image/image.h"
#include "petzval/look/look.h"

namespace petzval {

// Decisions for one picture. Scene luminance is spoken of in EV relative to the look's mid-grey,
// after exposure: 0 = mid-grey, +2.4 = diffuse white.
struct TonePlan {
  double exposure_ev = 0;   // including the user's part
  double shadow_ev = 0;     // local gain of the darkest regions
  double highlight_ev = 0;  // local attenuation of the brightest regions
  double white = 4;         // scene value that becomes display white, see ToneCurve
  double mid_grey = 0.1845;

  // Where the base of a region goes, EV in and out: shadows rise by up to shadow_ev, highlights
  // fall by up to highlight_ev, mid-grey stays. Rising and smooth.
  double Target(double ev) const;
  // Its slope, > 0.
  double TargetSlope(double ev) const;
};

// A weighted histogram of scene luminance in EV (log2 of linear luminance, 1.0 = 0 EV).
class EvHistogram {
 public:
  static constexpr double kMinEv = -16, kMaxEv = 8;
  static constexpr int kBinsPerEv = 16;

  EvHistogram() : weight_(static_cast<size_t>((kMaxEv - kMinEv) * kBinsPerEv)) {}
  void Add(double ev, double weight);
  int bins() const { return static_cast<int>(weight_.size()); }
  double weight(int bin) const { return weight_[bin]; }
  double EvOf(int bin) const { return kMinEv + (bin + 0.5) / kBinsPerEv; }
  double total() const { return total_; }
  // The EV below which a share 0..1 of the weight lies.
  double Percentile(double share) const;
  // Mean EV of the weight between two such shares.
  double Mean(double low_share, double high_share) const;

 private:
  std::vector<double> weight_;
  double total_ = 0;
};

// `level`: log2 luminance of the picture before exposure, see LogLuminance.
TonePlan PlanTone(const Look& look, const Image<float>& level, const SceneInfo& scene);

}  // namespace petzval

#endif  // PETZVAL_LOOK_TONE_PLAN_H_
