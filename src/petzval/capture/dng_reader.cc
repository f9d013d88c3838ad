// From the tags of a DNG to a RawFrame: which directory, which area, which colours.
#include "petzval/capture/dng_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/capture/dng_levels.h"
#include "petzval/capture/dng_metadata.h"
#include "petzval/capture/dng_pixels.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/libraw_reader.h"
#include "petzval/capture/make_cfa.h"
#include "petzval/capture/opcodes.h"
#include "petzval/capture/tag_number.h"

namespace petzval {
namespace {

constexpr int kPhotometricCfa = 32803, kPhotometricLinearRaw = 34892;

// The directory with the main RAW picture: not a reduced one, the largest if there are several.
const TiffIfd* FindRawIfd(const TiffFile& tiff) {
  const TiffIfd* best = nullptr;
  double best_score = -1;
  for (const TiffIfd& ifd : tiff.ifds()) {
    const double photometric = tiff.Number(ifd, tag::kPhotometric).value_or(-1);
    if (photometric != kPhotometricCfa && photometric != kPhotometricLinearRaw) continue;
    const double type = tiff.Number(ifd, tag::kNewSubfileType).value_or(0);
    const double size = std::clamp(tiff.Number(ifd, tag::kImageWidth).value_or(0), 0.0, 1e9) *
                        std::clamp(tiff.Number(ifd, tag::kImageLength).value_or(0), 0.0, 1e9);
    const double score = (type == 0 ? 1e20 : 0) + size;
    if (score > best_score) {
      best = &ifd;
      best_score = score;
    }
  }
  return best;
}

Result<Cfa> ReadCfa(const TiffFile& tiff, const TiffIfd& ifd) {
  const auto dim = tiff.Numbers(ifd, tag::kCfaRepeatPatternDim, 2);
  const auto values = tiff.Numbers(ifd, tag::kCfaPattern, 256);
  if (tiff.Number(ifd, tag::kCfaLayout).value_or(1) != 1) {
    return Fail(ErrorCode::kUnsupported, "colour filters in staggered rows are not supported");
  }
  // Which plane of the colour matrices a filter belongs to; the order R, G, B is the default.
  const auto planes = tiff.Numbers(ifd, tag::kCfaPlaneColor, 16);
  if (planes.size() == 3 && planes != std::vector<double>{0, 1, 2}) {
    return Fail(ErrorCode::kUnsupported,
                "colour planes in another order than red, green, blue are not supported");
  }
  std::vector<uint8_t> pattern;
  for (double v : values) {
    pattern.push_back(static_cast<uint8_t>(IntWithin(v, 0, 255).value_or(255)));
  }
  const bool two = dim.size() == 2;
  return MakeCfa(two ? IntWithin(dim[0], 1, 256).value_or(0) : 0,
                 two ? IntWithin(dim[1], 1, 256).value_or(0) : 0, pattern);
}

// The active area; the whole picture (and a warning) when it makes no sense.
Rect ReadActiveArea(const TiffFile& tiff, const TiffIfd& ifd, int width, int height,
                    std::vector<std::string>& warnings) {
  const Rect whole{0, 0, width, height};
  if (!ifd.Find(tag::kActiveArea)) return whole;
  const auto v = tiff.Numbers(ifd, tag::kActiveArea, 4);
  if (v.size() != 4 ||
      !(v[0] >= 0 && v[1] >= 0 && v[2] > v[0] && v[3] > v[1] && v[2] <= height && v[3] <= width)) {
    warnings.push_back(
        "the active area does not lie within the picture; the whole picture is used");
    return whole;
  }
  return {int(v[1]), int(v[0]), int(v[3] - v[1]), int(v[2] - v[0])};
}

Rect ReadDefaultCrop(const TiffFile& tiff, const TiffIfd& ifd, int width, int height) {
  const Rect whole{0, 0, width, height};
  const auto origin = tiff.Numbers(ifd, tag::kDefaultCropOrigin, 2);
  const auto size = tiff.Numbers(ifd, tag::kDefaultCropSize, 2);
  if (size.size() != 2) return whole;
  const double x = origin.size() == 2 ? origin[0] : 0, y = origin.size() == 2 ? origin[1] : 0;
  if (!(x >= 0 && y >= 0 && size[0] >= 1 && size[1] >= 1 && x + size[0] <= width + 0.5 &&
        y + size[1] <= height + 0.5)) {
    return whole;
  }
  Rect crop{int(std::lround(x)), int(std::lround(y)), int(std::lround(size[0])),
            int(std::lround(size[1]))};
  crop.width = std::min(crop.width, width - crop.x);
  crop.height = std::min(crop.height, height - crop.y);
  return crop.width >= 1 && crop.height >= 1 ? crop : whole;
}

}  // namespace

bool IsDng(const TiffFile& tiff) { return tiff.main_ifd().Find(tag::kDngVersion) != nullptr; }

Result<RawFrame> ReadDng(const TiffFile& tiff, const std::string& path, StatedMetadata& stated) {
  const TiffIfd* raw = FindRawIfd(tiff);
  if (!raw) return Fail(ErrorCode::kInvalidInput, "the DNG has no RAW picture in it");
  RawFrame frame;
  PETZVAL_ASSIGN(DngLayout layout, ReadDngLayout(tiff, *raw));
  const bool linear = tiff.Number(*raw, tag::kPhotometric).value_or(0) == kPhotometricLinearRaw;
  if (!linear) {
    if (layout.samples != 1) {
      return Fail(ErrorCode::kUnsupported,
                  "a mosaic of several samples per pixel is not supported");
    }
    PETZVAL_ASSIGN(frame.cfa, ReadCfa(tiff, *raw));
  } else {
    frame.cfa.size = 1;
    frame.cfa.color[0] = CfaColor::kMono;
  }

  const Rect active = ReadActiveArea(tiff, *raw, layout.width, layout.height, frame.warnings);
  PETZVAL_ASSIGN(DngLevels levels, ReadDngLevels(tiff, *raw, layout.samples, layout.bits,
                                                 active.width, active.height, frame.warnings));
  const Opcodes opcodes = ReadOpcodes(tiff, *raw, frame.warnings);
  // Opcodes of list 1 mean the picture as stored, so what lies around the active area must be
  // there.
  const bool whole_first = opcodes.HasBadPixelsAsStored();
  const Rect whole{0, 0, layout.width, layout.height};
  bool linearized = false;
  if (layout.coding == DngLayout::Coding::kOther) {
    if (path.empty()) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("pixels of compression {} cannot be read here", layout.compression));
    }
    PETZVAL_ASSIGN(frame.mosaic,
                   UnpackDngWithLibraw(path, layout, whole_first ? whole : active, linearized));
    if (linearized) levels.linearization.clear();
  } else {
    PETZVAL_ASSIGN(frame.mosaic, ReadDngPixels(tiff, layout, whole_first ? whole : active));
  }
  if (whole_first) {
    FixBadPixelsAsStored(opcodes, frame.cfa, active, frame.mosaic, frame.warnings);
    Image<uint16_t> cut(active.width, active.height, frame.mosaic.planes());
    for (int c = 0; c < cut.planes(); ++c) {
      for (int y = 0; y < cut.height(); ++y) {
        std::copy_n(frame.mosaic.row(y + active.y, c) + active.x, active.width, cut.row(y, c));
      }
    }
    frame.mosaic = std::move(cut);
  }
  ApplyDngLevels(levels, frame);
  TakeOpcodes(opcodes, frame);

  frame.default_crop = ReadDefaultCrop(tiff, *raw, active.width, active.height);
  frame.orientation =
      IntWithin(tiff.Number(tiff.main_ifd(), tag::kOrientation).value_or(1), 1, 8).value_or(1);
  const double exposure = tiff.Number(tiff.main_ifd(), tag::kBaselineExposure).value_or(0);
  if (std::abs(exposure) <= 10) frame.baseline_exposure_ev = exposure;
  if (!linear || layout.samples == 3) {
    frame.color = ReadDngColor(tiff, *raw);
    ReadFrameProfile(tiff, frame);
  }
  frame.exif = ReadExif(tiff);
  stated.noise_profile = ReadNoiseProfile(tiff, *raw);
  // Only codes that stand in the file as they are say how far they can reach.
  const bool scaled = frame.white_dn[0] != static_cast<float>(levels.white[0]);
  if (levels.linearization.empty() && !linearized && !scaled) stated.bits = layout.bits;
  return frame;
}

}  // namespace petzval
