// A sensor with exact truth, for tests of this folder.
#ifndef PETZVAL_CALIBRATE_FRAMES_SIMULATED_SENSOR_UTIL_H_
#define PETZVAL_CALIBRATE_FRAMES_SIMULATED_SENSOR_UTIL_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "petzval/base/random.h"
#include "petzval/calibrate/frames/frame_checks.h"
#include "petzval/capture/raw_frame.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::calibrate {

struct SimulatedSensor {
  int width = 320, height = 240;
  bool quad = false, mono = false;
  double gain_e_per_dn = 2, read_noise_e = 3, black_dn = 64, white_dn = 4095;
  double iso = 100;
  double hot_share = 0;

  using Light = std::function<double(double x, double y, int color)>;  // electrons; x, y 0..1

  int ColorOf(int x, int y) const {
    const int site = SiteOf(x, y, quad);
    return mono ? 1 : site == 0 ? 0 : site == 3 ? 2 : 1;
  }
  Image<uint16_t> Codes(const Light& light, uint64_t seed) const {
    Image<uint16_t> codes(width, height);
    for (int y = 0; y < height; ++y) {
      Random random(seed, static_cast<uint64_t>(y));
      for (int x = 0; x < width; ++x) {
        const double mean = light((x + 0.5) / width, (y + 0.5) / height, ColorOf(x, y));
        const double noise = std::sqrt(mean + read_noise_e * read_noise_e) * random.Normals().a;
        double dn = black_dn + (mean + noise) / gain_e_per_dn;
        if (random.Uniform() < hot_share) dn += 1500;
        codes.At(x, y) = static_cast<uint16_t>(std::clamp(std::round(dn), 0.0, white_dn));
      }
    }
    return codes;
  }
  measure::Subject Expose(const Light& light, uint64_t seed, double exposure_s = 0.01) const {
    measure::Subject out;
    out.path = "frame" + std::to_string(seed) + ".dng";
    out.mosaic = Image<float>(width, height);
    out.mono = mono;
    out.black_dn = black_dn;
    out.white_dn = white_dn;
    out.bits = 12;
    out.iso = iso;
    out.exposure_s = exposure_s;
    out.clip = 1 - 0.5 / (white_dn - black_dn);
    for (measure::SiteMask& sites : out.sites) sites.bits = 0;
    const Image<uint16_t> codes = Codes(light, seed);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        out.mosaic.At(x, y) =
            static_cast<float>((codes.At(x, y) - black_dn) / (white_dn - black_dn));
        if (x < 4 && y < 4) {
          out.sites[ColorOf(x, y)].bits |= static_cast<uint16_t>(1u << (y * 4 + x));
        }
      }
    }
    return out;
  }
  RawFrame Raw(const Light& light, uint64_t seed, double exposure_s = 0.01) const {
    RawFrame frame;
    frame.path = "dark" + std::to_string(seed) + ".dng";
    frame.mosaic = Codes(light, seed);
    frame.cfa.size = quad ? 4 : 2;
    for (int i = 0; i < frame.cfa.size * frame.cfa.size; ++i) {
      frame.cfa.color[i] = static_cast<CfaColor>(ColorOf(i % frame.cfa.size, i / frame.cfa.size));
    }
    frame.black_dn.fill(static_cast<float>(black_dn));
    frame.white_dn.fill(static_cast<float>(white_dn));
    frame.exif.iso = iso;
    frame.exif.exposure_s = exposure_s;
    return frame;
  }
};

inline SimulatedSensor::Light Even(double electrons) {
  return [=](double, double, int c) { return electrons * (c == 1 ? 1 : 0.6); };
}
inline const SimulatedSensor::Light kNoLight = [](double, double, int) { return 0.0; };

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_FRAMES_SIMULATED_SENSOR_UTIL_H_
