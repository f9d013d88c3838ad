// Welch periodograms of noise on the lattice of a channel.
#include "petzval/measure/noise/noise_spectrum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/measure/noise/flat_areas.h"
#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/shading.h"
#include "petzval/measure/subject/lattice.h"
#include "petzval/optics/analysis/fft.h"

namespace petzval::measure {
namespace {

constexpr int kTile = 64;  // samples a side

// Sum of the windowed periodograms of one noise picture.
struct PowerSum {
  std::vector<double> power = std::vector<double>(kTile * kTile);
  double squares = 0;  // of the samples
  int64_t samples = 0;
  int tiles = 0;
};

void AddTiles(const Image<float>& noise, PowerSum* sum) {
  double window[kTile], energy = 0;
  for (int i = 0; i < kTile; ++i) {
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / kTile);
    energy += window[i] * window[i];
  }
  std::vector<std::complex<double>> data(kTile * kTile);
  for (int y0 = 0; y0 + kTile <= noise.height(); y0 += kTile / 2) {
    for (int x0 = 0; x0 + kTile <= noise.width(); x0 += kTile / 2) {
      for (int y = 0; y < kTile; ++y) {
        const float* row = noise.row(y0 + y) + x0;
        for (int x = 0; x < kTile; ++x) data[y * kTile + x] = window[y] * window[x] * row[x];
      }
      optics::Fft2d(&data, kTile, -1);
      for (int i = 0; i < kTile * kTile; ++i) {
        sum->power[i] += std::norm(data[i]) / (energy * energy);
      }
      ++sum->tiles;
    }
  }
  for (int y = 0; y < noise.height(); ++y) {
    for (int x = 0; x < noise.width(); ++x) {
      sum->squares += static_cast<double>(noise.At(x, y)) * noise.At(x, y);
    }
  }
  sum->samples += static_cast<int64_t>(noise.width()) * noise.height();
}

// The noise pictures of a patch: each frame less the mean frame (scaled to one frame's variance),
// or, of a single frame, less a plane.
PowerSum MeasurePatch(std::span<const Subject> frames, Channel channel, const Lattice& lattice,
                      const Rect& roi) {
  std::vector<Image<float>> samples;
  for (const Subject& frame : frames) {
    Image<float> scratch;
    if (frame.raw()) {
      samples.push_back(SampleLattice(PlaneOf(frame, channel, &scratch), lattice, roi));
    } else {
      samples.push_back(CropChannel(frame, channel, roi).values);
    }
  }
  const int n = static_cast<int>(samples.size());
  const int width = samples[0].width(), height = samples[0].height();
  if (n > 1) {
    const double scale = std::sqrt(n / (n - 1.0));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        double mean = 0;
        for (const auto& s : samples) mean += s.At(x, y) / n;
        for (auto& s : samples) s.At(x, y) = static_cast<float>(scale * (s.At(x, y) - mean));
      }
    }
  }
  const Rect all{0, 0, width, height};
  PowerSum sum;
  for (auto& s : samples) {
    const Shading plane(s.view(), SiteMask{}, all, n > 1 ? 0 : 1);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) s.At(x, y) -= static_cast<float>(plane.At(x, y));
    }
    AddTiles(s, &sum);
  }
  return sum;
}

Curve CurveOf(const char* name, const std::vector<double>& x, const std::vector<double>& y) {
  return {name, "cycles/pixel", "power density (white^2 per (cycles/pixel)^2)", x, y};
}

}  // namespace

Result<NoiseSpectrum> MeasureNoiseSpectrum(std::span<const Subject> frames,
                                           const std::vector<Rect>& patches, Channel channel) {
  PETZVAL_RETURN_IF_ERROR(CheckFrames(frames));
  const Subject& first = frames.front();
  Lattice lattice{1, 0, 0};
  PETZVAL_RETURN_IF_ERROR(CheckChannel(first, channel));
  if (first.raw()) lattice = LatticeOf(PlaneOf(first, channel, nullptr).sites);
  const int pitch = lattice.pitch;
  std::vector<Rect> rois = patches;
  if (rois.empty()) {
    PETZVAL_ASSIGN(rois, FindFlatAreas(first, {.side_px = 2 * kTile * pitch}));
  }
  PETZVAL_RETURN_IF_ERROR(CheckPatches(frames, rois, kTile * pitch));

  std::vector<PowerSum> sums(rois.size());
  ParallelFor(static_cast<int>(rois.size()),
              [&](int i) { sums[i] = MeasurePatch(frames, channel, lattice, rois[i]); });
  PowerSum all;
  for (const PowerSum& sum : sums) {
    for (size_t i = 0; i < all.power.size(); ++i) all.power[i] += sum.power[i];
    all.squares += sum.squares;
    all.samples += sum.samples;
    all.tiles += sum.tiles;
  }

  NoiseSpectrum out;
  out.variance = all.squares / static_cast<double>(all.samples);
  // Per sample frequency the integral over a square of side 1 is the variance; in cycles per pixel
  // of the full grid that square has the side 1 / pitch.
  const double scale = static_cast<double>(pitch) * pitch / all.tiles;
  std::vector<double> sum(kTile), count(kTile);
  for (int y = 0; y < kTile; ++y) {
    for (int x = 0; x < kTile; ++x) {
      const int fx = std::min(x, kTile - x), fy = std::min(y, kTile - y);
      const int ring = static_cast<int>(std::lround(std::hypot(fx, fy)));
      if (ring < 1 || ring >= kTile / 2) continue;
      sum[ring] += all.power[y * kTile + x];
      count[ring] += 1;
    }
  }
  for (int k = 1; k < kTile / 2; ++k) {
    out.frequency.push_back(static_cast<double>(k) / kTile / pitch);
    out.radial.push_back(scale * sum[k] / count[k]);
    out.horizontal.push_back(scale * (all.power[k] + all.power[kTile - k]) / 2);
    out.vertical.push_back(scale * (all.power[k * kTile] + all.power[(kTile - k) * kTile]) / 2);
  }
  // The mean and slopes that were removed cost the first rings; the third is whole.
  const double low = out.radial[2];
  out.correlation_length_px = out.variance > 0 ? std::sqrt(low / out.variance) : std::nan("");
  const int n = static_cast<int>(std::min<int64_t>(all.samples, 2147483647));
  const std::string conditions =
      fmt::format("{}, {} patches, {} frame{}", ChannelWord(channel), rois.size(), frames.size(),
                  frames.size() == 1 ? "" : "s");
  out.findings.figures = {
      {"noise_spectrum_sd", std::sqrt(out.variance), "of white", n,
       std::sqrt(out.variance / (2.0 * n)), conditions, "noise.spectrum_sd"},
      {"noise_correlation_length", out.correlation_length_px, "px", n, std::nan(""), conditions,
       "noise.correlation_length", out.variance > 0 ? "" : "no noise"}};
  out.findings.curves = {CurveOf("noise_spectrum", out.frequency, out.radial),
                         CurveOf("noise_spectrum_x", out.frequency, out.horizontal),
                         CurveOf("noise_spectrum_y", out.frequency, out.vertical)};
  return out;
}

}  // namespace petzval::measure
