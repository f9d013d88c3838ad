// Batches of rays through a system, spread over threads.
#include <algorithm>

#include "petzval/base/parallel.h"
#include "petzval/optics/trace/packed_system.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {
namespace {

// A chunk takes some 50 us: long against starting a task, short against waiting for the last one.
constexpr size_t kChunk = 2048;

template <class T>
void TraceBatch(const PackedSystem& system, bool clip, const RayBatch<T>& rays,
                RayResults<T>* results) {
  const size_t count = rays.size();
  for (auto* v : {&results->x, &results->y, &results->l, &results->m, &results->n}) {
    v->resize(count);
  }
  results->opl.resize(sizeof(T) == 8 ? count : 0);
  results->status.resize(count);
  const int chunks = static_cast<int>((count + kChunk - 1) / kChunk);
  const auto trace = [&](int chunk) {
    const size_t at = chunk * kChunk;
    RaySpan<T> span;
    span.x = rays.x.data() + at, span.y = rays.y.data() + at, span.z = rays.z.data() + at;
    span.l = rays.l.data() + at, span.m = rays.m.data() + at, span.n = rays.n.data() + at;
    span.out_x = results->x.data() + at, span.out_y = results->y.data() + at;
    span.out_l = results->l.data() + at, span.out_m = results->m.data() + at;
    span.out_n = results->n.data() + at;
    span.out_opl = sizeof(T) == 8 ? results->opl.data() + at : nullptr;
    span.out_status = results->status.data() + at;
    span.count = static_cast<int>(std::min(kChunk, count - at));
    trace_kernels::TraceSpan(system, clip, span);
  };
  if (Threads() == 1) {
    for (int i = 0; i < chunks; ++i) trace(i);
  } else {
    ParallelFor(chunks, trace);
  }
}

}  // namespace

Tracer::Tracer(const System& system, int wavelength)
    : system_(std::make_shared<const System>(system)),
      packed_(std::make_shared<const PackedSystem>(PackSystem(*system_, wavelength))) {}

void Tracer::Trace(const RayBatch<double>& rays, bool clip, RayResults<double>* results) const {
  TraceBatch(*packed_, clip, rays, results);
}

void Tracer::Trace(const RayBatch<float>& rays, bool clip, RayResults<float>* results) const {
  TraceBatch(*packed_, clip, rays, results);
}

}  // namespace petzval::optics
