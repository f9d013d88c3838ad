// Tests only: TIFF and DNG files made byte by byte.
#ifndef PETZVAL_CAPTURE_DNG_TEST_BUILDER_H_
#define PETZVAL_CAPTURE_DNG_TEST_BUILDER_H_

#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petzval/base/file.h"
#include "petzval/capture/byte_source.h"
#include "petzval/capture/dng_reader.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/tiff_file.h"

namespace petzval::testing_dng {

using Bytes = std::vector<uint8_t>;

inline void Put(Bytes& to, uint64_t value, int bytes, bool big) {
  for (int i = 0; i < bytes; ++i) {
    to.push_back(static_cast<uint8_t>(value >> 8 * (big ? bytes - 1 - i : i)));
  }
}

// A directory under construction. Setting a tag again replaces it.
class Ifd {
 public:
  explicit Ifd(bool big = false) : big_(big) {}

  void Set(uint16_t tag, uint16_t type, uint64_t count, Bytes payload) {
    entry_[tag] = {type, count, std::move(payload)};
  }
  void Remove(uint16_t tag) { entry_.erase(tag); }
  void Byte(uint16_t tag, const Bytes& v) { Set(tag, 1, v.size(), v); }
  void Undefined(uint16_t tag, const Bytes& v) { Set(tag, 7, v.size(), v); }
  void Ascii(uint16_t tag, const std::string& s) {
    Bytes b(s.begin(), s.end());
    b.push_back(0);
    Set(tag, 2, b.size(), b);
  }
  void Short(uint16_t tag, const std::vector<int>& v) {
    Bytes b;
    for (int x : v) Put(b, static_cast<uint64_t>(x), 2, big_);
    Set(tag, 3, v.size(), b);
  }
  void Long(uint16_t tag, const std::vector<uint64_t>& v) {
    Bytes b;
    for (uint64_t x : v) Put(b, x, 4, big_);
    Set(tag, 4, v.size(), b);
  }
  // RATIONAL (type 5) or, with a sign, SRATIONAL (type 10), in steps of 1/10000.
  void Rational(uint16_t tag, const std::vector<double>& v, bool is_signed = false) {
    Bytes b;
    for (double x : v) {
      const int64_t n = static_cast<int64_t>(x * 10000 + (x < 0 ? -0.5 : 0.5));
      Put(b, static_cast<uint64_t>(n), 4, big_);
      Put(b, 10000, 4, big_);
    }
    Set(tag, is_signed ? 10 : 5, v.size(), b);
  }
  void Double(uint16_t tag, const std::vector<double>& v) {
    Bytes b;
    for (double x : v) Put(b, std::bit_cast<uint64_t>(x), 8, big_);
    Set(tag, 12, v.size(), b);
  }

  // Appends the directory and its values to `file`; returns the offset of the directory.
  uint64_t Write(Bytes& file, uint64_t next = 0) const {
    std::map<uint16_t, uint64_t> where;
    for (const auto& [tag, e] : entry_) {
      if (e.payload.size() <= 4) continue;
      if (file.size() % 2) file.push_back(0);
      where[tag] = file.size();
      file.insert(file.end(), e.payload.begin(), e.payload.end());
    }
    if (file.size() % 2) file.push_back(0);
    const uint64_t at = file.size();
    Put(file, entry_.size(), 2, big_);
    for (const auto& [tag, e] : entry_) {
      Put(file, tag, 2, big_);
      Put(file, e.type, 2, big_);
      Put(file, e.count, 4, big_);
      if (e.payload.size() <= 4) {
        Bytes inside = e.payload;
        inside.resize(4);
        file.insert(file.end(), inside.begin(), inside.end());
      } else {
        Put(file, where[tag], 4, big_);
      }
    }
    Put(file, next, 4, big_);
    return at;
  }
  bool big() const { return big_; }

 private:
  struct Entry {
    uint16_t type;
    uint64_t count;
    Bytes payload;
  };
  bool big_;
  std::map<uint16_t, Entry> entry_;
};

inline void PatchFirstIfd(Bytes& file, uint64_t offset, bool big) {
  Bytes word;
  Put(word, offset, 4, big);
  std::copy(word.begin(), word.end(), file.begin() + 4);
}

inline Bytes Header(bool big) {
  Bytes file = big ? Bytes{'M', 'M', 0, 42} : Bytes{'I', 'I', 42, 0};
  file.resize(8);
  return file;
}

// A DNG of one directory: the usual tags, pixels as given.
struct Dng {
  explicit Dng(int width, int height, bool big = false) : width(width), height(height), ifd(big) {
    ifd.Long(tag::kNewSubfileType, {0});
    ifd.Long(tag::kImageWidth, {uint64_t(width)});
    ifd.Long(tag::kImageLength, {uint64_t(height)});
    ifd.Short(tag::kBitsPerSample, {16});
    ifd.Short(tag::kCompression, {1});
    ifd.Short(tag::kPhotometric, {32803});
    ifd.Short(tag::kSamplesPerPixel, {1});
    ifd.Long(tag::kRowsPerStrip, {uint64_t(height)});
    ifd.Byte(tag::kDngVersion, {1, 4, 0, 0});
    ifd.Short(tag::kCfaRepeatPatternDim, {2, 2});
    ifd.Byte(tag::kCfaPattern, {0, 1, 1, 2});
  }

  // The samples as 16-bit words in the order of the file.
  Bytes Words(const std::vector<uint16_t>& samples) const {
    Bytes b;
    for (uint16_t v : samples) Put(b, v, 2, ifd.big());
    return b;
  }
  // The samples of rows of `row` samples as a stream of bits, each row from a whole byte.
  static Bytes Packed(const std::vector<uint16_t>& samples, int bits, int row) {
    Bytes b;
    for (size_t first = 0; first < samples.size(); first += row) {
      uint32_t store = 0;
      int have = 0;
      for (int i = 0; i < row; ++i) {
        store = store << bits | samples[first + i];
        have += bits;
        while (have >= 8) {
          b.push_back(static_cast<uint8_t>(store >> (have - 8)));
          have -= 8;
        }
      }
      if (have > 0) b.push_back(static_cast<uint8_t>(store << (8 - have)));
    }
    return b;
  }

  // The file: blocks of pixels first, then the directory.
  Bytes Build(const std::vector<Bytes>& blocks, bool tiles = false) {
    Bytes file = Header(ifd.big());
    std::vector<uint64_t> offsets, counts;
    for (const Bytes& block : blocks) {
      offsets.push_back(file.size());
      counts.push_back(block.size());
      file.insert(file.end(), block.begin(), block.end());
    }
    ifd.Long(tiles ? tag::kTileOffsets : tag::kStripOffsets, offsets);
    ifd.Long(tiles ? tag::kTileByteCounts : tag::kStripByteCounts, counts);
    PatchFirstIfd(file, ifd.Write(file), ifd.big());
    return file;
  }
  Bytes Build(const std::vector<uint16_t>& samples) { return Build({Words(samples)}); }

  int width, height;
  Ifd ifd;
};

// Values that name their place: no two neighbours are alike.
inline std::vector<uint16_t> Ramp(int count, int max = 65535) {
  std::vector<uint16_t> v(count);
  uint32_t state = 12345;
  for (uint16_t& x : v) {
    state = state * 1664525 + 1013904223;
    x = static_cast<uint16_t>((state >> 8) % (static_cast<uint32_t>(max) + 1));
  }
  return v;
}

// Parses a DNG from memory without the checks of metadata.
inline Result<RawFrame> Read(const Bytes& file, StatedMetadata* stated = nullptr) {
  const ByteSource source = ByteSource::FromMemory(file);
  PETZVAL_ASSIGN(const TiffFile tiff, TiffFile::Parse(source));
  StatedMetadata ignored;
  return ReadDng(tiff, "", stated ? *stated : ignored);
}

// A file in a folder of its own that disappears.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Bytes& bytes, const std::string& name = "test.dng") {
    std::string folder = (std::filesystem::temp_directory_path() / "petzval-XXXXXX").string();
    if (mkdtemp(folder.data())) folder_ = folder;
    path_ = folder_ / name;
    (void)WriteFile(path_.string(), bytes);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path folder_, path_;
};

}  // namespace petzval::testing_dng

#endif  // PETZVAL_CAPTURE_DNG_TEST_BUILDER_H_
