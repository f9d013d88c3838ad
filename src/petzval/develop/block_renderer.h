// Renders rectangles of a frame block by block once everything global is decided.
#ifndef PETZVAL_DEVELOP_BLOCK_RENDERER_H_
#define PETZVAL_DEVELOP_BLOCK_RENDERER_H_

#include "petzval/develop/highlights.h"
#include "petzval/develop/lens_restore.h"
#include "petzval/develop/levels.h"
#include "petzval/develop/noise_plan.h"

namespace petzval {

class BlockRenderer {
 public:
  // All must outlive this. `matrix`: working space from white-balanced camera RGB, with exposure.
  // `restorer` may be null.
  BlockRenderer(const MosaicSource& source, const Shading& shading, const Levels& levels,
                const Highlights& highlights, const NoisePlan& noise, const LensRestorer* restorer,
                const Mat3& matrix, double sharpening);

  // Rectangle `r` (shifted coordinates; may reach a little beyond the picture) into `out` from
  // (out_x, out_y) on. Thread-safe; runs on the calling thread.
  void Render(const Rect& r, Image<float>* out, int out_x, int out_y) const;

 private:
  bool Camera(const Rect& r, Image<float>* rgb, Image<float>* near) const;
  void Demosaic(const Rect& r, const Rect& m, const Image<float>& mosaic, Image<float>* rgb) const;

  const MosaicSource& source_;
  const Shading& shading_;
  const Levels& levels_;
  const Highlights& highlights_;
  const NoisePlan& noise_;
  const LensRestorer* restorer_;
  float matrix_[9];
  float sharpen_;
  Image<float> nowhere_;  // a row of zeros: no clipped highlight near
};

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_BLOCK_RENDERER_H_
