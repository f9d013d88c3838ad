// Upright strips of a finished picture, on demand of the encoders.
#ifndef PETZVAL_CAMERA_STRIP_RENDERER_H_
#define PETZVAL_CAMERA_STRIP_RENDERER_H_

#include <atomic>
#include <functional>

#include "petzval/base/pool.h"
#include "petzval/camera/orientation.h"
#include "petzval/develop/develop.h"
#include "petzval/encode/encode.h"
#include "petzval/look/look.h"

namespace petzval {

// Binds a developed picture and its rendering to the encoders. What it is made from must outlive
// it, and it must outlive the source that it gives.
class StripRenderer {
 public:
  // `exif_orientation` 1..8: how the rendered picture is turned. `on_fraction` hears the share of
  // rows that are done, from several threads; may be empty.
  StripRenderer(const Developer& developer, const Rendering& rendering, int exif_orientation,
                std::function<void(double)> on_fraction);

  // Upright pixels: 8 and 16 bits through the rendering, floats scene-linear.
  PixelSource Source();

 private:
  template <class T>
  Status Strip(int y, int rows, T* rgb, ptrdiff_t stride);
  template <class T>
  void Finish(const Image<float>& planes, const Rect& r, T* rgb, ptrdiff_t stride) const;

  const Developer& developer_;
  const Rendering& rendering_;
  const Orientation turn_;
  const std::function<void(double)> on_fraction_;
  Pool<Image<float>> planes_;
  std::atomic<int> rows_done_{0};
};

}  // namespace petzval

#endif  // PETZVAL_CAMERA_STRIP_RENDERER_H_
