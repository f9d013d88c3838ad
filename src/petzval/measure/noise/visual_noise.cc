// Visual noise of patches: opponent channels, filtered, judged in CIELAB.
#include "petzval/measure/noise/visual_noise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/difference.h"
#include "petzval/color/spaces.h"
#include "petzval/measure/noise/flat_areas.h"
#include "petzval/measure/noise/frames.h"
#include "petzval/measure/noise/shading.h"

namespace petzval::measure {
namespace {

constexpr int kMaxSide = 1024;
constexpr double kBlueYellowScale = 0.4;

Rect Middle(const Rect& roi) {
  const int width = std::min(roi.width, kMaxSide), height = std::min(roi.height, kMaxSide);
  return {roi.x + (roi.width - width) / 2, roi.y + (roi.height - height) / 2, width, height};
}

// A = Y, C1 = X - Y, C2 = 0.4 (Y - Z) with XYZ by the white's own, less a plane each.
Image<float> OpponentChannels(const Subject& picture, const Rect& roi) {
  const Vec3 white = XyzFromChromaticity(kWhiteD65);
  Mat3 to_xyz = BradfordAdaptation(kWhiteD65, kWhiteD50) * picture.xyz_d50_from_rgb;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) to_xyz[i][j] /= white[i];
  }
  Image<float> out(roi.width, roi.height, 3);
  for (int y = 0; y < roi.height; ++y) {
    for (int x = 0; x < roi.width; ++x) {
      Vec3 rgb;
      for (int c = 0; c < 3; ++c) rgb[c] = picture.rgb.At(roi.x + x, roi.y + y, c);
      const Vec3 xyz = to_xyz * rgb;
      out.At(x, y, 0) = static_cast<float>(xyz[1]);
      out.At(x, y, 1) = static_cast<float>(xyz[0] - xyz[1]);
      out.At(x, y, 2) = static_cast<float>(kBlueYellowScale * (xyz[1] - xyz[2]));
    }
  }
  const Rect all{0, 0, roi.width, roi.height};
  for (int c = 0; c < 3; ++c) {
    const Shading plane(out.plane(c), SiteMask{}, all, 1);
    for (int y = 0; y < roi.height; ++y) {
      for (int x = 0; x < roi.width; ++x) {
        out.At(x, y, c) += static_cast<float>(plane.mean() - plane.At(x, y));
      }
    }
  }
  return out;
}

PatchVisualNoise Judge(const Image<float>& opponent, const Rect& roi, double pixels_per_degree) {
  Image<float> filtered = opponent.Clone();
  constexpr EyeChannel kChannels[] = {EyeChannel::kLuminance, EyeChannel::kRedGreen,
                                      EyeChannel::kBlueYellow};
  for (int c = 0; c < 3; ++c) {
    FilterForEye(filtered.plane(c), kChannels[c], pixels_per_degree);
  }
  double sum[3] = {}, squares[3] = {}, product = 0;
  Vec3 first;
  for (int y = 0; y < filtered.height(); ++y) {
    for (int x = 0; x < filtered.width(); ++x) {
      const double a = filtered.At(x, y, 0);
      const Vec3 lab =
          LabFromXyz({{filtered.At(x, y, 1) + a, a, a - filtered.At(x, y, 2) / kBlueYellowScale}},
                     {{1, 1, 1}});
      if (x + y == 0) first = lab;
      for (int c = 0; c < 3; ++c) {
        const double d = lab[c] - first[c];
        sum[c] += d;
        squares[c] += d * d;
      }
      product += (lab[0] - first[0]) * (lab[1] - first[1]);
    }
  }
  const double n = static_cast<double>(filtered.width()) * filtered.height();
  const auto variance = [&](int c) {
    return std::max(0.0, (squares[c] - sum[c] * sum[c] / n) / (n - 1));
  };
  PatchVisualNoise out{roi, pixels_per_degree};
  out.lightness = first[0] + sum[0] / n;
  out.sd_l = std::sqrt(variance(0));
  out.sd_a = std::sqrt(variance(1));
  out.sd_b = std::sqrt(variance(2));
  out.covariance_la = (product - sum[0] * sum[1] / n) / (n - 1);
  out.visual_noise =
      std::sqrt(std::max(0.0, variance(0) + 0.05 * variance(1) + 0.12 * out.covariance_la));
  return out;
}

void AddFindings(const std::vector<PatchVisualNoise>& patches, double pixels_per_degree,
                 Findings* findings) {
  Curve curve{fmt::format("visual_noise_{:g}", pixels_per_degree), "L*", "visual noise (L*)"};
  // Filtered noise is alike over some pixels; so many independent ones are left.
  const double gain = WhiteNoiseGain(EyeChannel::kLuminance, pixels_per_degree);
  double worst = -1, sum = 0;
  for (const PatchVisualNoise& patch : patches) {
    const Rect& roi = patch.roi;
    const int n = roi.width * roi.height;
    findings->figures.push_back(
        {"visual_noise", patch.visual_noise, "L*", n,
         patch.visual_noise / std::sqrt(2 * std::max(1.0, n * gain * gain)),
         fmt::format("{:g} px/deg, L* {:.1f}, {} x {} px at ({}, {})", pixels_per_degree,
                     patch.lightness, roi.width, roi.height, roi.x, roi.y),
         "noise.visual_noise"});
    curve.x.push_back(patch.lightness);
    curve.y.push_back(patch.visual_noise);
    worst = std::max(worst, patch.visual_noise);
    sum += patch.visual_noise;
  }
  const int count = static_cast<int>(patches.size());
  const std::string where = fmt::format("{:g} px/deg, {} patches", pixels_per_degree, count);
  findings->figures.push_back(
      {"visual_noise_mean", sum / count, "L*", count, std::nan(""), where, "noise.visual_noise"});
  findings->figures.push_back(
      {"visual_noise_max", worst, "L*", count, std::nan(""), where, "noise.visual_noise"});
  findings->curves.push_back(std::move(curve));
}

}  // namespace

Result<VisualNoiseReport> MeasureVisualNoise(const Subject& picture,
                                             const VisualNoiseOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckFrames({&picture, 1}));
  if (picture.raw()) {
    return Fail(ErrorCode::kInvalidInput,
                "visual noise is that of a finished picture: develop the RAW file first");
  }
  for (double ppd : options.pixels_per_degree) {
    if (!(ppd >= 1 && ppd <= 1000)) {
      return Fail(ErrorCode::kInvalidInput, "pixels per degree must be 1 to 1000");
    }
  }
  std::vector<Rect> rois = options.rois;
  if (rois.empty()) {
    PETZVAL_ASSIGN(rois, FindFlatAreas(picture, {}));
  }
  PETZVAL_RETURN_IF_ERROR(CheckPatches({&picture, 1}, rois, 32));

  const int count = static_cast<int>(rois.size());
  const int views = static_cast<int>(options.pixels_per_degree.size());
  std::vector<std::vector<PatchVisualNoise>> judged(views, std::vector<PatchVisualNoise>(count));
  ParallelFor(count, [&](int i) {
    const Rect roi = Middle(rois[i]);
    const Image<float> opponent = OpponentChannels(picture, roi);
    for (int v = 0; v < views; ++v) {
      judged[v][i] = Judge(opponent, roi, options.pixels_per_degree[v]);
    }
  });
  VisualNoiseReport report;
  for (int v = 0; v < views; ++v) {
    AddFindings(judged[v], options.pixels_per_degree[v], &report.findings);
    report.patches.insert(report.patches.end(), judged[v].begin(), judged[v].end());
  }
  return report;
}

}  // namespace petzval::measure
