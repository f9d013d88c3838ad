// Filters for places, and tiles through filters.
#include "petzval/develop/lens_restore.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/develop/lens_filter.h"

namespace petzval {
namespace {

using optics::kRadii;

// Where all three filters change less than this, pixels are left as they are.
constexpr float kNothing = 0.004f;

int FloorTo(int i, int step) { return (i >= 0 ? i / step : -((step - 1 - i) / step)) * step; }

// Variance of the finest luma band, of a binomial of 5 x 5, after a filter; relative to before.
double FinestGain(const LensImpulse& c, int radius) {
  constexpr double kBinomial[5] = {0.0625, 0.25, 0.375, 0.25, 0.0625};
  const int n = 2 * radius + 1, m = n + 4;
  std::vector<double> out(static_cast<size_t>(m) * m);
  double before = 0, after = 0;
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      const double k = c.At(static_cast<float>(x), static_cast<float>(y)) + (x == 0 && y == 0);
      for (int j = -2; j <= 2; ++j) {
        for (int i = -2; i <= 2; ++i) {
          const double high = (i == 0 && j == 0) - kBinomial[i + 2] * kBinomial[j + 2];
          out[(y + j + radius + 2) * m + x + i + radius + 2] += k * high;
          if (x == 0 && y == 0) before += high * high;
        }
      }
    }
  }
  for (const double v : out) after += v * v;
  return after / before;
}

}  // namespace

LensRestorer::LensRestorer(const LensField& field, const MosaicSource& source,
                           const Shading& shading, const Vec3& gain, double variance_share)
    : field_(field) {
  const optics::FocusState& state = *field.state;
  LensFilterLimits limits;
  limits.radius = radius_;
  std::array<std::array<LensResponse, kRadii>, 3> response;
  ParallelFor(3 * kRadii,
              [&](int i) { response[i % 3][i / 3] = LensResponse(state.psf[i % 3][i / 3]); });
  const LensResponse& target = response[1][0];

  std::array<std::array<LensImpulse, kRadii>, 3> impulse;
  ParallelFor(3 * kRadii, [&](int index) {
    // Pixels without colour are green's affair.
    const int c = source.mono ? 1 : index % 3, i = index / 3;
    const auto noise = [&](int channel) {
      // Mid-grey after white balance; where the lens is dark, the shading's gain has come on top.
      const double factor = gain[channel] / (shading.empty() ? 1.0 : state.shading[channel][i]);
      return variance_share * source.noise.plane[channel].AfterGain(factor).Variance(0.18);
    };
    LensBlur blur;
    blur.own = &response[c][i];
    blur.green = &response[1][i];
    blur.own_noise = noise(c);
    blur.green_noise = noise(1);
    // The slope of the distortion, by differences, and its ratio; both are 1 in the middle.
    const double step = field.half_diagonal / (kRadii - 1), middle = state.ideal_px[1] / step;
    const int low = std::max(0, i - 1), high = std::min(kRadii - 1, i + 1);
    const double slope = (state.ideal_px[high] - state.ideal_px[low]) / (step * (high - low));
    blur.stretch_outwards = i == 0 ? 1 : slope / middle;
    blur.stretch_across = i == 0 ? 1 : state.ideal_px[i] / (i * step) / middle;
    blur.lateral_px = state.lateral_px[c][i] + state.psf[c][i].CentroidPx() -
                      state.lateral_px[1][i] - state.psf[1][i].CentroidPx();
    impulse[index % 3][i] = LensImpulse(DesignLensFilter(blur, target, limits), radius_);
  });
  std::array<double, kRadii> finest;
  ParallelFor(kRadii, [&](int i) { finest[i] = FinestGain(impulse[1][i], radius_); });
  finest_.resize(1025);
  for (size_t k = 0; k < finest_.size(); ++k) {
    const double at = std::sqrt(static_cast<double>(k) / (finest_.size() - 1)) * (kRadii - 1);
    const int i = std::min(static_cast<int>(at), kRadii - 2);
    finest_[k] = static_cast<float>(finest[i] + (at - i) * (finest[i + 1] - finest[i]));
  }

  // The grid covers what blocks may ask for beyond the picture.
  constexpr int kBeyond = kGrid;
  grid_x0_ = grid_y0_ = -kBeyond;
  grid_width_ = (source.width + 2 * kBeyond) / kGrid + 2;
  grid_height_ = (source.height + 2 * kBeyond) / kGrid + 2;
  const int count = LensTaps(radius_);
  nodes_.assign(static_cast<size_t>(grid_width_) * grid_height_ * 3 * count, 0.0f);
  changes_.assign(static_cast<size_t>(grid_width_) * grid_height_, 0);
  std::vector<double> most(grid_height_, 1.0);
  ParallelFor(grid_height_, [&](int gy) {
    std::array<LensImpulse::Place, LensTaps(kMaxLensRadius)> places;
    for (int gx = 0; gx < grid_width_; ++gx) {
      const double dx = grid_x0_ + gx * kGrid - field.center_x;
      const double dy = grid_y0_ + gy * kGrid - field.center_y;
      const double r = std::hypot(dx, dy);
      const float ex = r > 0 ? static_cast<float>(dx / r) : 0.0f;
      const float ey = r > 0 ? static_cast<float>(dy / r) : 1.0f;
      const double at = std::min(r / field.half_diagonal, 1.0) * (kRadii - 1);
      const int i = std::min(static_cast<int>(at), kRadii - 2);
      int k = 0;
      for (int x = -radius_; x <= radius_; ++x) {
        for (int y = -radius_; y <= radius_; ++y, ++k) {
          // Taps stand for the picture's pixel at +x, +y: the response to light from there.
          const float u = static_cast<float>(-x) * ey + static_cast<float>(y) * ex;
          const float v = -(static_cast<float>(x) * ex + static_cast<float>(y) * ey);
          places[k] = LensImpulse::Locate(radius_, u, v);
        }
      }
      for (int c = 0; c < 3; ++c) {
        const auto t = static_cast<float>(at - i);
        float* taps = const_cast<float*>(Node(c, gx, gy));
        float sum = 0, change = 0;
        for (int j = 0; j < k; ++j) {
          const float a = impulse[c][i].At(places[j]), b = impulse[c][i + 1].At(places[j]);
          taps[j] = a + t * (b - a);
          sum += taps[j];
          change += std::abs(taps[j]);
        }
        taps[k / 2] += 1 - sum;
        if (change > kNothing) changes_[static_cast<size_t>(gy) * grid_width_ + gx] = 1;
        float power = 0;
        for (int j = 0; j < k; ++j) power += taps[j] * taps[j];
        most[gy] = std::max(most[gy], std::sqrt(static_cast<double>(power)));
      }
    }
  });
  noise_gain_ = *std::max_element(most.begin(), most.end());
}

void LensRestorer::Apply(const Image<float>& from, const Rect& from_rect, const Rect& r,
                         Image<float>* to) const {
  const int count = LensTaps(radius_);
  alignas(64) float taps[LensTaps(kMaxLensRadius)];
  for (int y = FloorTo(r.y, kLensTile); y < r.y + r.height; y += kLensTile) {
    const int top = std::max(y, r.y), rows = std::min(y + kLensTile, r.y + r.height) - top;
    const int below = y + kLensTile / 2 - grid_y0_, gy = below / kGrid;
    const float ty = static_cast<float>(below % kGrid) * (1.0f / kGrid);
    for (int x = FloorTo(r.x, kLensTile); x < r.x + r.width; x += kLensTile) {
      const int beside = x + kLensTile / 2 - grid_x0_, gx = beside / kGrid;
      const float tx = static_cast<float>(beside % kGrid) * (1.0f / kGrid);
      assert(below >= 0 && beside >= 0 && gx + 1 < grid_width_ && gy + 1 < grid_height_);
      const uint8_t* changes = &changes_[static_cast<size_t>(gy) * grid_width_ + gx];
      const bool any = changes[0] | changes[1] | changes[grid_width_] | changes[grid_width_ + 1];
      const float weight[4] = {(1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty};
      for (int c = 0; c < 3; ++c) {
        const float* in = from.row(top - from_rect.y, c) + x - from_rect.x;
        float* out = to->row(top - from_rect.y, c) + x - from_rect.x;
        if (!any) {
          for (int i = 0; i < rows; ++i) {
            std::memcpy(out + i * to->stride(), in + i * from.stride(), kLensTile * sizeof(float));
          }
          continue;
        }
        const float* const places[4] = {Node(c, gx, gy), Node(c, gx + 1, gy), Node(c, gx, gy + 1),
                                        Node(c, gx + 1, gy + 1)};
        MixTaps(places, weight, count, taps);
        FilterTile(in, from.stride(), taps, radius_, rows, out, to->stride());
      }
    }
  }
}

void LensRestorer::FinestVariance(int y, std::span<float> factor) const {
  const auto last = static_cast<float>(finest_.size() - 1);
  const auto unit = static_cast<float>(1 / field_.half_diagonal);
  const float dy = (2.0f * static_cast<float>(y) + 1 - static_cast<float>(field_.center_y)) * unit;
  const auto x0 = static_cast<float>(field_.center_x);
  for (size_t i = 0; i < factor.size(); ++i) {
    const float dx = (2.0f * static_cast<float>(i) + 1 - x0) * unit;
    const float at = std::min(dx * dx + dy * dy, 1.0f) * last;
    factor[i] = finest_[static_cast<int>(at)];
  }
}

}  // namespace petzval
