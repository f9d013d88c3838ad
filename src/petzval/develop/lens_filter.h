// The filter that takes a lens's blur off, for one place of the field and one channel.
#ifndef PETZVAL_DEVELOP_LENS_FILTER_H_
#define PETZVAL_DEVELOP_LENS_FILTER_H_

#include <complex>
#include <vector>

#include "petzval/optics/profile/lens_profile.h"

namespace petzval {

// A transfer function of pixels: frequencies (i / kSide, j / kSide) cycles a pixel, i across from
// 0 to half of it (the other half mirrors), j outwards from -half on.
class LensResponse {
 public:
  static constexpr int kSide = 32, kHalf = kSide / 2;
  static constexpr int kAcross = kHalf + 1;

  LensResponse() : v_(kAcross * kSide) {}
  // Of a point spread about its own centroid.
  explicit LensResponse(const optics::BakedPsf& psf);

  std::complex<double>& At(int i, int j) { return v_[(j + kHalf) * kAcross + i]; }
  const std::complex<double>& At(int i, int j) const { return v_[(j + kHalf) * kAcross + i]; }

 private:
  std::vector<std::complex<double>> v_;
};

// What a filter may do.
struct LensFilterLimits {
  int radius = 5;           // reach of the filter, px
  double noise_gain = 2.2;  // root of the sum of the squared taps
  double overshoot = 0.02;  // of a filtered edge, relative to its step
};

// What a channel's demosaiced picture went through at a place of the field: its own blur where the
// mosaic sampled it densely enough, green's beyond, since demosaicking takes fine detail from
// green.
struct LensBlur {
  const LensResponse *own = nullptr, *green = nullptr;
  // How much larger the correction of distortion will show this place than the middle.
  double stretch_across = 1, stretch_outwards = 1;
  double lateral_px = 0;  // how much farther out than green's the channel's detail belongs
  double own_noise = 0, green_noise = 0;  // variance a pixel, relative to white = 1
};

// C of the filter 1 + C, which turns the blur towards `target`:
//   |1 + C| = 1 + (target / |own| - 1) |own|^2 S / (|own|^2 S + N),
// Wiener's weight on the *change*, so that noise leads back to the picture as shot and not to a
// blurred one; phases are put right in the same way with N / 16. S is the power spectrum of natural
// pictures, S ~ 1 / f^2 (Field 1987). The target is raised by what resampling will take afterwards,
// widened by what will be stretched, and never below what the lens shows: where it is better than
// in the middle, only its phase is put right. No gain beyond the Nyquist circle. N is raised until
// the filter, cut to its reach, keeps `limits`.
LensResponse DesignLensFilter(const LensBlur& blur, const LensResponse& target,
                              const LensFilterLimits& limits);

// The impulse response of C as a function of place: kPerPixel samples a pixel, across (symmetric)
// and outwards, to be read between samples. Tapered to 0 at radius + 1 from the middle.
class LensImpulse {
 public:
  static constexpr int kPerPixel = 4;
  LensImpulse() = default;
  LensImpulse(const LensResponse& c, int radius);

  // Where (across, outwards) px from the middle lies in the impulses of a reach, to be looked up in
  // several of them.
  struct Place {
    int at = -1;  // of the first of 4 x 4 samples; -1: outside
    float across[4], outwards[4];
  };
  static Place Locate(int radius, float across, float outwards);
  float At(const Place& place) const;
  float At(float across, float outwards) const { return At(Locate(radius_, across, outwards)); }

 private:
  static int Side(int radius) { return 2 * kPerPixel * (radius + 2) + 1; }

  int radius_ = 0, side_ = 0;
  std::vector<float> v_;  // side_ x side_, middle at side_ / 2
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_FILTER_H_
