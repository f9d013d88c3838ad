// Adapter of libjpeg for reading. Its errors leave by longjmp, so the functions between setjmp and
// a libjpeg call own nothing: all memory belongs to a struct outside them.
#include <cstdio>
// jpeglib.h needs FILE.
#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>
#include <cstring>

#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

struct Reader {
  Reader() { std::memset(&info, 0, sizeof info); }
  ~Reader() {
    jpeg_destroy_decompress(&info);
    std::free(icc);
  }

  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX] = "";
  bool damaged = false;
  JOCTET* icc = nullptr;
  unsigned icc_size = 0;
  std::vector<uint8_t> row;
  PictureFile picture;
};

// A progressive file may claim thousands of scans of a few bytes, each of which costs a pass over
// all pixels. Encoders write about ten.
constexpr int kMaxScans = 100;

void OnProgress(j_common_ptr info) {
  if (info->is_decompressor &&
      reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMaxScans) {
    auto* reader = static_cast<Reader*>(info->client_data);
    std::snprintf(reader->message, sizeof reader->message, "it has more than %d scans", kMaxScans);
    std::longjmp(reader->jump, 1);
  }
}

void OnError(j_common_ptr info) {
  auto* reader = static_cast<Reader*>(info->client_data);
  info->err->format_message(info, reader->message);
  std::longjmp(reader->jump, 1);
}

// Corrupt data are warnings to libjpeg, which fills in grey; a measured picture must be whole.
void OnMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  auto* reader = static_cast<Reader*>(info->client_data);
  if (info->err->msg_code == JWRN_EXTRANEOUS_DATA || info->err->msg_code == JWRN_ADOBE_XFORM) {
    return;
  }
  if (!reader->damaged) info->err->format_message(info, reader->message);
  reader->damaged = true;
}

bool ReadHeader(Reader* r, std::span<const uint8_t> file) {
  if (setjmp(r->jump)) return false;
  jpeg_create_decompress(&r->info);
  r->info.client_data = r;
  std::memset(&r->progress, 0, sizeof r->progress);
  r->progress.progress_monitor = OnProgress;
  r->info.progress = &r->progress;
  jpeg_mem_src(&r->info, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_save_markers(&r->info, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(&r->info, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&r->info, TRUE);
  jpeg_read_icc_profile(&r->info, &r->icc, &r->icc_size);
  return true;
}

bool ReadRows(Reader* r) {
  if (setjmp(r->jump)) return false;
  jpeg_start_decompress(&r->info);
  Image<uint16_t>& code = r->picture.code;
  const int planes = code.planes(), width = code.width();
  while (r->info.output_scanline < r->info.output_height) {
    const int y = static_cast<int>(r->info.output_scanline);
    JSAMPROW row = r->row.data();
    if (jpeg_read_scanlines(&r->info, &row, 1) != 1) return false;
    for (int c = 0; c < planes; ++c) {
      uint16_t* to = code.row(y, c);
      for (int x = 0; x < width; ++x) to[x] = r->row[size_t(x) * planes + c];
    }
  }
  jpeg_finish_decompress(&r->info);
  return true;
}

int Orientation(const jpeg_decompress_struct& info) {
  for (const jpeg_marker_struct* m = info.marker_list; m != nullptr; m = m->next) {
    if (m->marker == JPEG_APP0 + 1 && m->data_length > 6 &&
        std::memcmp(m->data, "Exif\0\0", 6) == 0) {
      return ExifOrientation({m->data + 6, m->data_length - 6});
    }
  }
  return 1;
}

}  // namespace

Result<PictureFile> DecodePictureJpeg(std::span<const uint8_t> file) {
  Reader r;
  r.info.err = jpeg_std_error(&r.errors);
  r.errors.error_exit = OnError;
  r.errors.emit_message = OnMessage;
  r.info.client_data = &r;
  const auto damaged = [&] {
    return Fail(ErrorCode::kInvalidInput,
                std::string("the JPEG file is damaged (") + r.message + ")");
  };
  if (!ReadHeader(&r, file)) return damaged();
  if (r.info.num_components == 4) {
    return Fail(ErrorCode::kInvalidInput, "this is a CMYK picture; only RGB and grey are measured");
  }
  if (r.info.num_components != 1 && r.info.num_components != 3) {
    return Fail(ErrorCode::kInvalidInput, "the JPEG picture is neither grey nor RGB");
  }
  const int64_t width = r.info.image_width, height = r.info.image_height;
  if (!SizeAllowed(width, height)) {
    return Fail(ErrorCode::kTooLarge, "the JPEG picture is larger than 400 megapixels");
  }
  // A block of 8 x 8 costs at least a few bits in each component.
  if (width * height / 64 / 16 > static_cast<int64_t>(file.size())) {
    return Fail(ErrorCode::kInvalidInput, "the JPEG file is too short for the size it claims");
  }
  const int planes = r.info.num_components;
  r.info.out_color_space = planes == 1 ? JCS_GRAYSCALE : JCS_RGB;
  r.picture.code = Image<uint16_t>(static_cast<int>(width), static_cast<int>(height), planes);
  r.row.resize(static_cast<size_t>(width) * planes);
  r.picture.orientation = Orientation(r.info);  // the markers go with the last row
  if (!ReadRows(&r) || r.damaged) return damaged();
  if (r.icc != nullptr) r.picture.icc.assign(r.icc, r.icc + r.icc_size);
  return std::move(r.picture);
}

}  // namespace petzval
