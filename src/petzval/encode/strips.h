// Strips made in parallel, written in order.
#ifndef PETZVAL_ENCODE_STRIPS_H_
#define PETZVAL_ENCODE_STRIPS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "petzval/base/result.h"

namespace petzval {

struct Strip {
  int index = 0, y = 0, rows = 0;
  bool last = false;
};

// Cuts `height` rows into strips of `strip_rows`, calls `make` for each from several threads and
// `write` with the results one after the other in the order of the strips, as soon as they can be.
// Bounded memory: hardly more results than threads wait for their turn.
// Returns the first error of `make` or `write`; strips that have not begun by then are not made.
Status WriteStrips(int height, int strip_rows,
                   const std::function<Result<std::vector<uint8_t>>(const Strip&)>& make,
                   const std::function<Status(const Strip&, const std::vector<uint8_t>&)>& write);

// Working memory handed from one task to the next; at most one T for each thread comes to be.
template <class T>
class Pool {
 public:
  std::unique_ptr<T> Take() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<T>();
    auto t = std::move(idle_.back());
    idle_.pop_back();
    return t;
  }
  void Return(std::unique_ptr<T> t) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(t));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace petzval

#endif  // PETZVAL_ENCODE_STRIPS_H_
