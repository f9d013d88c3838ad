// Reflectances that are compiled in, and random ones.
#include "petzval/calibrate/fit/training_spectra.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/random.h"

namespace petzval::calibrate {
namespace {

// Empty when the set is missing, which the tests exclude.
std::vector<SpectralDistribution> Named(const std::string& name) {
  auto set = FindReflectances(name);
  return set ? std::move(set->reflectance) : std::vector<SpectralDistribution>();
}

}  // namespace

const std::vector<SpectralDistribution>& ColorCheckerSpectra() {
  static const std::vector<SpectralDistribution> spectra = Named("colorchecker24");
  return spectra;
}

const std::vector<SpectralDistribution>& TrainingSpectra190() {
  static const std::vector<SpectralDistribution> spectra = Named("ampas190");
  return spectra;
}

const std::vector<SpectralDistribution>& MemoryColorSpectra() {
  static const std::vector<SpectralDistribution> spectra = Named("pmc");
  return spectra;
}

std::vector<SpectralDistribution> RandomReflectances(int count, uint64_t seed) {
  std::vector<SpectralDistribution> spectra;
  for (int k = 0; k < count; ++k) {
    Random random(seed, k);
    // Paints, leaves and skin are made of edges (logistic steps, most of them rising to the red, as
    // absorption by electrons has them) and of bands (bumps) that are broad, over a slope.
    const int parts = 1 + static_cast<int>(random.Uniform() * 3.999);
    struct Part {
      double at_nm, width_nm, height;
      bool step;
    };
    std::vector<Part> part;
    for (int p = 0; p < parts; ++p) {
      const bool step = random.Uniform() < 0.5;
      const double at_nm = random.Uniform(380, 740);
      const double width_nm = step ? random.Uniform(15, 60) : random.Uniform(30, 90);
      const double height = random.Uniform(step ? -0.35 : -1, 1);
      part.push_back({at_nm, width_nm, height, step});
    }
    const double slope = random.Uniform(-0.4, 0.4);
    SpectralDistribution shape;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < kSpectralCount; ++i) {
      const double nm = SpectralDistribution::Nm(i);
      double value = slope * (nm - 560) / 200;
      for (const Part& p : part) {
        const double t = (nm - p.at_nm) / p.width_nm;
        value += p.height * (p.step ? 1 / (1 + std::exp(-2 * t)) : std::exp(-t * t / 2));
      }
      shape.value[i] = value;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    // Lightness and saturation are drawn for themselves: from `bottom` to `top`.
    const double top = 0.04 + 0.91 * random.Uniform();
    const double bottom = std::max(0.02, top * random.Uniform());
    for (double& v : shape.value) v = bottom + (top - bottom) * (v - low) / (high - low);
    spectra.push_back(shape);
  }
  return spectra;
}

}  // namespace petzval::calibrate
