// Runs the noise pyramid over the half-size picture and sets the limits of the finest band.
#include "petzval/develop/noise_plan.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "develop_noise_down.h"
#include "develop_noise_end.h"
#include "develop_noise_start.h"
#include "develop_noise_up.h"
#include "petzval/base/parallel.h"
#include "petzval/develop/noise_probe.h"

namespace petzval {
namespace {

constexpr int kCoarseLevels = 4;  // 1/4 .. 1/32 of the size of the mosaic

// Thresholds in noise variances. Chroma noise has no charm: what is not clearly above it goes. Of
// luma noise a part stays at every scale, more of the coarse ones: it is grain, and without it
// surfaces look like plastic.
constexpr float kChromaThreshold = 4.5f;
constexpr float kLumaThreshold = 1.3f;
constexpr float kLumaAmount = 0.65f;
constexpr float kLumaAmountPerLevel = 0.85f;

// Repeats the edges of the inner width x height pixels over the padding.
template <class T>
void PadEdges(Image<T>* image, int pad, int width, int height) {
  for (int c = 0; c < image->planes(); ++c) {
    for (int y = 0; y < height; ++y) {
      T* row = image->row(y + pad, c);
      std::fill_n(row, pad, row[pad]);
      std::fill(row + pad + width, row + image->width(), row[pad + width - 1]);
    }
    for (int y = 0; y < pad; ++y) {
      std::memcpy(image->row(y, c), image->row(pad, c), sizeof(T) * image->width());
    }
    for (int y = pad + height; y < image->height(); ++y) {
      std::memcpy(image->row(y, c), image->row(pad + height - 1, c), sizeof(T) * image->width());
    }
  }
}

}  // namespace

PlaneNoise HalfPictureNoise(const NoiseModel& noise, const Vec3& gain) {
  NoiseLine line[3];
  for (int c = 0; c < 3; ++c) line[c] = noise.plane[c].AfterGain(gain[c]);
  const auto mix = [&](double r, double g, double b) {
    return NoiseLine{r * line[0].s + g * line[1].s + b * line[2].s,
                     r * line[0].o + g * line[1].o + b * line[2].o};
  };
  // Two greens are averaged; Y = (R + 2 G + B) / 4.
  const NoiseLine planes[3] = {mix(1 / 16., 2 / 16., 1 / 16.), mix(1, 0.5, 0), mix(0, 0.5, 1)};
  PlaneNoise result;
  for (int k = 0; k < 3; ++k) {
    result.slope[k] = static_cast<float>(planes[k].s);
    result.offset[k] = static_cast<float>(planes[k].o);
  }
  return result;
}

NoisePlan::NoisePlan(const MosaicSource& source, const Shading& shading, const HalfPicture& half,
                     ImageView<const uint8_t> variance_ratio, const Vec3& gain,
                     const DevelopParams& params)
    : width_(half.width), height_(half.height) {
  const auto luma = static_cast<float>(std::clamp(params.luma_noise_reduction, 0.0, 2.0));
  const auto chroma = static_cast<float>(std::clamp(params.chroma_noise_reduction, 0.0, 2.0));
  luma_amount_ = std::min(0.95f, kLumaAmount * luma);
  luma_threshold_ = kLumaThreshold * std::max(1.0f, luma);
  chroma_threshold_ = kChromaThreshold * chroma * chroma;

  NoiseModel noise = source.noise;
  if (!source.bayer) {
    // The half-size picture averages four samples, where of a Bayer mosaic it picks sites.
    for (NoiseLine& l : noise.plane) l = {l.s / 4, l.o / 4};
    noise.plane[1] = {noise.plane[1].s * 2, noise.plane[1].o * 2};
  }
  PlaneNoise planes = HalfPictureNoise(noise, gain);
  if (source.mono) {
    // Three times the same noise: luma has all of it, chroma none.
    const NoiseLine line = source.noise.plane[0].AfterGain(gain[0]);
    planes.slope = {static_cast<float>(line.s / 4), 0, 0};
    planes.offset = {static_cast<float>(line.o / 4), 0, 0};
  }

  MakeVariance(source, shading, variance_ratio);
  if (luma > 0 || chroma > 0) {
    MakeCoarse(half, gain, planes);
  } else {
    coarse_ = Image<int16_t>(RoundUpToLane(width_ + 2 * kPad + kLane), 1);
    coarse_.Fill(0);
  }

  std::array<float, 3> site;
  for (int c = 0; c < 3; ++c) {
    site[c] = static_cast<float>(source.noise.plane[c].AfterGain(gain[c]).Variance(0.1));
  }
  const auto band = DemosaicedVariance(site, source.bayer);
  for (int k = 0; k < 3; ++k) {
    finest_[k] = planes.slope[k] * band[k];
    finest_[3 + k] = planes.offset[k] * band[k];
  }
}

void NoisePlan::ScaleFinest(const std::function<void(int y, std::span<float> factor)>& factors) {
  if (variance_.height() == 1) {
    Image<uint16_t> whole(variance_.width(), height_ + 2 * kPad);
    whole.Fill(static_cast<uint16_t>(kVarianceUnit));
    variance_ = std::move(whole);
  }
  ParallelFor(height_, [&](int y) {
    uint16_t* row = variance_.row(y + kPad) + kPad;
    std::vector<float> factor(width_);
    factors(y, factor);
    for (int x = 0; x < width_; ++x) {
      const float v = static_cast<float>(row[x]) * factor[x] + 0.5f;
      row[x] = static_cast<uint16_t>(static_cast<int>(std::min(std::max(v, 1.0f), 65535.0f)));
    }
  });
  PadEdges(&variance_, kPad, width_, height_);
}

Halide::Runtime::Buffer<int16_t, 3> NoisePlan::Coarse() const {
  const bool flat = coarse_.height() == 1;
  halide_dimension_t shape[3] = {
      {-kPad, coarse_.width(), 1},
      {-kPad, height_ + 2 * kPad, flat ? 0 : static_cast<int32_t>(coarse_.stride())},
      {0, 3, flat ? 0 : static_cast<int32_t>(coarse_.plane_stride())}};
  return Halide::Runtime::Buffer<int16_t, 3>(const_cast<int16_t*>(coarse_.row(0)), 3, shape);
}

Halide::Runtime::Buffer<uint16_t, 2> NoisePlan::Variance() const {
  halide_dimension_t shape[2] = {
      {-kPad, variance_.width(), 1},
      {-kPad, height_ + 2 * kPad,
       variance_.height() == 1 ? 0 : static_cast<int32_t>(variance_.stride())}};
  return Halide::Runtime::Buffer<uint16_t, 2>(const_cast<uint16_t*>(variance_.row(0)), 2, shape);
}

Halide::Runtime::Buffer<float, 2> NoisePlan::FinestNoise() const {
  return Halide::Runtime::Buffer<float, 2>(const_cast<float*>(finest_), 3, 2);
}

void NoisePlan::MakeVariance(const MosaicSource& source, const Shading& shading,
                             ImageView<const uint8_t> variance_ratio) {
  const int width = RoundUpToLane(width_ + 2 * kPad + kLane);
  const bool has_ratio = variance_ratio.width() > 0 && variance_ratio.height() > 0;
  if (!has_ratio && shading.empty()) {
    variance_ = Image<uint16_t>(width, 1);
    variance_.Fill(static_cast<uint16_t>(kVarianceUnit));
    return;
  }
  variance_ = Image<uint16_t>(width, height_ + 2 * kPad);
  // Shading is cheaper for several rows at once.
  constexpr int kRows = 16;
  ParallelFor((height_ + kRows - 1) / kRows, [&](int strip) {
    thread_local Image<float> scratch;
    const int y0 = strip * kRows, rows = std::min(kRows, height_ - y0);
    ImageView<const float> gains;
    if (!shading.empty()) gains = shading.Gain(1, {0, 2 * y0, 2 * width_, 2 * rows - 1}, &scratch);
    for (int y = y0; y < y0 + rows; ++y) {
      std::vector<float> v(width_, 1.0f);
      if (has_ratio) {
        // A square of shifted coordinates may lie across two of the ratio map.
        const auto at = [&](int square, int last, int shift, int n) {
          return std::clamp((2 * square + last - shift) * source.bin / 2, 0, n - 1);
        };
        const uint8_t* a = variance_ratio.row(at(y, 0, source.shift_y, variance_ratio.height()));
        const uint8_t* b = variance_ratio.row(at(y, 1, source.shift_y, variance_ratio.height()));
        for (int x = 0; x < width_; ++x) {
          const int x0 = at(x, 0, source.shift_x, variance_ratio.width());
          const int x1 = at(x, 1, source.shift_x, variance_ratio.width());
          v[x] = static_cast<float>(a[x0] + a[x1] + b[x0] + b[x1]) * (0.25f / 255);
        }
      }
      if (!shading.empty()) {
        // Shot noise grows with the gain, read noise with its square: between the two.
        for (int x = 0; x < width_; ++x) {
          const float g = gains.At(2 * x + 1, 2 * (y - y0));
          v[x] *= g * std::sqrt(g);
        }
      }
      uint16_t* out = variance_.row(y + kPad) + kPad;
      for (int x = 0; x < width_; ++x) {
        out[x] = static_cast<uint16_t>(std::clamp(v[x] * kVarianceUnit + 0.5f, 1.0f, 65535.0f));
      }
    }
  });
  PadEdges(&variance_, kPad, width_, height_);
}

void NoisePlan::MakeCoarse(const HalfPicture& half, const Vec3& gain, const PlaneNoise& noise) {
  halide_dimension_t shape[3] = {{0, width_, 1},
                                 {0, height_, static_cast<int32_t>(half.rgb.stride())},
                                 {0, 3, static_cast<int32_t>(half.rgb.plane_stride())}};
  Halide::Runtime::Buffer<uint16_t, 3> picture(const_cast<uint16_t*>(half.rgb.row(0)), 3, shape);
  auto variance = Variance();
  float g[3];
  for (int c = 0; c < 3; ++c) g[c] = static_cast<float>(gain[c] / half.scale);

  std::vector<Image<float>> levels;
  levels.emplace_back((width_ + 1) / 2, (height_ + 1) / 2, 4);
  [[maybe_unused]] int error = develop_noise_start(picture, variance, half.offset, g[0], g[1], g[2],
                                                   ToHalide(levels.back()));
  assert(error == 0);
  while (static_cast<int>(levels.size()) < kCoarseLevels && levels.back().width() >= 16 &&
         levels.back().height() >= 16) {
    Image<float> next((levels.back().width() + 1) / 2, (levels.back().height() + 1) / 2, 4);
    error = develop_noise_down(ToHalide(levels.back()), ToHalide(next));
    assert(error == 0);
    levels.push_back(std::move(next));
  }

  const auto noise_of = [&](int level, float* table) {
    const float share = std::ldexp(1.0f, -2 * level);
    for (int k = 0; k < 3; ++k) {
      table[k] = noise.slope[k] * share;
      table[3 + k] = noise.offset[k] * share;
    }
    return Halide::Runtime::Buffer<float, 2>(table, 3, 2);
  };
  const auto amount_of = [&](int level) {
    return luma_amount_ * std::pow(kLumaAmountPerLevel, static_cast<float>(level + 1));
  };
  float table[6];
  Image<float> estimate = levels.back().Clone();
  for (int l = static_cast<int>(levels.size()) - 2; l >= 0; --l) {
    Image<float> next(levels[l].width(), levels[l].height(), 3);
    error = develop_noise_up(ToHalide(levels[l]), ToHalide(levels[l + 1]), ToHalide(estimate),
                             noise_of(l + 1, table), luma_threshold_, chroma_threshold_,
                             amount_of(l + 1), ToHalide(next));
    assert(error == 0);
    estimate = std::move(next);
    levels[l + 1] = Image<float>();
  }
  coarse_ = Image<int16_t>(RoundUpToLane(width_ + 2 * kPad + kLane), height_ + 2 * kPad, 3);
  halide_dimension_t out_shape[3] = {{0, width_, 1},
                                     {0, height_, static_cast<int32_t>(coarse_.stride())},
                                     {0, 3, static_cast<int32_t>(coarse_.plane_stride())}};
  Halide::Runtime::Buffer<int16_t, 3> out(coarse_.row(kPad) + kPad, 3, out_shape);
  error = develop_noise_end(picture, variance, half.offset, g[0], g[1], g[2], ToHalide(levels[0]),
                            ToHalide(estimate), noise_of(0, table), luma_threshold_,
                            chroma_threshold_, amount_of(0), out);
  assert(error == 0);
  PadEdges(&coarse_, kPad, width_, height_);
}

}  // namespace petzval
