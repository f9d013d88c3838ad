// A look made ready for one picture: analysed once on the proxy, then rendered in any rectangles.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "look_render16.h"
#include "look_render8.h"
#include "petzval/look/color_path.h"
#include "petzval/look/gamut.h"
#include "petzval/look/local_tone.h"
#include "petzval/look/look.h"
#include "petzval/look/render_tables.h"
#include "petzval/look/tone_plan.h"
#include "petzval/look/warm_cast.h"

namespace petzval {

namespace {

// Local tone is mapped on a picture of at most this size.
constexpr int kToneSide = 512;

// Everything that a pixel needs to know about its picture.
struct Prepared {
  double exposure_ev = 0;
  int width = 0, height = 0;
  Vec3 exposure{{1, 1, 1}};  // of red, green, blue
  double white = 4;
  Mat3 tone_from_rec2020;
  double vignette = 0, field = 0;
  Image<float> gain;            // 2 planes on the proxy's grid: slope, offset
  std::vector<uint32_t> curve;  // see render_tables.h
  std::vector<float> colors;    // see BakeColorTable
};

// The curve alone, as render_tables.h describes it: a grey passes the gamut compression unchanged.
std::vector<uint32_t> BakeCurve(const ColorPath& path) {
  const auto code_at = [&](int step) {
    const int per_octave = 1 << (23 - kCurveShift);
    const double start = std::ldexp(kCurveStart, step / per_octave) *
                             (1 + static_cast<double>(step % per_octave) / per_octave) -
                         kCurveStart;
    return static_cast<uint32_t>(std::lround(65535 * path.Tone({{start, start, start}})[0]));
  };
  std::vector<uint32_t> table(kCurveSize);
  uint32_t code = code_at(0);
  for (int i = 0; i < kCurveSize; ++i) {
    const uint32_t next = code_at(i + 1);
    table[i] = code << 16 | (next - code);
    code = next;
  }
  return table;
}

template <class T, class Pipeline>
void RenderWith(Pipeline pipeline, const Prepared& s, const Image<float>& in, const Rect& r, T* out,
                ptrdiff_t stride) {
  assert(in.planes() == 3 && in.width() >= r.width && in.height() >= r.height);
  halide_dimension_t in_shape[3] = {
      {r.x, r.width, 1},
      {r.y, r.height, static_cast<int32_t>(in.stride())},
      {0, 3, static_cast<int32_t>(in.plane_stride())},
  };
  halide_dimension_t out_shape[3] = {
      {r.x, r.width, 3}, {r.y, r.height, static_cast<int32_t>(stride)}, {0, 3, 1}};
  Halide::Runtime::Buffer<const float, 3> scene(in.row(0), 3, in_shape);
  Halide::Runtime::Buffer<T, 3> pixels(out, 3, out_shape);
  Halide::Runtime::Buffer<const uint32_t, 1> curve(s.curve.data(), kCurveSize);
  Halide::Runtime::Buffer<const float, 1> colors(s.colors.data(),
                                                 static_cast<int>(s.colors.size()));
  auto gain = ToHalide(s.gain);
  const auto m = [&s](int row, int column) {
    return static_cast<float>(s.tone_from_rec2020[row][column]);
  };
  const int error =
      pipeline(scene, gain, curve, colors, static_cast<float>(s.exposure[0]),
               static_cast<float>(s.exposure[1]), static_cast<float>(s.exposure[2]),
               static_cast<float>(s.white), m(0, 1), m(0, 2), m(1, 0), m(1, 2), m(2, 0), m(2, 1),
               static_cast<float>(kGamutThreshold), static_cast<float>(1 / kGamutBend),
               static_cast<float>(s.gain.width()) / static_cast<float>(s.width),
               static_cast<float>(s.gain.height()) / static_cast<float>(s.height),
               0.5f * static_cast<float>(s.width), 0.5f * static_cast<float>(s.height),
               static_cast<float>(s.field), static_cast<float>(s.vignette), pixels);
  assert(error == 0);
  (void)error;
}

}  // namespace

struct Rendering::State : Prepared {};

Rendering::Rendering(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rendering::Rendering(Rendering&&) noexcept = default;
Rendering& Rendering::operator=(Rendering&&) noexcept = default;
Rendering::~Rendering() = default;

double Rendering::exposure_ev() const { return state_->exposure_ev; }

Result<Rendering> Rendering::Create(const Look& look, const Image<float>& proxy, int width,
                                    int height, const SceneInfo& scene, OutputSpace space) {
  if (proxy.empty() || proxy.planes() != 3 || !SizeAllowed(width, height)) {
    return Fail(ErrorCode::kInvalidInput, "the picture to be rendered has no pixels");
  }
  auto state = std::make_unique<State>();
  state->width = width;
  state->height = height;
  Image<float> level = LogLuminance(proxy, kToneSide);
  const TonePlan plan = PlanTone(look, level, scene);
  state->exposure_ev = plan.exposure_ev;
  state->white = plan.white;
  const double e = std::exp2(state->exposure_ev);
  const Vec3 cast = WarmCastGain(scene.light_k, look.Get("adaptation"));
  for (int i = 0; i < 3; ++i) state->exposure[i] = e * cast[i];
  state->vignette = scene.shading_corrected ? look.Get("vignette") : 0;
  const double tangent = std::tan(look.Get("vignette_field") * M_PI / 180);
  state->field = tangent * tangent * 4 /
                 (static_cast<double>(width) * width + static_cast<double>(height) * height);
  const float shift = static_cast<float>(plan.exposure_ev);
  const float darkest = std::log2(kDarkestGuide);
  for (int y = 0; y < level.height(); ++y) {
    for (float& value : std::span(level.row(y), level.width())) {
      value = std::max(value + shift, darkest);
    }
  }
  state->gain = FitLocalGain(level, MapLocalTone(level, plan, look.Get("local_contrast")));
  const ColorPath path(look, state->white, space);
  state->tone_from_rec2020 = path.tone_from_rec2020();
  state->curve = BakeCurve(path);
  state->colors = BakeColorTable(path, kColorTableSize);
  return Rendering(std::move(state));
}

void Rendering::Render(const Image<float>& in, const Rect& r, uint8_t* out,
                       ptrdiff_t stride) const {
  RenderWith(look_render8, *state_, in, r, out, stride);
}

void Rendering::Render(const Image<float>& in, const Rect& r, uint16_t* out,
                       ptrdiff_t stride) const {
  RenderWith(look_render16, *state_, in, r, out, stride);
}

}  // namespace petzval
