// Texture without a reference picture: the spectrum of dead leaves is known from their sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/subject/patches.h"
#include "petzval/measure/texture/spectra.h"
#include "petzval/measure/texture/texture_curve.h"
#include "petzval/measure/texture/texture_mtf.h"
#include "petzval/measure/texture/texture_patch.h"

namespace petzval::measure {
namespace {

Status CheckChart(const DeadLeavesChart& chart, const Subject& picture, const Lattice& lattice) {
  if (!(chart.min_radius_px > 0) || !(chart.max_radius_px > chart.min_radius_px) ||
      !(chart.max_radius_px < 1e5)) {
    return Fail(ErrorCode::kInvalidInput,
                "the discs of a chart need radii above zero, the largest above the smallest");
  }
  const Rect& grey = chart.grey;
  if (grey.width == 0 && grey.height == 0) return {};
  return CheckPatches({&picture, 1}, {&grey, 1}, LeastSide(lattice));
}

// Noise power of the grey patch at a frequency (cycles per sample), rings linear between.
double PowerAt(const RingSums& noise, double f) {
  const double place = std::clamp(f * noise.tile, 1.0, noise.rings() - 1.0);
  const int k = std::min(static_cast<int>(place), noise.rings() - 2);
  const auto density = [&](int ring) { return noise.test[ring] / noise.cells[ring]; };
  return density(k) + (place - k) * (density(k + 1) - density(k));
}

Result<TexturePatch> MeasureOne(const Subject& picture, const DeadLeavesChart& chart,
                                const Rect& roi, const Lattice& lattice,
                                const TextureOptions& options) {
  const int pitch = lattice.pitch;
  const Image<float> y = SamplePatch(picture, options.channel, lattice, roi);
  TexturePatch patch;
  patch.roi = roi;
  PETZVAL_ASSIGN(const PatchContrast contrast, CheckTexture(y.view(), picture.clip, "the chart"));
  patch.contrast = contrast.deviation / contrast.mean;
  patch.motion.correlation = std::nan("");

  const RingSums sums = SumSpectra(y.view(), 0, 0, y.view(), 0, 0, TileFor(y.width(), y.height()));
  RingSums noise;
  if (chart.grey.width > 0) {
    const Image<float> grey = SamplePatch(picture, options.channel, lattice, chart.grey);
    noise = SumSpectra(grey.view(), 0, 0, grey.view(), 0, 0, TileFor(grey.width(), grey.height()));
  }
  // Evenly spread levels have a variance of a twelfth of their range squared.
  const double range = chart.high - chart.low;
  const double variance = range > 0 ? range * range / 12 : contrast.deviation * contrast.deviation;
  std::vector<double> frequency;
  for (int k = 1; k < sums.rings(); ++k) {
    frequency.push_back(sums.frequency[k] / std::max(sums.reference[k], 1e-300) / pitch);
  }
  const std::vector<double> expected =
      DeadLeavesSpectrum(frequency, chart.min_radius_px, chart.max_radius_px);
  double leaves = 0, white = 0;
  for (int k = 1; k < sums.rings(); ++k) {
    const double f = frequency[k - 1];
    const double density = sums.test[k] / sums.cells[k] * pitch * pitch;
    const double noise_density = noise.tiles > 0 ? PowerAt(noise, f * pitch) * pitch * pitch : 0;
    const double truth = variance * expected[k - 1];
    if (!(truth > 0)) continue;
    const double mtf = std::sqrt(std::max(0.0, density - noise_density) / truth);
    const double independent = std::max(1.0, sums.cells[k] / 4);
    patch.frequency.push_back(f);
    patch.mtf.push_back(mtf);
    patch.power_mtf.push_back(std::sqrt(density / truth));
    // A power of n cells is known to 1 / sqrt(n), its root to half of that.
    patch.standard_error.push_back(mtf > 0 ? 0.5 * density / truth / mtf / std::sqrt(independent)
                                           : std::sqrt(density / truth / independent));
    if (f * pitch < 0.1) leaves = std::max(leaves, density);
    if (f * pitch > 0.4) white = std::max(white, density);
  }
  // The power of leaves falls a thousandfold over that range, that of noise or a regular pattern
  // does not.
  if (patch.mtf.empty() || !(leaves > 10 * white)) {
    return Fail(ErrorCode::kInvalidInput,
                "no dead leaves in this patch: its power does not fall with frequency as theirs");
  }
  TextureOptions with = options;
  with.normalise = options.normalise || !(range > 0);
  FinishPatch(with, &patch);
  return patch;
}

}  // namespace

Result<TextureReport> MeasureTextureOfChart(const Subject& picture, const DeadLeavesChart& chart,
                                            const TextureOptions& options) {
  if (picture.width() < 1 || picture.height() < 1) {
    return Fail(ErrorCode::kInvalidInput, picture.path + ": an empty picture");
  }
  PETZVAL_ASSIGN(const Lattice lattice, LatticeOfChannel(picture, options.channel));
  PETZVAL_RETURN_IF_ERROR(CheckChart(chart, picture, lattice));
  PETZVAL_ASSIGN(const std::vector<Rect> rois, PatchesOf(picture, lattice, options.rois));
  TextureReport report;
  for (const Rect& roi : rois) {
    PETZVAL_ASSIGN(TexturePatch patch, MeasureOne(picture, chart, roi, lattice, options));
    report.patches.push_back(std::move(patch));
  }
  report.findings = FindingsOfTexture(report.patches, options, false);
  return report;
}

}  // namespace petzval::measure
