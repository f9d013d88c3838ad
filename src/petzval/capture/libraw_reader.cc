// The one file that speaks to LibRaw: open and unpack, never its own processing.
#include "petzval/capture/libraw_reader.h"

#include <fmt/format.h>
#include <libraw/libraw.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <exception>
#include <memory>

#include "petzval/base/file.h"
#include "petzval/capture/make_cfa.h"
#include "petzval/capture/tiff_file.h"

namespace petzval {
namespace {

// No coder of LibRaw's formats packs more pixels than this into a byte of a real picture.
constexpr int64_t kMaxPixelsPerByte = 400;
constexpr unsigned kMaxLibrawMemoryMb = 4096;

Error LibrawError(int code) {
  switch (code) {
    case LIBRAW_FILE_UNSUPPORTED:
      return {ErrorCode::kUnsupported, "no known RAW format"};
    case LIBRAW_TOO_BIG:
    case LIBRAW_UNSUFFICIENT_MEMORY:
      return {ErrorCode::kTooLarge, "the picture is too large"};
    case LIBRAW_IO_ERROR:
    case LIBRAW_DATA_ERROR:
      return {ErrorCode::kInvalidInput, "the file is damaged or was cut off"};
    default:
      return {ErrorCode::kInvalidInput,
              fmt::format("the file cannot be unpacked ({})", libraw_strerror(code))};
  }
}

// An opened file whose sizes have been checked, not yet unpacked.
Result<std::unique_ptr<LibRaw>> OpenChecked(const std::string& path) {
  PETZVAL_ASSIGN(const int64_t bytes, FileSize(path));
  auto raw = std::make_unique<LibRaw>(LIBRAW_OPIONS_NO_MEMERR_CALLBACK |
                                      LIBRAW_OPIONS_NO_DATAERR_CALLBACK);
  raw->imgdata.params.max_raw_memory_mb = kMaxLibrawMemoryMb;
  raw->imgdata.params.use_dngsdk = 0;
  raw->imgdata.params.use_rawspeed = 0;
  if (const int code = raw->open_file(path.c_str()); code != LIBRAW_SUCCESS) {
    return Fail(LibrawError(code));
  }
  const libraw_image_sizes_t& s = raw->imgdata.sizes;
  if (!SizeAllowed(s.raw_width, s.raw_height) ||
      int64_t{s.raw_width} * s.raw_height > bytes * kMaxPixelsPerByte) {
    return Fail(
        ErrorCode::kTooLarge,
        fmt::format("a picture of {} x {} pixels is beyond the limits or does not fit a file "
                    "of {} bytes",
                    s.raw_width, s.raw_height, bytes));
  }
  return raw;
}

// Copies `area` of the unpacked picture into planes.
Result<Image<uint16_t>> CopyPixels(const LibRaw& raw, const Rect& area) {
  const libraw_rawdata_t& data = raw.imgdata.rawdata;
  const libraw_image_sizes_t& s = raw.imgdata.sizes;
  if (area.x < 0 || area.y < 0 || area.width < 1 || area.height < 1 ||
      area.x + area.width > s.raw_width || area.y + area.height > s.raw_height) {
    return Fail(ErrorCode::kInvalidInput, "the visible area does not lie within the picture");
  }
  const auto row_of = [&](const void* base, int y) {
    return reinterpret_cast<const uint16_t*>(static_cast<const uint8_t*>(base) +
                                             size_t(y) * s.raw_pitch);
  };
  if (data.raw_image) {
    Image<uint16_t> image(area.width, area.height);
    for (int y = 0; y < area.height; ++y) {
      std::copy_n(row_of(data.raw_image, y + area.y) + area.x, area.width, image.row(y));
    }
    return image;
  }
  const void* base = data.color3_image ? static_cast<const void*>(data.color3_image)
                                       : static_cast<const void*>(data.color4_image);
  const int step = data.color3_image ? 3 : 4;
  if (!base) {
    return Fail(ErrorCode::kUnsupported,
                "its pixels are not whole numbers (floating point), which is not supported");
  }
  Image<uint16_t> image(area.width, area.height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < area.height; ++y) {
      const uint16_t* in = row_of(base, y + area.y) + size_t(area.x) * step + c;
      uint16_t* out = image.row(y, c);
      for (int x = 0; x < area.width; ++x) out[x] = in[size_t(x) * step];
    }
  }
  return image;
}

int OrientationOfFlip(int flip) {
  switch (flip) {
    case 3:
      return 3;
    case 5:
      return 8;
    case 6:
      return 6;
    default:
      return 1;
  }
}

Status FillCfa(LibRaw& raw, RawFrame& frame) {
  const libraw_iparams_t& id = raw.imgdata.idata;
  if (id.is_foveon) return Fail(ErrorCode::kUnsupported, "Foveon pictures are not supported");
  if (frame.IsLinearRaw()) {
    if (id.colors != 3) {
      return Fail(ErrorCode::kUnsupported, "pictures of four colours are not supported");
    }
    frame.cfa = Cfa{};
    frame.cfa.size = 1;
    frame.cfa.color[0] = CfaColor::kMono;
    return {};
  }
  if (id.colors == 1 || id.filters == 0) {
    frame.cfa.size = 1;
    frame.cfa.color[0] = CfaColor::kMono;
    return {};
  }
  if (id.filters == 9) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array repeats every 6 pixels (X-Trans), which is not supported");
  }
  if (id.filters < 1000) {
    return Fail(ErrorCode::kUnsupported, "its colour filter array is not supported");
  }
  constexpr int kSide = 16;  // LibRaw's patterns repeat within two columns and eight rows
  std::vector<uint8_t> pattern;
  for (int i = 0; i < kSide * kSide; ++i) {
    const char name = id.cdesc[raw.FC(i / kSide, i % kSide)];
    pattern.push_back(name == 'R' ? 0 : name == 'G' ? 1 : name == 'B' ? 2 : 255);
  }
  PETZVAL_ASSIGN(frame.cfa, MakeCfa(kSide, kSide, pattern));
  return {};
}

void FillLevels(LibRaw& raw, RawFrame& frame) {
  const libraw_colordata_t& c = raw.imgdata.color;
  const unsigned rows = c.cblack[4], cols = c.cblack[5];
  const bool pattern = rows >= 1 && cols >= 1 && rows <= 64 && cols <= 64;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      const int channel = raw.imgdata.idata.filters > 1000 ? raw.FC(y, x) : 0;
      double black = double(c.black) + c.cblack[channel];
      if (pattern) black += c.cblack[6 + (y % rows) * cols + x % cols];
      frame.black_dn[y * 4 + x] = static_cast<float>(black);
    }
  }
  frame.white_dn.fill(static_cast<float>(c.maximum));
}

void FillColor(const libraw_colordata_t& c, RawFrame& frame) {
  constexpr int kD65 = 21;
  Mat3 matrix;
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      matrix[i][j] = c.cam_xyz[i][j];
      sum += std::abs(matrix[i][j]);
    }
  }
  if (std::isfinite(sum) && sum > 0) {
    DngColor::Calibration calibration;
    calibration.illuminant = kD65;
    calibration.camera_from_xyz = matrix;
    frame.color.calibration.push_back(calibration);
  }
  const float r = c.cam_mul[0], g = c.cam_mul[1], b = c.cam_mul[2];
  if (r > 0 && g > 0 && b > 0 && std::isfinite(r + g + b)) {
    frame.color.as_shot_neutral = Vec3{{double(g) / r, 1.0, double(g) / b}};
  }
}

void FillExif(const LibRaw& raw, ExifInfo& exif) {
  const libraw_iparams_t& id = raw.imgdata.idata;
  const libraw_imgother_t& other = raw.imgdata.other;
  const auto positive = [](double v) { return std::isfinite(v) && v > 0 && v < 1e9 ? v : 0.0; };
  exif.make = CleanText(id.make);
  exif.model = CleanText(id.model);
  exif.software = CleanText(id.software);
  exif.lens = CleanText(raw.imgdata.lens.Lens);
  exif.exposure_s = positive(other.shutter);
  exif.f_number = positive(other.aperture);
  exif.iso = positive(other.iso_speed);
  exif.focal_length_mm = positive(other.focal_len);
  exif.focal_length_35mm = raw.imgdata.lens.FocalLengthIn35mmFormat;
  if (other.timestamp > 0) {
    // LibRaw made a time of the camera's own clock through the local zone: the same way back.
    std::tm when{};
    if (localtime_r(&other.timestamp, &when)) {
      exif.datetime_original =
          fmt::format("{:04}:{:02}:{:02} {:02}:{:02}:{:02}", when.tm_year + 1900, when.tm_mon + 1,
                      when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec);
    }
  }
}

Result<RawFrame> Read(const std::string& path) {
  PETZVAL_ASSIGN(auto raw, OpenChecked(path));
  if (raw->imgdata.idata.filters == 9) {
    return Fail(ErrorCode::kUnsupported,
                "its colour filter array repeats every 6 pixels (X-Trans), which is not supported");
  }
  if (raw->imgdata.idata.is_foveon || raw->imgdata.rawdata.ioparams.fuji_width) {
    return Fail(ErrorCode::kUnsupported, "sensors of its kind (Foveon, rotated) are not supported");
  }
  if (const int code = raw->unpack(); code != LIBRAW_SUCCESS) return Fail(LibrawError(code));
  const libraw_image_sizes_t& s = raw->imgdata.sizes;
  RawFrame frame;
  PETZVAL_ASSIGN(frame.mosaic, CopyPixels(*raw, {s.left_margin, s.top_margin, s.width, s.height}));
  PETZVAL_RETURN_IF_ERROR(FillCfa(*raw, frame));
  FillLevels(*raw, frame);
  FillColor(raw->imgdata.color, frame);
  FillExif(*raw, frame.exif);
  frame.default_crop = {0, 0, frame.width(), frame.height()};
  frame.orientation = OrientationOfFlip(s.flip);
  const libraw_imgother_t& other = raw->imgdata.other;
  if (other.timestamp == 0 && other.iso_speed == 0 && other.shutter == 0 &&
      frame.color.calibration.empty()) {
    frame.warnings.push_back(
        fmt::format("the file says nothing about itself; that it is of a {} {} is guessed from its "
                    "size",
                    frame.exif.make, frame.exif.model));
  }
  return frame;
}

// What DNG's other compressions are called, for the sentence that refuses them.
std::string CompressionName(int compression) {
  switch (compression) {
    case 7:
      return "lossless JPEG";
    case 34892:
      return "lossy JPEG";
    case 52546:
      return "JPEG XL";
    default:
      return fmt::format("compression {}", compression);
  }
}

Result<Image<uint16_t>> Unpack(const std::string& path, const DngLayout& layout, const Rect& area) {
  auto raw = OpenChecked(path);
  const libraw_image_sizes_t* s = raw ? &(*raw)->imgdata.sizes : nullptr;
  if ((!raw && raw.error().code == ErrorCode::kUnsupported) ||
      (s && (s->raw_width != layout.width || s->raw_height != layout.height))) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("its pixels ({} x {}, {}) are of a kind that cannot be unpacked",
                            layout.width, layout.height, CompressionName(layout.compression)));
  }
  if (!raw) return Fail(raw.error());
  if (const int code = (*raw)->unpack(); code != LIBRAW_SUCCESS) return Fail(LibrawError(code));
  PETZVAL_ASSIGN(auto image, CopyPixels(**raw, area));
  if (image.planes() != layout.samples) {
    return Fail(ErrorCode::kInvalidInput, "its pixels have another number of colours than stated");
  }
  return image;
}

}  // namespace

Result<RawFrame> ReadWithLibraw(const std::string& path) {
  try {
    return Read(path);
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "there is not enough memory for the picture");
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("the file cannot be unpacked ({})", e.what()));
  } catch (...) {
    return Fail(ErrorCode::kInvalidInput, "the file cannot be unpacked");
  }
}

Result<Image<uint16_t>> UnpackDngWithLibraw(const std::string& path, const DngLayout& layout,
                                            const Rect& area, bool& linearized) {
  linearized = true;  // LibRaw looks every sample up in the file's table while it unpacks
  try {
    return Unpack(path, layout, area);
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "there is not enough memory for the picture");
  } catch (...) {
    return Fail(ErrorCode::kInvalidInput, "the compressed pixels cannot be unpacked");
  }
}

}  // namespace petzval
