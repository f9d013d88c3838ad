// The libpng adapter: libpng writes headers and chunks, zlib the strips.
#include "petzval/encode/png.h"

#include <fmt/format.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <string>

#include "petzval/base/pool.h"
#include "petzval/encode/icc.h"
#include "petzval/encode/metadata.h"
#include "petzval/encode/strips.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

// Photographs: 1 to 5 % larger than at level 3, in half the time.
constexpr int kDeflateLevel = 1;
constexpr int kSignatureAndIhdr = 8 + 4 + 4 + 13 + 4;

// Adds what libpng writes to a vector; libpng's errors jump back to the caller's setjmp.
void Append(png_structp png, png_bytep data, png_size_t size) {
  auto* out = static_cast<Bytes*>(png_get_io_ptr(png));
  out->insert(out->end(), data, data + size);
}
void Flush(png_structp) {}
void OnError(png_structp png, png_const_charp message) {
  auto* text = static_cast<char*>(png_get_error_ptr(png));
  std::snprintf(text, 200, "%s", message);
  std::longjmp(png_jmpbuf(png), 1);
}
void OnWarning(png_structp, png_const_charp) {}

struct Header {
  int width, height, bits;
  const Bytes *exif, *icc;
  char* icc_name;
  char* xmp;
  size_t xmp_size;
};

// Signature and all chunks before IDAT but cICP. longjmp passes through here: plain C data only.
bool WriteHeader(const Header& h, Bytes* out, char* error) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, error, OnError, OnWarning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  if (!info) {
    png_destroy_write_struct(&png, nullptr);
    return false;
  }
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, out, Append, Flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(h.width), static_cast<png_uint_32>(h.height),
               h.bits, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (!h.icc->empty()) {
    png_set_iCCP(png, info, h.icc_name, PNG_COMPRESSION_TYPE_BASE, h.icc->data(),
                 static_cast<png_uint_32>(h.icc->size()));
  }
  png_set_eXIf_1(png, info, static_cast<png_uint_32>(h.exif->size()),
                 const_cast<png_bytep>(h.exif->data()));
  char keyword[] = "XML:com.adobe.xmp", none[] = "";
  png_text text{};
  text.compression = PNG_ITXT_COMPRESSION_NONE;
  text.key = keyword;
  text.text = h.xmp;
  text.itxt_length = h.xmp_size;
  text.lang = none;
  text.lang_key = none;
  png_set_text(png, info, &text, 1);
  png_write_info(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

void Put32(Bytes* out, uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<uint8_t>(v >> shift));
}

// A chunk whose data are added behind what this returns; CloseChunk fills in size and check sum.
Bytes OpenChunk(const char* name) {
  Bytes out(8);
  std::copy_n(name, 4, out.begin() + 4);
  return out;
}
void CloseChunk(Bytes* chunk) {
  const size_t size = chunk->size() - 8;
  for (int i = 0; i < 4; ++i) (*chunk)[i] = static_cast<uint8_t>(size >> (24 - 8 * i));
  Put32(chunk, static_cast<uint32_t>(crc32(0, chunk->data() + 4, static_cast<uInt>(size + 4))));
}

// Coding-independent code points (ITU-T H.273; PNG third edition, 11.3.2.6): the same as the ICC
// profile in four bytes. libpng 1.6 does not know the chunk.
Bytes Cicp(PictureSpace space) {
  const uint8_t primaries = space == PictureSpace::kSrgb        ? 1
                            : space == PictureSpace::kDisplayP3 ? 12
                                                                : 9;
  const uint8_t transfer = space == PictureSpace::kLinearRec2020 ? 8
                           : space == PictureSpace::kRec2020Pq   ? 16
                           : space == PictureSpace::kRec2020Hlg  ? 18
                           : space == PictureSpace::kRec2020LLog ? 2  // not specified
                                                                 : 13;
  Bytes chunk = OpenChunk("cICP");
  chunk.insert(chunk.end(), {primaries, transfer, 0, 1});  // RGB, full range
  CloseChunk(&chunk);
  return chunk;
}

uint32_t SumOfMagnitudes(const uint8_t* row, size_t n) {
  uint32_t sum = 0;
  for (size_t i = 0; i < n; ++i) {
    const int v = static_cast<int8_t>(row[i]);
    sum += static_cast<uint32_t>(v < 0 ? -v : v);
  }
  return sum;
}

// The filters of PNG (ISO 15948, 9.2) on a row of n bytes; `pixel` bytes a pixel. Each writes its
// type before the n filtered bytes.
void FilterSub(const uint8_t* row, size_t n, size_t pixel, uint8_t* out) {
  *out++ = PNG_FILTER_VALUE_SUB;
  std::memcpy(out, row, pixel);
  for (size_t i = pixel; i < n; ++i) out[i] = static_cast<uint8_t>(row[i] - row[i - pixel]);
}
void FilterUp(const uint8_t* row, const uint8_t* above, size_t n, uint8_t* out) {
  *out++ = PNG_FILTER_VALUE_UP;
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(row[i] - above[i]);
}
void FilterPaeth(const uint8_t* row, const uint8_t* above, size_t n, size_t pixel, uint8_t* out) {
  *out++ = PNG_FILTER_VALUE_PAETH;
  for (size_t i = 0; i < pixel; ++i) out[i] = static_cast<uint8_t>(row[i] - above[i]);
  for (size_t i = pixel; i < n; ++i) {
    const int a = row[i - pixel], b = above[i], c = above[i - pixel];
    const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
    const int up_or_corner = pb <= pc ? b : c;
    out[i] = static_cast<uint8_t>(row[i] - (pa <= pb && pa <= pc ? a : up_or_corner));
  }
}

struct Workspace {
  std::vector<uint16_t> pixels;  // of either depth, aligned for 16 bits
  Bytes filtered, candidate;
};

// Filters the rows of a strip: each by the filter with the smallest sum of magnitudes.
void Filter(const uint8_t* rows, int count, size_t n, size_t pixel, Workspace* work) {
  work->filtered.resize((n + 1) * static_cast<size_t>(count));
  work->candidate.resize(n + 1);
  for (int y = 0; y < count; ++y) {
    const uint8_t* row = rows + static_cast<size_t>(y) * n;
    uint8_t* best = work->filtered.data() + static_cast<size_t>(y) * (n + 1);
    FilterSub(row, n, pixel, best);
    if (y == 0) continue;  // the row above belongs to another strip
    uint32_t smallest = SumOfMagnitudes(best + 1, n);
    uint8_t* candidate = work->candidate.data();
    const auto keep_smaller = [&] {
      const uint32_t sum = SumOfMagnitudes(candidate + 1, n);
      if (sum >= smallest) return;
      smallest = sum;
      std::memcpy(best, candidate, n + 1);
    };
    FilterUp(row, row - n, n, candidate);
    keep_smaller();
    FilterPaeth(row, row - n, n, pixel, candidate);
    keep_smaller();
  }
}

// Appends raw deflate data of `in` that ends on a byte; `last` ends the stream.
bool Deflate(const Bytes& in, bool last, Bytes* out) {
  z_stream z{};
  if (deflateInit2(&z, kDeflateLevel, Z_DEFLATED, -15, 8, Z_FILTERED) != Z_OK) return false;
  const size_t start = out->size();
  out->resize(start + deflateBound(&z, static_cast<uLong>(in.size())) + 16);
  z.next_in = const_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = out->data() + start;
  z.avail_out = static_cast<uInt>(out->size() - start);
  const int result = deflate(&z, last ? Z_FINISH : Z_SYNC_FLUSH);
  const bool ok = z.avail_in == 0 && (last ? result == Z_STREAM_END : result == Z_OK);
  out->resize(out->size() - z.avail_out);
  deflateEnd(&z);
  return ok;
}

}  // namespace

Status EncodePng(const PixelSource& source, const EncodeParams& params,
                 const PictureMetadata& metadata, OutputFile* file) {
  const size_t pixel = 3 * static_cast<size_t>(params.bits) / 8;
  const size_t row_bytes = static_cast<size_t>(source.width) * pixel;
  const ptrdiff_t stride = static_cast<ptrdiff_t>(source.width) * 3;
  // Strips of 1 to 4 MB: deflate forgets its window between them, 32 KB.
  const int strip_rows = static_cast<int>(
      std::clamp<int64_t>(std::min<int64_t>(source.height / 16, (4 << 20) / row_bytes), 16, 256));

  const Bytes exif = ExifBlock(metadata, source.width, source.height);
  std::string xmp = XmpPacket(metadata);
  std::string icc_name = metadata.space == PictureSpace::kSrgb        ? "sRGB"
                         : metadata.space == PictureSpace::kDisplayP3 ? "Display P3"
                                                                      : "Linear Rec.2020";
  Bytes header;
  char error[200] = "out of memory";
  if (!WriteHeader({source.width, source.height, params.bits, &exif, &IccProfile(metadata.space),
                    icc_name.data(), xmp.data(), xmp.size()},
                   &header, error)) {
    return Fail(ErrorCode::kIo, fmt::format("PNG failed: {}", error));
  }
  // Right behind IHDR: before the profile, which it overrules.
  const Bytes cicp = Cicp(metadata.space);
  header.insert(header.begin() + kSignatureAndIhdr, cicp.begin(), cicp.end());
  PETZVAL_RETURN_IF_ERROR(file->Write(header));

  struct StripSum {
    uLong adler = 1;
    size_t size = 0;
  };
  std::vector<StripSum> sums((source.height + strip_rows - 1) / strip_rows);
  Pool<Workspace> pool;
  const auto make = [&](const Strip& strip) -> Result<Bytes> {
    std::unique_ptr<Workspace> work = pool.Take();
    work->pixels.resize((row_bytes * static_cast<size_t>(strip_rows) + 1) / 2);
    auto* bytes = reinterpret_cast<uint8_t*>(work->pixels.data());
    if (params.bits == 8) {
      PETZVAL_RETURN_IF_ERROR(source.strip8(strip.y, strip.rows, bytes, stride));
    } else {
      PETZVAL_RETURN_IF_ERROR(source.strip16(strip.y, strip.rows, work->pixels.data(), stride));
      for (uint16_t& v : work->pixels) v = static_cast<uint16_t>(v << 8 | v >> 8);  // big endian
    }
    Filter(bytes, strip.rows, row_bytes, pixel, work.get());
    sums[strip.index] = {
        adler32(1, work->filtered.data(), static_cast<uInt>(work->filtered.size())),
        work->filtered.size()};
    Bytes chunk = OpenChunk("IDAT");
    if (strip.index == 0) chunk.insert(chunk.end(), {0x78, 0x5e});  // zlib: deflate, 32 KB, fast
    const bool ok = Deflate(work->filtered, strip.last, &chunk);
    pool.Return(std::move(work));
    if (!ok) return Fail(ErrorCode::kIo, "PNG failed: deflate is out of memory");
    CloseChunk(&chunk);
    return chunk;
  };
  PETZVAL_RETURN_IF_ERROR(
      WriteStrips(source.height, strip_rows, make,
                  [&](const Strip&, const Bytes& chunk) { return file->Write(chunk); }));

  // The zlib stream ends with the check sum of the whole, in a chunk of its own.
  uLong adler = 1;
  for (const StripSum& s : sums)
    adler = adler32_combine(adler, s.adler, static_cast<z_off_t>(s.size));
  Bytes tail = OpenChunk("IDAT");
  Put32(&tail, static_cast<uint32_t>(adler));
  CloseChunk(&tail);
  Bytes end = OpenChunk("IEND");
  CloseChunk(&end);
  tail.insert(tail.end(), end.begin(), end.end());
  return file->Write(tail);
}

}  // namespace petzval
