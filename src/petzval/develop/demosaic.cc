// Cuts a mosaic into tiles for the demosaic pipeline, with border and phase.
#include "petzval/develop/demosaic.h"

#include <algorithm>
#include <cassert>

#include "demosaic_bayer.h"
#include "demosaic_linear.h"
#include "petzval/base/parallel.h"
#include "petzval/develop/geometry.h"
#include "petzval/develop/mosaic_source.h"

namespace petzval {
namespace {

// Intermediate rows of a tile this wide stay in the second-level cache; a tile this high hides the
// rows that are computed before its first one.
constexpr int kTileWidth = 512;
constexpr int kTileHeight = 512;

// The part `r` of the picture that goes on mirrored beyond its edges.
Image<float> MirrorOut(ImageView<const float> picture, const Rect& r) {
  Image<float> part(r.width, r.height);
  const int left = std::clamp(-r.x, 0, r.width);
  const int right = std::clamp(picture.width() - r.x, left, r.width);
  for (int y = 0; y < r.height; ++y) {
    const float* from = picture.row(MirrorIndex(r.y + y, picture.height()));
    float* to = part.row(y);
    for (int x = 0; x < left; ++x) to[x] = from[MirrorIndex(r.x + x, picture.width())];
    std::copy(from + r.x + left, from + r.x + right, to + left);
    for (int x = right; x < r.width; ++x) to[x] = from[MirrorIndex(r.x + x, picture.width())];
  }
  return part;
}

bool Within(const Rect& r, const Rect& outer) {
  return r.x >= outer.x && r.y >= outer.y && r.x + r.width <= outer.x + outer.width &&
         r.y + r.height <= outer.y + outer.height;
}

}  // namespace

void DemosaicBayer(ImageView<const float> mosaic, int red_x, int red_y, MosaicCoding coding,
                   Image<float>* rgb) {
  assert(mosaic.width() >= 4 && mosaic.height() >= 4);
  const int width = mosaic.width(), height = mosaic.height();
  if (rgb->width() != width || rgb->height() != height || rgb->planes() != 3) {
    *rgb = Image<float>(width, height, 3);
  }
  const auto run = [coding](halide_buffer_t* in, halide_buffer_t* out) {
    [[maybe_unused]] const int error =
        coding == MosaicCoding::kLinear ? demosaic_linear(in, out) : demosaic_bayer(in, out);
    assert(error == 0);
  };
  // Tiles start at red rows and columns, the first ones just outside if need be.
  const int left = -(red_x & 1), top = -(red_y & 1);
  const int columns = (width - left + kTileWidth - 1) / kTileWidth;
  const int rows = (height - top + kTileHeight - 1) / kTileHeight;
  ParallelFor(columns * rows, [&](int index) {
    const int x = left + index % columns * kTileWidth, y = top + index / columns * kTileHeight;
    const int right = std::min(x + kTileWidth, width), bottom = std::min(y + kTileHeight, height);
    const Rect tile = {x, y, RoundUpToLane(right - x), bottom - y};
    const Rect needed = {x - kDemosaicMargin, y - kDemosaicMargin, tile.width + 2 * kDemosaicMargin,
                         tile.height + 2 * kDemosaicMargin};
    const Rect whole = {0, 0, width, height};
    Image<float> padded, scratch;
    ImageView<const float> source;
    if (Within(needed, whole)) {
      source = mosaic.Crop(needed);
    } else {
      padded = MirrorOut(mosaic, needed);
      source = padded.view();
    }
    auto in = ToHalide(source);
    in.set_min(-kDemosaicMargin, -kDemosaicMargin);
    if (Within(tile, whole)) {
      auto out = ToHalide(*rgb).cropped(0, x, tile.width).cropped(1, y, tile.height);
      out.set_min(0, 0, 0);
      run(in, out);
      return;
    }
    scratch = Image<float>(tile.width, tile.height, 3);
    auto out = ToHalide(scratch);
    run(in, out);
    const int first_x = std::max(x, 0), first_y = std::max(y, 0);
    for (int c = 0; c < 3; ++c) {
      for (int row = first_y; row < bottom; ++row) {
        std::copy_n(scratch.row(row - y, c) + first_x - x, right - first_x,
                    rgb->row(row, c) + first_x);
      }
    }
  });
}

}  // namespace petzval
