// Working memory that parallel tasks borrow and give back.
#ifndef PETZVAL_BASE_POOL_H_
#define PETZVAL_BASE_POOL_H_

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace petzval {

// Hands out idle Ts, or new ones when none is idle: as many come to be as tasks run at once. Not
// thread-local, because a thread may run a second task inside a nested loop of the first.
template <class T>
class Pool {
 public:
  std::unique_ptr<T> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<T>();
    auto t = std::move(idle_.back());
    idle_.pop_back();
    return t;
  }
  void Return(std::unique_ptr<T> t) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(t));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace petzval

#endif  // PETZVAL_BASE_POOL_H_
