// Adapter of libpng. Its errors leave by longjmp, so the functions between setjmp and a libpng call
// own nothing: all memory belongs to a struct outside them.
#include "petzval/image/png.h"

#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <utility>

#include "petzval/base/file.h"

namespace petzval {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{3} << 30;
constexpr png_alloc_size_t kMaxChunkBytes = 16 << 20;

struct Message {
  char text[120] = "";
};

void OnError(png_structp png, png_const_charp text) {
  auto* message = static_cast<Message*>(png_get_error_ptr(png));
  std::snprintf(message->text, sizeof message->text, "%s", text);
  png_longjmp(png, 1);
}
void OnWarning(png_structp, png_const_charp) {}

struct Reader {
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }

  png_structp png = nullptr;
  png_infop info = nullptr;
  std::span<const uint8_t> rest;
  Message message;
  png_uint_32 width = 0, height = 0;
  int planes = 0, bit_depth = 0;
  std::vector<uint8_t> bytes;
  std::vector<png_bytep> rows;
};

void ReadBytes(png_structp png, png_bytep to, size_t size) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (size > reader->rest.size()) png_error(png, "the file is truncated");
  std::memcpy(to, reader->rest.data(), size);
  reader->rest = reader->rest.subspan(size);
}

bool ReadHeader(Reader* r) {
  if (setjmp(png_jmpbuf(r->png))) return false;
  png_set_user_limits(r->png, kMaxSide, kMaxSide);
  png_set_chunk_malloc_max(r->png, kMaxChunkBytes);
  png_set_read_fn(r->png, r, ReadBytes);
  png_read_info(r->png, r->info);
  r->width = png_get_image_width(r->png, r->info);
  r->height = png_get_image_height(r->png, r->info);
  // Grey below 8 bits is scaled up, a palette becomes RGB; alpha goes.
  png_set_expand(r->png);
  png_set_strip_alpha(r->png);
  if (std::endian::native == std::endian::little) png_set_swap(r->png);
  png_set_interlace_handling(r->png);
  png_read_update_info(r->png, r->info);
  r->planes = png_get_channels(r->png, r->info);
  r->bit_depth = png_get_bit_depth(r->png, r->info);
  return true;
}

bool ReadRows(Reader* r) {
  if (setjmp(png_jmpbuf(r->png))) return false;
  png_read_image(r->png, r->rows.data());
  png_read_end(r->png, nullptr);
  return true;
}

template <class T>
void Deinterleave(const std::vector<png_bytep>& rows, Image<uint16_t>* image) {
  const int planes = image->planes();
  for (int y = 0; y < image->height(); ++y) {
    const T* from = reinterpret_cast<const T*>(rows[y]);
    for (int c = 0; c < planes; ++c) {
      uint16_t* to = image->row(y, c);
      for (int x = 0; x < image->width(); ++x) to[x] = from[x * planes + c];
    }
  }
}

struct Writer {
  ~Writer() { png_destroy_write_struct(&png, &info); }

  png_structp png = nullptr;
  png_infop info = nullptr;
  Message message;
  std::vector<uint8_t> row;
  std::vector<uint8_t> file;
};

void WriteBytes(png_structp png, png_bytep from, size_t size) {
  auto* file = static_cast<std::vector<uint8_t>*>(png_get_io_ptr(png));
  file->insert(file->end(), from, from + size);
}
void FlushBytes(png_structp) {}

bool WriteAll(Writer* w, const Image<uint16_t>& pixels, int bit_depth, const PngMetadata& metadata,
              png_textp xmp) {
  if (setjmp(png_jmpbuf(w->png))) return false;
  png_set_write_fn(w->png, &w->file, WriteBytes, FlushBytes);
  png_set_user_limits(w->png, kMaxSide, kMaxSide);
  png_set_IHDR(w->png, w->info, pixels.width(), pixels.height(), bit_depth,
               pixels.planes() == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!metadata.icc.empty()) {
    png_set_iCCP(w->png, w->info, "icc", PNG_COMPRESSION_TYPE_DEFAULT, metadata.icc.data(),
                 static_cast<png_uint_32>(metadata.icc.size()));
  }
  if (!metadata.exif.empty()) {
    png_set_eXIf_1(w->png, w->info, static_cast<png_uint_32>(metadata.exif.size()),
                   const_cast<png_bytep>(metadata.exif.data()));
  }
  if (xmp != nullptr) png_set_text(w->png, w->info, xmp, 1);
  png_write_info(w->png, w->info);
  const int planes = pixels.planes(), width = pixels.width();
  for (int y = 0; y < pixels.height(); ++y) {
    for (int c = 0; c < planes; ++c) {
      const uint16_t* from = pixels.row(y, c);
      if (bit_depth == 8) {
        uint8_t* to = w->row.data() + c;
        for (int x = 0; x < width; ++x) to[x * planes] = std::min<uint16_t>(from[x], 255);
      } else {
        uint8_t* to = w->row.data() + 2 * c;
        for (int x = 0; x < width; ++x) {
          to[2 * x * planes] = from[x] >> 8;
          to[2 * x * planes + 1] = from[x] & 255;
        }
      }
    }
    png_write_row(w->png, w->row.data());
  }
  png_write_end(w->png, w->info);
  return true;
}

}  // namespace

Result<PngImage> DecodePng(std::span<const uint8_t> file) {
  if (file.size() < 8 || png_sig_cmp(file.data(), 0, 8) != 0) {
    return Fail(ErrorCode::kInvalidInput, "this is not a PNG file");
  }
  Reader reader;
  reader.rest = file;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader.message, OnError, OnWarning);
  if (reader.png) reader.info = png_create_info_struct(reader.png);
  if (!reader.info) return Fail(ErrorCode::kTooLarge, "no memory to read the PNG file");
  if (!ReadHeader(&reader)) {
    return Fail(ErrorCode::kInvalidInput,
                std::string("the PNG file is damaged (") + reader.message.text + ")");
  }
  if (!SizeAllowed(reader.width, reader.height)) {
    return Fail(ErrorCode::kTooLarge, "the PNG picture is larger than 400 megapixels");
  }
  if (reader.planes != 1 && reader.planes != 3) {
    return Fail(ErrorCode::kUnsupported, "the PNG picture is neither grey nor RGB");
  }
  const size_t stride = size_t{reader.width} * reader.planes * (reader.bit_depth / 8);
  // Deflate packs at most about 1:1032: a short file cannot honestly claim a huge picture.
  if (stride * reader.height / 1100 > file.size()) {
    return Fail(ErrorCode::kInvalidInput, "the PNG file is too short for the size it claims");
  }
  reader.bytes.resize(stride * reader.height);
  reader.rows.resize(reader.height);
  for (size_t y = 0; y < reader.rows.size(); ++y) reader.rows[y] = reader.bytes.data() + y * stride;
  if (!ReadRows(&reader)) {
    return Fail(ErrorCode::kInvalidInput,
                std::string("the PNG file is damaged (") + reader.message.text + ")");
  }

  PngImage image;
  image.bit_depth = reader.bit_depth;
  image.pixels = Image<uint16_t>(static_cast<int>(reader.width), static_cast<int>(reader.height),
                                 reader.planes);
  if (reader.bit_depth == 16) {
    Deinterleave<uint16_t>(reader.rows, &image.pixels);
  } else {
    Deinterleave<uint8_t>(reader.rows, &image.pixels);
  }
  return image;
}

Result<PngImage> ReadPng(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxFileBytes));
  auto image = DecodePng(bytes);
  if (!image) return Fail(image.error().In(path));
  return image;
}

Result<std::vector<uint8_t>> EncodePng(const Image<uint16_t>& pixels, int bit_depth,
                                       const PngMetadata& metadata) {
  if (!SizeAllowed(pixels.width(), pixels.height())) {
    return Fail(ErrorCode::kTooLarge, "a PNG picture has 1 pixel to 400 megapixels");
  }
  if ((pixels.planes() != 1 && pixels.planes() != 3) || (bit_depth != 8 && bit_depth != 16)) {
    return Fail(ErrorCode::kUnsupported, "PNG is written with 1 or 3 planes of 8 or 16 bits");
  }
  Writer writer;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer.message, OnError, OnWarning);
  if (writer.png) writer.info = png_create_info_struct(writer.png);
  if (!writer.info) return Fail(ErrorCode::kTooLarge, "no memory to write the PNG file");
  writer.row.resize(size_t{1} * pixels.width() * pixels.planes() * (bit_depth / 8));
  std::string packet = metadata.xmp, keyword = "XML:com.adobe.xmp";
  char empty[] = "";
  png_text xmp = {};
  xmp.compression = PNG_ITXT_COMPRESSION_NONE;
  xmp.key = keyword.data();
  xmp.text = packet.data();
  xmp.itxt_length = packet.size();
  xmp.lang = empty;
  xmp.lang_key = empty;
  if (!WriteAll(&writer, pixels, bit_depth, metadata, packet.empty() ? nullptr : &xmp)) {
    return Fail(ErrorCode::kInvalidInput,
                std::string("the PNG file cannot be made (") + writer.message.text + ")");
  }
  return std::move(writer.file);
}

Status WritePng(const std::string& path, const Image<uint16_t>& pixels, int bit_depth,
                const PngMetadata& metadata) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, EncodePng(pixels, bit_depth, metadata));
  return WriteFile(path, bytes);
}

}  // namespace petzval
