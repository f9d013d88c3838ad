// Batches of rays through a system.
#include "petzval/base/parallel.h"
#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

Tracer::Tracer(const System& system, int wavelength) : system_(system), wavelength_(wavelength) {}

void Tracer::Trace(const RayBatch<double>& rays, bool clip, RayResults<double>* results) const {
  const size_t count = rays.size();
  for (auto* v : {&results->x, &results->y, &results->l, &results->m, &results->n, &results->opl}) {
    v->resize(count);
  }
  results->status.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
    const RayResult r = TraceRay(system_, wavelength_, ray, clip);
    results->x[i] = r.x, results->y[i] = r.y;
    results->l[i] = r.l, results->m[i] = r.m, results->n[i] = r.n;
    results->opl[i] = r.opl;
    results->status[i] = static_cast<uint8_t>(r.status);
  }
}

void Tracer::Trace(const RayBatch<float>& rays, bool clip, RayResults<float>* results) const {
  const size_t count = rays.size();
  for (auto* v : {&results->x, &results->y, &results->l, &results->m, &results->n}) {
    v->resize(count);
  }
  results->opl.clear();
  results->status.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const Ray ray{rays.x[i], rays.y[i], rays.z[i], rays.l[i], rays.m[i], rays.n[i]};
    const RayResult r = TraceRay(system_, wavelength_, ray, clip);
    results->x[i] = static_cast<float>(r.x), results->y[i] = static_cast<float>(r.y);
    results->l[i] = static_cast<float>(r.l), results->m[i] = static_cast<float>(r.m);
    results->n[i] = static_cast<float>(r.n);
    results->status[i] = static_cast<uint8_t>(r.status);
  }
}

}  // namespace petzval::optics
