// Gives the demosaic pipeline its border and its phase.
#include "petzval/develop/demosaic.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "demosaic_bayer.h"
#include "petzval/base/parallel.h"

namespace petzval {
namespace {

// How far the pipeline reads beyond its output; it asserts that the input has it.
constexpr int kMargin = 16;

// Index i mirrored about 0 and n - 1 as often as needed; parity is kept.
int Mirror(int i, int n) {
  const int period = 2 * (n - 1);
  i = std::abs(i) % period;
  return i < n ? i : period - i;
}

}  // namespace

void DemosaicBayer(ImageView<const float> mosaic, int red_x, int red_y, Image<float>* rgb) {
  assert(mosaic.width() >= 4 && mosaic.height() >= 4);
  const int width = mosaic.width(), height = mosaic.height();
  Image<float> padded(width + 2 * kMargin, height + 2 * kMargin);
  ParallelFor((height + 2 * kMargin + 63) / 64, [&](int strip) {
    const int end = std::min((strip + 1) * 64, height + 2 * kMargin);
    for (int y = strip * 64; y < end; ++y) {
      const float* from = mosaic.row(Mirror(y - kMargin, height));
      float* to = padded.row(y);
      for (int x = 0; x < kMargin; ++x) to[x] = from[Mirror(x - kMargin, width)];
      std::copy_n(from, width, to + kMargin);
      for (int x = 0; x < kMargin; ++x) {
        to[kMargin + width + x] = from[Mirror(width + x, width)];
      }
    }
  });

  // The pipeline takes even coordinates for red ones.
  const int shift_x = red_x & 1, shift_y = red_y & 1;
  *rgb = Image<float>(width, height, 3);
  auto in = ToHalide(padded.view());
  auto out = ToHalide(*rgb);
  in.set_min(shift_x - kMargin, shift_y - kMargin);
  out.set_min(shift_x, shift_y, 0);
  [[maybe_unused]] const int error = demosaic_bayer(in, out);
  assert(error == 0);
}

}  // namespace petzval
