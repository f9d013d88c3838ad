// The tone curve: an S in log-log space through a fixed mid-grey, with a finite white.
#include "petzval/look/tone_curve.h"

#include <cmath>

namespace petzval {

ToneCurve::ToneCurve(double contrast, double pivot, double white, double peak)
    : contrast_(contrast), white_(white), peak_(peak) {
  // y(white) = peak makes s = peak (1 + k / white^a); y(pivot) = pivot then gives k.
  const double p = std::pow(pivot, contrast), level = pivot / peak;
  const double w = std::isinf(white) ? 0 : std::pow(white, -contrast);
  k_ = p * (1 - level) / (level - p * w);
  scale_ = peak * (1 + k_ * w);
}

double ToneCurve::Apply(double scene) const {
  if (!(scene > 0)) return 0;
  if (scene >= white_) return peak_;
  const double x = std::pow(scene, contrast_);
  return scale_ * x / (x + k_);
}

double ToneCurve::Inverse(double display) const {
  if (!(display > 0)) return 0;
  if (display >= peak_) return white_;
  return std::pow(k_ * display / (scale_ - display), 1 / contrast_);
}

}  // namespace petzval
