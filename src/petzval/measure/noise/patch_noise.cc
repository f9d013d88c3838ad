// Temporal noise from the frames' residuals about their mean, fixed pattern from that mean.
#include "petzval/measure/noise/patch_noise.h"

#include <cmath>
#include <limits>

#include "petzval/measure/noise/flat_areas.h"
#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/noise_parts.h"
#include "petzval/measure/noise/patch_findings.h"
#include "petzval/measure/noise/shading.h"
#include "petzval/measure/noise/sites.h"

namespace petzval::measure {
namespace {

double MeanAt(const PatchPlane& patch, const Rect& all) {
  double sum = 0;
  int64_t n = 0;
  ForSites(patch.sites, all, [&](int x, int y) {
    sum += patch.values.At(x, y);
    ++n;
  });
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

double Ratio(double mean, double variance) {
  if (variance > 0) return mean / std::sqrt(variance);
  return variance == 0 ? std::numeric_limits<double>::infinity() : std::nan("");
}

PatchNoise MeasureOne(std::span<const Subject> frames, Channel channel, const Rect& roi,
                      int order) {
  const int n = static_cast<int>(frames.size());
  const Rect all{0, 0, roi.width, roi.height};
  PatchNoise out{roi, channel, n};

  // Step 1: the mean frame, and the mean of each frame.
  std::vector<PatchPlane> patches;
  std::vector<double> means;
  int64_t clipped = 0;
  for (const Subject& frame : frames) {
    patches.push_back(CropChannel(frame, channel, roi));
    means.push_back(MeanAt(patches.back(), all));
    const float clip = static_cast<float>(frame.clip);
    ForSites(patches.back().sites, all,
             [&](int x, int y) { clipped += patches.back().values.At(x, y) >= clip; });
  }
  const SiteMask sites = patches.front().sites;
  Image<float> mean_frame(roi.width, roi.height);
  mean_frame.Fill(0);
  ForSites(sites, all, [&](int x, int y) {
    double sum = 0;
    for (const PatchPlane& patch : patches) sum += patch.values.At(x, y);
    mean_frame.At(x, y) = static_cast<float>(sum / n);
    ++out.pixels;
  });
  out.clipped = static_cast<double>(clipped) / (static_cast<double>(out.pixels) * n);

  // Step 2: what stays is shading, which is light, and the rest.
  const Shading shading(mean_frame.view(), sites, all, order);
  out.mean = shading.mean();
  out.shading = out.mean != 0 ? shading.peak_to_peak() / out.mean : 0;
  Image<float> noise(roi.width, roi.height);
  ForSites(sites, all, [&](int x, int y) {
    noise.At(x, y) = static_cast<float>(mean_frame.At(x, y) - shading.At(x, y));
  });
  const NoiseParts stays =
      SplitVariance(noise.view(), sites, all, shading.terms(), shading.order());
  out.total_variance = stays.total();
  out.total_snr = Ratio(out.mean, out.total_variance);
  out.temporal_snr = out.fixed_snr = std::nan("");
  if (n < 2) return out;

  // Step 3: what changes, less the movement of the whole patch.
  double spread = 0;
  for (int k = 0; k < n; ++k) {
    const double moved = means[k] - out.mean;
    spread += moved * moved / (n - 1);
    ForSites(sites, all, [&](int x, int y) {
      noise.At(x, y) = static_cast<float>(patches[k].values.At(x, y) - mean_frame.At(x, y) - moved);
    });
    out.temporal = out.temporal + (1.0 / (n - 1)) * SplitVariance(noise.view(), sites, all, 1, 0);
  }
  out.frame_sd = std::sqrt(spread);
  out.fixed = stays + (-1.0 / n) * out.temporal;
  out.total_variance = out.temporal.total() + out.fixed.total();
  out.total_snr = Ratio(out.mean, out.total_variance);
  out.temporal_snr = Ratio(out.mean, out.temporal.total());
  out.fixed_snr = Ratio(out.mean, out.fixed.total());
  return out;
}

}  // namespace

Result<PatchNoiseReport> MeasurePatchNoise(std::span<const Subject> frames,
                                           const PatchNoiseOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckFrames(frames));
  if (options.shading_order < 0 || options.shading_order > kMaxShadingOrder) {
    return Fail(ErrorCode::kInvalidInput, "the order of the shading must be 0 to 4");
  }
  std::vector<Rect> rois = options.rois;
  if (rois.empty()) {
    PETZVAL_ASSIGN(rois, FindFlatAreas(frames.front(), {}));
  }
  PETZVAL_RETURN_IF_ERROR(CheckPatches(frames, rois, 16));
  // Of several channels those that the sensor has.
  std::vector<Channel> channels;
  for (Channel channel : options.channels) {
    if (CheckChannel(frames.front(), channel)) channels.push_back(channel);
  }
  if (channels.empty() && !options.channels.empty()) {
    return Fail(CheckChannel(frames.front(), options.channels.front()).error());
  }
  PatchNoiseReport report;
  for (const Rect& roi : rois) {
    for (Channel channel : channels) {
      report.patches.push_back(MeasureOne(frames, channel, roi, options.shading_order));
    }
  }
  report.findings = FindingsOfPatches(report.patches, frames.front());
  return report;
}

}  // namespace petzval::measure
