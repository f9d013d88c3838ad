// Finished pictures: from any format to upright planes with the meaning of their colour.
#include "petzval/image/picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <string_view>

#include "petzval/base/file.h"
#include "petzval/base/parallel.h"
#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{6} << 30;

enum class Format { kNone, kJpeg, kPng, kTiff, kPfm };

Format FormatOf(std::span<const uint8_t> head) {
  using std::string_view_literals::operator""sv;
  const auto starts = [&](std::string_view with) {
    return head.size() >= with.size() && std::memcmp(head.data(), with.data(), with.size()) == 0;
  };
  if (starts("\xff\xd8\xff")) return Format::kJpeg;
  if (starts("\x89PNG\r\n\x1a\n")) return Format::kPng;
  if (starts("II*\0"sv) || starts("MM\0*"sv)) return Format::kTiff;
  if (starts("II+\0"sv) || starts("MM\0+"sv)) return Format::kTiff;  // BigTIFF
  if (head.size() >= 3 && head[0] == 'P' && (head[1] == 'F' || head[1] == 'f') && head[2] <= ' ') {
    return Format::kPfm;
  }
  return Format::kNone;
}

Result<PictureFile> Decode(Format format, std::span<const uint8_t> file) {
  switch (format) {
    case Format::kJpeg:
      return DecodePictureJpeg(file);
    case Format::kPng:
      return DecodePicturePng(file);
    case Format::kTiff:
      return DecodePictureTiff(file);
    case Format::kPfm: {
      PictureFile picture;
      PETZVAL_ASSIGN(picture.value, DecodePfm(file));
      return picture;
    }
    case Format::kNone:
      break;
  }
  return Fail(ErrorCode::kInvalidInput,
              file.empty() ? "the file is empty" : "this is no JPEG, PNG, TIFF or PFM picture");
}

// Three upright planes of 1 or 3 as stored; EXIF orientation 1..8.
template <class T>
Image<T> Upright(Image<T> stored, int orientation) {
  if (orientation == 1 && stored.planes() == 3) return stored;
  const bool swap = orientation >= 5;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const int width = stored.width(), height = stored.height();
  Image<T> upright(swap ? height : width, swap ? width : height, 3);
  for (int c = 0; c < 3; ++c) {
    const int from_plane = stored.planes() == 3 ? c : 0;
    for (int y = 0; y < height; ++y) {
      const T* from = stored.row(y, from_plane);
      const int v = flip_y ? height - 1 - y : y;
      for (int x = 0; x < width; ++x) {
        const int u = flip_x ? width - 1 - x : x;
        if (swap) {
          upright.row(u, c)[v] = from[x];
        } else {
          upright.row(v, c)[u] = from[x];
        }
      }
    }
  }
  return upright;
}

Result<ProfileColor> ColorOfFile(const PictureFile& file, int planes,
                                 std::vector<std::string>* warnings) {
  if (!file.icc.empty()) return ReadProfile(file.icc, planes);
  if (file.stated) return ColorOf(*file.stated);
  if (!file.value.empty()) {
    StatedSpace linear{.name = "linear Rec.2020", .gamma = 1};
    linear.xy = {0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290};
    return ColorOf(linear);
  }
  warnings->push_back("no colour profile: taken as sRGB");
  return ColorOf(StatedSpace{.name = "sRGB"});
}

// Floats that are not finite have no colour: they become black, and that is said.
void BlackenNonFinite(Image<float>* value, std::vector<std::string>* warnings) {
  std::vector<int64_t> found(value->height(), 0);
  ParallelFor(value->height(), [&](int y) {
    for (int c = 0; c < value->planes(); ++c) {
      float* row = value->row(y, c);
      for (int x = 0; x < value->width(); ++x) {
        if (std::isfinite(row[x])) continue;
        row[x] = 0;
        ++found[y];
      }
    }
  });
  const int64_t all = std::accumulate(found.begin(), found.end(), int64_t{0});
  if (all == 0) return;
  warnings->push_back(std::to_string(all) + " values are not finite: they count as black");
}

Result<Picture> PictureOf(std::vector<uint8_t> bytes) {
  PETZVAL_ASSIGN(PictureFile file, Decode(FormatOf(bytes), bytes));
  bytes = {};
  Picture picture;
  picture.max_code = file.max_code;
  picture.warnings = std::move(file.warnings);
  const int planes = file.value.empty() ? file.code.planes() : file.value.planes();
  PETZVAL_ASSIGN(ProfileColor color, ColorOfFile(file, planes, &picture.warnings));
  picture.curve = std::move(color.curve);
  picture.xyz_d50_from_linear.m = color.xyz_d50;
  picture.space = std::move(color.name);
  if (!file.value.empty()) {
    BlackenNonFinite(&file.value, &picture.warnings);
    picture.value = Upright(std::move(file.value), file.orientation);
  } else {
    picture.code = Upright(std::move(file.code), file.orientation);
  }
  return picture;
}

// Beyond the ends the curve goes on with its last slope; it is odd about zero.
float Curve(const std::vector<float>& curve, float x) {
  if (curve.size() < 2) return x;
  const float at = std::fabs(x) * static_cast<float>(curve.size() - 1);
  const size_t i =
      at < static_cast<float>(curve.size() - 2) ? static_cast<size_t>(at) : curve.size() - 2;
  const float y = curve[i] + (at - static_cast<float>(i)) * (curve[i + 1] - curve[i]);
  return std::copysign(1.0f, x) * y;
}

void LinearPlane(const Picture& picture, int y, int c, float* out) {
  const std::vector<float>& curve = picture.curve[c];
  const int width = picture.width();
  if (picture.is_float()) {
    const float* from = picture.value.row(y, c);
    if (curve.empty()) {
      std::copy_n(from, width, out);
    } else {
      for (int x = 0; x < width; ++x) out[x] = Curve(curve, from[x]);
    }
    return;
  }
  const uint16_t* from = picture.code.row(y, c);
  const size_t max = static_cast<size_t>(picture.max_code);
  if (curve.size() > max && (curve.size() - 1) % max == 0) {
    const size_t step = (curve.size() - 1) / max;
    for (int x = 0; x < width; ++x) out[x] = curve[std::min<size_t>(from[x], max) * step];
  } else {
    const double scale = 1.0 / picture.max_code;
    for (int x = 0; x < width; ++x) {
      out[x] = Curve(curve, static_cast<float>(from[x] * scale));
    }
  }
}

}  // namespace

Result<Picture> DecodePicture(std::vector<uint8_t> file) {
  try {
    return PictureOf(std::move(file));
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "not enough memory for this picture");
  }
}

Result<Picture> ReadPicture(const std::string& path) {
  try {
    PETZVAL_ASSIGN(std::vector<uint8_t> file, ReadFile(path, kMaxFileBytes));
    auto picture = DecodePicture(std::move(file));
    if (!picture) return Fail(picture.error().In(path));
    picture->path = path;
    return picture;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, path + ": not enough memory for this picture");
  }
}

bool IsPictureFile(const std::string& path) {
  if (!FileSize(path)) return false;
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return false;
  std::vector<uint8_t> head(16);
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  const Format format = FormatOf(head);
  if (format != Format::kTiff) return format != Format::kNone;
  if (head.size() < 16) return true;  // damaged: ReadPicture says how
  // The first directory may lie anywhere: here it is moved to byte 16.
  const bool big = head[0] == 'M';
  uint32_t start = 0;
  for (int i = 0; i < 4; ++i) start |= uint32_t{head[4 + i]} << 8 * (big ? 3 - i : i);
  constexpr size_t kDirectory = size_t{64} << 10;
  head.resize(16 + kDirectory);
  if (std::fseek(file.get(), static_cast<long>(start), SEEK_SET) != 0) return true;
  head.resize(16 + std::fread(head.data() + 16, 1, kDirectory, file.get()));
  for (int i = 0; i < 4; ++i) head[4 + i] = (big ? i == 3 : i == 0) ? 16 : 0;
  return !IsRawTiff(head);
}

void LinearRow(const Picture& picture, int y, float* r, float* g, float* b) {
  LinearPlane(picture, y, 0, r);
  LinearPlane(picture, y, 1, g);
  LinearPlane(picture, y, 2, b);
}

Image<float> LinearRgb(const Picture& picture) {
  Image<float> rgb(picture.width(), picture.height(), 3);
  ParallelFor(picture.height(),
              [&](int y) { LinearRow(picture, y, rgb.row(y, 0), rgb.row(y, 1), rgb.row(y, 2)); });
  return rgb;
}

}  // namespace petzval
