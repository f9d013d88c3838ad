// Portable float maps.
#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "petzval/base/file.h"
#include "petzval/image/picture.h"
#include "petzval/image/picture_file.h"

namespace petzval {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{6} << 30;

// The next word of the header, which is ended by exactly one white space.
std::string_view Word(std::span<const uint8_t> file, size_t* at) {
  constexpr size_t kMaxWord = 32;
  const size_t start = *at;
  while (*at < file.size() && *at - start < kMaxWord && file[*at] > ' ') ++*at;
  const std::string_view word(reinterpret_cast<const char*>(file.data()) + start, *at - start);
  if (*at >= file.size() || file[*at] > ' ') return {};
  ++*at;
  return word;
}

template <class T>
bool ToNumber(std::string_view word, T* value) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *value);
  return !word.empty() && error == std::errc() && end == word.data() + word.size();
}

}  // namespace

Result<Image<float>> DecodePfm(std::span<const uint8_t> file) {
  const auto damaged = [](const char* what) {
    return Fail(ErrorCode::kInvalidInput, std::string("the PFM file is damaged (") + what + ")");
  };
  size_t at = 0;
  const std::string_view kind = Word(file, &at);
  if (kind != "PF" && kind != "Pf") return damaged("it does not start with PF or Pf");
  const int planes = kind == "PF" ? 3 : 1;
  int64_t width = 0, height = 0;
  double scale = 0;
  if (!ToNumber(Word(file, &at), &width) || !ToNumber(Word(file, &at), &height) || width < 1 ||
      height < 1) {
    return damaged("its size is no pair of numbers");
  }
  if (!ToNumber(Word(file, &at), &scale) || scale == 0 || !std::isfinite(scale)) {
    return damaged("its scale is no number");
  }
  if (!SizeAllowed(width, height)) {
    return Fail(ErrorCode::kTooLarge, "the PFM picture is larger than 400 megapixels");
  }
  const size_t row_bytes = static_cast<size_t>(width) * planes * sizeof(float);
  if (file.size() - at < row_bytes * height) return damaged("it is truncated");
  const bool swap = (scale > 0) == (std::endian::native == std::endian::little);
  Image<float> image(static_cast<int>(width), static_cast<int>(height), planes);
  for (int y = 0; y < height; ++y) {
    const uint8_t* from = file.data() + at + row_bytes * (height - 1 - y);
    for (int c = 0; c < planes; ++c) {
      float* to = image.row(y, c);
      for (int x = 0; x < width; ++x) {
        uint32_t bits;
        std::memcpy(&bits, from + (static_cast<size_t>(x) * planes + c) * sizeof bits, sizeof bits);
        to[x] = std::bit_cast<float>(swap ? __builtin_bswap32(bits) : bits);
      }
    }
  }
  return image;
}

Result<Image<float>> ReadPfm(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxFileBytes));
  try {
    auto image = DecodePfm(bytes);
    if (!image) return Fail(image.error().In(path));
    return image;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, path + ": not enough memory for this picture");
  }
}

Status WritePfm(const std::string& path, const Image<float>& image) {
  if (image.empty() || (image.planes() != 1 && image.planes() != 3)) {
    return Fail(ErrorCode::kUnsupported, path + ": PFM holds one plane or three");
  }
  const int planes = image.planes();
  PETZVAL_ASSIGN(OutputFile file, OutputFile::Create(path));
  const std::string header =
      fmt::format("{}\n{} {}\n-1.0\n", planes == 3 ? "PF" : "Pf", image.width(), image.height());
  PETZVAL_RETURN_IF_ERROR(
      file.Write({reinterpret_cast<const uint8_t*>(header.data()), header.size()}));
  constexpr int kRowsAtOnce = 64;
  const size_t row = static_cast<size_t>(image.width()) * planes;
  std::vector<uint32_t> rows;
  for (int end = image.height(); end > 0; end -= kRowsAtOnce) {
    const int start = std::max(0, end - kRowsAtOnce);
    rows.resize(row * (end - start));
    for (int y = end - 1; y >= start; --y) {
      for (int c = 0; c < planes; ++c) {
        const float* from = image.row(y, c);
        uint32_t* to = rows.data() + row * (end - 1 - y) + c;
        for (int x = 0; x < image.width(); ++x) {
          const auto bits = std::bit_cast<uint32_t>(from[x]);
          to[static_cast<size_t>(x) * planes] =
              std::endian::native == std::endian::little ? bits : __builtin_bswap32(bits);
        }
      }
    }
    PETZVAL_RETURN_IF_ERROR(file.Write(
        {reinterpret_cast<const uint8_t*>(rows.data()), rows.size() * sizeof(uint32_t)}));
  }
  return file.Commit();
}

}  // namespace petzval
