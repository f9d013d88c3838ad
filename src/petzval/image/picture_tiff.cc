// Adapter of libtiff for reading pictures: grey and RGB of 8, 16 and 32 (float) bits.
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

constexpr int kMaxSamples = 8;

struct Bytes {
  std::span<const uint8_t> file;
  uint64_t at = 0;
  std::string error;
};

tmsize_t Read(thandle_t handle, void* to, tmsize_t size) {
  auto* bytes = static_cast<Bytes*>(handle);
  if (size < 0 || bytes->at >= bytes->file.size()) return 0;
  const size_t n = std::min<size_t>(size, bytes->file.size() - bytes->at);
  std::memcpy(to, bytes->file.data() + bytes->at, n);
  bytes->at += n;
  return static_cast<tmsize_t>(n);
}
tmsize_t Write(thandle_t, void*, tmsize_t) { return 0; }
toff_t Seek(thandle_t handle, toff_t offset, int whence) {
  auto* bytes = static_cast<Bytes*>(handle);
  const uint64_t base = whence == SEEK_SET   ? 0
                        : whence == SEEK_CUR ? bytes->at
                                             : bytes->file.size();
  return bytes->at = base + offset;
}
int Close(thandle_t) { return 0; }
toff_t Size(thandle_t handle) { return static_cast<Bytes*>(handle)->file.size(); }

int OnError(TIFF*, void* self, const char*, const char* format, va_list arguments) {
  auto* bytes = static_cast<Bytes*>(self);
  char text[200];
  std::vsnprintf(text, sizeof text, format, arguments);
  if (bytes->error.empty()) bytes->error = text;
  return 1;
}

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};

struct Layout {
  uint32_t width = 0, height = 0;
  uint16_t bits = 1, samples = 1, photometric = 0, planar = PLANARCONFIG_CONTIG;
  uint16_t format = SAMPLEFORMAT_UINT;
  int planes = 1;  // of the picture; further samples are alpha
  bool tiled = false;
  uint32_t block_width = 0, block_height = 0;
};

Result<Layout> ReadLayout(TIFF* tiff) {
  const auto wrong = [](const char* what) { return Fail(ErrorCode::kInvalidInput, what); };
  const auto unsupported = [](const char* what) { return Fail(ErrorCode::kUnsupported, what); };
  Layout l;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l.height);
  if (l.width == 0 || l.height == 0) return wrong("the TIFF file states no size");
  if (!SizeAllowed(l.width, l.height)) {
    return Fail(ErrorCode::kTooLarge, "the TIFF picture is larger than 400 megapixels");
  }
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l.bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &l.samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &l.format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &l.planar);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &l.photometric)) {
    return wrong("the TIFF file does not say what its samples are");
  }
  if (l.photometric == PHOTOMETRIC_SEPARATED) {
    return wrong("this is a CMYK picture; only RGB and grey are measured");
  }
  if (l.photometric == PHOTOMETRIC_CFA || l.photometric == 34892) {
    return wrong("this is a RAW file, not a finished picture");
  }
  if (l.photometric == PHOTOMETRIC_MINISWHITE && l.bits == 32) {
    return unsupported("TIFF pictures of floats are read with black at zero, not with white");
  }
  if (l.photometric > PHOTOMETRIC_RGB) {
    return unsupported("TIFF pictures are read as RGB or grey, this one is neither");
  }
  l.planes = l.photometric == PHOTOMETRIC_RGB ? 3 : 1;
  if (l.samples < l.planes || l.samples > kMaxSamples) {
    return wrong("the TIFF file has a wrong number of samples in a pixel");
  }
  const bool is_float = l.bits == 32 && l.format == SAMPLEFORMAT_IEEEFP;
  const bool is_code = (l.bits == 8 || l.bits == 16) &&
                       (l.format == SAMPLEFORMAT_UINT || l.format == SAMPLEFORMAT_VOID);
  if (!is_float && !is_code) {
    return unsupported(
        "TIFF pictures are read with 8, 16 or 32 (float) bits, not with this format");
  }
  l.tiled = TIFFIsTiled(tiff) != 0;
  if (l.tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &l.block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &l.block_height);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &l.block_height);
    l.block_width = l.width;
    l.block_height = std::min(l.block_height, l.height);
  }
  if (!SizeAllowed(l.block_width, l.block_height)) {
    return wrong("the TIFF file has tiles of an impossible size");
  }
  return l;
}

// How many bytes a scheme unpacks from one at most: a file cannot honestly claim more.
int64_t LargestRatio(TIFF* tiff) {
  uint16_t scheme = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &scheme);
  switch (scheme) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
      return 1100;
    case COMPRESSION_LZW:  // all 3838 strings of one clear code after another
      return 1400;
    default:  // a block of 128 KiB of one value in 4 bytes: Zstandard
      return 40000;
  }
}

// Bytes of samples that must be in the file: the picture's, and one block's, which is whole even
// where the picture ends within.
int64_t ClaimedBytes(const Layout& l) {
  const int64_t bytes = l.bits / 8;
  const int64_t picture = int64_t{l.width} * l.height * l.samples * bytes;
  const bool separate = l.planar == PLANARCONFIG_SEPARATE;
  const int64_t block =
      int64_t{l.block_width} * l.block_height * (separate ? 1 : l.samples) * bytes;
  return std::max(picture, block);
}

// Copies `planes` samples of each pixel of a block, from sample `first` of `step`.
template <class T>
void CopyBlock(const uint8_t* block, const Layout& l, int x0, int y0, int planes, int step,
               int first_plane, Image<T>* image) {
  using Stored = std::conditional_t<std::is_same_v<T, float>, float, uint16_t>;
  const int width = std::min<int>(l.block_width, image->width() - x0);
  const int height = std::min<int>(l.block_height, image->height() - y0);
  const size_t bytes = l.bits / 8, row_bytes = bytes * step * l.block_width;
  for (int y = 0; y < height; ++y) {
    const uint8_t* row = block + row_bytes * y;
    for (int c = 0; c < planes; ++c) {
      T* to = image->row(y0 + y, first_plane + c) + x0;
      for (int x = 0; x < width; ++x) {
        const uint8_t* from = row + bytes * (static_cast<size_t>(x) * step + c);
        if (bytes == 1) {
          to[x] = *from;
        } else {
          Stored value;
          std::memcpy(&value, from, sizeof value);
          to[x] = value;
        }
      }
    }
  }
}

template <class T>
bool ReadBlocks(TIFF* tiff, const Layout& l, Image<T>* image) {
  const tmsize_t size = l.tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  const bool separate = l.planar == PLANARCONFIG_SEPARATE && l.samples > 1;
  const int step = separate ? 1 : l.samples;
  const size_t needed = size_t{l.block_width} * l.block_height * step * (l.bits / 8);
  if (size <= 0 || static_cast<size_t>(size) < needed) return false;
  const std::unique_ptr<uint8_t, void (*)(uint8_t*)> block(static_cast<uint8_t*>(std::malloc(size)),
                                                           [](uint8_t* p) { std::free(p); });
  if (!block) throw std::bad_alloc();
  for (int plane = 0; plane < (separate ? l.planes : 1); ++plane) {
    for (uint32_t y = 0; y < l.height; y += l.block_height) {
      for (uint32_t x = 0; x < l.width; x += l.block_width) {
        const uint16_t sample = static_cast<uint16_t>(plane);
        const tmsize_t rows = std::min(l.block_height, l.height - y);
        const tmsize_t wanted =
            l.tiled ? size : rows * static_cast<tmsize_t>(l.width) * step * (l.bits / 8);
        const tmsize_t got = l.tiled
                                 ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, sample),
                                                       block.get(), size)
                                 : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample),
                                                        block.get(), wanted);
        if (got != wanted) return false;
        CopyBlock(block.get(), l, static_cast<int>(x), static_cast<int>(y), separate ? 1 : l.planes,
                  step, plane, image);
      }
    }
  }
  return true;
}

}  // namespace

Result<PictureFile> DecodePictureTiff(std::span<const uint8_t> file) {
  Bytes bytes{file};
  const auto damaged = [&] {
    return Fail(ErrorCode::kInvalidInput,
                "the TIFF file is damaged (" +
                    (bytes.error.empty() ? std::string("its strips are too short") : bytes.error) +
                    ")");
  };
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, OnError, &bytes);
  TIFFOpenOptionsSetWarningHandlerExtR(
      options, [](TIFF*, void*, const char*, const char*, va_list) { return 1; }, nullptr);
  const std::unique_ptr<TIFF, CloseTiff> tiff(TIFFClientOpenExt(
      "picture", "rm", &bytes, Read, Write, Seek, Close, Size, nullptr, nullptr, options));
  TIFFOpenOptionsFree(options);
  if (!tiff) return damaged();
  PETZVAL_ASSIGN(const Layout layout, ReadLayout(tiff.get()));
  if (ClaimedBytes(layout) / LargestRatio(tiff.get()) > static_cast<int64_t>(file.size())) {
    return Fail(ErrorCode::kInvalidInput, "the TIFF file is too short for the size it claims");
  }

  PictureFile picture;
  const int width = static_cast<int>(layout.width), height = static_cast<int>(layout.height);
  bool whole = false;
  if (layout.bits == 32) {
    picture.value = Image<float>(width, height, layout.planes);
    whole = ReadBlocks(tiff.get(), layout, &picture.value);
  } else {
    picture.code = Image<uint16_t>(width, height, layout.planes);
    picture.max_code = layout.bits == 16 ? 65535 : 255;
    whole = ReadBlocks(tiff.get(), layout, &picture.code);
  }
  if (!whole) return damaged();
  if (layout.photometric == PHOTOMETRIC_MINISWHITE && layout.bits != 32) {
    for (int y = 0; y < height; ++y) {
      uint16_t* row = picture.code.row(y);
      for (int x = 0; x < width; ++x) {
        row[x] = static_cast<uint16_t>(picture.max_code - row[x]);
      }
    }
  }
  uint16_t orientation = 1;
  if (TIFFGetField(tiff.get(), TIFFTAG_ORIENTATION, &orientation) && orientation >= 1 &&
      orientation <= 8) {
    picture.orientation = orientation;
  }
  uint32_t icc_size = 0;
  const uint8_t* icc = nullptr;
  if (TIFFGetField(tiff.get(), TIFFTAG_ICCPROFILE, &icc_size, &icc) && icc_size > 0) {
    picture.icc.assign(icc, icc + icc_size);
  } else if (HasTiffTag(file, TIFFTAG_ICCPROFILE)) {
    return Fail(ErrorCode::kInvalidInput, "the colour profile of the TIFF file is damaged");
  }
  return picture;
}

}  // namespace petzval
