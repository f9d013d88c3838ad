// ParallelFor on Halide's thread pool.
#include "petzval/base/parallel.h"

#include <HalideRuntime.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace petzval {
namespace {

std::atomic<int> thread_count{0};

int CallTask(void*, int index, uint8_t* closure) {
  (*reinterpret_cast<const std::function<void(int)>*>(closure))(index);
  return 0;
}

}  // namespace

void SetThreads(int threads) {
  thread_count = std::max(1, threads);
  halide_set_num_threads(thread_count);
}

int Threads() {
  const int set = thread_count;
  return set > 0 ? set : std::max(1u, std::thread::hardware_concurrency());
}

void ParallelFor(int n, const std::function<void(int)>& f) {
  if (n <= 0) return;
  if (n == 1) return f(0);
  auto* closure = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(&f));
  halide_do_par_for(nullptr, CallTask, 0, n, closure);
}

}  // namespace petzval
