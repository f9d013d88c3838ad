// Interpolates a profile's tables over the radius.
#include "petzval/develop/lens_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "petzval/develop/shading.h"

namespace petzval {
namespace {

using optics::kRadii;

// A cubic through (x[i], y[i]) with slopes from parabolas: smooth, and exact for parabolas. Goes on
// straight beyond the ends. x ascends.
double Interpolate(const std::array<double, kRadii>& x, const std::array<double, kRadii>& y,
                   double at) {
  const auto slope = [&](int i) {
    // Of the parabola through three neighbours.
    const int m = std::clamp(i, 1, kRadii - 2);
    const auto chord = [&](int k) { return (y[k + 1] - y[k]) / (x[k + 1] - x[k]); };
    const double bend = (chord(m) - chord(m - 1)) / (x[m + 1] - x[m - 1]);
    return chord(m) + bend * (2 * x[i] - x[m] - x[m + 1]);
  };
  if (at <= x[0]) return y[0] + slope(0) * (at - x[0]);
  if (at >= x[kRadii - 1]) return y[kRadii - 1] + slope(kRadii - 1) * (at - x[kRadii - 1]);
  const int i = static_cast<int>(std::upper_bound(x.begin(), x.end(), at) - x.begin()) - 1;
  const double h = x[i + 1] - x[i], t = (at - x[i]) / h;
  const double h00 = (1 + 2 * t) * (1 - t) * (1 - t), h10 = t * (1 - t) * (1 - t);
  return h00 * y[i] + h10 * h * slope(i) + (1 - h00) * y[i + 1] -
         t * t * (1 - t) * h * slope(i + 1);
}

std::array<double, kRadii> Radii(const LensField& field) {
  std::array<double, kRadii> r;
  for (int i = 0; i < kRadii; ++i) r[i] = field.half_diagonal * i / (kRadii - 1);
  return r;
}

}  // namespace

double LensField::RelativeRadius(double x, double y) const {
  return std::hypot(x - center_x, y - center_y) / half_diagonal;
}

Result<LensField> MakeLensField(const optics::LensProfile& profile, double object_mm,
                                const MosaicSource& source) {
  LensField field;
  const double bin = source.bin;
  const double width = source.frame_width / bin, height = source.frame_height / bin;
  const auto fits = [](double frame, int baked) {
    return std::abs(frame - baked) <= std::max(64.0, 0.02 * baked);
  };
  if (!fits(width, profile.sensor.width_px) || !fits(height, profile.sensor.height_px)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the lens profile \"{}\" is for {} x {} pixels, the frame has {:.0f} x "
                            "{:.0f}",
                            profile.lens, profile.sensor.width_px, profile.sensor.height_px, width,
                            height));
  }
  field.state = &profile.StateAt(object_mm);
  field.half_diagonal = profile.sensor.half_diagonal_px();
  field.center_x = source.shift_x - source.bin_x0 / bin + 0.5 * width;
  field.center_y = source.shift_y - source.bin_y0 / bin + 0.5 * height;
  return field;
}

RadialWarp MakeLensWarp(const LensField& field, const MosaicSource& source) {
  const std::array<double, kRadii> radii = Radii(field);
  const optics::FocusState& state = *field.state;
  std::array<std::array<double, kRadii>, 3> shown;
  for (int c = 0; c < 3; ++c) {
    const int of = source.mono ? 1 : c;
    for (int i = 0; i < kRadii; ++i) {
      shown[c][i] = radii[i] + state.lateral_px[of][i] + state.psf[of][i].CentroidPx();
    }
    shown[c][0] = 0;
  }
  // How far the corrected picture may be scaled down before a point of its rim lies outside.
  const double left = source.shift_x + source.crop.x, top = source.shift_y + source.crop.y;
  const double right = left + source.crop.width, bottom = top + source.crop.height;
  const auto reaches = [&](double x, double y) {
    // The point is shown at the same place when what lies there is pulled in by this factor.
    const double r = std::hypot(x - field.center_x, y - field.center_y);
    return r < 1 ? 1.0 : Interpolate(shown[1], state.ideal_px, r) / r;
  };
  double scale = 1e9;
  constexpr int kSteps = 64;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = left + (right - left) * i / kSteps, y = top + (bottom - top) * i / kSteps;
    for (const double s :
         {reaches(x, top), reaches(x, bottom), reaches(left, y), reaches(right, y)}) {
      scale = std::min(scale, s);
    }
  }
  RadialWarp warp;
  warp.center_x = field.center_x;
  warp.center_y = field.center_y;
  warp.radius = 1.05 * std::max(field.half_diagonal, 0.5 * std::hypot(source.width, source.height));
  constexpr int kEntries = 2048;
  for (int c = 0; c < 3; ++c) {
    std::vector<float>& table = warp.factor[c];
    table.resize(kEntries);
    for (int i = 1; i < kEntries; ++i) {
      const double r = warp.radius * std::sqrt(static_cast<double>(i) / (kEntries - 1));
      table[i] = static_cast<float>(Interpolate(state.ideal_px, shown[c], r * scale) / r - 1);
    }
    // Even in the radius: a parabola's end.
    table[0] = table[1] + (table[1] - table[2]);
  }
  return warp;
}

std::vector<GainMap> MakeLensShading(const LensField& field, const MosaicSource& source) {
  constexpr int kAcross = 65, kDown = 49;
  std::array<double, kRadii> relative;
  for (int i = 0; i < kRadii; ++i) relative[i] = static_cast<double>(i) / (kRadii - 1);
  const double bin = source.bin;
  const auto map_of = [&](int c) {
    GainMap m;
    m.area = {0, 0, source.frame_width, source.frame_height};
    m.points_h = kAcross;
    m.points_v = kDown;
    m.spacing_h = 1.0 / (kAcross - 1);
    m.spacing_v = 1.0 / (kDown - 1);
    m.gain.reserve(static_cast<size_t>(kAcross) * kDown);
    for (int v = 0; v < kDown; ++v) {
      for (int h = 0; h < kAcross; ++h) {
        const double dx = (m.spacing_h * h - 0.5) * source.frame_width / bin;
        const double dy = (m.spacing_v * v - 0.5) * source.frame_height / bin;
        const double light = Interpolate(relative, field.state->shading[c],
                                         std::hypot(dx, dy) / field.half_diagonal);
        m.gain.push_back(static_cast<float>(
            std::clamp<double>(1 / std::max(light, 1e-3), Shading::kMinGain, Shading::kMaxGain)));
      }
    }
    return m;
  };
  std::vector<GainMap> maps;
  if (!source.bayer) {
    for (int c = 0; c < (source.mono ? 1 : 3); ++c) {
      maps.push_back(map_of(source.mono ? 1 : c));
      maps.back().plane = c;
    }
    return maps;
  }
  // One map for each site of the mosaic's square; a square of a quad mosaic has four of a colour.
  const int side = 2 * source.bin;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const auto site = [&](int i, int first, int shift) {
        const int moved = i - first;
        return (moved >= 0 ? moved : moved + side) / source.bin + shift;
      };
      const int c = MosaicSource::ColorAt(site(x, source.bin_x0, source.shift_x) & 1,
                                          site(y, source.bin_y0, source.shift_y) & 1);
      maps.push_back(map_of(c));
      maps.back().area = {x, y, source.frame_width - x, source.frame_height - y};
      maps.back().row_pitch = maps.back().col_pitch = side;
    }
  }
  return maps;
}

}  // namespace petzval
