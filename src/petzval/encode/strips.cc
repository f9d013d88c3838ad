// The queue between the makers of strips and the one writer.
#include "petzval/encode/strips.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "petzval/base/parallel.h"

namespace petzval {

Status WriteStrips(int height, int strip_rows,
                   const std::function<Result<std::vector<uint8_t>>(const Strip&)>& make,
                   const std::function<Status(const Strip&, const std::vector<uint8_t>&)>& write) {
  const int strips = (height + strip_rows - 1) / strip_rows;
  const auto strip = [&](int i) {
    const int y = i * strip_rows;
    return Strip{i, y, std::min(strip_rows, height - y), i + 1 == strips};
  };

  const size_t most_waiting = 2 * static_cast<size_t>(Threads());
  std::mutex mutex;
  std::condition_variable written_one;
  std::map<int, std::vector<uint8_t>> ready;
  int next = 0;
  bool writing = false, failed = false;
  Status status;
  const auto fail = [&](Error error) {  // with the lock held
    if (!failed) status = Fail(std::move(error));
    failed = true;
    ready.clear();
    written_one.notify_all();
  };

  ParallelFor(strips, [&](int i) {
    {
      std::lock_guard lock(mutex);
      if (failed) return;
    }
    auto made = make(strip(i));
    std::unique_lock lock(mutex);
    if (!made) return fail(std::move(made).error());
    // Only while somebody writes, so that there is somebody to wait for.
    written_one.wait(lock, [&] { return failed || !writing || ready.size() < most_waiting; });
    if (failed) return;
    ready.emplace(i, std::move(*made));
    // Whoever finds the next strip ready writes; the others go on with their work.
    if (writing) return;
    writing = true;
    while (!failed && !ready.empty() && ready.begin()->first == next) {
      const std::vector<uint8_t> bytes = std::move(ready.begin()->second);
      ready.erase(ready.begin());
      lock.unlock();
      auto written = write(strip(next), bytes);
      lock.lock();
      ++next;
      written_one.notify_all();
      if (!written) fail(std::move(written).error());
    }
    writing = false;
    written_one.notify_all();
  });
  return status;
}

}  // namespace petzval
