// A look made ready for one picture: analysed once on the proxy, then rendered in any rectangles.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "look_tone.h"
#include "look_tone_glow.h"
#include "petzval/base/parallel.h"
#include "petzval/base/pool.h"
#include "petzval/color/lut_cells.h"
#include "petzval/color/lut_floats.h"
#include "petzval/look/color_path.h"
#include "petzval/look/gamut.h"
#include "petzval/look/grain.h"
#include "petzval/look/halation.h"
#include "petzval/look/local_tone.h"
#include "petzval/look/look.h"
#include "petzval/look/render_tables.h"
#include "petzval/look/tone_plan.h"
#include "petzval/look/warm_cast.h"

namespace petzval {

namespace {

// Local tone is mapped on a picture of at most this size.
constexpr int kToneSide = 512;

// Pixels of a task: their toned codes stay in the second-level cache.
constexpr int kTaskPixels = 16384;

// Everything that a pixel needs to know about its picture.
struct Prepared {
  double exposure_ev = 0;
  int width = 0, height = 0;
  Vec3 exposure{{1, 1, 1}};  // of red, green, blue
  double white = 4;
  Mat3 tone_from_rec2020;
  double vignette = 0, field = 0, added = 0;
  Image<float> grid;            // 2 planes: slope, offset; 5 with the glow
  std::vector<uint32_t> curve;  // see render_tables.h
  std::vector<float> colors;    // see BakeColorTable
  std::vector<LutCell> cells;   // the same
  Grain grain;
  mutable Pool<std::vector<uint16_t>> toned;  // of tasks
};

// The curve alone, as render_tables.h describes it: a grey passes the gamut compression unchanged.
std::vector<uint32_t> BakeCurve(const ColorPath& path) {
  const auto code_at = [&](int step) {
    const int per_octave = 1 << (23 - kCurveShift);
    const double start = std::ldexp(kCurveStart, step / per_octave) *
                             (1 + static_cast<double>(step % per_octave) / per_octave) -
                         kCurveStart;
    const double code = path.CodeOfScene(start);
    return static_cast<uint32_t>(std::lround(kTonedMax * std::clamp(code, 0.0, 1.0)));
  };
  std::vector<uint32_t> table(kCurveSize);
  uint32_t code = code_at(0);
  for (int i = 0; i < kCurveSize; ++i) {
    const uint32_t next = std::max(code, code_at(i + 1));
    table[i] = code << 16 | (next - code);
    code = next;
  }
  return table;
}

std::vector<LutCell> MakeCells(const std::vector<float>& colors) {
  Lut3d cube;
  cube.size = kColorTableSize;
  for (size_t i = 0; i < colors.size(); i += 4) {
    cube.rgb.insert(cube.rgb.end(), colors.begin() + static_cast<ptrdiff_t>(i),
                    colors.begin() + static_cast<ptrdiff_t>(i + 3));
  }
  return MakeLutCells(cube);
}

// Grain whose lightness varies by `amount` L* around mid-grey; TonedLine says how it is applied.
Grain MakeGrain(const Look& look, const ColorPath& path, OutputSpace space, int long_side) {
  const double amount = look.Get("grain_amount");
  if (amount <= 0) return {};
  const DisplayCode display(space, look.Get("headroom"));
  const double code = path.CodeOfScene(look.Get("mid_grey")), step = 0.01;
  const auto lightness = [&](double c) { return 116 * std::cbrt(display.Decode(c)) - 16; };
  const double slope = (lightness(code + step) - lightness(code - step)) / (2 * step);
  const double strength = code * (1 - code) * kTonedMax / 65536.0;
  return Grain(look.Get("grain_size_um"), long_side, amount / slope * 32768 / strength);
}

// Rectangle `r` of the picture, whose first pixel lies at `in`, to toned codes: 3 planes.
void Tone(const Prepared& s, const Image<float>& in, int first_row, const Rect& r,
          uint16_t* toned) {
  halide_dimension_t in_shape[3] = {
      {r.x, r.width, 1},
      {r.y, r.height, static_cast<int32_t>(in.stride())},
      {0, 3, static_cast<int32_t>(in.plane_stride())},
  };
  halide_dimension_t out_shape[3] = {
      {r.x, r.width, 1}, {r.y, r.height, r.width}, {0, 3, r.width * r.height}};
  Halide::Runtime::Buffer<const float, 3> scene(in.row(first_row), 3, in_shape);
  Halide::Runtime::Buffer<uint16_t, 3> codes(toned, 3, out_shape);
  Halide::Runtime::Buffer<const uint32_t, 1> curve(s.curve.data(), kCurveSize);
  auto grid = ToHalide(s.grid);
  const auto m = [&s](int row, int column) {
    return static_cast<float>(s.tone_from_rec2020[row][column]);
  };
  const auto pipeline = s.grid.planes() == 2 ? look_tone : look_tone_glow;
  const int error =
      pipeline(scene, grid, curve, static_cast<float>(s.exposure[0]),
               static_cast<float>(s.exposure[1]), static_cast<float>(s.exposure[2]),
               static_cast<float>(s.white), m(0, 1), m(0, 2), m(1, 0), m(1, 2), m(2, 0), m(2, 1),
               static_cast<float>(kGamutThreshold), static_cast<float>(1 / kGamutBend),
               static_cast<float>(s.grid.width()) / static_cast<float>(s.width),
               static_cast<float>(s.grid.height()) / static_cast<float>(s.height),
               0.5f * static_cast<float>(s.width), 0.5f * static_cast<float>(s.height),
               static_cast<float>(s.field), static_cast<float>(s.vignette),
               static_cast<float>(s.added), codes);
  assert(error == 0);
  (void)error;
}

// A line of toned codes through the colour table.
void Color(const Prepared& s, const TonedLine& line, int count, uint8_t* out) {
  LookUpToned(s.cells.data(), kColorTableSize - 1, line, count, out);
}

void Color(const Prepared& s, const TonedLine& line, int count, uint16_t* out) {
  constexpr int kPiece = 512;
  constexpr float kScale = 1.0f / kTonedMax;
  const FloatCube cube{s.colors.data(),
                       kColorTableSize,
                       {0, 0, 0},
                       {kColorTableSize - 1, kColorTableSize - 1, kColorTableSize - 1}};
  float plane[3][kPiece];
  float* planes[3] = {plane[0], plane[1], plane[2]};
  for (int x = 0; x < count; x += kPiece) {
    const int n = std::min(kPiece, count - x);
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < n; ++i) {
        float code = static_cast<float>(line.code[c][x + i]) * kScale;
        if (line.grain) {
          const int grain = line.grain[(line.x + line.grain_shift + x + i) & (kGrainPeriod - 1)];
          code += code * (1 - code) * static_cast<float>(grain) * (kTonedMax / 65536.0f / 32768);
        }
        plane[c][i] = code;
      }
    }
    LookUpFloats(cube, planes, n, planes);
    FloatsToCodes(planes, n, out + 3 * x);
  }
}

template <class T>
void RenderRect(const Prepared& s, const Image<float>& in, const Rect& r, T* out,
                ptrdiff_t stride) {
  assert(in.planes() == 3 && in.width() >= r.width && in.height() >= r.height);
  const int rows = std::max(1, kTaskPixels / std::max(1, r.width));
  ParallelFor((r.height + rows - 1) / rows, [&](int task) {
    const int first = task * rows;
    const Rect strip{r.x, r.y + first, r.width, std::min(rows, r.height - first)};
    auto toned = s.toned.Take();
    const size_t plane = static_cast<size_t>(strip.width) * strip.height;
    if (toned->size() < 3 * plane) toned->resize(3 * plane);
    Tone(s, in, first, strip, toned->data());
    for (int y = 0; y < strip.height; ++y) {
      const uint16_t* codes = toned->data() + static_cast<size_t>(y) * strip.width;
      TonedLine line{{codes, codes + plane, codes + 2 * plane}, nullptr, strip.x, strip.y + y, 0};
      if (!s.grain.empty()) {
        line.grain = s.grain.Row(line.y);
        line.grain_shift = s.grain.Shift(line.y);
      }
      Color(s, line, strip.width, out + (first + y) * stride);
    }
    s.toned.Return(std::move(toned));
  });
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
  const bool by_profile = look.Text("tone_operator") == "profile";
  if (by_profile && !scene.profile) {
    return Fail(
        ErrorCode::kInvalidInput,
        "look " + look.name +
            " shows what a camera profile says, and this picture was developed without one");
  }
  auto state = std::make_unique<State>();
  state->width = width;
  state->height = height;
  Image<float> level = LogLuminance(proxy, kToneSide);
  SceneInfo known = scene;
  known.auto_exposure = scene.auto_exposure && !by_profile;
  const TonePlan plan = PlanTone(look, level, known);
  state->exposure_ev = plan.exposure_ev;
  const double e = std::exp2(state->exposure_ev);
  const Vec3 cast = WarmCastGain({.light_k = scene.light_k,
                                  .confidence = scene.light_confidence,
                                  .second_k = scene.second_k,
                                  .second_share = scene.second_share,
                                  .light_lv = scene.light_lv},
                                 look.Get("adaptation"));
  for (int i = 0; i < 3; ++i) state->exposure[i] = e * cast[i];
  const ColorPath path(look, plan.white, space, scene.profile);
  state->white = std::min(path.white(), kMaxWhite);
  state->tone_from_rec2020 = path.tone_from_rec2020();
  state->curve = BakeCurve(path);
  state->colors = BakeColorTable(path, kColorTableSize);
  state->cells = MakeCells(state->colors);
  if (space == OutputSpace::kLLog) {
    // The scene itself: what a look does to places is left to who grades it.
    state->grid = Image<float>(1, 1, 2);
    state->grid.Fill(0);
    return Rendering(std::move(state));
  }

  // Step 2: what differs from place to place.
  const double diagonal2 =
      static_cast<double>(width) * width + static_cast<double>(height) * height;
  state->vignette = scene.shading_corrected ? look.Get("vignette") : 0;
  const double tangent = std::tan(look.Get("vignette_field") * M_PI / 180);
  state->field = tangent * tangent * 4 / diagonal2;
  state->added = (std::exp2(look.Get("vignette_added") / 2) - 1) * 4 / diagonal2;
  state->grain = MakeGrain(look, path, space, std::max(width, height));
  const float shift = static_cast<float>(plan.exposure_ev);
  const float darkest = std::log2(kDarkestGuide);
  for (int y = 0; y < level.height(); ++y) {
    for (float& value : std::span(level.row(y), level.width())) {
      value = std::max(value + shift, darkest);
    }
  }
  Image<float> gain = FitLocalGain(level, MapLocalTone(level, plan, look.Get("local_contrast")));
  AddTexture(level, look.Get("texture") / 100, &gain);
  const GlowParams glow{look.Get("halation"), look.Get("bloom"), look.Get("halation_radius_mm"),
                        state->exposure};
  if (glow.halation > 0 || glow.bloom > 0) {
    state->grid = Image<float>(level.width(), level.height(), 5);
    const Image<float> light = Glow(proxy, level.width(), level.height(), glow);
    for (int c = 0; c < 5; ++c) {
      for (int y = 0; y < level.height(); ++y) {
        std::copy_n(c < 2 ? gain.row(y, c) : light.row(y, c - 2), level.width(),
                    state->grid.row(y, c));
      }
    }
  } else {
    state->grid = std::move(gain);
  }
  return Rendering(std::move(state));
}

void Rendering::Render(const Image<float>& in, const Rect& r, uint8_t* out,
                       ptrdiff_t stride) const {
  RenderRect(*state_, in, r, out, stride);
}

void Rendering::Render(const Image<float>& in, const Rect& r, uint16_t* out,
                       ptrdiff_t stride) const {
  RenderRect(*state_, in, r, out, stride);
}

}  // namespace petzval
