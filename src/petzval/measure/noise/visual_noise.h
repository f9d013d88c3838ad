// Noise as the eye weighs it: by spatial frequency, lightness and colour.
#ifndef PETZVAL_MEASURE_NOISE_VISUAL_NOISE_H_
#define PETZVAL_MEASURE_NOISE_VISUAL_NOISE_H_

#include <vector>

#include "petzval/base/result.h"
#include "petzval/measure/subject/figure.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

// The three sensitivities of the filter, each 1 at its peak: luminance (band pass, CPIQ form),
// red-green and blue-yellow (low pass, Johnson and Fairchild 2003).
enum class EyeChannel { kLuminance, kRedGreen, kBlueYellow };
double EyeSensitivity(EyeChannel channel, double cycles_per_degree);

// Standard deviation that white noise of unit variance keeps: the root of the mean square of the
// sensitivity over the square |fx|, |fy| <= 0.5 cycles per pixel.
double WhiteNoiseGain(EyeChannel channel, double pixels_per_degree);

// Filters a plane in place; its mean is kept. The plane is continued by mirror images, so any size
// will do. Sides up to 4096.
void FilterForEye(ImageView<float> plane, EyeChannel channel, double pixels_per_degree);

struct VisualNoiseOptions {
  std::vector<Rect> rois;  // uniform patches; none: FindFlatAreas
  std::vector<double> pixels_per_degree = {30, 60, 90};
};

struct PatchVisualNoise {
  Rect roi;
  double pixels_per_degree = 0;
  double lightness = 0;                                    // mean L*
  double visual_noise = 0;                                 // L* units
  double sd_l = 0, sd_a = 0, sd_b = 0, covariance_la = 0;  // of L*, a*, b* after the filter
};

struct VisualNoiseReport {
  Findings findings;
  std::vector<PatchVisualNoise> patches;  // viewing condition by viewing condition, patches within
};

// After ISO 15739 annex B: linear RGB -> XYZ (D65, white = 1) -> A = Y, C1 = X - Y,
// C2 = 0.4 (Y - Z), filtered, -> CIELAB; VN = sqrt(var L* + 0.05 var a* + 0.12 cov(L*, a*))
// (weights: Keelan, Jin, Prokushkin 2011). A plane fitted to each channel is taken out first. A
// patch of more than 1024 pixels a side is measured in its middle. Errors: kInvalidInput for RAW
// mosaics, patches outside or smaller than 32 x 32, no flat area.
Result<VisualNoiseReport> MeasureVisualNoise(const Subject& picture,
                                             const VisualNoiseOptions& options);

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_VISUAL_NOISE_H_
