// One thread pool in the process, Halide's: our own loops and the pipelines share it.
#ifndef PETZVAL_BASE_PARALLEL_H_
#define PETZVAL_BASE_PARALLEL_H_

#include <functional>

namespace petzval {

// Number of threads for loops and pipelines, >= 1. Results never depend on it.
void SetThreads(int threads);
int Threads();

// Calls f(i) once for each i in [0, n), in any order, from several threads; returns when all are
// done. May be nested. f must not throw.
void ParallelFor(int n, const std::function<void(int)>& f);

}  // namespace petzval

#endif  // PETZVAL_BASE_PARALLEL_H_
