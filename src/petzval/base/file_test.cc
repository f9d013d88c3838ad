// Output files appear only complete; reads say what is wrong.
#include "petzval/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace petzval {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("petzval_file_test_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  int FilesIn() const {
    return static_cast<int>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  fs::path folder_;
};

const std::vector<uint8_t> kBytes = {1, 2, 3};

TEST_F(FileTest, WritesAndReadsBack) {
  const std::string path = folder_ / "a";
  ASSERT_TRUE(WriteFile(path, kBytes));
  auto read = ReadFile(path, 100);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kBytes);
  EXPECT_EQ(FilesIn(), 1);
}

TEST_F(FileTest, UncommittedFileDisappears) {
  {
    auto file = OutputFile::Create(folder_ / "a");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->Write(kBytes));
    EXPECT_EQ(FilesIn(), 1);
  }
  EXPECT_EQ(FilesIn(), 0);
}

TEST_F(FileTest, InterruptRemovesTemporariesAndForbidsNewOnes) {
  // In a process of its own: afterwards nothing can be written any more.
  EXPECT_EXIT(
      {
        auto file = OutputFile::Create(folder_ / "a");
        OutputFile moved = std::move(*file);
        RemoveUnfinishedFiles();
        const bool forbidden = !OutputFile::Create(folder_ / "b");
        _exit(FilesIn() == 0 && forbidden ? 7 : 1);
      },
      testing::ExitedWithCode(7), "");
}

TEST_F(FileTest, LinksKeepPointingAndPipesStay) {
  ASSERT_TRUE(WriteFile(folder_ / "a", {}));
  fs::create_symlink(folder_ / "a", folder_ / "link");
  ASSERT_TRUE(WriteFile(folder_ / "link", kBytes));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(*ReadFile(folder_ / "a", 10), kBytes);
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(WriteFile(folder_ / "pipe", kBytes));
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe"));
}

TEST_F(FileTest, SaysWhatIsWrong) {
  EXPECT_NE(ReadFile(folder_, 10).error().message.find("directory"), std::string::npos);
  EXPECT_NE(ReadFile(folder_ / "no", 10).error().message.find("No such file"), std::string::npos);
  ASSERT_TRUE(WriteFile(folder_ / "a", kBytes));
  EXPECT_EQ(ReadFile(folder_ / "a", 2).error().code, ErrorCode::kTooLarge);
  EXPECT_NE(WriteFile(folder_ / "no" / "a", kBytes).error().message.find("does not exist"),
            std::string::npos);
  EXPECT_NE(WriteFile(folder_, kBytes).error().message.find("directory"), std::string::npos);
}

}  // namespace
}  // namespace petzval
