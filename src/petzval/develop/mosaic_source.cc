// Brings Bayer, quad-Bayer, monochrome and LinearRaw frames to one geometry.
#include "petzval/develop/mosaic_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"

namespace petzval {
namespace {

// The phase of a Bayer pattern given by the colour at (x, y); false when it is none.
template <class ColorAt>
bool FindBayerPhase(const ColorAt& color_at, int* red_x, int* red_y) {
  for (int ry = 0; ry < 2; ++ry) {
    for (int rx = 0; rx < 2; ++rx) {
      if (color_at(rx, ry) == CfaColor::kRed && color_at(rx ^ 1, ry ^ 1) == CfaColor::kBlue &&
          color_at(rx ^ 1, ry) == CfaColor::kGreen && color_at(rx, ry ^ 1) == CfaColor::kGreen) {
        *red_x = rx;
        *red_y = ry;
        return true;
      }
    }
  }
  return false;
}

// Means of the 2 x 2 blocks of one colour; the first block starts at (x0, y0).
void BinQuad(const RawFrame& frame, int x0, int y0, MosaicSource* source) {
  const int width = (frame.width() - x0) / 2, height = (frame.height() - y0) / 2;
  // Sums keep the precision of four samples where 16 bits hold them.
  const float white = *std::max_element(frame.white_dn.begin(), frame.white_dn.end());
  const int shift = white * 4 <= 65535 ? 0 : 2;
  const uint32_t round = shift ? 2 : 0;
  source->binned = Image<uint16_t>(width, height);
  ParallelFor((height + 63) / 64, [&](int strip) {
    for (int y = strip * 64; y < std::min(height, strip * 64 + 64); ++y) {
      const uint16_t* a = frame.mosaic.row(y0 + 2 * y) + x0;
      const uint16_t* b = frame.mosaic.row(y0 + 2 * y + 1) + x0;
      uint16_t* out = source->binned.row(y);
      for (int x = 0; x < width; ++x) {
        const uint32_t sum = a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1];
        out[x] = static_cast<uint16_t>(std::min<uint32_t>(65535, (sum + round) >> shift));
      }
    }
  });
  const float scale = shift ? 1.0f : 4.0f;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      const int fx = x0 + 2 * x, fy = y0 + 2 * y;
      source->black_dn[y * 4 + x] = scale / 4 *
                                    (frame.BlackAt(fx, fy) + frame.BlackAt(fx + 1, fy) +
                                     frame.BlackAt(fx, fy + 1) + frame.BlackAt(fx + 1, fy + 1));
    }
  }
  for (float& w : source->white_dn) w *= scale;
  for (NoiseLine& line : source->noise.plane) line = {line.s / 4, line.o / 4};
  source->bin = 2;
  source->bin_x0 = x0;
  source->bin_y0 = y0;
  source->width = width;
  source->height = height;
  const Rect& c = source->crop;
  source->crop = {(std::max(0, c.x - x0) + 1) / 2, (std::max(0, c.y - y0) + 1) / 2, c.width / 2,
                  c.height / 2};
  source->planes.fill(source->binned.view());
}

}  // namespace

int MirrorIndex(int i, int n) {
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i = std::abs(i) % period;
  return i < n ? i : period - i;
}

Result<MosaicSource> MakeSource(const RawFrame& frame) {
  if (frame.mosaic.empty()) return Fail(ErrorCode::kInvalidInput, "the frame has no pixels");
  MosaicSource s;
  s.width = s.frame_width = frame.width();
  s.height = s.frame_height = frame.height();
  s.crop = frame.default_crop;
  if (s.crop.width <= 0 || s.crop.height <= 0) s.crop = {0, 0, s.width, s.height};
  s.black_dn = frame.black_dn;
  s.white_dn = frame.white_dn;
  s.noise = frame.noise;

  if (frame.IsLinearRaw()) {
    for (int c = 0; c < 3; ++c) s.planes[c] = frame.mosaic.plane(c);
  } else if (frame.cfa.IsMono()) {
    s.mono = true;
    s.planes.fill(frame.mosaic.view());
  } else if (frame.cfa.IsBayer()) {
    s.bayer = true;
    s.planes.fill(frame.mosaic.view());
    const auto at = [&](int x, int y) { return frame.cfa.At(x, y); };
    if (!FindBayerPhase(at, &s.shift_x, &s.shift_y)) {
      return Fail(ErrorCode::kUnsupported,
                  "the colour filter pattern " + frame.cfa.Name() + " is not a Bayer pattern");
    }
  } else if (frame.cfa.IsQuad()) {
    s.bayer = true;
    bool found = false;
    for (int y0 = 0; y0 < 2 && !found; ++y0) {
      for (int x0 = 0; x0 < 2 && !found; ++x0) {
        const auto at = [&](int x, int y) { return frame.cfa.At(x0 + 2 * x, y0 + 2 * y); };
        bool uniform = true;
        for (int y = 0; y < 4; ++y) {
          for (int x = 0; x < 4; ++x) {
            uniform = uniform && frame.cfa.At(x0 + x, y0 + y) == at(x / 2, y / 2);
          }
        }
        if (!uniform || !FindBayerPhase(at, &s.shift_x, &s.shift_y)) continue;
        if (s.width - x0 < 4 || s.height - y0 < 4) continue;
        BinQuad(frame, x0, y0, &s);
        found = true;
      }
    }
    if (!found) {
      return Fail(ErrorCode::kUnsupported,
                  "the colour filter pattern " + frame.cfa.Name() + " is not a quad-Bayer pattern");
    }
  } else {
    return Fail(ErrorCode::kUnsupported, "the colour filter pattern is of an unknown kind");
  }

  if (s.bayer && (s.width < 2 || s.height < 2)) {
    return Fail(ErrorCode::kInvalidInput, "the mosaic is smaller than 2 x 2 pixels");
  }
  s.crop.x = std::clamp(s.crop.x, 0, s.width - 1);
  s.crop.y = std::clamp(s.crop.y, 0, s.height - 1);
  s.crop.width = std::clamp(s.crop.width, 1, s.width - s.crop.x);
  s.crop.height = std::clamp(s.crop.height, 1, s.height - s.crop.y);
  const float black = *std::max_element(s.black_dn.begin(), s.black_dn.end());
  for (const float white : s.white_dn) {
    if (!(white > black)) {
      return Fail(ErrorCode::kInvalidInput, "the white level is not above the black level");
    }
  }
  return s;
}

ImageView<const uint16_t> Gather(const MosaicSource& source, int p, const Rect& r,
                                 Image<uint16_t>* scratch) {
  const ImageView<const uint16_t> plane = source.planes[p];
  const int x0 = r.x - source.shift_x, y0 = r.y - source.shift_y;
  if (x0 >= 0 && y0 >= 0 && x0 + r.width <= source.width && y0 + r.height <= source.height) {
    return {plane.row(y0) + x0, r.width, r.height, plane.stride(), r.x, r.y};
  }
  if (scratch->width() < r.width || scratch->height() < r.height) {
    *scratch =
        Image<uint16_t>(std::max(scratch->width(), r.width), std::max(scratch->height(), r.height));
  }
  const int inside0 = std::clamp(-x0, 0, r.width);
  const int inside1 = std::clamp(source.width - x0, inside0, r.width);
  for (int y = 0; y < r.height; ++y) {
    const uint16_t* from = plane.row(MirrorIndex(y0 + y, source.height));
    uint16_t* to = scratch->row(y);
    for (int x = 0; x < inside0; ++x) to[x] = from[MirrorIndex(x0 + x, source.width)];
    if (inside1 > inside0) {
      std::memcpy(to + inside0, from + x0 + inside0, sizeof(uint16_t) * (inside1 - inside0));
    }
    for (int x = inside1; x < r.width; ++x) to[x] = from[MirrorIndex(x0 + x, source.width)];
  }
  return {scratch->row(0), r.width, r.height, scratch->stride(), r.x, r.y};
}

}  // namespace petzval
