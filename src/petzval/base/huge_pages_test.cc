// Advice must never change what memory holds, whatever its size and alignment.
#include "petzval/base/huge_pages.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace petzval {
namespace {

TEST(PreferHugePagesTest, ContentsStay) {
  for (size_t size : {size_t{0}, size_t{1}, size_t{4096}, size_t{5} << 20}) {
    std::vector<uint8_t> bytes(size + 3);
    std::iota(bytes.begin(), bytes.end(), uint8_t{7});
    const std::vector<uint8_t> before = bytes;
    PreferHugePages(bytes.data() + 3, size);
    EXPECT_EQ(bytes, before);
  }
}

}  // namespace
}  // namespace petzval
