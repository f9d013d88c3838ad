// Light on a point of a surface.
#include "petzval/simulate/world/shading.h"

#include <algorithm>
#include <cmath>

#include "petzval/simulate/texture/noise3.h"

namespace petzval::simulate {
namespace {

float Square(float a) { return a * a; }

SurfacePoint PointOf(const Mapping& mapping, V3 rest, V3 normal, const Meeting& hit) {
  SurfacePoint p;
  if (mapping.kind == MappingKind::kUnit) {
    p.u = hit.u * mapping.scale;
    p.v = hit.v * mapping.scale;
    p.x = p.u;
    p.y = p.v;
    return p;
  }
  const V3 d = rest - mapping.origin;
  p.x = Dot(d, mapping.u);
  p.y = Dot(d, mapping.v);
  p.z = Dot(d, mapping.w);
  p.u = p.x;
  p.v = p.y;
  if (mapping.kind == MappingKind::kCylinder) {
    p.u = mapping.scale * (std::atan2(p.z, p.x) + 3.14159265f);
  } else if (mapping.kind == MappingKind::kBox) {
    const float a = std::fabs(Dot(normal, mapping.u)), b = std::fabs(Dot(normal, mapping.v)),
                c = std::fabs(Dot(normal, mapping.w));
    if (a >= b && a >= c) {
      p.u = p.z;
    } else if (b >= c) {
      p.v = p.z;
    }
  }
  return p;
}

// Slope of smooth bumps of about `size` mm, in the tangent plane.
V3 Bump(V3 p, float size) {
  const float k = 1 / size, step = 0.15f;
  const V3 q = k * p;
  const float here = Fractal3(q.x, q.y, q.z, 2, 77);
  return {(Fractal3(q.x + step, q.y, q.z, 2, 77) - here) / step,
          (Fractal3(q.x, q.y + step, q.z, 2, 77) - here) / step,
          (Fractal3(q.x, q.y, q.z + step, 2, 77) - here) / step};
}

// Share of a dome that the balls near a point leave free: each hides its solid angle, weighted
// with the cosine.
float Openness(const std::vector<Occluder>& occluders, V3 p, V3 n) {
  float open = 1;
  for (const Occluder& ball : occluders) {
    const V3 d = ball.centre - p;
    const float square = Dot(d, d), reach = 7 * ball.radius;
    if (square > reach * reach) continue;
    const float distance = std::sqrt(std::max(square, Square(0.05f * ball.radius)));
    const float cosine = 0.25f + 0.75f * std::max(0.0f, Dot(n, d) / distance);
    const float hidden = cosine * Square(ball.radius) / std::max(square, Square(ball.radius));
    open *= 1 - std::min(0.85f, hidden);
  }
  return open;
}

float Facing(const Material& material, float cosine) {
  const float front = std::max(0.0f, (cosine + material.wrap) / (1 + material.wrap));
  return front + material.translucency * std::max(0.0f, -cosine);
}

}  // namespace

Shader::Shader(const World::Data& data, std::span<const SpectralDistribution> channels)
    : data_(data), inks_(data.inks.size()), slots_(data.slots.size()) {
  table_.resize(channels.size() * inks_ * slots_);
  size_t at = 0;
  for (const SpectralDistribution& channel : channels) {
    for (const SpectralDistribution& ink : data.inks) {
      const SpectralDistribution seen = ink * channel;
      for (const SpectralDistribution& slot : data.slots) {
        table_[at++] = static_cast<float>(Integral(seen, slot) / M_PI);
      }
    }
  }
}

void Shader::Light(const Meeting& hit, V3 point, float s, SurfaceLight* out) const {
  const Shape& shape = data_.shapes[hit.shape];
  const Material& material = data_.materials[shape.material];
  const Motion& motion = data_.motions[shape.object];
  const V3 rest = motion.moves() ? motion.Rest(point, s) : point;
  out->material = &material;
  out->point = point;
  out->face = hit.normal;
  V3 normal = hit.normal;
  if (!shape.normal.empty()) {
    if (shape.kind == ShapeKind::kTriangles) {
      const uint32_t* corner = &shape.index[3 * hit.primitive];
      normal = Unit((1 - hit.u - hit.v) * shape.normal[corner[0]] +
                    hit.u * shape.normal[corner[1]] + hit.v * shape.normal[corner[2]]);
    } else {
      normal = shape.normal[shape.index[4 * hit.primitive]];
    }
    if (motion.moves()) normal = Turn(s * motion.spin_rad_s) * normal;
  }
  SurfacePoint p = PointOf(shape.mapping, rest, normal, hit);
  p.piece = shape.piece + (shape.one_piece ? 0 : hit.primitive);
  if (material.relief > 0) {
    const V3 slope = Bump({p.x, p.y, p.z}, material.grain_mm);
    const V3 bent =
        slope.x * shape.mapping.u + slope.y * shape.mapping.v + slope.z * shape.mapping.w;
    normal = Unit(normal - material.relief * (bent - Dot(bent, normal) * normal));
  }
  out->normal = normal;
  out->blend = Evaluate(material.pattern, p);
  out->blend.shade *= shape.shade;
  if (material.grain > 0) {
    const float k = 1 / material.grain_mm;
    const float noise = shape.mapping.kind == MappingKind::kPosition
                            ? Fractal3(k * p.x, k * p.y, k * p.z, 2, 41)
                            : Fractal(k * p.u, k * p.v, 3, 41);
    out->blend.shade *= 1 + 2 * material.grain * (noise - 0.5f);
  }

  std::fill(out->lux, out->lux + slots_, 0.0f);
  float open = -1;
  for (const struct Light& light : data_.lights) {
    if (light.shadow && material.receives_shadow) continue;
    if (light.kind == LightKind::kUniform) {
      out->lux[light.slot] += light.lux;
    } else if (light.kind == LightKind::kDome) {
      if (open < 0) open = Openness(data_.occluders, point, normal);
      const float up = 0.5f + 0.5f * Dot(normal, light.towards);
      out->lux[light.slot] += open * light.lux * (light.from_below + (1 - light.from_below) * up);
    } else {
      out->lux[light.slot] += Arrival(light, *out).lux;
    }
  }
  if (material.glow_slot >= 0) {
    out->lux[material.glow_slot] += out->blend.glow * material.glow_lux;
  }
}

LightArrival Shader::Arrival(const struct Light& light, const SurfaceLight& surface) const {
  LightArrival arrival;
  if (light.kind == LightKind::kParallel) {
    arrival.towards = light.towards;
    arrival.distance = 1e9f;
    arrival.lux = light.lux * Facing(*surface.material, Dot(surface.normal, light.towards));
    return arrival;
  }
  const V3 d = light.position - surface.point;
  const float square = Dot(d, d);
  if (square >= Square(light.range_mm)) return arrival;
  arrival.distance = std::sqrt(square);
  arrival.towards = Unit(d);
  float lux = light.candela_mm2 / (square + Square(light.size_mm));
  lux *= Square(1 - Square(square / Square(light.range_mm)));
  if (light.cone_cos > -1) {
    lux *= SmoothStep(light.cone_edge_cos, light.cone_cos, -Dot(arrival.towards, light.aim));
  }
  arrival.lux = lux * Facing(*surface.material, Dot(surface.normal, arrival.towards));
  return arrival;
}

float Shader::Radiance(const SurfaceLight& surface, int channel) const {
  float sum = 0;
  for (int k = 0; k < kMaxBlend; ++k) {
    const float weight = surface.blend.weight[k];
    if (weight == 0) continue;
    const int ink = surface.material->inks[surface.blend.ink[k]];
    const float* entry = &table_[(static_cast<size_t>(channel) * inks_ + ink) * slots_];
    float light = 0;
    for (size_t i = 0; i < slots_; ++i) light += surface.lux[i] * entry[i];
    sum += weight * light;
  }
  return surface.blend.shade * sum;
}

float Shader::SkyRadiance(V3 d, int channel) const {
  const Sky& sky = data_.sky;
  if (sky.zenith_ink < 0) return 0;
  const float height = std::max(0.0f, d.y);
  const float up = 1 - Square(Square(1 - std::min(1.0f, 1.15f * height + 0.02f)));
  float radiance = (1 - up) * sky.horizon_lux * Entry(sky.horizon_ink, sky.slot, channel) +
                   up * sky.zenith_lux * Entry(sky.zenith_ink, sky.slot, channel);
  if (sky.cloud_cover > 0 && d.y > 0.005f) {
    // A flat layer seen in perspective; `thin` lets the far ones melt into the haze.
    const float k = sky.cloud_size / (d.y + 0.06f);
    const float x = k * d.x, y = k * d.z;
    const float bend = ValueNoise(2 * x, 2 * y, sky.seed + 9);
    const float mass = Fractal(x + 0.5f * bend, 1.6f * y, 7, sky.seed, 0.52f);
    const float edge = 1 - sky.cloud_cover;
    const float cloud = SmoothStep(edge - 0.05f, edge + 0.16f, mass);
    const float belly = 0.62f + 0.45f * SmoothStep(edge + 0.28f, edge + 0.02f, mass);
    const float thin = 0.92f * SmoothStep(0.0f, 0.16f, d.y);
    radiance +=
        thin * cloud * (belly * sky.cloud_lux * Entry(sky.cloud_ink, sky.slot, channel) - radiance);
  }
  if (sky.stars > 0) {
    const float turn = 220 * std::atan2(d.x, d.z), tilt = 220 * std::asin(std::min(1.0f, d.y));
    const int ix = FloorInt(turn), iy = FloorInt(tilt);
    if (Hash01(ix, iy, sky.seed) < sky.stars) {
      const float sx = 0.2f + 0.6f * Hash01(ix, iy, sky.seed + 1);
      const float sy = 0.2f + 0.6f * Hash01(ix, iy, sky.seed + 2);
      const float near =
          Square(turn - static_cast<float>(ix) - sx) + Square(tilt - static_cast<float>(iy) - sy);
      const float power = std::pow(Hash01(ix, iy, sky.seed + 3), 6.0f);
      if (near < Square(0.05f)) {
        radiance += sky.star_lux * power * Entry(sky.cloud_ink, sky.slot, channel);
      }
    }
  }
  return d.y < 0 ? radiance * sky.dark_below : radiance;
}

}  // namespace petzval::simulate
