// EXIF orientation: how the rendered picture is turned for viewing.
#ifndef PETZVAL_CAMERA_ORIENTATION_H_
#define PETZVAL_CAMERA_ORIENTATION_H_

#include <cstddef>

#include "petzval/image/image.h"

namespace petzval {

// A turn of a source picture of width x height pixels into its upright form, EXIF 1..8.
struct Orientation {
  int exif = 1;
  int source_width = 0, source_height = 0;

  bool SwapsSides() const { return exif >= 5; }
  int width() const { return SwapsSides() ? source_height : source_width; }
  int height() const { return SwapsSides() ? source_width : source_height; }

  // The source rectangle that holds the rows [y, y + rows) of the upright picture.
  Rect SourceOfRows(int y, int rows) const {
    const bool from_far_side = exif == 3 || exif == 4 || exif == 7 || exif == 8;
    const int extent = SwapsSides() ? source_width : source_height;
    const int start = from_far_side ? extent - y - rows : y;
    return SwapsSides() ? Rect{start, 0, rows, source_height} : Rect{0, start, source_width, rows};
  }

  // Turns pixels of `channels` interleaved samples: `in` is the source rectangle `r` (rows
  // `in_stride` samples apart), `out` receives the upright rows that it stands for.
  template <class T>
  void Turn(const T* in, ptrdiff_t in_stride, const Rect& r, int channels, T* out,
            ptrdiff_t out_stride) const {
    const bool flip_x = exif == 2 || exif == 3 || exif == 7 || exif == 8;  // of the source
    const bool flip_y = exif == 3 || exif == 4 || exif == 6 || exif == 7;
    for (int y = 0; y < r.height; ++y) {
      const T* row = in + y * in_stride;
      const int v = flip_y ? r.height - 1 - y : y;
      for (int x = 0; x < r.width; ++x) {
        const int u = flip_x ? r.width - 1 - x : x;
        T* pixel = SwapsSides() ? out + u * out_stride + static_cast<ptrdiff_t>(v) * channels
                                : out + v * out_stride + static_cast<ptrdiff_t>(u) * channels;
        for (int c = 0; c < channels; ++c) pixel[c] = row[x * channels + c];
      }
    }
  }
};

// A whole picture turned by its EXIF orientation.
inline Image<float> Upright(const Image<float>& in, int exif) {
  const Orientation turn{exif, in.width(), in.height()};
  Image<float> out(turn.width(), turn.height(), in.planes());
  for (int c = 0; c < in.planes(); ++c) {
    turn.Turn(in.row(0, c), in.stride(), {0, 0, in.width(), in.height()}, 1, out.row(0, c),
              out.stride());
  }
  return out;
}

}  // namespace petzval

#endif  // PETZVAL_CAMERA_ORIENTATION_H_
