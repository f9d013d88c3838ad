// Checks and crops of textured patches.
#include "petzval/measure/texture/texture_patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/texture/texture_curve.h"

namespace petzval::measure {
namespace {

constexpr int kMinSide = 128;
constexpr double kMaxClipped = 0.01;
constexpr double kMinContrast = 0.01;

}  // namespace

Result<std::vector<Rect>> PatchesOf(const Subject& subject, const std::vector<Rect>& rois) {
  std::vector<Rect> patches = rois;
  if (patches.empty()) patches.push_back({0, 0, subject.width(), subject.height()});
  for (const Rect& roi : patches) {
    if (roi.width < kMinSide || roi.height < kMinSide) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("a patch of {} x {} pixels is too small for texture, it takes {} x {}",
                      roi.width, roi.height, kMinSide, kMinSide));
    }
    if (roi.x < 0 || roi.y < 0 || roi.x > subject.width() - roi.width ||
        roi.y > subject.height() - roi.height) {
      return Fail(
          ErrorCode::kInvalidInput,
          fmt::format("the patch {} x {} at ({}, {}) lies outside the picture of {} x {}",
                      roi.width, roi.height, roi.x, roi.y, subject.width(), subject.height()));
    }
  }
  return patches;
}

Result<Lattice> LatticeOfChannel(const Subject& subject, Channel channel) {
  if (!subject.raw()) return Lattice{1, 0, 0};
  const Lattice lattice = LatticeOf(PlaneOf(subject, channel, nullptr).sites);
  if (lattice.pitch == 0) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the sensor has no {} pixels", WordOf(channel)));
  }
  return lattice;
}

Image<float> SamplePatch(const Subject& subject, Channel channel, const Lattice& lattice,
                         const Rect& roi) {
  if (subject.raw() || channel != Channel::kLuminance) {
    return SampleLattice(PlaneOf(subject, channel, nullptr), lattice, roi);
  }
  const auto& weight = subject.xyz_d50_from_rgb[1];
  Image<float> out(roi.width, roi.height);
  for (int y = 0; y < roi.height; ++y) {
    for (int x = 0; x < roi.width; ++x) {
      double sum = 0;
      for (int c = 0; c < 3; ++c) sum += weight[c] * subject.rgb.At(roi.x + x, roi.y + y, c);
      out.At(x, y) = static_cast<float>(sum);
    }
  }
  return out;
}

Result<PatchContrast> CheckTexture(ImageView<const float> patch, double clip, const char* what) {
  double sum = 0, squares = 0, clipped = 0;
  for (int y = 0; y < patch.height(); ++y) {
    const float* row = patch.row(y);
    for (int x = 0; x < patch.width(); ++x) {
      sum += row[x];
      squares += static_cast<double>(row[x]) * row[x];
      clipped += row[x] >= clip;
    }
  }
  const double n = static_cast<double>(patch.width()) * patch.height();
  if (clipped > kMaxClipped * n) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{:.1f} % of {} is clipped in this patch: texture that is not there "
                            "cannot be measured",
                            100 * clipped / n, what));
  }
  PatchContrast contrast{sum / n, 0};
  contrast.deviation = std::sqrt(std::max(0.0, squares / n - contrast.mean * contrast.mean));
  if (!(contrast.mean > 0) || contrast.deviation < kMinContrast * contrast.mean) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} has no texture in this patch", what));
  }
  return contrast;
}

}  // namespace petzval::measure
