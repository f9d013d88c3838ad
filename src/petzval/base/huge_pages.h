// Large buffers on large pages: filling fresh memory costs more in page faults than in copying.
#ifndef PETZVAL_BASE_HUGE_PAGES_H_
#define PETZVAL_BASE_HUGE_PAGES_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace petzval {

// Asks the system to back the whole 2 MiB pages within [data, data + bytes) by huge pages when they
// are first touched. Only advice: nothing changes but speed, and nothing happens where it is not
// known.
inline void PreferHugePages(void* data, size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr uintptr_t kPage = uintptr_t{2} << 20;
  const uintptr_t first = (reinterpret_cast<uintptr_t>(data) + kPage - 1) / kPage * kPage;
  const uintptr_t last = (reinterpret_cast<uintptr_t>(data) + bytes) / kPage * kPage;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  (void)data, (void)bytes;
#endif
}

}  // namespace petzval

#endif  // PETZVAL_BASE_HUGE_PAGES_H_
