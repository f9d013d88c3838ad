// SceneTracer on Embree: meets, lights, and asks for shadows in batches.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "petzval/simulate/texture/noise.h"
#include "petzval/simulate/world/embree_scene.h"
#include "petzval/simulate/world/shading.h"

namespace petzval::simulate {
namespace {

constexpr size_t kBatch = 128;

RayArrays Slice(const SceneRays& rays, size_t first) {
  return {&rays.x[first],  &rays.y[first],  &rays.z[first],   &rays.dx[first],
          &rays.dy[first], &rays.dz[first], &rays.time[first]};
}

// Two numbers in 0..1 that belong to a point, for soft shadows: they do not depend on who looks.
void PointNoise(V3 p, float* a, float* b) {
  const uint32_t h = Hash(std::bit_cast<int>(p.x), std::bit_cast<int>(p.y), 0) ^
                     Hash(std::bit_cast<int>(p.z), 71, 1);
  *a = static_cast<float>(Hash(static_cast<int>(h), 1, 5) >> 8) * 0x1p-24f;
  *b = static_cast<float>(Hash(static_cast<int>(h), 2, 9) >> 8) * 0x1p-24f;
}

// Rays from points to a light that may be blocked.
struct ShadowBatch {
  float x[kBatch], y[kBatch], z[kBatch], dx[kBatch], dy[kBatch], dz[kBatch], time[kBatch];
  float distance[kBatch], lux[kBatch];
  size_t owner[kBatch];
  uint8_t blocked[kBatch];
  size_t count = 0;

  void Add(size_t index, const SurfaceLight& surface, const Light& light, LightArrival arrival,
           float ray_time) {
    V3 to = arrival.towards;
    const float softness =
        light.kind == LightKind::kPoint ? light.size_mm / arrival.distance : light.softness;
    if (softness > 0) {
      float a, b;
      PointNoise(surface.point, &a, &b);
      const float radius = softness * std::sqrt(a), turn = 6.2831853f * b;
      const V3 across = AnyAcross(to), other = Cross(to, across);
      to = Unit(to + radius * std::cos(turn) * across + radius * std::sin(turn) * other);
    }
    const V3 p = surface.point;
    const float away = 0.05f + 4e-6f * (std::fabs(p.x) + std::fabs(p.y) + std::fabs(p.z));
    const V3 start = p + (Dot(surface.face, to) >= 0 ? away : -away) * surface.face;
    x[count] = start.x;
    y[count] = start.y;
    z[count] = start.z;
    dx[count] = to.x;
    dy[count] = to.y;
    dz[count] = to.z;
    time[count] = ray_time;
    distance[count] = arrival.distance;
    lux[count] = arrival.lux;
    owner[count++] = index;
  }
};

class EmbreeTracer : public SceneTracer {
 public:
  EmbreeTracer(std::shared_ptr<const World::Data> data, std::shared_ptr<const EmbreeScene> scene,
               double open_s, double close_s, std::span<const SpectralDistribution> channels)
      : data_(std::move(data)),
        scene_(std::move(scene)),
        shader_(*data_, channels),
        open_s_(open_s),
        span_s_(close_s - open_s) {
    for (const Emitter& emitter : data_->emitters) {
      for (const SpectralDistribution& channel : channels) {
        emitter_radiance_.push_back(Integral(emitter.radiance, channel));
      }
    }
    channels_ = channels.size();
  }

  void Radiance(const SceneRays& rays, std::span<const uint8_t> which, bool emitters,
                float* out) const override {
    for (size_t first = 0; first < rays.size(); first += kBatch) {
      const size_t count = std::min(kBatch, rays.size() - first);
      RadianceBatch(Slice(rays, first), which.data() + first, count, emitters, out + first);
    }
  }

  void Hits(const SceneRays& rays, SceneHit* out) const override;
  void Occluded(const SceneRays& rays, std::span<const float> distance_mm,
                uint8_t* blocked) const override {
    if (rays.size() == 0) return;
    scene_->Occluded(Slice(rays, 0), distance_mm.data(), rays.size(), false, blocked);
  }
  double EmitterRadiance(int emitter, int channel) const override {
    return emitter_radiance_[static_cast<size_t>(emitter) * channels_ + channel];
  }

 private:
  void RadianceBatch(const RayArrays& rays, const uint8_t* which, size_t count, bool emitters,
                     float* out) const;
  void AddShadowedLights(const float* ray_time, const size_t* ray, size_t lit,
                         SurfaceLight* surface) const;
  float Time(float t) const {
    return static_cast<float>(open_s_ + std::clamp(t, 0.0f, 1.0f) * span_s_);
  }

  std::shared_ptr<const World::Data> data_;
  std::shared_ptr<const EmbreeScene> scene_;
  Shader shader_;
  double open_s_, span_s_;
  size_t channels_ = 0;
  std::vector<double> emitter_radiance_;
};

void EmbreeTracer::RadianceBatch(const RayArrays& rays, const uint8_t* which, size_t count,
                                 bool emitters, float* out) const {
  Meeting hit[kBatch];
  SurfaceLight surface[kBatch];
  size_t ray[kBatch], lit = 0;
  scene_->Intersect(rays, count, hit);
  for (size_t i = 0; i < count; ++i) {
    const V3 direction{rays.dx[i], rays.dy[i], rays.dz[i]};
    if (hit[i].shape == kNothing) {
      out[i] =
          std::isfinite(Dot(direction, direction)) ? shader_.SkyRadiance(direction, which[i]) : 0;
      continue;
    }
    const Shape& shape = data_->shapes[hit[i].shape];
    if (shape.emitters) {
      const int emitter = static_cast<int>(shape.piece + hit[i].primitive);
      out[i] = emitters ? static_cast<float>(EmitterRadiance(emitter, which[i])) : 0;
      continue;
    }
    const V3 point = V3{rays.x[i], rays.y[i], rays.z[i]} + hit[i].distance * direction;
    shader_.Light(hit[i], point, Time(rays.time[i]), &surface[lit]);
    ray[lit++] = i;
  }
  AddShadowedLights(rays.time, ray, lit, surface);
  for (size_t j = 0; j < lit; ++j) out[ray[j]] = shader_.Radiance(surface[j], which[ray[j]]);
}

void EmbreeTracer::AddShadowedLights(const float* ray_time, const size_t* ray, size_t lit,
                                     SurfaceLight* surface) const {
  for (const Light& light : data_->lights) {
    if (!light.shadow) continue;
    ShadowBatch batch;
    for (size_t j = 0; j < lit; ++j) {
      if (!surface[j].material->receives_shadow) continue;
      const LightArrival arrival = shader_.Arrival(light, surface[j]);
      if (arrival.lux > 0) batch.Add(j, surface[j], light, arrival, ray_time[ray[j]]);
    }
    const RayArrays rays{batch.x, batch.y, batch.z, batch.dx, batch.dy, batch.dz, batch.time};
    scene_->Occluded(rays, batch.distance, batch.count, true, batch.blocked);
    for (size_t k = 0; k < batch.count; ++k) {
      if (!batch.blocked[k]) surface[batch.owner[k]].lux[light.slot] += batch.lux[k];
    }
  }
}

void EmbreeTracer::Hits(const SceneRays& rays, SceneHit* out) const {
  Meeting hit[kBatch];
  for (size_t first = 0; first < rays.size(); first += kBatch) {
    const size_t count = std::min(kBatch, rays.size() - first);
    const RayArrays slice = Slice(rays, first);
    scene_->Intersect(slice, count, hit);
    for (size_t i = 0; i < count; ++i) {
      SceneHit& answer = out[first + i];
      answer = {};
      if (hit[i].shape == kNothing) continue;
      const Shape& shape = data_->shapes[hit[i].shape];
      const V3 p = V3{slice.x[i], slice.y[i], slice.z[i]} +
                   hit[i].distance * V3{slice.dx[i], slice.dy[i], slice.dz[i]};
      const float s = Time(slice.time[i]);
      V3 velocity = data_->motions[shape.object].Velocity(p, s);
      if (shape.sway_hz > 0) {
        const float phase = Hash01(static_cast<int>(hit[i].primitive), 3, shape.piece);
        const float rate = 6.2831853f * shape.sway_hz;
        velocity = velocity + rate * std::cos(rate * s + 6.2831853f * phase) * shape.sway_mm;
      }
      answer.hit = true;
      answer.x = p.x;
      answer.y = p.y;
      answer.z = p.z;
      answer.vx = velocity.x;
      answer.vy = velocity.y;
      answer.vz = velocity.z;
      answer.object = static_cast<uint32_t>(shape.object) + 1;
    }
  }
}

}  // namespace

void SceneRays::Resize(size_t count) {
  for (auto* v : {&x, &y, &z, &dx, &dy, &dz, &time}) v->resize(count);
}

std::unique_ptr<SceneTracer> World::At(double open_s, double close_s,
                                       std::span<const SpectralDistribution> channels) const {
  std::shared_ptr<const EmbreeScene> scene;
  if (data_->moves) {
    scene = std::make_shared<EmbreeScene>(*data_, open_s, close_s);
  } else {
    const std::lock_guard<std::mutex> lock(data_->still_mutex);
    if (!data_->still) data_->still = std::make_shared<EmbreeScene>(*data_, 0, 0);
    scene = data_->still;
  }
  return std::make_unique<EmbreeTracer>(data_, std::move(scene), open_s, close_s, channels);
}

}  // namespace petzval::simulate
