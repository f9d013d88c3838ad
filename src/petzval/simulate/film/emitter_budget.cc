// Neyman's allocation among the emitters, and between them and the film.
#include "petzval/simulate/film/emitter_budget.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/simulate/film/allocation.h"

namespace petzval::simulate {
namespace {

constexpr double kLeastBudget = 1 << 17;  // rays that a picture of few film rays may spend
constexpr double kMostFactor = 1e7;       // where the film has no noise at all
constexpr double kDark = 0.02;            // level on which a disc lies, of white
// A film ray takes as long as some four rays of emitters, and discs of light are what a picture is
// looked at for: their error counts for nine times as much.
constexpr double kRayCost = 4, kErrorWeight = 9;
// One sample adds no more than this to a pixel, in units of white, even where the pilot saw no way
// for it to the film; up to a number of samples.
constexpr double kBrightestSample = 8, kFewest = 16, kMostOfFewest = 256;

double DisplaySlope(double level) {
  const double at = level + kDark, step = 0.05 * at;
  return (DisplayCode(at + step) - DisplayCode(at - step)) / (2 * step);
}

// Sum of the squared errors of all pixels' display values. By rows, so that its last bits do not
// depend on the threads.
double SquaredError(const SplatJob& splat, const std::vector<double>& white,
                    const Image<float>& value, const Image<float>& half) {
  std::vector<double> rows(value.height(), 0.0);
  ParallelFor(value.height(), [&](int y) {
    for (int plane = 0; plane < value.planes(); ++plane) {
      for (int x = 0; x < value.width(); ++x) {
        const double level = white[splat.grid.Channel(plane, x, y)];
        const double v = value.At(x, y, plane), h = half.At(x, y, plane);
        if (!(level > 0) || h == 0) continue;
        const double d = DisplayCode((v + h) / level) - DisplayCode((v - h) / level);
        rows[y] += d * d / 4;
      }
    }
  });
  double sum = 0;
  for (const double row : rows) sum += row;
  return sum;
}

// The part of the pixels that measure each channel.
std::vector<double> PixelShares(const FilmJob& job) {
  std::vector<double> share(job.channels, job.mosaic ? 0.0 : 1.0);
  if (job.mosaic) {
    for (const uint8_t c : job.cfa) share[c] += 1.0 / static_cast<double>(job.cfa.size());
  }
  return share;
}

}  // namespace

std::vector<int64_t> EmitterSamples(const SplatJob& splat, std::span<const EmitterAim> aims,
                                    int64_t film_rays, const Image<float>& value,
                                    const Image<float>& half) {
  const FilmJob& job = splat.job;
  const int channels = job.channels;
  const size_t count = aims.size() * static_cast<size_t>(channels);
  std::vector<int64_t> samples(count, 0);
  std::vector<double> flux(count, 0.0);  // irradiance times pixels, if nothing were in the way
  std::vector<double> white = splat.white;
  white.resize(channels, 0.0);
  std::vector<double> brightest(channels, 0.0);
  for (size_t i = 0; i < count; ++i) {
    const size_t e = i / channels;
    const int c = static_cast<int>(i % channels);
    if (!aims[e].sees) continue;
    flux[i] = job.tracer->EmitterRadiance(static_cast<int>(e), c) * aims[e].flux *
              aims[e].efficiency / (job.pitch_mm * job.pitch_mm);
    brightest[c] = std::max(brightest[c], flux[i] / aims[e].disc_px);
  }
  // Nothing but emitters: they are white themselves.
  for (int c = 0; c < channels; ++c) {
    if (!(white[c] > 0)) white[c] = brightest[c];
  }
  const std::vector<double> pixels = PixelShares(job);
  std::vector<double> worth(count, 0.0);
  double total = 0;
  for (size_t i = 0; i < count; ++i) {
    const EmitterAim& aim = aims[i / channels];
    const int c = static_cast<int>(i % channels);
    if (!(flux[i] > 0) || !(pixels[c] > 0) || !(white[c] > 0)) continue;
    const double lit = flux[i] / white[c] * aim.seen;
    // Samples at times when the row is not exposed are lost.
    const double window = aim.last_s - aim.first_s, exposure = job.path.exposure_s;
    const double lost = splat.timed && exposure > 0 ? std::max(1.0, window / exposure) : 1.0;
    worth[i] = DisplaySlope(lit / aim.disc_px) * lit * std::sqrt(pixels[c] * lost);
    total += worth[i];
  }
  const double error = SquaredError(splat, white, value, half);
  double factor = kMostFactor;
  if (error > 0) {
    factor = std::min(factor,
                      std::sqrt(kRayCost * kErrorWeight * static_cast<double>(film_rays) / error));
  }
  const double budget = std::max(static_cast<double>(film_rays), kLeastBudget);
  if (factor * total > budget) factor = budget / total;
  for (size_t i = 0; i < count; ++i) {
    const int c = static_cast<int>(i % channels);
    if (!(flux[i] > 0) || !(pixels[c] > 0)) continue;
    const auto wavelengths = static_cast<double>(job.wavelengths_of_channel[c].size());
    if (job.emitter_samples > 0) {
      samples[i] = static_cast<int64_t>(std::ceil(job.emitter_samples / 2 / wavelengths));
      continue;
    }
    const double fewest =
        white[c] > 0 ? std::clamp(flux[i] / white[c] / kBrightestSample, kFewest, kMostOfFewest)
                     : kFewest;
    const double each = std::max(factor * worth[i] / 2, fewest) / wavelengths;
    // The nearest power of two: so many points are even.
    const int exponent = static_cast<int>(std::lround(std::log2(std::max(each, 1.0))));
    samples[i] = int64_t{1} << std::clamp(exponent, 0, 23);
  }
  return samples;
}

}  // namespace petzval::simulate
