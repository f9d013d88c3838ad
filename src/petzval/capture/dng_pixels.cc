// Strips and tiles of a DNG to planes of uint16.
#include "petzval/capture/dng_pixels.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "petzval/base/parallel.h"
#include "petzval/capture/dng_tags.h"
#include "petzval/capture/inflate.h"

namespace petzval {
namespace {

constexpr int64_t kMaxBlocks = 1 << 20;
constexpr int kMostBeyond = 1024;
constexpr uint64_t kMaxDeflateRatio = 1032;  // what the format can reach (RFC 1951)

// A run of rows of one strip or tile that one task reads.
struct Job {
  size_t block;
  int plane;        // with planar layouts
  int x, y;         // of the block in the picture
  int first, rows;  // within the block
};

tl::unexpected<Error> Invalid(std::string message) {
  return Fail(ErrorCode::kInvalidInput, std::move(message));
}

// Copies the part of one unpacked row that lies in `area` into the picture.
void StoreRow(const uint16_t* row, const Job& job, int width, int samples, int y, const Rect& area,
              Image<uint16_t>& to) {
  const int x0 = std::max(job.x, area.x);
  const int x1 = std::min(job.x + width, area.x + area.width);
  if (x0 >= x1) return;
  if (samples == 1) {
    std::memcpy(to.row(y - area.y, job.plane) + (x0 - area.x), row + (x0 - job.x),
                sizeof(uint16_t) * (x1 - x0));
    return;
  }
  for (int c = 0; c < samples; ++c) {
    uint16_t* out = to.row(y - area.y, c) - area.x;
    const uint16_t* in = row - static_cast<ptrdiff_t>(job.x) * samples + c;
    for (int x = x0; x < x1; ++x) out[x] = in[static_cast<ptrdiff_t>(x) * samples];
  }
}

// Rows of whole words in this machine's order: from the file into the picture without a stop.
bool ReadDirect(const ByteSource& source, const DngLayout& layout, const Job& job, int first,
                int last, const Rect& area, Image<uint16_t>& to) {
  const int x0 = std::max(job.x, area.x);
  const int x1 = std::min(job.x + layout.block_width, area.x + area.width);
  const size_t row_bytes = size_t{2} * layout.block_width;
  const uint64_t begin = layout.offset[job.block] + (first - job.y) * row_bytes;
  std::vector<uint8_t> skipped(row_bytes);
  std::vector<iovec> pieces;
  pieces.reserve(3 * (last - first));
  for (int y = first; y < last; ++y) {
    uint16_t* out = to.row(y - area.y, job.plane) + (x0 - area.x);
    if (x0 > job.x) pieces.push_back({skipped.data(), size_t{2} * (x0 - job.x)});
    pieces.push_back({out, size_t{2} * (x1 - x0)});
    const size_t tail = size_t{2} * (job.x + layout.block_width - x1);
    if (tail > 0 && y + 1 < last) pieces.push_back({skipped.data(), tail});
  }
  return source.ReadPieces(begin, pieces);
}

void UndoDifferences(uint16_t* row, int width, int samples, int bits) {
  const uint16_t mask = static_cast<uint16_t>((1u << bits) - 1);
  for (int i = samples; i < width * samples; ++i) {
    row[i] = static_cast<uint16_t>(row[i] + row[i - samples]) & mask;
  }
}

}  // namespace

Result<DngLayout> ReadDngLayout(const TiffFile& tiff, const TiffIfd& ifd) {
  DngLayout l;
  const auto number = [&](uint16_t tag, double otherwise) {
    return tiff.Number(ifd, tag).value_or(otherwise);
  };
  const double width = number(tag::kImageWidth, 0), height = number(tag::kImageLength, 0);
  if (width < 1 || height < 1) return Invalid("the size of the picture is missing or zero");
  if (width > 1e9 || height > 1e9 || !SizeAllowed(int64_t(width), int64_t(height))) {
    return Fail(
        ErrorCode::kTooLarge,
        fmt::format("a picture of {:.0f} x {:.0f} pixels is beyond the limit of {} megapixels "
                    "and {} pixels a side",
                    width, height, kMaxPixels / 1'000'000, kMaxSide));
  }
  l.width = int(width);
  l.height = int(height);
  const double samples = number(tag::kSamplesPerPixel, 1);
  if (samples != 1 && samples != 3) {
    return Fail(
        ErrorCode::kUnsupported,
        fmt::format("pictures of {} samples per pixel are not supported, only 1 and 3", samples));
  }
  l.samples = int(samples);
  const auto bits = tiff.Numbers(ifd, tag::kBitsPerSample, 16);
  if (bits.empty() ||
      *std::min_element(bits.begin(), bits.end()) != *std::max_element(bits.begin(), bits.end())) {
    return Invalid("the number of bits per sample is missing or not the same for all samples");
  }
  const auto formats = tiff.Numbers(ifd, tag::kSampleFormat, 16);
  if (bits[0] < 1 || bits[0] > 16 || (!formats.empty() && formats[0] == 3)) {
    return Fail(
        ErrorCode::kUnsupported,
        fmt::format("samples of {} bits{} are not supported, only whole numbers of 1 to 16 bits",
                    bits[0], !formats.empty() && formats[0] == 3 ? " floating point" : ""));
  }
  l.bits = int(bits[0]);
  l.little_endian = !tiff.big_endian();
  l.planar = l.samples > 1 && number(tag::kPlanarConfig, 1) == 2;
  l.compression = int(std::clamp(number(tag::kCompression, 1), 0.0, 65535.0));
  switch (l.compression) {
    case 1:
      break;
    case 8:
    case 32946:
      l.coding = DngLayout::Coding::kDeflate;
      break;
    default:
      l.coding = DngLayout::Coding::kOther;
      return l;
  }
  const double predictor = number(tag::kPredictor, 1);
  if (l.coding == DngLayout::Coding::kDeflate) {
    if (predictor != 1 && predictor != 2) {
      return Fail(ErrorCode::kUnsupported, fmt::format("predictor {} is not supported", predictor));
    }
    l.differences = predictor == 2;
  }
  if (number(tag::kFillOrder, 1) == 2 && l.bits % 8 != 0) {
    return Fail(ErrorCode::kUnsupported, "pixels packed from the lowest bit are not supported");
  }

  const bool tiled = ifd.Find(tag::kTileOffsets) != nullptr;
  const double block_width = tiled ? number(tag::kTileWidth, 0) : width;
  const double block_height =
      tiled ? number(tag::kTileLength, 0) : std::min(number(tag::kRowsPerStrip, height), height);
  if (!(block_width >= 1 && block_width <= kMaxSide && block_height >= 1 &&
        block_height <= kMaxSide && block_width * block_height <= double(kMaxPixels))) {
    return Invalid(fmt::format("the size of its {} makes no sense", tiled ? "tiles" : "strips"));
  }
  // Tiles may reach beyond a small picture, but one that dwarfs it is only a claim on memory.
  if (block_width > 2 * width + kMostBeyond || block_height > 2 * height + kMostBeyond) {
    return Invalid(fmt::format("its tiles of {} x {} pixels do not fit a picture of {} x {}",
                               block_width, block_height, width, height));
  }
  l.block_width = int(block_width);
  l.block_height = int(block_height);
  const int64_t blocks = int64_t{l.BlocksAcross()} * l.BlocksDown() * (l.planar ? l.samples : 1);
  if (blocks > kMaxBlocks) return Invalid("the picture is cut into too many pieces");
  l.offset = tiff.Unsigned(ifd, tiled ? tag::kTileOffsets : tag::kStripOffsets, kMaxBlocks);
  l.bytes = tiff.Unsigned(ifd, tiled ? tag::kTileByteCounts : tag::kStripByteCounts, kMaxBlocks);
  if (int64_t(l.offset.size()) < blocks) {
    return Invalid(fmt::format("it states where {} of its {} {} lie", l.offset.size(), blocks,
                               tiled ? "tiles" : "strips"));
  }
  l.offset.resize(blocks);
  l.bytes.resize(blocks, 0);

  l.packing = l.bits == 8 ? Packing::kBytes : Packing::kMsbFirst;
  const int block_samples = l.planar ? 1 : l.samples;
  const Packing words = tiff.big_endian() ? Packing::kWordsBig : Packing::kWordsLittle;
  if (l.bits == 16) l.packing = words;
  // Some phones state the bits of the sensor but store whole words: the length tells.
  if (l.bits > 8 && l.bits < 16 && l.coding == DngLayout::Coding::kPlain &&
      l.bytes[0] ==
          uint64_t{2} * l.block_width * block_samples * std::min(l.block_height, l.height)) {
    l.packing = words;
  }
  return l;
}

Result<Image<uint16_t>> ReadDngPixels(const TiffFile& tiff, const DngLayout& l, const Rect& area) {
  const ByteSource& source = tiff.source();
  const int block_samples = l.planar ? 1 : l.samples;
  const size_t row_samples = size_t(l.block_width) * block_samples;
  const size_t row_bytes = PackedBytes(l.packing, l.bits, row_samples);
  const bool deflate = l.coding == DngLayout::Coding::kDeflate;
  const bool direct =
      !deflate && block_samples == 1 &&
      l.packing ==
          (std::endian::native == std::endian::little ? Packing::kWordsLittle : Packing::kWordsBig);

  // Where the pixels lie is checked before memory is taken: a short file that claims a large
  // picture costs nothing.
  std::vector<Job> jobs;
  const int rows_per_job =
      deflate ? l.block_height : std::max<int>(1, int((1 << 20) / std::max<size_t>(row_bytes, 1)));
  size_t block = 0;
  uint64_t total = 0;
  for (int plane = 0; plane < (l.planar ? l.samples : 1); ++plane) {
    for (int y = 0; y < l.height; y += l.block_height) {
      for (int x = 0; x < l.width; x += l.block_width, ++block) {
        const int rows = std::min(l.block_height, l.height - y);
        const uint64_t need = deflate ? l.bytes[block] : uint64_t(rows) * row_bytes;
        total += need;
        if (!source.Contains(l.offset[block], need) || total > uint64_t(source.size())) {
          return Invalid(
              fmt::format("the file is truncated: it has {} bytes, its pixels reach to {}",
                          source.size(), double(l.offset[block]) + double(need)));
        }
        if (deflate && need * kMaxDeflateRatio < uint64_t(rows) * row_bytes) {
          return Invalid("its compressed pixels are too short for the size it states");
        }
        if (x >= area.x + area.width || x + l.block_width <= area.x) continue;
        for (int first = 0; first < rows; first += rows_per_job) {
          jobs.push_back({block, plane, x, y, first, std::min(rows_per_job, rows - first)});
        }
      }
    }
  }
  Image<uint16_t> image(area.width, area.height, l.samples);
  std::atomic<bool> failed = false;
  ParallelFor(int(jobs.size()), [&](int i) {
    const Job& job = jobs[i];
    const int first = std::max(job.y + job.first, area.y);
    const int last = std::min(job.y + job.first + job.rows, area.y + area.height);
    if (first >= last || failed) return;
    if (direct) {
      if (!ReadDirect(source, l, job, first, last, area, image)) failed = true;
      return;
    }
    // A compressed block is unpacked from its start, but only as far as rows are wanted.
    std::vector<uint8_t> packed(row_bytes * (deflate ? last - job.y : last - first));
    const uint8_t* from = packed.data();
    if (deflate) {
      std::vector<uint8_t> coded(l.bytes[job.block]);
      if (!source.Read(l.offset[job.block], coded.data(), coded.size()) ||
          Inflate(coded, packed) < packed.size()) {
        failed = true;
        return;
      }
      from += (first - job.y) * row_bytes;
    } else if (!source.Read(l.offset[job.block] + (first - job.y) * row_bytes, packed.data(),
                            packed.size())) {
      failed = true;
      return;
    }
    std::vector<uint16_t> row(row_samples);
    for (int y = first; y < last; ++y, from += row_bytes) {
      Unpack(l.packing, l.bits, from, row_samples, row.data());
      if (l.differences) UndoDifferences(row.data(), l.block_width, block_samples, l.bits);
      StoreRow(row.data(), job, l.block_width, block_samples, y, area, image);
    }
  });
  if (failed) return Invalid("its pixels cannot be read: the file is damaged or was cut off");
  return image;
}

}  // namespace petzval
