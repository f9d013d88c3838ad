// Adapter of Embree: the only file that includes it.
#include "petzval/simulate/world/embree_scene.h"

#include <embree3/rtcore.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "petzval/simulate/texture/noise.h"

namespace petzval::simulate {
namespace {

constexpr int kPacket = 16;

// What a filter function needs to know of its geometry.
struct Filter {
  CutKind cut = CutKind::kNone;
  bool casts_shadow = true;
  uint32_t piece = 0;
};

struct Context {
  RTCIntersectContext embree;  // first: Embree sees only this
  bool shadow = false;
};

void FilterHits(const RTCFilterFunctionNArguments* args) {
  const Filter& filter = *static_cast<const Filter*>(args->geometryUserPtr);
  const bool shadow = reinterpret_cast<const Context*>(args->context)->shadow;
  for (unsigned i = 0; i < args->N; ++i) {
    if (args->valid[i] == 0) continue;
    const bool kept =
        (filter.casts_shadow || !shadow) &&
        Kept(filter.cut, RTCHitN_u(args->hit, args->N, i), RTCHitN_v(args->hit, args->N, i),
             filter.piece + RTCHitN_primID(args->hit, args->N, i));
    if (!kept) args->valid[i] = 0;
  }
}

// Where vertex `v` (of primitive `primitive`) of a shape is at a time.
V3 VertexAt(const World::Data& data, const Shape& shape, size_t v, size_t primitive, double s) {
  V3 p = shape.vertex[v];
  if (shape.sway_hz > 0) {
    const float phase = Hash01(static_cast<int>(primitive), 3, shape.piece);
    const double turns = shape.sway_hz * s + phase;
    p = p + static_cast<float>(std::sin(2 * M_PI * turns)) * shape.sway_mm;
  }
  const Motion& motion = data.motions[shape.object];
  return motion.moves() ? motion.At(p, static_cast<float>(s)) : p;
}

RTCGeometryType TypeOf(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kTriangles:
      return RTC_GEOMETRY_TYPE_TRIANGLE;
    case ShapeKind::kQuads:
      return RTC_GEOMETRY_TYPE_QUAD;
    case ShapeKind::kSpheres:
      return RTC_GEOMETRY_TYPE_SPHERE_POINT;
    case ShapeKind::kCurves:
      return RTC_GEOMETRY_TYPE_ROUND_LINEAR_CURVE;
  }
  return RTC_GEOMETRY_TYPE_TRIANGLE;
}

void FillVertices(const World::Data& data, const Shape& shape, double s, unsigned step,
                  RTCGeometry geometry) {
  const bool round = shape.kind == ShapeKind::kSpheres || shape.kind == ShapeKind::kCurves;
  const size_t floats = round ? 4 : 3;
  auto* out = static_cast<float*>(rtcSetNewGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_VERTEX, step, round ? RTC_FORMAT_FLOAT4 : RTC_FORMAT_FLOAT3,
      floats * sizeof(float), shape.vertex.size()));
  if (!out) return;
  for (size_t i = 0; i < shape.vertex.size(); ++i) {
    const V3 p = VertexAt(data, shape, i, shape.kind == ShapeKind::kQuads ? i / 4 : i, s);
    out[floats * i] = p.x;
    out[floats * i + 1] = p.y;
    out[floats * i + 2] = p.z;
    if (round) out[floats * i + 3] = shape.radius[i];
  }
}

void FillIndices(const Shape& shape, RTCGeometry geometry) {
  if (shape.index.empty()) return;
  const size_t corners = shape.index.size() / shape.primitives();
  const RTCFormat format = corners == 3   ? RTC_FORMAT_UINT3
                           : corners == 4 ? RTC_FORMAT_UINT4
                                          : RTC_FORMAT_UINT;
  auto* out = static_cast<uint32_t*>(rtcSetNewGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, format, corners * sizeof(uint32_t), shape.primitives()));
  if (out) std::copy(shape.index.begin(), shape.index.end(), out);
}

// Copies `count` <= 16 rays from `first` on into a packet; others, and rays that are not finite,
// are off.
void LoadPacket(const RayArrays& rays, size_t first, int count, RTCRay16* ray, int* valid) {
  const float* from[7] = {rays.x, rays.y, rays.z, rays.dx, rays.dy, rays.dz, rays.time};
  float* to[7] = {ray->org_x, ray->org_y, ray->org_z, ray->dir_x,
                  ray->dir_y, ray->dir_z, ray->time};
  for (int a = 0; a < 7; ++a) {
    std::copy_n(from[a] + first, count, to[a]);
    std::fill(to[a] + count, to[a] + kPacket, 0.0f);
  }
  for (int k = 0; k < kPacket; ++k) {
    // 0 * x is NaN for infinite x and NaN.
    const float still = 0 * (ray->org_x[k] + ray->org_y[k] + ray->org_z[k]) +
                        0 * (ray->dir_x[k] + ray->dir_y[k] + ray->dir_z[k]);
    const bool moves = ray->dir_x[k] != 0 || ray->dir_y[k] != 0 || ray->dir_z[k] != 0;
    valid[k] = ((still == 0) & moves & (k < count)) ? -1 : 0;
    ray->time[k] = ray->time[k] > 0 ? std::min(ray->time[k], 1.0f) : 0.0f;
    ray->tnear[k] = 0;
    ray->tfar[k] = std::numeric_limits<float>::infinity();
    ray->mask[k] = ~0u;
    ray->id[k] = 0;
    ray->flags[k] = 0;
  }
}

// Packets of rays that stay together are traced as one, others each for itself: sqrt of the
// squared spread of directions, and of starts seen from 5 m away.
RTCIntersectContextFlags FlagsOf(const RTCRay16& ray, int count) {
  float spread = 0;
  for (int k = 1; k < count; ++k) {
    const float a = ray.dir_x[k] - ray.dir_x[0], b = ray.dir_y[k] - ray.dir_y[0],
                c = ray.dir_z[k] - ray.dir_z[0];
    const float d = ray.org_x[k] - ray.org_x[0], e = ray.org_y[k] - ray.org_y[0],
                f = ray.org_z[k] - ray.org_z[0];
    spread = std::max(spread, a * a + b * b + c * c + 4e-8f * (d * d + e * e + f * f));
  }
  return spread < 0.05f * 0.05f ? RTC_INTERSECT_CONTEXT_FLAG_COHERENT
                                : RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT;
}

}  // namespace

struct EmbreeScene::Handles {
  RTCDevice device = nullptr;
  RTCScene scene = nullptr;
  std::vector<Filter> filters;
  ~Handles() {
    if (scene) rtcReleaseScene(scene);
    if (device) rtcReleaseDevice(device);
  }
};

EmbreeScene::EmbreeScene(const World::Data& data, double open_s, double close_s)
    : handles_(std::make_unique<Handles>()) {
  Handles& handles = *handles_;
  handles.device = rtcNewDevice("threads=1,set_affinity=0");
  if (!handles.device) return;  // no memory: rays meet nothing
  handles.scene = rtcNewScene(handles.device);
  handles.filters.resize(data.shapes.size());
  for (size_t i = 0; i < data.shapes.size(); ++i) {
    const Shape& shape = data.shapes[i];
    Filter& filter = handles.filters[i];
    filter = {CutKind::kNone, shape.casts_shadow, shape.piece};
    if (shape.kind == ShapeKind::kQuads) filter.cut = data.materials[shape.material].cut;
    RTCGeometry geometry = rtcNewGeometry(handles.device, TypeOf(shape.kind));
    const bool moves =
        (data.motions[shape.object].moves() || shape.sway_hz > 0) && close_s > open_s;
    rtcSetGeometryTimeStepCount(geometry, moves ? 2 : 1);
    FillVertices(data, shape, open_s, 0, geometry);
    if (moves) FillVertices(data, shape, close_s, 1, geometry);
    FillIndices(shape, geometry);
    rtcSetGeometryUserData(geometry, &filter);
    if (filter.cut != CutKind::kNone) {
      rtcSetGeometryIntersectFilterFunction(geometry, FilterHits);
    }
    if (filter.cut != CutKind::kNone || !filter.casts_shadow) {
      rtcSetGeometryOccludedFilterFunction(geometry, FilterHits);
    }
    rtcCommitGeometry(geometry);
    rtcAttachGeometryByID(handles.scene, geometry, static_cast<unsigned>(i));
    rtcReleaseGeometry(geometry);
  }
  rtcCommitScene(handles.scene);
}

EmbreeScene::~EmbreeScene() = default;

void EmbreeScene::Intersect(const RayArrays& rays, size_t count, Meeting* out) const {
  for (size_t i = 0; i < count; ++i) out[i].shape = kNothing;
  if (!handles_->scene) return;
  Context context;
  rtcInitIntersectContext(&context.embree);
  alignas(64) int valid[kPacket];
  alignas(64) RTCRayHit16 packet;
  for (size_t first = 0; first < count; first += kPacket) {
    const int n = static_cast<int>(std::min<size_t>(kPacket, count - first));
    LoadPacket(rays, first, n, &packet.ray, valid);
    for (int k = 0; k < kPacket; ++k) {
      packet.hit.geomID[k] = RTC_INVALID_GEOMETRY_ID;
      packet.hit.instID[0][k] = RTC_INVALID_GEOMETRY_ID;
    }
    context.embree.flags = FlagsOf(packet.ray, n);
    rtcIntersect16(valid, handles_->scene, &context.embree, &packet);
    for (int k = 0; k < n; ++k) {
      Meeting& hit = out[first + k];
      const bool met = valid[k] != 0 && packet.hit.geomID[k] != RTC_INVALID_GEOMETRY_ID;
      if (!met) continue;
      hit.shape = packet.hit.geomID[k];
      hit.primitive = packet.hit.primID[k];
      hit.distance = packet.ray.tfar[k];
      hit.u = packet.hit.u[k];
      hit.v = packet.hit.v[k];
      hit.normal = Unit({packet.hit.Ng_x[k], packet.hit.Ng_y[k], packet.hit.Ng_z[k]});
    }
  }
}

void EmbreeScene::Occluded(const RayArrays& rays, const float* distance, size_t count, bool shadow,
                           uint8_t* blocked) const {
  std::fill(blocked, blocked + count, uint8_t{0});
  if (!handles_->scene) return;
  Context context;
  rtcInitIntersectContext(&context.embree);
  context.shadow = shadow;
  alignas(64) int valid[kPacket];
  alignas(64) RTCRay16 packet;
  for (size_t first = 0; first < count; first += kPacket) {
    const int n = static_cast<int>(std::min<size_t>(kPacket, count - first));
    LoadPacket(rays, first, n, &packet, valid);
    for (int k = 0; k < n; ++k) packet.tfar[k] = distance[first + k];
    context.embree.flags = FlagsOf(packet, n);
    rtcOccluded16(valid, handles_->scene, &context.embree, &packet);
    for (int k = 0; k < n; ++k) blocked[first + k] = valid[k] != 0 && packet.tfar[k] < 0;
  }
}

}  // namespace petzval::simulate
