// Damaged copies of real and made files, with a fixed seed: each must come back as a usable frame
// or as one sentence. To be run under the asan preset.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <random>

#include "petzval/capture/describe.h"
#include "petzval/capture/dng_test_builder.h"
#include "petzval/capture/metadata_check.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

namespace fs = std::filesystem;
using testing_dng::Bytes;
using testing_dng::Dng;
using testing_dng::Put;
using testing_dng::Ramp;
using testing_dng::TemporaryFile;

void ExpectUsable(const Result<RawFrame>& frame, const std::string& what) {
  if (!frame) {
    EXPECT_FALSE(frame.error().message.empty()) << what;
    EXPECT_EQ(frame.error().message.find('\n'), std::string::npos) << what;
    return;
  }
  const Rect& crop = frame->default_crop;
  EXPECT_TRUE(crop.x >= 0 && crop.y >= 0 && crop.width >= 1 && crop.height >= 1 &&
              crop.x + crop.width <= frame->width() && crop.y + crop.height <= frame->height())
      << what;
  EXPECT_TRUE(frame->mosaic.planes() == 1 || frame->mosaic.planes() == 3) << what;
  for (int c = 0; c < 3; ++c) {
    for (float black : frame->black_dn) {
      EXPECT_TRUE(std::isfinite(black) && frame->white_dn[c] > black) << what;
    }
    const NoiseLine& n = frame->noise.plane[c];
    EXPECT_TRUE(n.s > 0 && n.o > 0 && std::isfinite(n.s + n.o)) << what;
  }
  for (const GainMap& map : frame->gain_maps) {
    EXPECT_TRUE(map.area.x >= 0 && map.area.y >= 0 &&
                map.area.x + map.area.width <= frame->width() &&
                map.area.y + map.area.height <= frame->height())
        << what;
  }
  EXPECT_FALSE(DescribeText(*frame).empty() || DescribeJson(*frame).empty()) << what;
}

// Reads with a limit on the time, generous enough for a sanitizer on a busy machine: what takes
// longer has let the file decide how much work there is.
template <class F>
void ExpectUsableInTime(F read, const std::string& what) {
  constexpr double kMostSeconds = 20;
  const auto begin = std::chrono::steady_clock::now();
  ExpectUsable(read(), what);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(time.count(), kMostSeconds) << what;
}

// The way of ReadRaw for a DNG in memory; LibRaw is left out.
Result<RawFrame> ReadMemory(const Bytes& file) {
  const ByteSource source = ByteSource::FromMemory(file);
  PETZVAL_ASSIGN(const TiffFile tiff, TiffFile::Parse(source));
  StatedMetadata stated;
  PETZVAL_ASSIGN(RawFrame frame, ReadDng(tiff, "", stated));
  PETZVAL_RETURN_IF_ERROR(CheckMetadata(stated, frame));
  return frame;
}

// Where a parser looks: the header, the directories, their values.
std::vector<std::pair<size_t, size_t>> Structure(const Bytes& file) {
  std::vector<std::pair<size_t, size_t>> regions{{0, std::min<size_t>(file.size(), 16)}};
  const ByteSource source = ByteSource::FromMemory(file);
  const auto tiff = TiffFile::Parse(source);
  if (!tiff) return regions;
  for (const TiffIfd& ifd : tiff->ifds()) {
    for (const TiffIfd::Entry& e : ifd.entry) {
      // Values up to a kilobyte, and the twelve bytes of inline entries that stand before them.
      const size_t begin = e.offset > 8 ? e.offset - 8 : 0;
      regions.emplace_back(begin,
                           std::min<uint64_t>(8 + std::min<uint64_t>(e.count * 8, 1024),
                                              begin < file.size() ? file.size() - begin : 0));
    }
  }
  std::erase_if(regions, [](const auto& r) { return r.second == 0; });
  return regions;
}

// `copies` damaged copies of `file`: flipped bits and bytes, mostly in its structure, and cut ends.
template <class F>
void Replay(const Bytes& file, int copies, uint32_t seed, F read) {
  if (file.empty()) return;
  const auto regions = Structure(file);
  std::mt19937 random(seed);
  const auto below = [&](size_t n) {
    return static_cast<size_t>(random()) % std::max<size_t>(n, 1);
  };
  Bytes copy = file;
  for (int i = 0; i < copies; ++i) {
    std::vector<std::pair<size_t, uint8_t>> undo;
    const size_t flips = 1 + below(4);
    for (size_t k = 0; k < flips; ++k) {
      size_t at = below(file.size());
      if (below(10) < 8) {
        const auto& [begin, size] = regions[below(regions.size())];
        at = std::min(begin + below(size), file.size() - 1);
      }
      undo.emplace_back(at, copy[at]);
      static constexpr uint8_t kValues[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
      copy[at] = below(2) ? kValues[below(5)] : static_cast<uint8_t>(copy[at] ^ (1 << below(8)));
    }
    if (i % 6 == 5) {
      copy.resize(below(3) == 0 ? below(std::min<size_t>(file.size(), 2048)) : below(file.size()));
    }
    read(copy, "seed " + std::to_string(seed) + " copy " + std::to_string(i));
    copy.insert(copy.end(), file.begin() + static_cast<ptrdiff_t>(copy.size()), file.end());
    for (auto it = undo.rbegin(); it != undo.rend(); ++it) copy[it->first] = it->second;
  }
}

// Copies of `file` in which one value has another type, so that floating point numbers and
// fractions stand where whole ones are meant, and all bits of its payload are set (NaN) or clear
// (0/0).
template <class F>
void ReplayTypes(const Bytes& file, F read) {
  constexpr uint16_t kTypes[] = {3, 4, 5, 10, 11, 12};
  constexpr uint64_t kMostValues = 1 << 13;
  const ByteSource source = ByteSource::FromMemory(file);
  const auto tiff = TiffFile::Parse(source);
  if (!tiff) return;
  const bool big = tiff->big_endian();
  for (const TiffIfd& ifd : tiff->ifds()) {
    for (const TiffIfd::Entry& e : ifd.entry) {
      Bytes head;
      Put(head, e.tag, 2, big);
      Put(head, e.type, 2, big);
      Put(head, e.count, 4, big);
      const auto at = std::search(file.begin(), file.end(), head.begin(), head.end());
      if (at == file.end() || e.count > kMostValues) continue;
      const size_t entry = static_cast<size_t>(at - file.begin());
      if (entry + 12 > file.size()) continue;
      for (uint16_t type : kTypes) {
        for (uint8_t fill : {uint8_t{0x00}, uint8_t{0xFF}}) {
          Bytes copy = file;
          Bytes patch;
          Put(patch, type, 2, big);
          std::copy(patch.begin(), patch.end(), copy.begin() + static_cast<ptrdiff_t>(entry) + 2);
          const uint64_t bytes = e.count * (type == 3 ? 2 : type == 4 || type == 11 ? 4 : 8);
          Bytes value(4, fill);
          if (bytes > 4) {
            value.clear();
            Put(value, copy.size(), 4, big);
            copy.resize(copy.size() + bytes, fill);
          }
          std::copy(value.begin(), value.end(), copy.begin() + static_cast<ptrdiff_t>(entry) + 8);
          read(copy, "tag " + std::to_string(e.tag) + " as type " + std::to_string(type) +
                         " of bytes " + std::to_string(fill));
        }
      }
    }
  }
}

void PutDoubles(Bytes& b, const std::vector<double>& v) {
  for (double x : v) Put(b, std::bit_cast<uint64_t>(x), 8, true);
}

// Everything that our reader knows, in one small file.
Bytes RichDng(bool big) {
  Dng dng(96, 64, big);
  Bytes map;
  Put(map, 1, 4, true);  // one opcode
  for (uint32_t v : {9, 0x01030000, 0, 92}) Put(map, v, 4, true);
  for (uint32_t v : {0, 0, 60, 80, 0, 1, 2, 2, 2, 2}) Put(map, v, 4, true);
  PutDoubles(map, {1, 1, 0, 0});
  for (uint32_t v : {1, 0x3F800000, 0x3F800000, 0x40000000, 0x40000000}) Put(map, v, 4, true);
  Bytes warp;
  Put(warp, 1, 4, true);
  for (uint32_t v : {1, 0x01030000, 0, 68, 1}) Put(warp, v, 4, true);
  PutDoubles(warp, {1, 0, 0, 0, 0, 0, 0.5, 0.5});
  Bytes bad;
  Put(bad, 2, 4, true);
  for (uint32_t v : {4, 0x01030000, 0, 8, 0, 0}) Put(bad, v, 4, true);
  for (uint32_t v : {5, 0x01030000, 0, 36, 0, 1, 1, 5, 5, 1, 1, 3, 4}) Put(bad, v, 4, true);
  dng.ifd.Undefined(tag::kOpcodeList1, bad);
  dng.ifd.Undefined(tag::kOpcodeList2, map);
  dng.ifd.Undefined(tag::kOpcodeList3, warp);
  dng.ifd.Long(tag::kActiveArea, {2, 4, 62, 84});
  dng.ifd.Short(tag::kBlackLevelRepeatDim, {2, 2});
  dng.ifd.Short(tag::kBlackLevel, {64, 65, 66, 64});
  dng.ifd.Rational(tag::kBlackLevelDeltaH, std::vector<double>(80, 0.5), true);
  dng.ifd.Short(tag::kWhiteLevel, {60000});
  dng.ifd.Short(tag::kLinearizationTable, std::vector<int>(300, 7));
  dng.ifd.Rational(tag::kColorMatrix1, {0.8, -0.2, -0.1, -0.4, 1.2, 0.2, -0.1, 0.2, 0.6}, true);
  dng.ifd.Rational(tag::kForwardMatrix1, {0.6, 0.25, 0.11, 0.25, 0.75, 0, 0.02, 0.1, 0.7}, true);
  dng.ifd.Rational(tag::kAsShotNeutral, {0.5, 1, 0.6});
  dng.ifd.Double(tag::kNoiseProfile, {1e-4, 1e-6});
  dng.ifd.Rational(tag::kDefaultCropOrigin, {2, 2});
  dng.ifd.Rational(tag::kDefaultCropSize, {60, 50});
  dng.ifd.Ascii(tag::kMake, "Maker");
  return dng.Build(Ramp(96 * 64));
}

TEST(CorpusReplayTest, MadeFiles) {
  for (bool big : {false, true}) {
    const Bytes rich = RichDng(big);
    ExpectUsable(ReadMemory(rich), "undamaged");
    ASSERT_TRUE(ReadMemory(rich).has_value());
    Replay(rich, 1500, 11 + big, [](const Bytes& file, const std::string& what) {
      ExpectUsableInTime([&] { return ReadMemory(file); }, what);
    });
    Replay(rich, 40, 21 + big, [](const Bytes& file, const std::string& what) {
      ExpectUsableInTime([&] { return ReadRaw(TemporaryFile(file).path()); }, what);
    });
  }
}

TEST(CorpusReplayTest, OtherTypesOfEveryTag) {
  for (bool big : {false, true}) {
    ReplayTypes(RichDng(big), [](const Bytes& file, const std::string& what) {
      ExpectUsableInTime([&] { return ReadMemory(file); }, what);
    });
  }
}

TEST(CorpusReplayTest, SharedFiles) {
  const fs::path shared = fs::path(PETZVAL_SOURCE_DIR) / ".." / "shared" / "data";
  if (!fs::is_directory(shared)) GTEST_SKIP() << "../shared/data is absent";
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    if (!entry.is_regular_file()) continue;
    const bool seed = entry.path().string().find("fuzz-seeds") != std::string::npos;
    if (seed || entry.path().extension() == ".dng") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  uint32_t seed = 1000;
  for (const fs::path& path : paths) {
    SCOPED_TRACE(path.string());
    const auto bytes = ReadFile(path.string(), 64 << 20);
    ASSERT_TRUE(bytes.has_value());
    const bool dng = path.extension() == ".dng";
    if (dng && bytes->size() < 100'000) {
      ReplayTypes(*bytes, [](const Bytes& file, const std::string& what) {
        ExpectUsableInTime([&] { return ReadMemory(file); }, what);
      });
    }
    if (dng) {
      const int copies = bytes->size() < 100'000 ? 200 : 8;
      Replay(*bytes, copies, ++seed, [](const Bytes& file, const std::string& what) {
        ExpectUsableInTime([&] { return ReadMemory(file); }, what);
      });
    }
    // The whole way with files, LibRaw included: the seeds as they are and damaged.
    if (bytes->size() < 100'000) {
      ExpectUsable(ReadRaw(path.string()), "undamaged");
      Replay(*bytes, 3, ++seed, [](const Bytes& file, const std::string& what) {
        ExpectUsableInTime([&] { return ReadRaw(TemporaryFile(file).path()); }, what);
      });
    }
  }
}

}  // namespace
}  // namespace petzval
