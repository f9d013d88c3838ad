// Merging in tests: the first frame is the reference, a failure fails the test.
#ifndef PETZVAL_BURST_MERGE_TEST_UTIL_H_
#define PETZVAL_BURST_MERGE_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "petzval/burst/burst.h"

namespace petzval::burst {

inline MergedBurst MergeToFirst(std::vector<RawFrame> frames) {
  auto merged = MergeBurst(std::move(frames), {.reference = 0});
  EXPECT_TRUE(merged.has_value()) << (merged ? "" : merged.error().message);
  return std::move(*merged);
}

}  // namespace petzval::burst

#endif  // PETZVAL_BURST_MERGE_TEST_UTIL_H_
