// Reading whole files: the shared real ones, and files that are no RAW.
#include "petzval/capture/reader.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace petzval {
namespace {

namespace fs = std::filesystem;

TEST(ReadRawTest, EverySharedDngIsRead) {
  const fs::path shared = fs::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data";
  if (!fs::is_directory(shared)) GTEST_SKIP() << "../shared/data is absent";
  int count = 0;
  for (const char* folder : {"raw", "burst"}) {
    for (const auto& entry : fs::recursive_directory_iterator(shared / folder)) {
      if (entry.path().extension() != ".dng") continue;
      const auto frame = ReadRaw(entry.path().string());
      ASSERT_TRUE(frame.has_value()) << frame.error().message;
      ++count;
    }
  }
  EXPECT_GT(count, 20);
}

}  // namespace
}  // namespace petzval
