// HueSatMap and LookTable of camera profiles (DNG specification 1.7, chapter 6).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/dcp_profile.h"
#include "petzval/color/transfer.h"

namespace petzval {
namespace {

using Delta = HueSatMap::Delta;

Delta Mix(const Delta& a, const Delta& b, double share) {
  const float t = static_cast<float>(share);
  return {a.hue_shift_deg + t * (b.hue_shift_deg - a.hue_shift_deg),
          a.saturation_scale + t * (b.saturation_scale - a.saturation_scale),
          a.value_scale + t * (b.value_scale - a.value_scale)};
}

// Position `x` (0 .. n - 1) as entry and share of the next one.
struct Place {
  int i, next;
  double share;
  Place(double x, int n) {
    i = static_cast<int>(std::clamp(x, 0.0, static_cast<double>(n - 1)));
    next = std::min(i + 1, n - 1);
    share = std::clamp(x - i, 0.0, 1.0);
  }
};

}  // namespace

HsvColor HsvFromRgb(const Vec3& rgb) {
  const double v = std::max({rgb[0], rgb[1], rgb[2]});
  const double gap = v - std::min({rgb[0], rgb[1], rgb[2]});
  if (!(gap > 0)) return {0, 0, v};
  double h;
  if (rgb[0] == v) {
    h = (rgb[1] - rgb[2]) / gap;
    if (h < 0) h += 6;
  } else if (rgb[1] == v) {
    h = 2 + (rgb[2] - rgb[0]) / gap;
  } else {
    h = 4 + (rgb[0] - rgb[1]) / gap;
  }
  return {h, gap / v, v};
}

Vec3 RgbFromHsv(const HsvColor& hsv) {
  Vec3 rgb;
  const double h = hsv.h - 6 * std::floor(hsv.h / 6);
  // Each channel is a trapezoid over hue: how far it lies below the value, as a share.
  constexpr double kCentre[3] = {0, 2, 4};
  for (int c = 0; c < 3; ++c) {
    const double d = std::abs(h - kCentre[c]);
    const double below = std::clamp(std::min(d, 6 - d) - 1, 0.0, 1.0);
    rgb[c] = hsv.v * (1 - hsv.s * below);
  }
  return rgb;
}

HueSatMap HueSatMap::Identity(int hues, int saturations, int values) {
  HueSatMap map;
  map.hues = hues;
  map.saturations = saturations;
  map.values = values;
  map.delta.resize(static_cast<size_t>(hues) * saturations * values);
  return map;
}

Delta HueSatMap::Lookup(const HsvColor& hsv) const {
  if (empty()) return {};
  const double around = hsv.h - 6 * std::floor(hsv.h / 6);
  const double hue = around * hues / 6;
  const int h0 = std::min(static_cast<int>(hue), hues - 1), h1 = (h0 + 1) % hues;
  const double h_share = std::clamp(hue - h0, 0.0, 1.0);
  const Place s(hsv.s * (saturations - 1), saturations);
  const double v = std::clamp(hsv.v, 0.0, 1.0);
  const Place level((srgb_values ? EncodeSrgb(v) : v) * (values - 1), values);
  const auto layer = [&](int k) {
    return Mix(Mix(At(h0, s.i, k), At(h0, s.next, k), s.share),
               Mix(At(h1, s.i, k), At(h1, s.next, k), s.share), h_share);
  };
  return values < 2 ? layer(0) : Mix(layer(level.i), layer(level.next), level.share);
}

Vec3 HueSatMap::Apply(const Vec3& prophoto) const {
  if (empty()) return prophoto;
  Vec3 positive, rest;
  for (int c = 0; c < 3; ++c) {
    positive[c] = std::max(0.0, prophoto[c]);
    rest[c] = prophoto[c] - positive[c];
  }
  HsvColor hsv = HsvFromRgb(positive);
  if (!(hsv.v > 0)) return prophoto;
  const Delta d = Lookup(hsv);
  hsv.h += d.hue_shift_deg / 60;
  hsv.s = std::min(1.0, hsv.s * d.saturation_scale);
  if (srgb_values && values > 1) {
    // The scale acts on the encoded value.
    const double bounded = std::min(hsv.v, 1.0);
    const double encoded = std::clamp(EncodeSrgb(bounded) * d.value_scale, 0.0, 1.0);
    hsv.v *= DecodeSrgb(encoded) / bounded;
  } else {
    hsv.v *= d.value_scale;
  }
  const Vec3 out = RgbFromHsv(hsv);
  return {{out[0] + rest[0], out[1] + rest[1], out[2] + rest[2]}};
}

Status CheckHueSatMap(const HueSatMap& map) {
  if (map.empty()) return {};
  if (map.hues < 1 || map.saturations < 2 || map.values < 1 || map.hues > HueSatMap::kMaxHues ||
      map.saturations > HueSatMap::kMaxSaturations || map.values > HueSatMap::kMaxValues ||
      static_cast<int64_t>(map.hues) * map.saturations * map.values > HueSatMap::kMaxEntries) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a table of {} hues, {} saturations and {} values is not possible",
                            map.hues, map.saturations, map.values));
  }
  if (map.delta.size() != static_cast<size_t>(map.hues) * map.saturations * map.values) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a table of {} x {} x {} entries has {}", map.hues, map.saturations,
                            map.values, map.delta.size()));
  }
  for (const Delta& d : map.delta) {
    if (!(std::abs(d.hue_shift_deg) <= 360) || !(d.saturation_scale >= 0) ||
        !(d.saturation_scale <= 1000) || !(d.value_scale >= 0) || !(d.value_scale <= 1000)) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("a table holds a shift of {} degrees and scales of {} and {}",
                              d.hue_shift_deg, d.saturation_scale, d.value_scale));
    }
  }
  return {};
}

int RepairNeutrals(HueSatMap* map) {
  int repaired = 0;
  for (int v = 0; v < (map->empty() ? 0 : map->values); ++v) {
    for (int h = 0; h < map->hues; ++h) {
      float& scale = map->At(h, 0, v).value_scale;
      repaired += scale != 1;
      scale = 1;
    }
  }
  return repaired;
}

}  // namespace petzval
