// A finished picture in its frame, strip by strip.
#include "petzval/camera/framed_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "petzval/camera/svg_picture.h"

namespace petzval {
namespace {

// The canvas below the picture, where the caption stands.
struct Canvas {
  FramePlan plan;
  int below_y = 0;          // first row below the picture
  Image<uint16_t> caption;  // from there on, 0..255; empty: nothing is written
};

template <class T>
constexpr double kWhite = std::numeric_limits<T>::max();

template <class T>
Status Strip(const PixelSource& picture,
             const std::function<Status(int, int, T*, ptrdiff_t)>& inner, const Canvas& canvas,
             int y, int rows, T* rgb, ptrdiff_t stride) {
  const FramePlan& p = canvas.plan;
  const T grey = static_cast<T>(std::lround(p.grey * kWhite<T>));
  for (int i = 0; i < rows; ++i) {
    T* row = rgb + i * stride;
    std::fill_n(row, 3 * static_cast<ptrdiff_t>(p.width), grey);
    const int below = y + i - canvas.below_y;
    if (below < 0 || below >= canvas.caption.height()) continue;
    for (int x = 0; x < p.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        row[3 * x + c] =
            static_cast<T>(std::lround(canvas.caption.At(x, below, c) / 255.0 * kWhite<T>));
      }
    }
  }
  // The rows of the picture that this strip shows.
  const int first = std::max(y, p.picture_y);
  const int last = std::min(y + rows, p.picture_y + p.crop.height);
  if (first >= last) return {};
  const ptrdiff_t inner_stride = 3 * static_cast<ptrdiff_t>(picture.width);
  std::vector<T> pixels(static_cast<size_t>(inner_stride) * (last - first));
  PETZVAL_RETURN_IF_ERROR(
      inner(p.crop.y + first - p.picture_y, last - first, pixels.data(), inner_stride));
  for (int i = first; i < last; ++i) {
    std::copy_n(pixels.data() + (i - first) * inner_stride + 3 * p.crop.x, 3 * p.crop.width,
                rgb + (i - y) * stride + 3 * p.picture_x);
  }
  return {};
}

}  // namespace

CaptionFacts CaptionOf(const ExifInfo& exif) {
  CaptionFacts facts;
  facts.camera = exif.model;
  facts.lens = exif.lens;
  if (exif.iso > 0) facts.iso = fmt::format("ISO {:.0f}", exif.iso);
  if (exif.exposure_s > 0) {
    facts.shutter = exif.exposure_s < 0.3 ? fmt::format("1/{:.0f} s", 1 / exif.exposure_s)
                                          : fmt::format("{:.1f} s", exif.exposure_s);
  }
  if (exif.f_number > 0) facts.aperture = fmt::format("f/{:.2g}", exif.f_number);
  const double focal = exif.focal_length_35mm > 0 ? exif.focal_length_35mm : exif.focal_length_mm;
  if (focal > 0) facts.focal = fmt::format("{:.0f} mm", focal);
  // "2026:11:20 12:34:56" of EXIF: the day alone.
  if (exif.datetime_original.size() >= 10) {
    facts.date = exif.datetime_original.substr(0, 10);
    std::replace(facts.date.begin(), facts.date.end(), ':', '-');
  }
  return facts;
}

Result<PixelSource> FramePicture(const PixelSource& picture, const FramePlan& plan) {
  auto canvas = std::make_shared<Canvas>();
  canvas->plan = plan;
  canvas->below_y = plan.picture_y + plan.crop.height;
  if (!plan.svg.empty() && canvas->below_y < plan.height) {
    const auto grey = static_cast<uint32_t>(std::lround(255 * plan.grey));
    PETZVAL_ASSIGN(
        canvas->caption,
        DrawSvg(plan.svg,
                {.width = plan.width, .height = plan.height, .first_row = canvas->below_y},
                grey << 16 | grey << 8 | grey));
  }
  PixelSource framed;
  framed.width = plan.width;
  framed.height = plan.height;
  framed.strip8 = [=](int y, int rows, uint8_t* rgb, ptrdiff_t stride) {
    return Strip<uint8_t>(picture, picture.strip8, *canvas, y, rows, rgb, stride);
  };
  framed.strip16 = [=](int y, int rows, uint16_t* rgb, ptrdiff_t stride) {
    return Strip<uint16_t>(picture, picture.strip16, *canvas, y, rows, rgb, stride);
  };
  return framed;
}

}  // namespace petzval
