// libFuzzer target: a finished picture (JPEG, PNG, TIFF, PFM) in memory, with its colour.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "petzval/image/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace petzval;
  const auto picture = DecodePicture({data, data + size});
  if (!picture) return 0;
  if (!SizeAllowed(picture->width(), picture->height())) std::abort();
  const Image<float> linear = LinearRgb(*picture);
  // Codes have no other way to become infinite than a wrong curve.
  if (picture->is_float()) return 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < linear.height(); ++y) {
      for (int x = 0; x < linear.width(); ++x) {
        if (!std::isfinite(linear.At(x, y, c))) std::abort();
      }
    }
  }
  return 0;
}
