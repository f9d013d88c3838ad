// Strips through zlib in parallel, into libtiff in order.
#include "petzval/encode/tiff.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "petzval/encode/icc.h"
#include "petzval/encode/metadata.h"
#include "petzval/encode/strips.h"
#include "petzval/encode/tiff_writer.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr int kDeflateLevel = 1;  // higher ones hardly help photographs

// TIFF 6.0 section 14: differences of neighbours of the same colour, from the right.
template <class T>
void Predict(T* row, int samples) {
  for (int i = samples - 1; i >= 3; --i) row[i] = static_cast<T>(row[i] - row[i - 3]);
}

Result<Bytes> Compress(const uint8_t* data, size_t size) {
  uLongf bound = compressBound(static_cast<uLong>(size));
  Bytes out(bound);
  if (compress2(out.data(), &bound, data, static_cast<uLong>(size), kDeflateLevel) != Z_OK) {
    return Fail(ErrorCode::kIo, "TIFF failed: deflate is out of memory");
  }
  out.resize(bound);
  return out;
}

}  // namespace

Status EncodeTiff(const PixelSource& source, const EncodeParams& params,
                  const PictureMetadata& metadata, OutputFile* file) {
  const int width = source.width, height = source.height, samples = 3 * width;
  const size_t row_bytes = static_cast<size_t>(samples) * params.bits / 8;
  const int strip_rows = static_cast<int>(
      std::clamp<int64_t>(std::min<int64_t>(height / 16, (4 << 20) / row_bytes), 16, 256));
  const bool compress = params.bits != 32;

  // Deflated data may grow by a little; the directory and metadata need some room.
  const uint64_t most = row_bytes * static_cast<uint64_t>(height) * 1001 / 1000 + (64 << 20);
  TiffWriter tiff(file, most > 0xffffffffu);
  tiff.WriteExif(metadata.exif, metadata.space == PictureSpace::kSrgb ? 1 : 65535);
  tiff.Set(TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(width));
  tiff.Set(TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(height));
  tiff.Set(TIFFTAG_BITSPERSAMPLE, params.bits);
  tiff.Set(TIFFTAG_SAMPLESPERPIXEL, 3);
  tiff.Set(TIFFTAG_SAMPLEFORMAT, params.bits == 32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  tiff.Set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  tiff.Set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  tiff.Set(TIFFTAG_ROWSPERSTRIP, static_cast<uint32_t>(strip_rows));
  tiff.Set(TIFFTAG_COMPRESSION, compress ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE);
  if (compress) tiff.Set(TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  tiff.Set(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  tiff.Set(TIFFTAG_XRESOLUTION, 72.0);
  tiff.Set(TIFFTAG_YRESOLUTION, 72.0);
  tiff.Set(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  tiff.SetText(TIFFTAG_MAKE, metadata.exif.make);
  tiff.SetText(TIFFTAG_MODEL, metadata.exif.model);
  tiff.SetText(TIFFTAG_SOFTWARE, SoftwareName());
  const Bytes& icc = IccProfile(metadata.space);
  if (!icc.empty()) tiff.Set(TIFFTAG_ICCPROFILE, static_cast<uint32_t>(icc.size()), icc.data());
  const std::string xmp = XmpPacket(metadata);
  tiff.Set(TIFFTAG_XMLPACKET, static_cast<uint32_t>(xmp.size()), xmp.data());

  const auto make = [&](const Strip& strip) -> Result<Bytes> {
    const size_t size = row_bytes * static_cast<size_t>(strip.rows);
    Bytes pixels(size);  // from operator new: aligned for every sample type
    const auto rows = [&](auto* first) {
      return [=](int y) { return first + static_cast<ptrdiff_t>(y) * samples; };
    };
    if (params.bits == 8) {
      PETZVAL_RETURN_IF_ERROR(source.strip8(strip.y, strip.rows, pixels.data(), samples));
      const auto row = rows(pixels.data());
      for (int y = 0; y < strip.rows; ++y) Predict(row(y), samples);
    } else if (params.bits == 16) {
      auto* first = reinterpret_cast<uint16_t*>(pixels.data());
      PETZVAL_RETURN_IF_ERROR(source.strip16(strip.y, strip.rows, first, samples));
      const auto row = rows(first);
      for (int y = 0; y < strip.rows; ++y) Predict(row(y), samples);
    } else {
      auto* first = reinterpret_cast<float*>(pixels.data());
      PETZVAL_RETURN_IF_ERROR(source.strip32f(strip.y, strip.rows, first, samples));
    }
    if (!compress) return pixels;
    return Compress(pixels.data(), size);
  };
  auto status = WriteStrips(height, strip_rows, make, [&](const Strip& strip, const Bytes& bytes) {
    tiff.WriteStrip(strip.index, bytes);
    return tiff.status();
  });
  PETZVAL_RETURN_IF_ERROR(std::move(status));
  return tiff.Close();
}

}  // namespace petzval
