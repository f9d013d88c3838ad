// The layout of a sheet of looks, and pictures made small for it.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/camera/look_sheet.h"

namespace petzval {
namespace {

// Looks are judged on light paper.
constexpr uint8_t kPaper = 236;

}  // namespace

Image<float> ReducePicture(int width, int height, int small_width, int small_height,
                           const std::function<void(const Rect&, Image<float>*)>& source) {
  assert(small_width >= 1 && small_width <= width && small_height >= 1 && small_height <= height);
  Image<float> small(small_width, small_height, 3);
  const double step_x = static_cast<double>(width) / small_width;
  const double step_y = static_cast<double>(height) / small_height;
  // Each band of rows needs its part of the picture once.
  constexpr int kBandRows = 32;
  ParallelFor((small_height + kBandRows - 1) / kBandRows, [&](int band) {
    const int first = band * kBandRows, last = std::min(small_height, first + kBandRows);
    const int top = static_cast<int>(first * step_y);
    const int bottom = std::min(height, static_cast<int>(std::ceil(last * step_y - 1e-9)));
    Image<float> part(width, bottom - top, 3);
    source({0, top, width, bottom - top}, &part);
    std::vector<double> sum(small_width);
    for (int c = 0; c < 3; ++c) {
      for (int y = first; y < last; ++y) {
        std::fill(sum.begin(), sum.end(), 0.0);
        const double y0 = y * step_y, y1 = std::min<double>(height, (y + 1) * step_y);
        for (int v = static_cast<int>(y0); v < bottom && v < y1; ++v) {
          const double share_y = std::min<double>(v + 1, y1) - std::max<double>(v, y0);
          if (!(share_y > 0)) continue;
          const float* row = part.row(v - top, c);
          for (int x = 0; x < small_width; ++x) {
            const double x0 = x * step_x, x1 = std::min<double>(width, (x + 1) * step_x);
            double across = 0;
            for (int u = static_cast<int>(x0); u < x1; ++u) {
              across += row[u] * (std::min<double>(u + 1, x1) - std::max<double>(u, x0));
            }
            sum[x] += share_y * across;
          }
        }
        for (int x = 0; x < small_width; ++x) {
          small.At(x, y, c) = static_cast<float>(sum[x] / (step_x * step_y));
        }
      }
    }
  });
  return small;
}

Result<LookSheet> ArrangeLooks(std::span<const Look> looks, const Image<float>& scene,
                               const Image<float>& proxy, const SceneInfo& info, OutputSpace space,
                               int columns) {
  if (looks.empty() || looks.size() > kMaxSheetLooks) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} looks given; a sheet holds 1 to {}", looks.size(), kMaxSheetLooks));
  }
  const int count = static_cast<int>(looks.size());
  columns = std::clamp(columns, 1, std::min(count, kMaxSheetColumns));
  const int rows = (count + columns - 1) / columns;
  const int width = scene.width(), height = scene.height();
  const int gap = std::max(6, std::max(width, height) / 40);
  const int caption = std::max(20, std::max(width, height) / 14);
  const int64_t sheet_width = gap + static_cast<int64_t>(columns) * (width + gap);
  const int64_t sheet_height = gap + static_cast<int64_t>(rows) * (height + caption + gap);
  if (!SizeAllowed(sheet_width, sheet_height)) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("a sheet of {} x {} pixels is too large", sheet_width, sheet_height));
  }
  LookSheet sheet;
  sheet.width = static_cast<int>(sheet_width);
  sheet.height = static_cast<int>(sheet_height);
  const ptrdiff_t stride = static_cast<ptrdiff_t>(3) * sheet.width;
  sheet.rgb.assign(static_cast<size_t>(stride) * sheet.height, kPaper);
  sheet.tiles.resize(count);
  std::vector<std::optional<Error>> errors(count);
  ParallelFor(count, [&](int i) {
    LookTile& tile = sheet.tiles[i];
    tile.look = looks[i].name;
    tile.description = looks[i].description;
    tile.picture = {gap + i % columns * (width + gap), gap + i / columns * (height + caption + gap),
                    width, height};
    tile.caption = {tile.picture.x, tile.picture.y + height, width, caption};
    const auto rendering = Rendering::Create(looks[i], proxy, width, height, info, space);
    if (!rendering) {
      errors[i] = rendering.error().In(fmt::format("look {}", looks[i].name));
      return;
    }
    tile.exposure_ev = rendering->exposure_ev();
    rendering->Render(
        scene, {0, 0, width, height},
        sheet.rgb.data() + tile.picture.y * stride + static_cast<ptrdiff_t>(3) * tile.picture.x,
        stride);
  });
  for (auto& error : errors) {
    if (error) return Fail(std::move(*error));
  }
  return sheet;
}

}  // namespace petzval
