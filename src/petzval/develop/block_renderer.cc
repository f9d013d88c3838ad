// One block: levels, highlights, demosaic, noise reduction, sharpening, colour.
#include "petzval/develop/block_renderer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "demosaic_linear.h"
#include "develop_finish.h"
#include "petzval/develop/highlight_rim.h"

namespace petzval {
namespace {

// How far the pipeline reads beyond its output; it asserts that its input has it.
constexpr int kFinishMargin = 6;
// Share of the full deconvolution that DevelopParams::sharpening = 1 adds.
constexpr double kSharpenShare = 0.55;

Halide::Runtime::Buffer<float, 3> Region(Image<float>& image, const Rect& r) {
  halide_dimension_t shape[3] = {{r.x, r.width, 1},
                                 {r.y, r.height, static_cast<int32_t>(image.stride())},
                                 {0, image.planes(), static_cast<int32_t>(image.plane_stride())}};
  return Halide::Runtime::Buffer<float, 3>(image.row(0), 3, shape);
}

// Scratch only grows: blocks of alternating shapes must not allocate each time.
void Reserve(Image<float>* image, const Rect& r, int planes) {
  if (image->width() >= r.width && image->height() >= r.height && image->planes() >= planes) return;
  *image = Image<float>(std::max(image->width(), r.width), std::max(image->height(), r.height),
                        std::max(image->planes(), planes));
}

// `r` and `margin` pixels around it, grown to whole lanes and pairs of rows.
Rect Grow(const Rect& r, int margin) {
  Rect g;
  g.x = FloorToLane(r.x - margin);
  g.y = (r.y - margin) & ~1;
  g.width = RoundUpToLane(r.x + r.width + margin - g.x);
  g.height = (r.y + r.height + margin - g.y + 1) & ~1;
  return g;
}

// What was clipped is no sum of spreads, so near it the picture stays as it was shot.
void KeepRims(const Image<float>& shot, const Image<float>& near, const Rect& s, const Rect& r,
              Image<float>* restored) {
  for (int y = r.y - s.y; y < r.y - s.y + r.height; ++y) {
    const float* keep = near.row(y);
    for (int c = 0; c < 3; ++c) {
      const float* from = shot.row(y, c);
      float* to = restored->row(y, c);
      for (int x = r.x - s.x; x < r.x - s.x + r.width; ++x) {
        to[x] += std::clamp(keep[x], 0.0f, 1.0f) * (from[x] - to[x]);
      }
    }
  }
}

}  // namespace

BlockRenderer::BlockRenderer(const MosaicSource& source, const Shading& shading,
                             const Levels& levels, const Highlights& highlights,
                             const NoisePlan& noise, const LensRestorer* restorer,
                             const Mat3& matrix, double sharpening)
    : source_(source),
      shading_(shading),
      levels_(levels),
      highlights_(highlights),
      noise_(noise),
      restorer_(restorer),
      sharpen_(static_cast<float>(kSharpenShare * std::clamp(sharpening, 0.0, 2.0))),
      nowhere_(RoundUpToLane(source.width) + 1024, 1) {
  nowhere_.Fill(0);
  for (int i = 0; i < 9; ++i) matrix_[i] = static_cast<float>(matrix[i / 3][i % 3]);
}

void BlockRenderer::Demosaic(const Rect& r, const Rect& m, const Image<float>& mosaic,
                             Image<float>* rgb) const {
  Reserve(rgb, r, 3);
  halide_dimension_t shape[2] = {{m.x, m.width, 1},
                                 {m.y, m.height, static_cast<int32_t>(mosaic.stride())}};
  Halide::Runtime::Buffer<float, 2> in(const_cast<float*>(mosaic.row(0)), 2, shape);
  auto out = Region(*rgb, r);
  [[maybe_unused]] const int error = demosaic_linear(in, out);
  assert(error == 0);
}

// Demosaiced, white-balanced camera RGB of `r`, as Grow makes them. True when there are clipped
// highlights about; `near` is theirs then, see CalmRims.
bool BlockRenderer::Camera(const Rect& r, Image<float>* rgb, Image<float>* near) const {
  thread_local Image<float> mosaic, raw;
  thread_local std::array<Image<float>, 3> gains;
  thread_local Image<uint8_t> marks;
  const auto clipped = [&](const Rect& a) {
    return !source_.mono &&
           highlights_.Touches(a.x >> 1, a.y >> 1, (a.x + a.width) >> 1, (a.y + a.height) >> 1);
  };
  if (!source_.bayer) {
    Reserve(rgb, r, 3);
    for (int p = 0; p < (source_.mono ? 1 : 3); ++p) levels_.Render(p, r, rgb->plane(p));
    for (int p = 1; source_.mono && p < 3; ++p) {
      for (int y = 0; y < r.height; ++y) {
        std::memcpy(rgb->row(y, p), rgb->row(y), sizeof(float) * r.width);
      }
    }
    if (clipped(r)) {
      ReconstructPlanes(highlights_, r,
                        {shading_.Gain(0, r, &gains[0]), shading_.Gain(1, r, &gains[1]),
                         shading_.Gain(2, r, &gains[2])},
                        rgb);
    }
    return false;
  }
  const Rect b = Grow(r, kRimMargin), wide = Grow(b, kDemosaicMargin);
  if (!clipped(wide)) {
    const Rect m = Grow(r, kDemosaicMargin);
    Reserve(&mosaic, m, 1);
    levels_.Render(0, m, mosaic.view());
    Demosaic(r, m, mosaic, rgb);
    return false;
  }
  Reserve(&mosaic, wide, 1);
  levels_.Render(0, wide, mosaic.view());
  if (marks.width() < wide.width / 2 || marks.height() < wide.height / 2) {
    marks = Image<uint8_t>(wide.width / 2, wide.height / 2);
  }
  ReconstructMosaic(highlights_, wide, shading_.Gain(0, wide, &gains[0]), mosaic.view(), &marks);
  Demosaic(b, wide, mosaic, &raw);
  Reserve(rgb, r, 3);
  Reserve(near, r, 1);
  CalmRims(raw, b,
           marks.view().Crop({(b.x - wide.x) / 2, (b.y - wide.y) / 2, b.width / 2, b.height / 2}),
           r, rgb, near);
  return true;
}

void BlockRenderer::Render(const Rect& r, Image<float>* out, int out_x, int out_y) const {
  thread_local Image<float> rgb, near, done, restored;
  const Rect t = Grow(r, 0);
  const Rect s = Grow(t, kFinishMargin + (restorer_ ? LensRestorer::kMargin : 0));
  const bool clipped = Camera(s, &rgb, &near);
  if (restorer_) {
    Reserve(&restored, s, 3);
    const Rect finish = {t.x - kFinishMargin, t.y - kFinishMargin, t.width + 2 * kFinishMargin,
                         t.height + 2 * kFinishMargin};
    restorer_->Apply(rgb, s, finish, &restored);
    if (clipped) KeepRims(rgb, near, s, finish, &restored);
  }
  Image<float>& camera = restorer_ ? restored : rgb;
  Halide::Runtime::Buffer<float, 2> matrix(const_cast<float*>(matrix_), 3, 3);
  const Image<float>& calm = clipped ? near : nowhere_;
  halide_dimension_t calm_shape[2] = {
      {s.x, s.width, 1}, {s.y, s.height, clipped ? static_cast<int32_t>(calm.stride()) : 0}};
  Halide::Runtime::Buffer<float, 2> rim(const_cast<float*>(calm.row(0)), 2, calm_shape);
  const auto run = [&](Halide::Runtime::Buffer<float, 3> to) {
    auto from = Region(camera, s);
    [[maybe_unused]] const int error = develop_finish(
        from, noise_.Coarse(), noise_.Variance(), noise_.FinestNoise(), rim, matrix,
        noise_.luma_amount(), noise_.luma_threshold(), noise_.chroma_threshold(), sharpen_, to);
    assert(error == 0);
  };
  if (t == r) {
    halide_dimension_t shape[3] = {{r.x, r.width, 1},
                                   {r.y, r.height, static_cast<int32_t>(out->stride())},
                                   {0, 3, static_cast<int32_t>(out->plane_stride())}};
    return run(Halide::Runtime::Buffer<float, 3>(out->row(out_y) + out_x, 3, shape));
  }
  Reserve(&done, t, 3);
  run(Region(done, t));
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < r.height; ++y) {
      std::memcpy(out->row(out_y + y, c) + out_x, done.row(r.y - t.y + y, c) + (r.x - t.x),
                  sizeof(float) * r.width);
    }
  }
}

}  // namespace petzval
