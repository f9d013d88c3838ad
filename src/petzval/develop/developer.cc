// The pipeline of develop: what is decided once, and how a rectangle is rendered.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/color/temperature.h"
#include "petzval/develop/block_renderer.h"
#include "petzval/develop/calibrated_frame.h"
#include "petzval/develop/clip_levels.h"
#include "petzval/develop/color_transform.h"
#include "petzval/develop/dcp_color.h"
#include "petzval/develop/develop.h"
#include "petzval/develop/green_balance.h"
#include "petzval/develop/lens_field.h"
#include "petzval/develop/lens_restore.h"
#include "petzval/develop/warp.h"
#include "petzval/develop/white_balance.h"

namespace petzval {
namespace {

constexpr int kProxySide = 1024;
// Blocks of a rectangle: their intermediates stay in the second-level cache.
constexpr int kBlockColumns = 512, kBlockRows = 256;

// The proxy from camera RGB to the working space.
void FinishProxy(const Highlights& highlights, const Shading& shading, const HalfPicture& half,
                 const Vec3& gain, const PixelTransform& color, bool mono, Image<float>* proxy) {
  const Mat3& matrix = color.matrix();
  ParallelFor(proxy->height(), [&](int y) {
    // Shading in the middle of each pixel of the proxy.
    thread_local Image<float> gains;
    const bool reconstruct = !mono && highlights.any();
    const auto middle = [](int i, int n, int size) {
      return static_cast<int>((2 * i + 1) * static_cast<int64_t>(size) / (2 * n));
    };
    if (reconstruct && !shading.empty()) {
      shading.SquareGains(middle(y, proxy->height(), half.height), half.width, &gains);
    }
    for (int x = 0; x < proxy->width(); ++x) {
      std::array<float, 3> v;
      for (int c = 0; c < 3; ++c) v[c] = proxy->At(x, y, c) * static_cast<float>(gain[c]);
      std::array<float, 3> level = highlights.clip();
      for (int c = 0; reconstruct && !shading.empty() && c < 3; ++c) {
        level[c] *= gains.At(middle(x, proxy->width(), half.width), 0, c);
      }
      if (reconstruct && IsClipping(v, level)) {
        v = ReconstructHighlight(
            v, level,
            highlights.RatioAtShare((x + 0.5f) / proxy->width(), (y + 0.5f) / proxy->height()));
      }
      for (int c = 0; c < 3; ++c) {
        proxy->At(x, y, c) = !color.plain()
                                 ? v[c]
                                 : static_cast<float>(matrix[c][0] * v[0] + matrix[c][1] * v[1] +
                                                      matrix[c][2] * v[2]);
      }
    }
    if (!color.plain()) {
      color.Apply(proxy->row(y, 0), proxy->row(y, 1), proxy->row(y, 2), proxy->width());
    }
  });
}

// Of the merged pixels' variance to that of one frame.
double MeanShare(ImageView<const uint8_t> variance_ratio) {
  if (variance_ratio.width() == 0 || variance_ratio.height() == 0) return 1;
  constexpr int kStep = 16;
  double sum = 0;
  int count = 0;
  for (int y = 0; y < variance_ratio.height(); y += kStep) {
    for (int x = 0; x < variance_ratio.width(); x += kStep, ++count) sum += variance_ratio.At(x, y);
  }
  return sum / (255.0 * count);
}

}  // namespace

struct Developer::State {
  MosaicSource source;
  DevelopInfo info;
  Image<float> proxy;
  std::shared_ptr<const optics::LensProfile> lens_profile;
  std::vector<GainMap> lens_shading;
  std::unique_ptr<Shading> shading;
  std::unique_ptr<Levels> levels;
  std::unique_ptr<Highlights> highlights;
  std::unique_ptr<NoisePlan> noise;
  std::unique_ptr<LensRestorer> restorer;
  std::unique_ptr<BlockRenderer> renderer;
  std::optional<Warp> warp;
  // Working space from white-balanced camera RGB, with exposure.
  PixelTransform color = PixelTransform::FromMatrix(Mat3::Identity());

  // What the renderer does by itself, and what is left to do after it.
  Mat3 RendererMatrix() const { return warp || !color.plain() ? Mat3::Identity() : color.matrix(); }
  void RenderBlock(const Rect& r, Image<float>* out, int out_x, int out_y) const;
};

// `r` in shifted coordinates. A warped block renders the pixels as shot first.
void Developer::State::RenderBlock(const Rect& r, Image<float>* out, int out_x, int out_y) const {
  const auto finish = [&] {
    for (int y = 0; !color.plain() && y < r.height; ++y) {
      color.Apply(out->row(out_y + y, 0) + out_x, out->row(out_y + y, 1) + out_x,
                  out->row(out_y + y, 2) + out_x, r.width);
    }
  };
  if (!warp) {
    renderer->Render(r, out, out_x, out_y);
    return finish();
  }
  thread_local Image<float> shot;
  const Rect s = warp->SourceRect(r);
  const int wide = s.width + Warp::kSpareColumns;
  if (shot.width() < wide || shot.height() < s.height) {
    shot = Image<float>(std::max(shot.width(), wide), std::max(shot.height(), s.height), 3);
  }
  // The source of a block is hardly larger than the block; only a strong distortion needs pieces.
  constexpr int kPieceColumns = 2 * kBlockColumns, kPieceRows = 2 * kBlockRows;
  for (int y = 0; y < s.height; y += kPieceRows) {
    for (int x = 0; x < s.width; x += kPieceColumns) {
      renderer->Render({s.x + x, s.y + y, std::min(kPieceColumns, s.width - x),
                        std::min(kPieceRows, s.height - y)},
                       &shot, x, y);
    }
  }
  warp->Apply(shot, s, r, color.plain() ? color.matrix() : Mat3::Identity(), out, out_x, out_y);
  finish();
}

Developer::Developer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Developer::Developer(Developer&&) noexcept = default;
Developer& Developer::operator=(Developer&&) noexcept = default;
Developer::~Developer() = default;

Result<Developer> Developer::Create(const RawFrame& frame, ImageView<const uint8_t> variance_ratio,
                                    const DevelopParams& params) {
  auto state = std::make_unique<State>();
  PETZVAL_ASSIGN(state->source, MakeSource(frame));
  const MosaicSource& source = state->source;
  DevelopInfo& info = state->info;
  const CameraCalibration* measured = params.calibration.get();
  if (measured) {
    UseCalibration(frame, *measured, params.prefer_calibration, &state->source);
  }
  const bool measured_maps = params.lens_correction && measured && measured->shading &&
                             (frame.gain_maps.empty() || params.prefer_calibration);

  // What the lens did.
  std::optional<LensField> field;
  if (params.lens_profile) {
    state->lens_profile = params.lens_profile;
    PETZVAL_ASSIGN(field, MakeLensField(*params.lens_profile, params.lens_focus_mm, source));
    state->warp = Warp::Make(MakeLensWarp(*field, source), source);
    // A camera's own maps know its lens and its sensor together.
    if (frame.gain_maps.empty()) state->lens_shading = MakeLensShading(*field, source);
  } else if (params.lens_correction) {
    state->warp = Warp::Make(frame.warp, source, &info.warnings);
  }
  const bool own_maps = params.lens_correction && !frame.gain_maps.empty() && !measured_maps;
  if (measured_maps) state->lens_shading = GainMapsOf(*measured->shading, frame);

  // What the pixels say.
  state->shading = std::make_unique<Shading>(own_maps ? frame.gain_maps : state->lens_shading,
                                             source, &info.warnings);
  const Shading& shading = *state->shading;
  const std::array<float, 3> clip = FindClipLevels(source, &info.warnings);
  // A white level that is stated far too low leaves no room for what was clipped above it.
  const double most = *std::max_element(clip.begin(), clip.end());
  HalfPicture half = MakeHalfPicture(source, shading, most > 1.05 ? most : 1);
  state->proxy = ShrinkHalfPicture(half, source, kProxySide);

  // What the light was.
  LightDecision light;
  std::optional<CameraColor> camera;
  if (!source.mono) {
    // What capture has said about the matrices need not be said twice.
    const bool told = std::any_of(
        frame.warnings.begin(), frame.warnings.end(),
        [](const std::string& s) { return s.find("colour matri") != std::string::npos; });
    PETZVAL_ASSIGN(camera, MakeCameraColor(frame.color, params, told, &info.warnings));
    if (params.dcp) {
      const std::string other = DcpCameraMismatch(*params.dcp, frame.unique_camera_model);
      if (!other.empty()) info.warnings.push_back(other);
    }
    LightScene scene;
    scene.clip = clip;
    scene.light_lv = frame.exif.LightValue();
    light = DecideLight(params.white_balance, frame.color, *camera, state->proxy, scene,
                        &info.warnings);
    DecideLightClass(*camera, params, &light);
    info.light_class = light.light_class;
    info.light_confidence = light.confidence;
    info.second_kelvin_k = light.second_kelvin_k;
    info.second_share = light.second_share;
  }
  for (int c = 0; c < 3; ++c) info.white_gain[c] = 1 / light.neutral[c];
  const Temperature temperature = TemperatureFromChromaticity(light.white);
  info.kelvin_k = temperature.kelvin_k;
  info.tint = temperature.tint;
  if (camera) {
    const BalancedNoise balanced =
        BalanceNoise(source.noise, info.white_gain, MeanShare(variance_ratio));
    state->color = MakePixelTransform(*camera, light, balanced, &info.color);
  }
  info.rec2020_from_camera = state->color.matrix();
  state->color =
      std::move(state->color).Exposed(std::exp2(frame.baseline_exposure_ev + params.exposure_ev));

  // What to do about it.
  state->levels = std::make_unique<Levels>(source, shading, info.white_gain,
                                           FindGreenBalance(source, shading, clip[1]));
  state->highlights = std::make_unique<Highlights>(half, shading, info.white_gain, clip);
  FinishProxy(*state->highlights, shading, half, info.white_gain, state->color, source.mono,
              &state->proxy);
  if (!source.mono) ReconstructHalf(*state->highlights, shading, info.white_gain, &half);
  state->noise =
      std::make_unique<NoisePlan>(source, shading, half, variance_ratio, info.white_gain, params);
  if (field) {
    state->restorer = std::make_unique<LensRestorer>(*field, source, shading, info.white_gain,
                                                     MeanShare(variance_ratio));
    state->noise->ScaleFinest(
        [&](int y, std::span<float> factor) { state->restorer->FinestVariance(y, factor); });
    info.lens_noise_gain = state->restorer->noise_gain();
  }
  state->renderer = std::make_unique<BlockRenderer>(
      source, shading, *state->levels, *state->highlights, *state->noise, state->restorer.get(),
      state->RendererMatrix(), params.sharpening);
  return Developer(std::move(state));
}

int Developer::width() const { return state_->source.crop.width; }
int Developer::height() const { return state_->source.crop.height; }
const DevelopInfo& Developer::info() const { return state_->info; }
const Image<float>& Developer::proxy() const { return state_->proxy; }

void Developer::Render(const Rect& r, Image<float>* out) const {
  assert(r.x >= 0 && r.y >= 0 && r.x + r.width <= width() && r.y + r.height <= height());
  assert(out->planes() >= 3 && out->width() >= r.width && out->height() >= r.height);
  const MosaicSource& source = state_->source;
  const int x0 = r.x + source.crop.x + source.shift_x, y0 = r.y + source.crop.y + source.shift_y;
  // Blocks begin on whole lanes, so that little is computed beyond the rectangle.
  const int first_x = FloorToLane(x0), first_y = y0 & ~1;
  const int columns = (x0 + r.width - first_x + kBlockColumns - 1) / kBlockColumns;
  const int rows = (y0 + r.height - first_y + kBlockRows - 1) / kBlockRows;
  ParallelFor(columns * rows, [&](int i) {
    const int left = std::max(x0, first_x + i % columns * kBlockColumns);
    const int top = std::max(y0, first_y + i / columns * kBlockRows);
    const int right = std::min(x0 + r.width, first_x + (i % columns + 1) * kBlockColumns);
    const int bottom = std::min(y0 + r.height, first_y + (i / columns + 1) * kBlockRows);
    state_->RenderBlock({left, top, right - left, bottom - top}, out, left - x0, top - y0);
  });
}

}  // namespace petzval
