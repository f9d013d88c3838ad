// For tests and benches: a made-up lens of known blur, so that nothing depends on a prescription.
#ifndef PETZVAL_OPTICS_PROFILE_TEST_PROFILE_H_
#define PETZVAL_OPTICS_PROFILE_TEST_PROFILE_H_

#include <algorithm>
#include <cmath>
#include <limits>

#include "petzval/optics/profile/lens_profile.h"

namespace petzval::optics {

// What the lens does, as shares of the corner; everything grows smoothly from the middle.
struct TestLens {
  double center_sigma_px = 0.45;                            // of the spot, beside the pixel
  double corner_outward_px = 0.95, corner_across_px = 0.7;  // sigma of the corner's spot
  double coma_px = 0.5;                                     // a one-sided tail outwards
  double distortion = -0.02;                                // at the corner
  double lateral_red_px = 0.8, lateral_blue_px = -1.0;
  double corner_light = 0.4;
};

// A Gaussian core and, outwards, a weaker and wider flare, through the aperture of a pixel.
inline BakedPsf MakeTestPsf(double across, double outward, double coma) {
  constexpr int kFine = 8;  // sub-samples of a sample
  BakedPsf psf;
  const double reach = 3.6 * std::max(across, outward + coma) + 1.0;
  psf.size = 2 * static_cast<int>(std::ceil(reach * BakedPsf::kSamplesPerPixel)) + 1;
  psf.weight.assign(static_cast<size_t>(psf.size) * psf.size, 0.0f);
  const auto core = [&](double x, double y) {
    const auto g = [](double u, double s) { return std::exp(-0.5 * u * u / (s * s)) / s; };
    return 0.75 * g(x, across) * g(y, outward) +
           0.25 * g(x, 1.2 * across) * g(y - coma, std::hypot(outward, 0.7 * coma));
  };
  // The aperture is averaged; the middle of a sample lies at its place.
  const int h = psf.size / 2;
  double sum = 0;
  for (int y = -h; y <= h; ++y) {
    for (int x = -h; x <= h; ++x) {
      double v = 0;
      for (int j = 0; j < kFine; ++j) {
        for (int i = 0; i < kFine; ++i) {
          v += core(0.5 * x + (i + 0.5) / kFine - 0.5, 0.5 * y + (j + 0.5) / kFine - 0.5);
        }
      }
      psf.weight[static_cast<size_t>(y + h) * psf.size + x + h] = static_cast<float>(v);
      sum += v;
    }
  }
  for (float& v : psf.weight) v = static_cast<float>(v / sum);
  return psf;
}

inline LensProfile MakeTestProfile(const TestLens& lens, const SensorGeometry& sensor) {
  LensProfile profile;
  profile.lens = "test";
  profile.sensor = sensor;
  profile.focal_length_mm = 5.7;
  profile.f_number = 1.9;
  FocusState& s = profile.states.emplace_back();
  s.object_mm = std::numeric_limits<double>::infinity();
  const double diagonal = sensor.half_diagonal_px();
  for (int i = 0; i < kRadii; ++i) {
    const double r = static_cast<double>(i) / (kRadii - 1), r2 = r * r;
    s.ideal_px[i] = diagonal * r / (1 + lens.distortion * r2);
    s.lateral_px[0][i] = lens.lateral_red_px * r2 * (1.3 - 0.3 * r);
    s.lateral_px[2][i] = lens.lateral_blue_px * r2 * (0.8 + 0.2 * r);
    for (int c = 0; c < 3; ++c) {
      s.shading[c][i] =
          1 / (1 + (1 / lens.corner_light - 1) * r2 * (0.9 + 0.1 * r2)) * (1 + (c - 1) * 0.03 * r2);
      const double wide = c == 1 ? 1.0 : 1.1;
      const auto grow = [&](double corner) {
        return wide *
               (lens.center_sigma_px + (corner - lens.center_sigma_px) * r2 * (0.4 + 0.6 * r2));
      };
      s.psf[c][i] =
          MakeTestPsf(grow(lens.corner_across_px), grow(lens.corner_outward_px), lens.coma_px * r2);
    }
  }
  return profile;
}

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PROFILE_TEST_PROFILE_H_
