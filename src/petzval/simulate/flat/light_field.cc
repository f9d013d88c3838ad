// Blur, sprites and sampling.
#include "petzval/simulate/flat/light_field.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "petzval/base/parallel.h"

namespace petzval {
namespace {

constexpr int kLanczos = 3, kTaps = 2 * kLanczos, kPhases = 4096;

// Weights of the six samples around a phase, normalised.
const std::vector<std::array<float, kTaps>>& LanczosTable() {
  static const auto table = [] {
    std::vector<std::array<float, kTaps>> t(kPhases);
    for (int p = 0; p < kPhases; ++p) {
      std::array<double, kTaps> w;
      double sum = 0;
      for (int i = 0; i < kTaps; ++i) {
        const double x = i - (kLanczos - 1) - static_cast<double>(p) / kPhases;
        const auto sinc = [](double v) { return v == 0 ? 1 : std::sin(M_PI * v) / (M_PI * v); };
        // Exact zeros at whole distances: the reference frame must be the samples themselves.
        w[i] = p == 0 ? (x == 0) : sinc(x) * sinc(x / kLanczos);
        sum += w[i];
      }
      for (int i = 0; i < kTaps; ++i) t[p][i] = static_cast<float>(w[i] / sum);
    }
    return t;
  }();
  return table;
}

// Gaussian of `sigma` samples, then the mean of two samples.
std::vector<float> LensAndAperture(double sigma, int radius) {
  std::vector<double> lens(2 * radius + 1);
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    lens[i + radius] = sigma > 0 ? std::exp(-i * i / (2 * sigma * sigma)) : 1;
    sum += lens[i + radius];
  }
  std::vector<float> kernel(lens.size() + 1);
  for (size_t i = 0; i < kernel.size(); ++i) {
    const double left = i < lens.size() ? lens[i] : 0, right = i > 0 ? lens[i - 1] : 0;
    kernel[i] = static_cast<float>((left + right) / (2 * sum));
  }
  return kernel;
}

}  // namespace

std::array<std::array<double, 3>, 2> Pose::ReferenceFromFrame(int width, int height) const {
  const double angle = rotation_deg * M_PI / 180, c = std::cos(angle), s = std::sin(angle);
  const double cx = (width - 1) / 2.0, cy = (height - 1) / 2.0;
  return {{{c, -s, cx - c * cx + s * cy + shift_x_px}, {s, c, cy - s * cx - c * cy + shift_y_px}}};
}

LightField::LightField(const LakeHouse& scene, int width, int height, int margin_px,
                       double lens_sigma_px, const Mat3& camera_from_srgb)
    : width_(width),
      height_(height),
      margin_(margin_px),
      camera_from_srgb_(camera_from_srgb),
      radius_(static_cast<int>(std::ceil(4 * 2 * lens_sigma_px))),
      kernel_(LensAndAperture(2 * lens_sigma_px, radius_)),
      field_(2 * (width + 2 * margin_px), 2 * (height + 2 * margin_px), 3) {
  const int fw = field_.width(), fh = field_.height();
  const int taps = static_cast<int>(kernel_.size());
  const int columns = fw + taps - 1;  // samples of a row of the scene, from -radius
  constexpr int kBand = 128;
  ParallelFor((fh + kBand - 1) / kBand, [&](int band) {
    const int y0 = band * kBand, rows = std::min(kBand, fh - y0);
    // Rows of the scene, blurred along x; then along y into the field.
    Image<float> blurred(fw, rows + taps - 1, 3);
    Image<float> line(columns, 1, 3);
    std::vector<const float*> shifted(taps);
    for (int r = 0; r < blurred.height(); ++r) {
      const double y_px = 0.5 * (y0 + r - radius_) - margin_ - 0.25;
      for (int i = 0; i < columns; ++i) {
        const double x_px = 0.5 * (i - radius_) - margin_ - 0.25;
        const Rgb c = scene.At(static_cast<float>(x_px), static_cast<float>(y_px));
        line.At(i, 0, 0) = c.r;
        line.At(i, 0, 1) = c.g;
        line.At(i, 0, 2) = c.b;
      }
      for (const Star& star : scene.stars()) {
        const double reach = 6 * star.sigma_px, dy = y_px - star.y_px;
        if (std::abs(dy) > reach) continue;
        const int first = static_cast<int>(2 * (star.x_px - reach + margin_)) + radius_;
        for (int i = std::max(0, first);
             i < std::min(columns, first + static_cast<int>(4 * reach) + 2); ++i) {
          const double dx = 0.5 * (i - radius_) - margin_ - 0.25 - star.x_px;
          const double s2 = 2 * star.sigma_px * star.sigma_px;
          const auto v = static_cast<float>(star.peak * std::exp(-(dx * dx + dy * dy) / s2));
          for (int c = 0; c < 3; ++c) line.At(i, 0, c) += v;
        }
      }
      for (int c = 0; c < 3; ++c) {
        for (int k = 0; k < taps; ++k) shifted[k] = line.row(0, c) + k;
        Filter(shifted, blurred.row(r, c), fw);
      }
    }
    std::array<std::vector<float>, 3> rgb;
    for (auto& v : rgb) v.resize(fw);
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < 3; ++c) {
        for (int k = 0; k < taps; ++k) shifted[k] = blurred.row(r + k, c);
        Filter(shifted, rgb[c].data(), fw);
      }
      for (int c = 0; c < 3; ++c) {
        const auto m = camera_from_srgb_[c];
        const auto a = static_cast<float>(m[0]), b = static_cast<float>(m[1]),
                   d = static_cast<float>(m[2]);
        float* out = field_.row(y0 + r, c);
        // Colours outside the sensor's gamut have no negative light.
        for (int x = 0; x < fw; ++x) {
          out[x] = std::max(0.0f, a * rgb[0][x] + b * rgb[1][x] + d * rgb[2][x]);
        }
      }
    }
  });
}

void LightField::Filter(const std::vector<const float*>& rows, float* out, int n) const {
  std::fill(out, out + n, 0.0f);
  for (size_t k = 0; k < kernel_.size(); ++k) {
    const float w = kernel_[k];
    const float* in = rows[k];
    for (int x = 0; x < n; ++x) out[x] += w * in[x];
  }
}

Sprite LightField::MakeSprite(
    int width, int height, const std::function<SpriteSample(float x_px, float y_px)>& look) const {
  const int taps = static_cast<int>(kernel_.size());
  Sprite sprite;
  sprite.pad_px = (radius_ + 2) / 2 + 1;
  const int w = 2 * (width + 2 * sprite.pad_px), h = 2 * (height + 2 * sprite.pad_px);
  sprite.samples = Image<float>(w, h, 4);
  Image<float> raw(w + taps - 1, h + taps - 1, 4), blurred(w, raw.height(), 4);
  for (int y = 0; y < raw.height(); ++y) {
    for (int x = 0; x < raw.width(); ++x) {
      const SpriteSample s =
          look(0.5f * static_cast<float>(x - radius_) - static_cast<float>(sprite.pad_px) - 0.25f,
               0.5f * static_cast<float>(y - radius_) - static_cast<float>(sprite.pad_px) - 0.25f);
      const Vec3 camera = camera_from_srgb_ * Vec3{{s.color.r, s.color.g, s.color.b}};
      for (int c = 0; c < 3; ++c) raw.At(x, y, c) = static_cast<float>(std::max(0.0, camera[c]));
      raw.At(x, y, 3) = s.cover;
    }
  }
  std::vector<const float*> shifted(taps);
  for (int c = 0; c < 4; ++c) {
    for (int y = 0; y < raw.height(); ++y) {
      for (int k = 0; k < taps; ++k) shifted[k] = raw.row(y, c) + k;
      Filter(shifted, blurred.row(y, c), w);
    }
    for (int y = 0; y < h; ++y) {
      for (int k = 0; k < taps; ++k) shifted[k] = blurred.row(y + k, c);
      Filter(shifted, sprite.samples.row(y, c), w);
    }
  }
  return sprite;
}

void LightField::Put(const Sprite& sprite, int x, int y) {
  const int sx = 2 * (x + margin_ - sprite.pad_px), sy = 2 * (y + margin_ - sprite.pad_px);
  const int x0 = std::clamp(sx, 0, field_.width()), y0 = std::clamp(sy, 0, field_.height());
  const int x1 = std::clamp(sx + sprite.samples.width(), x0, field_.width());
  const int y1 = std::clamp(sy + sprite.samples.height(), y0, field_.height());
  Backup backup{x0, y0, Image<float>(x1 - x0, y1 - y0, 3)};
  for (int c = 0; c < 3; ++c) {
    for (int v = y0; v < y1; ++v) {
      float* out = field_.row(v, c) + x0;
      std::copy(out, out + (x1 - x0), backup.samples.row(v - y0, c));
      const float* color = sprite.samples.row(v - sy, c) + (x0 - sx);
      const float* cover = sprite.samples.row(v - sy, 3) + (x0 - sx);
      for (int i = 0; i < x1 - x0; ++i) out[i] = out[i] * (1 - cover[i]) + color[i];
    }
  }
  backups_.push_back(std::move(backup));
}

void LightField::Remove() {
  assert(!backups_.empty());
  const Backup& b = backups_.back();
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < b.samples.height(); ++v) {
      std::copy(b.samples.row(v, c), b.samples.row(v, c) + b.samples.width(),
                field_.row(b.y + v, c) + b.x);
    }
  }
  backups_.pop_back();
}

void LightField::Sample(const Pose& pose, const Cfa& cfa, Image<float>* mosaic) const {
  const auto m = pose.ReferenceFromFrame(width_, height_);
  const auto& table = LanczosTable();
  const double last_x = field_.width() - kLanczos - 1, last_y = field_.height() - kLanczos - 1;
  ParallelFor(height_, [&](int y) {
    float* out = mosaic->row(y);
    for (int x = 0; x < width_; ++x) {
      const double sx = 2 * (m[0][0] * x + m[0][1] * y + m[0][2] + margin_);
      const double sy = 2 * (m[1][0] * x + m[1][1] * y + m[1][2] + margin_);
      // Rounded to phases; the margin holds every pose that is drawn.
      const auto fx = std::lround(std::clamp(sx, kLanczos - 1.0, last_x) * kPhases);
      const auto fy = std::lround(std::clamp(sy, kLanczos - 1.0, last_y) * kPhases);
      const auto& wx = table[fx % kPhases];
      const auto& wy = table[fy % kPhases];
      const int ix = static_cast<int>(fx / kPhases) - (kLanczos - 1);
      const int iy = static_cast<int>(fy / kPhases) - (kLanczos - 1);
      const float* in = field_.row(iy, static_cast<int>(cfa.At(x, y))) + ix;
      float sum = 0;
      for (int j = 0; j < kTaps; ++j, in += field_.stride()) {
        float line = 0;
        for (int i = 0; i < kTaps; ++i) line += wx[i] * in[i];
        sum += wy[j] * line;
      }
      out[x] = std::max(0.0f, sum);
    }
  });
}

}  // namespace petzval
