// Develops, renders and turns strips.
#include "petzval/camera/strip_renderer.h"

#include <type_traits>
#include <utility>
#include <vector>

namespace petzval {

StripRenderer::StripRenderer(const Developer& developer, const Rendering& rendering,
                             int exif_orientation, std::function<void(double)> on_fraction)
    : developer_(developer),
      rendering_(rendering),
      turn_{exif_orientation, developer.width(), developer.height()},
      on_fraction_(std::move(on_fraction)) {}

PixelSource StripRenderer::Source() {
  PixelSource source;
  source.width = turn_.width();
  source.height = turn_.height();
  const auto strip = [this](int y, int rows, auto* rgb, ptrdiff_t stride) {
    return Strip(y, rows, rgb, stride);
  };
  source.strip8 = strip;
  source.strip16 = strip;
  source.strip32f = strip;
  return source;
}

template <class T>
Status StripRenderer::Strip(int y, int rows, T* rgb, ptrdiff_t stride) {
  const Rect r = turn_.SourceOfRows(y, rows);
  auto planes = planes_.Take();
  if (planes->width() < r.width || planes->height() < r.height) {
    *planes = Image<float>(r.width, r.height, 3);
  }
  developer_.Render(r, planes.get());
  if (turn_.exif == 1) {
    Finish(*planes, r, rgb, stride);
  } else {
    const ptrdiff_t source_stride = static_cast<ptrdiff_t>(r.width) * 3;
    std::vector<T> unturned(static_cast<size_t>(source_stride) * r.height);
    Finish(*planes, r, unturned.data(), source_stride);
    turn_.Turn(unturned.data(), source_stride, r, 3, rgb, stride);
  }
  planes_.Return(std::move(planes));
  const int done = rows_done_ += rows;
  if (on_fraction_) on_fraction_(static_cast<double>(done) / turn_.height());
  return {};
}

template <class T>
void StripRenderer::Finish(const Image<float>& planes, const Rect& r, T* rgb,
                           ptrdiff_t stride) const {
  if constexpr (std::is_same_v<T, float>) {
    for (int y = 0; y < r.height; ++y) {
      for (int x = 0; x < r.width; ++x) {
        for (int c = 0; c < 3; ++c) rgb[y * stride + 3 * x + c] = planes.At(x, y, c);
      }
    }
  } else {
    rendering_.Render(planes, r, rgb, stride);
  }
}

}  // namespace petzval
