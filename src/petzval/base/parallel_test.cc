// ParallelFor calls each index once, nests, and hands exceptions on.
#include "petzval/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
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

TEST(ParallelForTest, HandsTheFirstExceptionOn) {
  std::atomic<int> calls{0};
  EXPECT_THROW(ParallelFor(1000,
                           [&](int i) {
                             ++calls;
                             if (i % 10 == 3) throw std::bad_alloc();
                           }),
               std::bad_alloc);
  EXPECT_LT(calls, 1000);
  EXPECT_THROW(ParallelFor(1, [](int) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(ParallelForTest, NothingToDo) {
  ParallelFor(0, [](int) { FAIL(); });
  ParallelFor(-3, [](int) { FAIL(); });
}

}  // namespace
}  // namespace petzval
