// Damaged copies of lens files, with a fixed seed: each comes back as a checked lens or as one
// sentence. To be run under the asan preset.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "petzval/optics/interchange/interchange_test_util.h"
#include "petzval/optics/lens/lens_file.h"

namespace petzval::optics {
namespace {

using testing_interchange::ErrorOf;
using testing_interchange::FromText;
using testing_interchange::SharedOptics;

using Bytes = std::vector<uint8_t>;

void ExpectLensOrSentence(const Bytes& bytes, const std::string& name) {
  const auto read = ImportLensBytes(bytes, name);
  if (!read) {
    EXPECT_FALSE(read.error().message.empty()) << name;
    EXPECT_EQ(read.error().message.find('\n'), std::string::npos) << name;
    EXPECT_LT(read.error().message.size(), 600u) << name;
    return;
  }
  EXPECT_TRUE(CheckLens(read->lens)) << name;
  // Whatever was read can be tried to be written.
  (void)ExportZmx(read->lens);
  (void)ExportSeq(read->lens);
  EXPECT_TRUE(ExportJson(read->lens)) << name;
}

// `count` copies: bytes replaced, ranges removed, doubled or cut off.
void Damage(const Bytes& original, const std::string& name, int count) {
  std::mt19937 random(20240229);
  const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  constexpr char kTelling[] = "0123456789.-+eE \n;&!'\"{}[],SINFAPRMK";
  for (int i = 0; i < count; ++i) {
    Bytes bytes = original;
    const int changes = 1 + static_cast<int>(below(8));
    for (int k = 0; k < changes && !bytes.empty(); ++k) {
      const size_t at = below(bytes.size());
      const size_t length = std::min<size_t>(1 + below(40), bytes.size() - at);
      switch (below(6)) {
        case 0:
          bytes[at] = static_cast<uint8_t>(random());
          break;
        case 1:
          bytes[at] ^= static_cast<uint8_t>(1u << below(8));
          break;
        case 2:
          bytes[at] = static_cast<uint8_t>(kTelling[below(sizeof(kTelling) - 1)]);
          break;
        case 3:
          bytes.erase(bytes.begin() + at, bytes.begin() + at + length);
          break;
        case 4: {
          const Bytes part(bytes.begin() + at, bytes.begin() + at + length);
          bytes.insert(bytes.begin() + below(bytes.size()), part.begin(), part.end());
          break;
        }
        default:
          if (below(4) == 0) bytes.resize(at);
      }
    }
    ExpectLensOrSentence(bytes, name);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(InterchangeReplay, DamagedExamples) {
  SKIP_WITHOUT_SHARED();
  for (const char* folder : {"interchange", "deeplens"}) {
    for (const auto& file : std::filesystem::directory_iterator(SharedOptics(folder))) {
      std::ifstream in(file.path(), std::ios::binary);
      const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
      Damage(bytes, file.path().filename(), 120);
    }
  }
}

TEST(InterchangeReplay, DamagedExports) {
  Lens lens;
  lens.name = lens.title = "replay";
  Surface front;
  front.radius_mm = 30;
  front.thickness_mm = 4;
  front.medium = "schott/N-BK7";
  front.asphere = {AsphereKind::kPower, 1, {{4, 1e-6}}, {}};
  front.pose = Pose{0.1, 0, 1, 0, 0, true};
  Surface back;
  back.thickness_mm = 50;
  lens.surfaces = {front, back};
  for (const auto& [text, name] : {std::pair{ExportZmx(lens), "a.zmx"},
                                   {ExportSeq(lens), "a.seq"},
                                   {ExportJson(lens), "a.json"}}) {
    ASSERT_TRUE(text) << text.error().message;
    Damage({text->begin(), text->end()}, name, 1500);
  }
}

TEST(InterchangeReplay, Truncated) {
  Lens lens;
  lens.name = lens.title = "cut";
  lens.surfaces.resize(2);
  lens.surfaces[0].radius_mm = 30;
  lens.surfaces[0].thickness_mm = 3;
  lens.surfaces[0].medium = "schott/N-BK7";
  lens.surfaces[1].thickness_mm = 50;
  for (const auto& [text, name] : {std::pair{ExportZmx(lens), "a.zmx"},
                                   {ExportSeq(lens), "a.seq"},
                                   {ExportJson(lens), "a.json"}}) {
    ASSERT_TRUE(text);
    for (size_t length = 0; length < text->size(); ++length) {
      ExpectLensOrSentence({text->begin(), text->begin() + length}, name);
    }
  }
}

TEST(InterchangeReplay, SizesAreBounded) {
  std::string many = "SO 0 1e13\n";
  for (int i = 0; i < 3000; ++i) many += "S 0 1\n";
  const auto read =
      ImportLensBytes({reinterpret_cast<const uint8_t*>(many.data()), many.size()}, "many.seq");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kTooLarge);
  const Bytes large(9 << 20, ' ');
  const auto refused = ImportLensBytes(large, "large.zmx");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
  // Deep nesting is not recursion.
  const std::string deep(1 << 20, '[');
  EXPECT_FALSE(FromText(deep, "deep.json"));
  EXPECT_EQ(ErrorOf("{\"format\": \"petzval-lens\", \"schema\": 1, \"x\": " + deep +
                        std::string(deep.size(), ']') + "}",
                    "deep.json"),
            "deep.json: x is not a known key");
}

// Time in proportion to the size: each of these takes minutes where something is quadratic.
TEST(InterchangeReplay, LongLinesAndManyKeys) {
  constexpr size_t kBytes = 2 << 20;
  for (const char* part : {" ", "&", "& ", "'", " '", "\"x\" ", ";", "! ", "A 1;", "\r"}) {
    std::string text = "SO 0 1e13\n";
    while (text.size() < kBytes) text += part;
    EXPECT_FALSE(FromText(text, "long.seq")) << part;
    EXPECT_FALSE(FromText(text, "long.zmx")) << part;
  }
  std::string keys = "{\"format\": \"petzval-lens\", \"schema\": 1";
  for (int i = 0; keys.size() < kBytes; ++i) keys += ", \"k" + std::to_string(i) + "\": 1";
  EXPECT_NE(ErrorOf(keys + "}", "keys.json").find("is not a known key"), std::string::npos);
  std::string glasses = "PRV\nPWL 500\n";
  for (int i = 0; glasses.size() < kBytes; ++i) glasses += "G" + std::to_string(i) + " 1.5\n";
  EXPECT_NE(ErrorOf(glasses, "glasses.seq").find("more than 2000 private glasses"),
            std::string::npos);
  std::string makers = "GCAT";
  while (makers.size() < kBytes) makers += " A";
  makers += "\nENPD 1\nSURF 0\n";
  for (int i = 0; i < 400; ++i) makers += "SURF 1\n  GLAS N-BK7 0 0 1.5 40\n  DISZ 1\n";
  EXPECT_TRUE(FromText(makers + "SURF 401\n", "makers.zmx"));
}

}  // namespace
}  // namespace petzval::optics
