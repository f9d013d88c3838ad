// PNG for ReadPicture: pixels through DecodePng, colour from the chunks before them.
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "petzval/image/picture_file.h"
#include "petzval/image/png.h"

namespace petzval {
namespace {

uint32_t U32(std::span<const uint8_t> b, size_t at) {
  return uint32_t{b[at]} << 24 | uint32_t{b[at + 1]} << 16 | uint32_t{b[at + 2]} << 8 | b[at + 3];
}

// The profile of an iCCP chunk: a name, a zero, the method 0, zlib data.
std::vector<uint8_t> Inflate(std::span<const uint8_t> chunk) {
  const auto zero = std::find(chunk.begin(), chunk.end(), 0);
  const size_t name = zero - chunk.begin();
  if (name + 2 >= chunk.size() || chunk[name + 1] != 0) return {};
  const std::span<const uint8_t> packed = chunk.subspan(name + 2);
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  std::vector<uint8_t> profile;
  uint8_t buffer[16384];
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  int status = Z_OK;
  while (status == Z_OK && profile.size() < static_cast<size_t>(kMaxProfileBytes)) {
    stream.next_out = buffer;
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    profile.insert(profile.end(), buffer, buffer + (sizeof buffer - stream.avail_out));
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) profile.clear();
  return profile;
}

struct Chunks {
  std::span<const uint8_t> iccp, gama, chrm, srgb, cicp, exif;
};

// The chunks of interest with a good checksum; those after the pixels are EXIF at most.
Chunks FindChunks(std::span<const uint8_t> file) {
  Chunks chunks;
  size_t at = 8;
  while (at + 12 <= file.size()) {
    const size_t size = U32(file, at);
    if (size > file.size() - at - 12) break;
    const std::span<const uint8_t> data = file.subspan(at + 8, size);
    const auto is = [&](const char* name) {
      return std::memcmp(file.data() + at + 4, name, 4) == 0 &&
             crc32(0, file.data() + at + 4, static_cast<uInt>(size + 4)) ==
                 U32(file, at + 8 + size);
    };
    if (is("iCCP")) chunks.iccp = data;
    if (is("gAMA") && size == 4) chunks.gama = data;
    if (is("cHRM") && size == 32) chunks.chrm = data;
    if (is("sRGB") && size == 1) chunks.srgb = data;
    if (is("cICP") && size == 4) chunks.cicp = data;
    if (is("eXIf")) chunks.exif = data;
    at += size + 12;
  }
  return chunks;
}

// Code points of ITU-T H.273. Errors: kUnsupported for HDR and rare ones.
Result<StatedSpace> SpaceOfCicp(std::span<const uint8_t> cicp) {
  StatedSpace space;
  switch (cicp[0]) {
    case 1:
      space.name = "sRGB";
      break;
    case 9:
      space.name = "Rec.2020";
      space.xy = {0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290};
      break;
    case 12:
      space.name = "Display P3";
      space.xy = {0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290};
      break;
    default:
      return Fail(ErrorCode::kUnsupported, "the PNG picture has uncommon primaries");
  }
  if (cicp[1] == 16 || cicp[1] == 18) {
    return Fail(ErrorCode::kUnsupported, "this is an HDR picture (PQ or HLG), which is not read");
  }
  if (cicp[2] != 0 || cicp[3] != 1) {
    return Fail(ErrorCode::kUnsupported, "the PNG picture is no RGB of full range");
  }
  if (cicp[1] == 8) {
    space.gamma = 1;
    space.name = "linear " + space.name;
  } else if (cicp[1] != 13) {
    return Fail(ErrorCode::kUnsupported, "the PNG picture has an uncommon transfer function");
  }
  return space;
}

}  // namespace

Result<PictureFile> DecodePicturePng(std::span<const uint8_t> file) {
  PETZVAL_ASSIGN(PngImage png, DecodePng(file));
  PictureFile picture;
  picture.code = std::move(png.pixels);
  picture.max_code = png.bit_depth == 16 ? 65535 : 255;
  const Chunks chunks = FindChunks(file);
  picture.orientation = ExifOrientation(chunks.exif);
  if (!chunks.cicp.empty()) {
    PETZVAL_ASSIGN(picture.stated, SpaceOfCicp(chunks.cicp));
  } else if (!chunks.iccp.empty()) {
    picture.icc = Inflate(chunks.iccp);
    if (picture.icc.empty()) {
      return Fail(ErrorCode::kInvalidInput, "the colour profile of the PNG file is damaged");
    }
  } else if (!chunks.srgb.empty()) {
    picture.stated = StatedSpace{.name = "sRGB"};
  } else if (!chunks.gama.empty()) {
    const uint32_t gamma = U32(chunks.gama, 0);
    if (gamma == 0) return Fail(ErrorCode::kInvalidInput, "the PNG file states a gamma of zero");
    StatedSpace space;
    space.gamma = 1e5 / gamma;
    space.name = gamma == 100000 ? "linear light" : "gamma of the PNG file";
    if (!chunks.chrm.empty()) {
      // White comes first in the chunk.
      for (int i = 0; i < 8; ++i) space.xy[(i + 6) % 8] = U32(chunks.chrm, 4 * i) * 1e-5;
      space.name += " with its primaries";
    }
    picture.stated = space;
  }
  return picture;
}

}  // namespace petzval
