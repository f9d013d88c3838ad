// A lens baked for a sensor: blur, distortion, lateral colour and shading over the field.
#ifndef PETZVAL_OPTICS_PROFILE_LENS_PROFILE_H_
#define PETZVAL_OPTICS_PROFILE_LENS_PROFILE_H_

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/optics/profile/sensor_geometry.h"

namespace petzval::optics {

// A point spread at one place of the field for one channel, at two samples a pixel, convolved with
// the pixel's aperture, sum 1. x runs along the circle around the axis, y outwards; the lens is
// symmetric, so the spread is symmetric in x.
struct BakedPsf {
  static constexpr int kSamplesPerPixel = 2;
  static constexpr int kMaxSize = 255;
  int size = 0;               // odd; the middle sample is the chief ray of the channel
  std::vector<float> weight;  // size * size, rows of constant y, from negative y on

  float At(int x, int y) const {  // from the middle
    return weight[static_cast<size_t>(y + size / 2) * size + x + size / 2];
  }
  // Mean place outwards of the light, from the chief ray, in pixels; across it is 0.
  double CentroidPx() const;
  // Second moments about the mean in square pixels, across and outwards.
  std::array<double, 2> VariancePx() const;
};

// What the lens does at one focus distance. Index i of radii is a distance of i / (kRadii - 1) of
// the half diagonal of the sensor from its middle; channels are R, G, B.
inline constexpr int kRadii = 21;
struct FocusState {
  double object_mm = 0;  // from the first surface; infinity is allowed
  // Radius in pixels at which a lens without distortion would show what the green chief ray shows
  // at radius i.
  std::array<double, kRadii> ideal_px{};
  // Of the chief rays of that object point: how much farther out than green's, in pixels.
  std::array<std::array<double, kRadii>, 3> lateral_px{};
  // Relative illumination times the sensor's response to the angle, 1 in the middle.
  std::array<std::array<double, kRadii>, 3> shading{};
  std::array<std::array<BakedPsf, kRadii>, 3> psf;
};

// The models of lensfun, fitted to a state. r = 1 is half the shorter side for distortion and
// lateral colour, the half diagonal for vignetting. poly3 and ptlens leave r = 1 where it is, so
// they come with the scale of r_d that makes them fit.
struct FittedModels {
  double poly3_k1 = 0, poly3_scale = 1;  // r_d = r (1 - k1 + k1 r^2)
  std::array<double, 2> poly5{};         // r_d = r (1 + k1 r^2 + k2 r^4)
  std::array<double, 3> ptlens{};
  double ptlens_scale = 1;                      // r_d = r (a r^3 + b r^2 + c r + 1 - a - b - c)
  std::array<double, 3> tca_red{}, tca_blue{};  // r_d = r (b r^2 + c r + v): b, c, v
  std::array<double, 3> vignetting_pa{};        // 1 + k1 r^2 + k2 r^4 + k3 r^6, green
};

struct LensProfile {
  static constexpr int kMaxStates = 32;
  std::string lens;  // its name
  SensorGeometry sensor;
  double focal_length_mm = 0, f_number = 0;
  std::vector<FocusState> states;  // at least one, from far to near

  // The state whose focus is nearest to `object_mm` in dioptres.
  const FocusState& StateAt(double object_mm) const;
};

FittedModels FitModels(const LensProfile& profile, const FocusState& state);

// What can be wrong with a profile: sizes, numbers that are not finite, tables that fold the
// picture, spreads that do not sum to 1.
Status CheckProfile(const LensProfile& profile);

// A compact binary form (version 1), some 100 kB for each state; reading gives weights within
// 1/30000 of the largest. What is encoded has passed CheckProfile, and so has what is decoded.
// Errors: kInvalidInput, kUnsupported for another version, one sentence, whatever the bytes are.
std::vector<uint8_t> EncodeLensProfile(const LensProfile& profile);
Result<LensProfile> DecodeLensProfile(std::span<const uint8_t> bytes);
// Errors: also kIo, kTooLarge beyond 32 MiB. Writing is all or nothing.
Result<LensProfile> ReadLensProfile(const std::string& path);
Status WriteLensProfile(const std::string& path, const LensProfile& profile);

// Profiles of data/profiles, compiled in.
struct EmbeddedProfile {
  std::string_view name;  // of the file, without .pvlens
  std::span<const uint8_t> bytes;
};
std::span<const EmbeddedProfile> EmbeddedProfiles();

// A file, or one of the compiled-in profiles by name. Errors: also kInvalidInput naming the nearest
// name.
Result<LensProfile> FindLensProfile(const std::string& name_or_path);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PROFILE_LENS_PROFILE_H_
