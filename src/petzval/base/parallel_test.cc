// ParallelFor calls each index once, nests, and obeys the thread count.
#include "petzval/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace petzval {
namespace {

TEST(ParallelForTest, CallsEachIndexOnce) {
  std::vector<std::atomic<int>> calls(1000);
  ParallelFor(1000, [&](int i) { ++calls[i]; });
  for (const auto& c : calls) EXPECT_EQ(c, 1);
}

TEST(ParallelForTest, Nests) {
  std::atomic<int> calls{0};
  ParallelFor(8, [&](int) { ParallelFor(8, [&](int) { ++calls; }); });
  EXPECT_EQ(calls, 64);
}

TEST(ParallelForTest, NothingToDo) {
  ParallelFor(0, [](int) { FAIL(); });
  ParallelFor(-3, [](int) { FAIL(); });
}

}  // namespace
}  // namespace petzval
