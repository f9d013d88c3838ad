// The libjpeg-turbo adapter.
#include "petzval/encode/jpeg.h"

#include <fmt/format.h>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

#include <algorithm>
#include <cassert>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "petzval/base/pool.h"
#include "petzval/encode/icc.h"
#include "petzval/encode/metadata.h"
#include "petzval/encode/strips.h"

namespace petzval {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t kMaxMarkerBytes = 65533;

struct Marker {
  int code;
  Bytes data;
};

struct ErrorExit {
  jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void OnError(j_common_ptr cinfo) {
  auto* exit = reinterpret_cast<ErrorExit*>(cinfo->err);
  exit->manager.format_message(cinfo, exit->message);
  std::longjmp(exit->jump, 1);
}
void OnMessage(j_common_ptr) {}

int McuWidth(ChromaSubsampling s) { return s == ChromaSubsampling::k444 ? 8 : 16; }
int McuHeight(ChromaSubsampling s) { return s == ChromaSubsampling::k420 ? 16 : 8; }

// Compresses `rows` x `width` RGB into *out (malloc'ed, *out_size bytes; libjpeg may replace the
// buffer that is passed in by a larger one). longjmp passes through here: plain C data only.
bool CompressStrip(const uint8_t* rgb, int width, int rows, ptrdiff_t stride,
                   const EncodeParams& params, unsigned restart_interval,
                   const std::vector<Marker>* markers, unsigned char** out, unsigned long* out_size,
                   ErrorExit* error) {
  jpeg_compress_struct cinfo;
  cinfo.err = jpeg_std_error(&error->manager);
  error->manager.error_exit = OnError;
  error->manager.output_message = OnMessage;
  if (setjmp(error->jump) != 0) {
    jpeg_destroy_compress(&cinfo);
    return false;
  }
  jpeg_create_compress(&cinfo);
  jpeg_mem_dest(&cinfo, out, out_size);
  cinfo.image_width = static_cast<JDIMENSION>(width);
  cinfo.image_height = static_cast<JDIMENSION>(rows);
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_RGB;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, params.jpeg_quality, TRUE);
  cinfo.write_JFIF_header = FALSE;  // Exif wants its own segment first
  cinfo.dct_method = JDCT_ISLOW;
  cinfo.restart_interval = restart_interval;
  cinfo.comp_info[0].h_samp_factor = McuWidth(params.subsampling) / 8;
  cinfo.comp_info[0].v_samp_factor = McuHeight(params.subsampling) / 8;
  jpeg_start_compress(&cinfo, TRUE);
  if (markers) {
    for (const Marker& m : *markers) {
      jpeg_write_marker(&cinfo, m.code, m.data.data(), static_cast<unsigned>(m.data.size()));
    }
  }
  while (cinfo.next_scanline < cinfo.image_height) {
    JSAMPROW line = const_cast<JSAMPROW>(rgb + cinfo.next_scanline * stride);
    jpeg_write_scanlines(&cinfo, &line, 1);
  }
  jpeg_finish_compress(&cinfo);
  jpeg_destroy_compress(&cinfo);
  return true;
}

// Where the segments of our own output lie.
struct Layout {
  size_t frame_height = 0;  // the two height bytes of SOF0
  size_t scan = 0;          // first entropy-coded byte
};

Layout FindLayout(const uint8_t* data, size_t size) {
  Layout layout;
  size_t at = 2;  // after SOI
  while (at + 4 <= size) {
    const uint8_t code = data[at + 1];
    const size_t length = static_cast<size_t>(data[at + 2]) << 8 | data[at + 3];
    if (code == 0xc0) layout.frame_height = at + 5;
    at += 2 + length;
    if (code == 0xda) {
      layout.scan = at;
      break;
    }
  }
  assert(layout.frame_height > 0 && layout.scan > 0 && layout.scan + 2 <= size);
  return layout;
}

Bytes Prefixed(std::string_view prefix, const uint8_t* data, size_t size) {
  Bytes out(prefix.begin(), prefix.end());
  out.insert(out.end(), data, data + size);
  return out;
}

Result<std::vector<Marker>> Markers(const PictureMetadata& metadata, int width, int height) {
  using namespace std::string_view_literals;
  const Bytes exif = ExifBlock(metadata, width, height);
  const std::string xmp = XmpPacket(metadata);
  const Bytes& icc = IccProfile(metadata.space);
  std::vector<Marker> markers;
  markers.push_back({JPEG_APP0 + 1, Prefixed("Exif\0\0"sv, exif.data(), exif.size())});
  markers.push_back(
      {JPEG_APP0 + 1, Prefixed("http://ns.adobe.com/xap/1.0/\0"sv,
                               reinterpret_cast<const uint8_t*>(xmp.data()), xmp.size())});
  markers.push_back({JPEG_APP0 + 2, Prefixed("ICC_PROFILE\0\1\1"sv, icc.data(), icc.size())});
  for (const Marker& m : markers) {
    if (m.data.size() > kMaxMarkerBytes) {
      return Fail(
          ErrorCode::kTooLarge,
          fmt::format("{} bytes of metadata do not fit into a JPEG segment", m.data.size()));
    }
  }
  return markers;
}

struct Free {
  void operator()(void* p) const { std::free(p); }
};

// Buffers of one worker, handed from strip to strip.
struct Workspace {
  std::vector<uint8_t> rgb;
  std::unique_ptr<unsigned char, Free> coded;
  unsigned long coded_size = 0;
};

}  // namespace

int JpegStripRows(int width, int height, ChromaSubsampling subsampling) {
  const int mcu_height = McuHeight(subsampling);
  const int mcus_per_row = (width + McuWidth(subsampling) - 1) / McuWidth(subsampling);
  // About 16 strips keep many threads busy; thin ones would make the renderer repeat its margins.
  const int rows = std::clamp(height / 16, 64, 256);
  const int mcu_rows = std::min(rows / mcu_height, 65535 / mcus_per_row);  // DRI is 16 bits
  return std::max(1, mcu_rows) * mcu_height;
}

Status EncodeJpeg(const PixelSource& source, const EncodeParams& params,
                  const PictureMetadata& metadata, OutputFile* file) {
  const int width = source.width, height = source.height;
  if (width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
    return Fail(ErrorCode::kTooLarge,
                fmt::format("{} x {} pixels are too many for JPEG, which holds {} a side", width,
                            height, JPEG_MAX_DIMENSION));
  }
  PETZVAL_ASSIGN(const std::vector<Marker> markers, Markers(metadata, width, height));

  const int strip_rows = JpegStripRows(width, height, params.subsampling);
  const int mcus_per_row =
      (width + McuWidth(params.subsampling) - 1) / McuWidth(params.subsampling);
  const unsigned interval =
      static_cast<unsigned>(mcus_per_row * (strip_rows / McuHeight(params.subsampling)));
  const ptrdiff_t stride = static_cast<ptrdiff_t>(width) * 3;

  Pool<Workspace> pool;
  const auto make = [&](const Strip& strip) -> Result<Bytes> {
    std::unique_ptr<Workspace> work = pool.Take();
    if (!work->coded) {
      work->rgb.resize(static_cast<size_t>(stride) * strip_rows);
      // Seldom outgrown; untouched pages cost nothing.
      work->coded_size = static_cast<unsigned long>(stride) * strip_rows / 2 + (1 << 18);
      work->coded.reset(static_cast<unsigned char*>(std::malloc(work->coded_size)));
    }
    PETZVAL_RETURN_IF_ERROR(source.strip8(strip.y, strip.rows, work->rgb.data(), stride));
    unsigned char* out = work->coded.get();
    unsigned long size = work->coded ? work->coded_size : 0;
    ErrorExit error;
    const bool ok = CompressStrip(work->rgb.data(), width, strip.rows, stride, params, interval,
                                  strip.index == 0 ? &markers : nullptr, &out, &size, &error);
    Bytes coded;
    if (ok) {
      const Layout layout = FindLayout(out, size);
      coded.assign(out + (strip.index == 0 ? 0 : layout.scan), out + size);
      // The first strip's headers are those of the whole picture but for its height.
      if (strip.index == 0) {
        coded[layout.frame_height] = static_cast<uint8_t>(height >> 8);
        coded[layout.frame_height + 1] = static_cast<uint8_t>(height);
      }
      // Its EOI becomes the restart marker before the next strip.
      if (!strip.last) coded.back() = static_cast<uint8_t>(JPEG_RST0 + strip.index % 8);
    }
    if (out != work->coded.get()) std::free(out);
    pool.Return(std::move(work));
    if (!ok) return Fail(ErrorCode::kIo, fmt::format("JPEG failed: {}", error.message));
    return coded;
  };
  return WriteStrips(height, strip_rows, make,
                     [&](const Strip&, const Bytes& coded) { return file->Write(coded); });
}

}  // namespace petzval
