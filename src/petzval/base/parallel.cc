// ParallelFor on Halide's thread pool.
#include "petzval/base/parallel.h"

#include <HalideRuntime.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <thread>

namespace petzval {
namespace {

std::atomic<int> thread_count{0};

// One loop: the tasks' function and the first exception that one of them threw. Exceptions must not
// cross the pool, which is C.
struct Loop {
  const std::function<void(int)>& f;
  std::atomic<bool> failed{false};
  std::exception_ptr exception;
};

int CallTask(void*, int index, uint8_t* closure) {
  auto* loop = reinterpret_cast<Loop*>(closure);
  if (loop->failed) return 0;
  try {
    loop->f(index);
  } catch (...) {
    if (!loop->failed.exchange(true)) loop->exception = std::current_exception();
  }
  return 0;
}

std::atomic<void (*)(const char*)> pipeline_error_handler{nullptr};

void OnPipelineError(void*, const char* message) {
  if (auto* handler = pipeline_error_handler.load()) handler(message);
  std::abort();
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
  Loop loop{f};
  halide_do_par_for(nullptr, CallTask, 0, n, reinterpret_cast<uint8_t*>(&loop));
  if (loop.failed) std::rethrow_exception(loop.exception);
}

void SetPipelineErrorHandler(void (*handler)(const char* message)) {
  pipeline_error_handler = handler;
  halide_set_error_handler(OnPipelineError);
}

}  // namespace petzval
