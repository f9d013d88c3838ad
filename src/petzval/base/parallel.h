// One thread pool in the process, Halide's: our own loops and the pipelines share it.
#ifndef PETZVAL_BASE_PARALLEL_H_
#define PETZVAL_BASE_PARALLEL_H_

#include <functional>

namespace petzval {

// Number of threads for loops and pipelines, >= 1. Results never depend on it.
void SetThreads(int threads);
int Threads();

// Calls f(i) once for each i in [0, n), in any order, from several threads; returns when all are
// done. May be nested: a thread that waits for an inner loop may run other tasks of the outer one
// meanwhile, so thread-local scratch is safe only in tasks without inner loops. If f throws, no
// further task begins and the first exception is thrown again here.
void ParallelFor(int n, const std::function<void(int)>& f);

// What happens when a pipeline finds itself misused or without memory: `handler` gets the message
// and must not return. Without a handler the program aborts.
void SetPipelineErrorHandler(void (*handler)(const char* message));

}  // namespace petzval

#endif  // PETZVAL_BASE_PARALLEL_H_
