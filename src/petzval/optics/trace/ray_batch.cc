// Rays and results as structure of arrays.
#include <algorithm>

#include "petzval/optics/trace/trace.h"

namespace petzval::optics {

template <class T>
void RayBatch<T>::Resize(size_t count) {
  for (auto* v : {&x, &y, &z, &l, &m, &n}) v->resize(count);
}

template <class T>
void RayBatch<T>::Set(size_t i, const Ray& ray) {
  x[i] = static_cast<T>(ray.x), y[i] = static_cast<T>(ray.y), z[i] = static_cast<T>(ray.z);
  l[i] = static_cast<T>(ray.l), m[i] = static_cast<T>(ray.m), n[i] = static_cast<T>(ray.n);
}

template <class T>
size_t RayResults<T>::CountOk() const {
  return static_cast<size_t>(
      std::count(status.begin(), status.end(), static_cast<uint8_t>(RayStatus::kOk)));
}

template struct RayBatch<double>;
template struct RayBatch<float>;
template struct RayResults<double>;
template struct RayResults<float>;

}  // namespace petzval::optics
