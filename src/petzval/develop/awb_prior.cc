// A mixture of Gaussians on the lights of the shipped spectra.
#include "petzval/develop/awb_prior.h"

#include <cmath>

#include "petzval/color/spectral.h"

namespace petzval {
namespace {

struct WorldLight {
  Chromaticity white;
  double weight;
  bool sky;
};

// How often one meets each light when nothing else is known: an assumption, half daylight with its
// middle between sun and overcast sky, a quarter incandescent or made to look like it, the rest
// tubes and LEDs of all kinds. Not fitted to any pictures.
const std::vector<WorldLight>& WorldLights() {
  static const std::vector<WorldLight> lights = [] {
    struct Named {
      const char* name;
      double weight;
    };
    constexpr Named kLamps[] = {{"1900K", .02},  {"2300K", .04},  {"2600K", .06},
                                {"2800K", .08},  {"3000K", .06},  {"3300K", .04},
                                {"3700K", .02},  {"FL2", .02},    {"FL4", .01},
                                {"FL7", .01},    {"FL8", .01},    {"FL11", .02},
                                {"FL12", .02},   {"LED-B1", .03}, {"LED-B2", .03},
                                {"LED-B3", .03}, {"LED-B4", .03}, {"LED-B5", .02},
                                {"LED-V1", .01}, {"hps", .01},    {"metal-halide-4000", .01}};
    constexpr struct {
      double kelvin_k, weight;
    } kSky[] = {{4000, .04}, {4500, .06}, {5000, .10}, {5500, .14},  {6000, .12},
                {6500, .10}, {7500, .08}, {9000, .05}, {12000, .03}, {15000, .01}};
    std::vector<WorldLight> result;
    for (const auto& s : kSky) {
      result.push_back({ChromaticityFromXyz(XyzOfLight(Daylight(s.kelvin_k))), s.weight, true});
    }
    for (const Named& n : kLamps) {
      const auto light = FindLight(n.name);
      if (!light) continue;
      result.push_back({ChromaticityFromXyz(XyzOfLight(*light)), n.weight, false});
    }
    return result;
  }();
  return lights;
}

// Chance that a scene of this brightness is lit by the sky: sure in sunlight (EV 15), rare in rooms
// (EV 5), even at EV 9, where a deep forest meets a shop window. No lamp lights a scene as the sun
// does: what is warm then is evening, and stays so.
double SkyShare(double light_lv) {
  if (!std::isfinite(light_lv)) return 0.55;
  return 1 / (1 + std::exp(-1.4 * (std::clamp(light_lv, 5.0, 16.0) - 9)));
}

// Half of 116 measured lamps lie within 0.04 of a light above, nine tenths within 0.13. The answers
// of 47 cameras (ASWF rawtoaces-data) to A, D65 and FL11 lie 0.17 from the generic model, rms in
// red and in blue.
constexpr double kKnownSigma = 0.06, kGenericSigma = 0.18;
// Density of lights of no known kind, such as a stage's.
constexpr double kOther = 1e-4;

}  // namespace

AwbPrior::AwbPrior(const DngColorModel& model, bool generic, double light_lv)
    : sigma_(generic ? kGenericSigma : kKnownSigma) {
  double sky = 0, lamps = 0;
  for (const WorldLight& l : WorldLights()) (l.sky ? sky : lamps) += l.weight;
  const double share = SkyShare(light_lv);
  double sum = 0;
  for (const WorldLight& l : WorldLights()) {
    const Vec3 neutral = model.NeutralFromWhite(l.white);
    const LogChroma chroma = LogChromaOf(neutral);
    if (!std::isfinite(chroma.r) || !std::isfinite(chroma.b)) continue;
    const double weight = l.weight * (l.sky ? share / sky : (1 - share) / lamps);
    lights_.push_back({chroma, weight});
    sum += weight;
  }
  for (Light& l : lights_) l.weight /= sum;
  const LogChroma warm = LogChromaOf(model.NeutralFromWhite(kWhiteA));
  const LogChroma cold = LogChromaOf(model.NeutralFromWhite(kWhiteD65));
  const double length = Distance(warm, cold);
  to_cold_ = length > 1e-6 ? LogChroma{(cold.r - warm.r) / length, (cold.b - warm.b) / length}
                           : LogChroma{-std::sqrt(0.5), std::sqrt(0.5)};
}

double AwbPrior::LogDensity(const LogChroma& chroma) const {
  const double scale = 1 / (2 * sigma_ * sigma_);
  double density = 0;
  for (const Light& l : lights_) {
    const double r = chroma.r - l.chroma.r, b = chroma.b - l.chroma.b;
    density += l.weight * std::exp(-scale * (r * r + b * b));
  }
  return std::log(density * scale / M_PI + kOther);
}

}  // namespace petzval
