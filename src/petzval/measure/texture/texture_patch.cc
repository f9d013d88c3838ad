// Checks and crops of textured patches.
#include "petzval/measure/texture/texture_patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/subject/patches.h"

namespace petzval::measure {
namespace {

constexpr int kMinSide = 128;
constexpr int kMinSamples = 64;  // the smallest tile of a spectrum
constexpr int kCell = 4;  // whole cells of a mosaic are measured, what lies before them is not
constexpr double kMaxClipped = 0.01;
constexpr double kMinContrast = 0.01;

}  // namespace

Result<std::vector<Rect>> PatchesOf(const Subject& subject, const Lattice& lattice,
                                    const std::vector<Rect>& rois) {
  std::vector<Rect> patches = rois;
  if (patches.empty()) patches.push_back({0, 0, subject.width(), subject.height()});
  PETZVAL_RETURN_IF_ERROR(CheckPatches({&subject, 1}, patches, LeastSide(lattice)));
  return patches;
}

int LeastSide(const Lattice& lattice) {
  return std::max(kMinSide, kMinSamples * lattice.pitch + (lattice.pitch > 1 ? kCell : 0));
}

Result<Lattice> LatticeOfChannel(const Subject& subject, Channel channel) {
  PETZVAL_RETURN_IF_ERROR(CheckChannel(subject, channel));
  if (!subject.raw()) return Lattice{1, 0, 0};
  return LatticeOf(PlaneOf(subject, channel, nullptr).sites);
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
