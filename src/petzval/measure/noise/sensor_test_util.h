// A sensor of known numbers, for tests of noise measures.
#ifndef PETZVAL_MEASURE_NOISE_SENSOR_TEST_UTIL_H_
#define PETZVAL_MEASURE_NOISE_SENSOR_TEST_UTIL_H_

#include <algorithm>
#include <cmath>
#include <functional>

#include "petzval/base/random.h"
#include "petzval/measure/subject/subject.h"

namespace petzval::measure {

struct TestSensor {
  int width = 256, height = 192;
  bool bayer = true;  // RGGB
  double gain_e_per_dn = 0.641;
  double read_noise_e = 2.5;
  double prnu = 0.0085;
  double dsnu_e = 0;
  double row_noise_e = 0;
  double full_well_e = 1e9;
  double black_dn = 0;
  double white_dn = 4095;
  bool round = true;
  uint64_t seed = 1;

  // One frame of `electrons` (x, y) behind this sensor. `shot` tells frames apart; the fixed
  // pattern is that of the seed. Shot noise is normal.
  Subject Expose(const std::function<double(int, int)>& electrons, uint64_t shot,
                 double exposure_s = 0.01) const {
    Subject out;
    out.path = "frame " + std::to_string(shot);
    out.mosaic = Image<float>(width, height);
    out.mono = !bayer;
    if (bayer) out.sites = {SiteMask{0x0505}, SiteMask{0x5a5a}, SiteMask{0xa0a0}};
    if (!bayer) out.sites = {SiteMask{0}, SiteMask{0xffff}, SiteMask{0}};
    out.black_dn = black_dn;
    out.white_dn = white_dn;
    out.bits = 12;
    out.iso = 100;
    out.exposure_s = exposure_s;
    Random rows(seed, 1000 + shot);
    for (int y = 0; y < height; ++y) {
      Random fixed(seed, 1'000'000 + y), noise(seed, 2'000'000 + shot * 65536 + y);
      const double row = row_noise_e * rows.Normals().a;
      for (int x = 0; x < width; ++x) {
        const Random::Pair pattern = fixed.Normals(), random = noise.Normals();
        const double mean = electrons(x, y) * (1 + prnu * pattern.a);
        const double charge =
            std::min(mean + std::sqrt(std::max(0.0, mean)) * random.a, full_well_e);
        const double signal = charge + dsnu_e * pattern.b + row + read_noise_e * random.b;
        double dn = signal / gain_e_per_dn + black_dn;
        if (round) dn = std::round(dn);
        dn = std::clamp(dn, 0.0, white_dn);
        out.mosaic.At(x, y) = static_cast<float>((dn - black_dn) / (white_dn - black_dn));
      }
    }
    return out;
  }
};

}  // namespace petzval::measure

#endif  // PETZVAL_MEASURE_NOISE_SENSOR_TEST_UTIL_H_
