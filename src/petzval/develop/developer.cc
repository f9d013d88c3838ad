// The pipeline of develop: what is decided once, and how a rectangle is rendered.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "develop_demosaic.h"
#include "develop_finish.h"
#include "petzval/base/parallel.h"
#include "petzval/color/temperature.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/half_picture.h"
#include "petzval/develop/levels.h"
#include "petzval/develop/white_balance.h"

namespace petzval {
namespace {

constexpr int kProxySide = 1024;
// Blocks of a rectangle: their intermediates stay in the second-level cache.
constexpr int kBlockColumns = 512, kBlockRows = 128;
constexpr int kDemosaicMargin = 16;

Halide::Runtime::Buffer<float, 3> Region(Image<float>& image, int x0, int y0, int width,
                                         int height) {
  halide_dimension_t shape[3] = {{x0, width, 1},
                                 {y0, height, static_cast<int32_t>(image.stride())},
                                 {0, image.planes(), static_cast<int32_t>(image.plane_stride())}};
  return Halide::Runtime::Buffer<float, 3>(image.row(0), 3, shape);
}

void Reserve(Image<float>* image, int width, int height, int planes) {
  if (image->width() < width || image->height() < height || image->planes() < planes) {
    *image = Image<float>(width, height, planes);
  }
}

}  // namespace

struct Developer::State {
  MosaicSource source;
  std::unique_ptr<Shading> shading;
  std::unique_ptr<Levels> levels;
  DevelopInfo info;
  Image<float> proxy;
  float matrix[9];  // Rec.2020 from white-balanced camera RGB, exposure included, row major

  void Camera(const Rect& r, Image<float>* rgb) const;
  void RenderBlock(const Rect& r, Image<float>* out, int out_x, int out_y) const;
};

// Demosaiced, white-balanced camera RGB of `r` (shifted coordinates, width a multiple of kLane,
// even origin).
void Developer::State::Camera(const Rect& r, Image<float>* rgb) const {
  Reserve(rgb, r.width, r.height, 3);
  if (!source.bayer) {
    for (int p = 0; p < 3; ++p) levels->Render(p, r, rgb->plane(p));
    return;
  }
  thread_local Image<float> mosaic;
  const Rect m{FloorToLane(r.x - kDemosaicMargin), r.y - kDemosaicMargin, 0,
               r.height + 2 * kDemosaicMargin};
  const int width = RoundUpToLane(r.x + r.width + kDemosaicMargin - m.x);
  Reserve(&mosaic, width, m.height, 1);
  levels->Render(0, {m.x, m.y, width, m.height}, mosaic.view());
  halide_dimension_t shape[2] = {{m.x, width, 1},
                                 {m.y, m.height, static_cast<int32_t>(mosaic.stride())}};
  Halide::Runtime::Buffer<float, 2> in(mosaic.row(0), 2, shape);
  auto out = Region(*rgb, r.x, r.y, r.width, r.height);
  [[maybe_unused]] const int error = develop_demosaic(in, out);
  assert(error == 0);
}

void Developer::State::RenderBlock(const Rect& r, Image<float>* out, int out_x, int out_y) const {
  thread_local Image<float> rgb, done;
  const Rect s{r.x + source.crop.x + source.shift_x, r.y + source.crop.y + source.shift_y, r.width,
               r.height};
  Rect t;
  t.x = FloorToLane(s.x);
  t.y = s.y & ~1;
  t.width = RoundUpToLane(s.x + s.width - t.x);
  t.height = s.y + s.height - t.y;
  Camera(t, &rgb);
  Reserve(&done, t.width, t.height, 3);
  Halide::Runtime::Buffer<float, 2> m(const_cast<float*>(matrix), 3, 3);
  auto from = Region(rgb, t.x, t.y, t.width, t.height);
  auto to = Region(done, t.x, t.y, t.width, t.height);
  [[maybe_unused]] const int error = develop_finish(from, m, to);
  assert(error == 0);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < r.height; ++y) {
      std::memcpy(out->row(out_y + y, c) + out_x, done.row(s.y - t.y + y, c) + (s.x - t.x),
                  sizeof(float) * r.width);
    }
  }
}

Developer::Developer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Developer::Developer(Developer&&) noexcept = default;
Developer& Developer::operator=(Developer&&) noexcept = default;
Developer::~Developer() = default;

Result<Developer> Developer::Create(const RawFrame& frame, ImageView<const uint8_t>,
                                    const DevelopParams& params) {
  auto state = std::make_unique<State>();
  PETZVAL_ASSIGN(state->source, MakeSource(frame));
  const MosaicSource& source = state->source;
  auto& warnings = state->info.warnings;

  static const std::vector<GainMap> kNoMaps;
  state->shading = std::make_unique<Shading>(params.lens_correction ? frame.gain_maps : kNoMaps,
                                             source, &warnings);
  const HalfPicture half = MakeHalfPicture(source, *state->shading);
  Image<float> proxy = ShrinkHalfPicture(half, source, kProxySide);

  LightDecision light;
  if (!source.mono) {
    const CameraColor camera = MakeCameraColor(frame.color, &warnings);
    light = DecideLight(params.white_balance, frame.color, camera, proxy, &warnings);
  }
  Vec3& gain = state->info.white_gain;
  for (int c = 0; c < 3; ++c) gain[c] = 1 / light.neutral[c];
  const Temperature temperature = TemperatureFromChromaticity(light.white);
  state->info.kelvin_k = temperature.kelvin_k;
  state->info.tint = temperature.tint;
  state->info.rec2020_from_camera = light.rec2020_from_camera;
  state->levels = std::make_unique<Levels>(source, *state->shading, gain);

  const double exposure = std::exp2(frame.baseline_exposure_ev + params.exposure_ev);
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) {
      state->matrix[i * 3 + k] = static_cast<float>(exposure * light.rec2020_from_camera[i][k]);
    }
  }
  ParallelFor(proxy.height(), [&](int y) {
    for (int x = 0; x < proxy.width(); ++x) {
      float v[3];
      for (int c = 0; c < 3; ++c) v[c] = proxy.At(x, y, c) * static_cast<float>(gain[c]);
      for (int c = 0; c < 3; ++c) {
        const float* m = state->matrix + 3 * c;
        proxy.At(x, y, c) = m[0] * v[0] + m[1] * v[1] + m[2] * v[2];
      }
    }
  });
  state->proxy = std::move(proxy);
  return Developer(std::move(state));
}

int Developer::width() const { return state_->source.crop.width; }
int Developer::height() const { return state_->source.crop.height; }
const DevelopInfo& Developer::info() const { return state_->info; }
const Image<float>& Developer::proxy() const { return state_->proxy; }

void Developer::Render(const Rect& r, Image<float>* out) const {
  assert(r.x >= 0 && r.y >= 0 && r.x + r.width <= width() && r.y + r.height <= height());
  assert(out->planes() >= 3 && out->width() >= r.width && out->height() >= r.height);
  const int columns = (r.width + kBlockColumns - 1) / kBlockColumns;
  const int rows = (r.height + kBlockRows - 1) / kBlockRows;
  ParallelFor(columns * rows, [&](int i) {
    const int x = i % columns * kBlockColumns, y = i / columns * kBlockRows;
    state_->RenderBlock({r.x + x, r.y + y, std::min(kBlockColumns, r.width - x),
                         std::min(kBlockRows, r.height - y)},
                        out, x, y);
  });
}

}  // namespace petzval
