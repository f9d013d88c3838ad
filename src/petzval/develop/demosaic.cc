// Cuts a mosaic into tiles for the demosaic pipeline, with border and phase.
#include "petzval/develop/demosaic.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "demosaic_bayer.h"
#include "petzval/base/parallel.h"

namespace petzval {
namespace {

// How far the pipeline reads beyond its output; it asserts that the input has it.
constexpr int kMargin = 20;
// Intermediate rows of a tile this wide stay in the second-level cache; a tile this high hides the
// rows that are computed before its first one.
constexpr int kTileWidth = 512;
constexpr int kTileHeight = 512;
// Whole vectors are computed and read, however narrow the tile.
constexpr int kMinWidth = 64;

// Index i mirrored about 0 and n - 1 as often as needed; parity is kept.
int Mirror(int i, int n) {
  const int period = 2 * (n - 1);
  i = std::abs(i) % period;
  return i < n ? i : period - i;
}

// The part `r` of the picture that goes on mirrored beyond its edges.
Image<float> MirrorOut(ImageView<const float> picture, const Rect& r) {
  Image<float> part(r.width, r.height);
  const int left = std::clamp(-r.x, 0, r.width);
  const int right = std::clamp(picture.width() - r.x, left, r.width);
  for (int y = 0; y < r.height; ++y) {
    const float* from = picture.row(Mirror(r.y + y, picture.height()));
    float* to = part.row(y);
    for (int x = 0; x < left; ++x) to[x] = from[Mirror(r.x + x, picture.width())];
    std::copy(from + r.x + left, from + r.x + right, to + left);
    for (int x = right; x < r.width; ++x) to[x] = from[Mirror(r.x + x, picture.width())];
  }
  return part;
}

}  // namespace

void DemosaicBayer(ImageView<const float> mosaic, int red_x, int red_y, Image<float>* rgb) {
  assert(mosaic.width() >= 4 && mosaic.height() >= 4);
  const int width = mosaic.width(), height = mosaic.height();
  if (rgb->width() != width || rgb->height() != height || rgb->planes() != 3) {
    *rgb = Image<float>(width, height, 3);
  }
  // The pipeline takes even coordinates for red ones.
  const int shift_x = red_x & 1, shift_y = red_y & 1;
  auto out = ToHalide(*rgb);
  out.set_min(shift_x, shift_y, 0);
  const int columns = (width + kTileWidth - 1) / kTileWidth;
  const int rows = (height + kTileHeight - 1) / kTileHeight;
  ParallelFor(columns * rows, [&](int tile) {
    const int x = tile % columns * kTileWidth, y = tile / columns * kTileHeight;
    const int tile_width = std::min(kTileWidth, width - x);
    const int tile_height = std::min(kTileHeight, height - y);
    const Rect r = {x - kMargin, y - kMargin, std::max(tile_width, kMinWidth) + 2 * kMargin,
                    tile_height + 2 * kMargin};
    Image<float> padded;
    ImageView<const float> source;
    if (r.x >= 0 && r.y >= 0 && r.x + r.width <= width && r.y + r.height <= height) {
      source = mosaic.Crop(r);
    } else {
      padded = MirrorOut(mosaic, r);
      source = padded.view();
    }
    auto in = ToHalide(source);
    in.set_min(shift_x + r.x, shift_y + r.y);
    auto part = out.cropped(0, shift_x + x, tile_width).cropped(1, shift_y + y, tile_height);
    [[maybe_unused]] const int error = demosaic_bayer(in, part);
    assert(error == 0);
  });
}

}  // namespace petzval
