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
#include "petzval/capture/opcodes.h"

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
  const auto pattern = tiff.Numbers(ifd, tag::kCfaPattern, 256);
  if (dim.size() != 2 || dim[0] < 1 || dim[1] < 1 || dim[0] * dim[1] != double(pattern.size())) {
    return Fail(ErrorCode::kInvalidInput, "its colour filter pattern is missing or malformed");
  }
  if (tiff.Number(ifd, tag::kCfaLayout).value_or(1) != 1) {
    return Fail(ErrorCode::kUnsupported, "colour filters in staggered rows are not supported");
  }
  for (double c : pattern) {
    if (c < 0 || c > 2) {
      return Fail(
          ErrorCode::kUnsupported,
          "its colour filter array has other colours than red, green and blue, which is not "
          "supported");
    }
  }
  const int rows = static_cast<int>(dim[0]), cols = static_cast<int>(dim[1]);
  if (rows == 6 || cols == 6) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array repeats every 6 pixels (X-Trans), which is not supported");
  }
  const int side = std::max(rows, cols);
  if ((side != 1 && side != 2 && side != 4) || side % rows != 0 || side % cols != 0) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("its colour filter array of {} x {} is not supported", cols, rows));
  }
  Cfa cfa;
  cfa.size = side;
  std::array<int, 3> seen{};
  for (int i = 0; i < side * side; ++i) {
    const int c = static_cast<int>(pattern[(i / side % rows) * cols + i % side % cols]);
    cfa.color[i] = static_cast<CfaColor>(c);
    ++seen[c];
  }
  const int colors =
      static_cast<int>(std::count_if(seen.begin(), seen.end(), [](int n) { return n > 0; }));
  if (colors == 1) {  // one colour everywhere is a monochrome sensor
    cfa = Cfa{};
    cfa.size = 1;
    cfa.color[0] = CfaColor::kMono;
  } else if (colors != 3) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array lacks one of red, green and blue");
  }
  return cfa;
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
                                                 active.width, active.height));
  const Opcodes opcodes = ReadOpcodes(tiff, *raw, frame.warnings);
  // Opcodes of list 1 mean the picture as stored, so what lies around the active area must be
  // there.
  const bool whole_first = opcodes.HasBadPixelsAsStored();
  const Rect whole{0, 0, layout.width, layout.height};
  if (layout.coding == DngLayout::Coding::kOther) {
    if (path.empty()) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("pixels of compression {} cannot be read here", layout.compression));
    }
    bool linearized = false;
    PETZVAL_ASSIGN(frame.mosaic,
                   UnpackDngWithLibraw(path, layout, whole_first ? whole : active, linearized));
    if (linearized) levels.linearization.clear();
  } else {
    PETZVAL_ASSIGN(frame.mosaic, ReadDngPixels(tiff, layout, whole_first ? whole : active));
  }
  if (whole_first) {
    FixBadPixelsAsStored(opcodes, frame.cfa, active, frame.mosaic);
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
  const double orientation = tiff.Number(tiff.main_ifd(), tag::kOrientation).value_or(1);
  frame.orientation = orientation >= 1 && orientation <= 8 ? int(orientation) : 1;
  const double exposure = tiff.Number(tiff.main_ifd(), tag::kBaselineExposure).value_or(0);
  if (std::abs(exposure) <= 10) frame.baseline_exposure_ev = exposure;
  if (!linear || layout.samples == 3) frame.color = ReadDngColor(tiff, *raw);
  frame.exif = ReadExif(tiff);
  stated.noise_profile = ReadNoiseProfile(tiff, *raw);
  stated.white_stated = levels.white_stated;
  stated.bits = layout.bits;
  return frame;
}

}  // namespace petzval
