// Where the lights of the world lie for a camera, and how likely each is.
#ifndef PETZVAL_DEVELOP_AWB_PRIOR_H_
#define PETZVAL_DEVELOP_AWB_PRIOR_H_

#include <vector>

#include "petzval/color/dng_color.h"
#include "petzval/develop/awb_samples.h"

namespace petzval {

// A density over the camera's answers to white, in log chroma: daylight of 4000 to 15000 K, black
// bodies of lamps and flames, fluorescent tubes, white LEDs and discharge lamps, each seen through
// the camera's colour model and widened by what real lights and real modules scatter.
class AwbPrior {
 public:
  // `generic`: the model is assumed; then it tells little more than what is warm and what is cold.
  // `light_lv`: EV at ISO 100, bright scenes are lit by the sky; NaN if unknown.
  AwbPrior(const DngColorModel& model, bool generic, double light_lv);

  // Logarithm of the density; never below that of a light of no known kind.
  double LogDensity(const LogChroma& chroma) const;

  struct Light {
    LogChroma chroma;
    double weight;  // their sum is 1
  };
  const std::vector<Light>& lights() const { return lights_; }
  double sigma() const { return sigma_; }
  // From lamplight (2850 K) to daylight (6500 K), of length 1.
  LogChroma to_cold() const { return to_cold_; }

 private:
  std::vector<Light> lights_;
  double sigma_;
  LogChroma to_cold_;
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_AWB_PRIOR_H_
