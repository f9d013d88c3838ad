// Strict parser of DNG opcode lists: every count is bounded by the bytes that are there.
#include "petzval/capture/opcodes.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "petzval/capture/dng_tags.h"

namespace petzval {
namespace {

constexpr size_t kMaxListBytes = 64 << 20;
constexpr uint32_t kMaxOpcodes = 4096;
constexpr uint32_t kMaxMapPoints = 4096;  // a side
constexpr uint32_t kOptional = 1;

enum Id : uint32_t {
  kWarpRectilinear = 1,
  kFixBadPixelsConstant = 4,
  kFixBadPixelsList = 5,
  kGainMap = 9,
};

std::string OpcodeName(uint32_t id) {
  static constexpr const char* kNames[] = {"",
                                           "WarpRectilinear",
                                           "WarpFisheye",
                                           "FixVignetteRadial",
                                           "FixBadPixelsConstant",
                                           "FixBadPixelsList",
                                           "TrimBounds",
                                           "MapTable",
                                           "MapPolynomial",
                                           "GainMap",
                                           "DeltaPerRow",
                                           "DeltaPerColumn",
                                           "ScalePerRow",
                                           "ScalePerColumn",
                                           "WarpRectilinear2"};
  if (id >= 1 && id < std::size(kNames)) return kNames[id];
  return fmt::format("opcode {}", id);
}

// Reads big-endian values; after the first read beyond the end all values are 0 and ok() is false.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  size_t left() const { return bytes_.size(); }
  uint32_t U32() { return static_cast<uint32_t>(Take(4)); }
  double F64() { return std::bit_cast<double>(Take(8)); }
  float F32() { return std::bit_cast<float>(static_cast<uint32_t>(Take(4))); }
  std::span<const uint8_t> Block(size_t size) {
    if (size > bytes_.size()) ok_ = false;
    const auto block = bytes_.first(ok_ ? size : 0);
    bytes_ = bytes_.subspan(block.size());
    return block;
  }

 private:
  uint64_t Take(size_t n) {
    uint64_t v = 0;
    for (uint8_t b : Block(n)) v = v << 8 | b;
    return v;
  }
  std::span<const uint8_t> bytes_;
  bool ok_ = true;
};

// A rectangle given as top, left, bottom, right; empty when malformed.
Rect ReadRect(Reader& in) {
  const uint32_t top = in.U32(), left = in.U32(), bottom = in.U32(), right = in.U32();
  if (bottom <= top || right <= left || bottom > kMaxSide || right > kMaxSide) return {};
  return {int(left), int(top), int(right - left), int(bottom - top)};
}

bool ParseBadConstant(Reader& in, BadPixels& bad) {
  bad.constant = in.U32();
  in.U32();  // Bayer phase: the CFA pattern of the file says the same
  return in.ok() && in.left() == 0;
}

bool ParseBadList(Reader& in, BadPixels& bad) {
  in.U32();  // Bayer phase
  const uint64_t points = in.U32(), rects = in.U32();
  if (!in.ok() || points * 8 + rects * 16 != in.left()) return false;
  bad.area.reserve(points + rects);
  for (uint64_t i = 0; i < points; ++i) {
    const uint32_t row = in.U32(), col = in.U32();
    if (row < uint32_t{kMaxSide} && col < uint32_t{kMaxSide}) {
      bad.area.push_back({int(col), int(row), 1, 1});
    }
  }
  for (uint64_t i = 0; i < rects; ++i) {
    const Rect r = ReadRect(in);
    if (r.width > 0) bad.area.push_back(r);
  }
  return in.ok();
}

bool ParseGainMap(Reader& in, GainMap& map) {
  map.area = ReadRect(in);
  const uint32_t plane = in.U32(), planes = in.U32(), row_pitch = in.U32(), col_pitch = in.U32();
  const uint32_t points_v = in.U32(), points_h = in.U32();
  map.spacing_v = in.F64();
  map.spacing_h = in.F64();
  map.origin_v = in.F64();
  map.origin_h = in.F64();
  const uint32_t map_planes = in.U32();
  if (!in.ok() || map.area.width < 1 || plane > 8 || planes < 1 || planes > 8 || row_pitch < 1 ||
      col_pitch < 1 || row_pitch > kMaxSide || col_pitch > kMaxSide || points_v < 1 ||
      points_h < 1 || points_v > kMaxMapPoints || points_h > kMaxMapPoints || map_planes < 1 ||
      map_planes > 8) {
    return false;
  }
  // With a single point in a direction the spacing is not used and may be anything.
  if (points_v == 1) map.spacing_v = 1;
  if (points_h == 1) map.spacing_h = 1;
  for (double v : {map.spacing_v, map.spacing_h, map.origin_v, map.origin_h}) {
    if (!std::isfinite(v) || std::abs(v) > 1e6) return false;
  }
  const uint64_t count = uint64_t{points_v} * points_h * map_planes;
  if (!(map.spacing_v > 0 && map.spacing_h > 0) || count * 4 != in.left()) return false;
  map.plane = int(plane);
  map.planes = int(planes);
  map.row_pitch = int(row_pitch);
  map.col_pitch = int(col_pitch);
  map.points_v = int(points_v);
  map.points_h = int(points_h);
  map.map_planes = int(map_planes);
  map.gain.resize(count);
  for (float& g : map.gain) {
    g = in.F32();
    if (!(g >= 0 && g <= 1000)) return false;  // also refuses NaN
  }
  return true;
}

bool ParseWarp(Reader& in, WarpRectilinear& warp) {
  const uint32_t planes = in.U32();
  if (!in.ok() || planes < 1 || planes > 4 || planes * 48 + 16 != in.left()) return false;
  const auto value = [&](double& v) {
    v = in.F64();
    return std::isfinite(v) && std::abs(v) < 100;
  };
  bool good = true;
  for (uint32_t i = 0; i < planes; ++i) {
    WarpRectilinear::Plane plane;
    for (double& v : plane.radial) good = value(v) && good;
    for (double& v : plane.tangential) good = value(v) && good;
    warp.plane.push_back(plane);
  }
  good = value(warp.center_x) && good;
  good = value(warp.center_y) && good;
  return good && (planes == 1 || planes == 3) && warp.center_x >= 0 && warp.center_x <= 1 &&
         warp.center_y >= 0 && warp.center_y <= 1;
}

enum class Outcome { kTaken, kNotApplied, kMalformed };

Outcome Take(uint32_t id, std::span<const uint8_t> data, int list, Opcodes& opcodes) {
  Reader in(data);
  if (id == kFixBadPixelsConstant || id == kFixBadPixelsList) {
    // In list 2 a constant would mean a linear value, in list 3 colours are complete already.
    if (list == 3 || (list == 2 && id == kFixBadPixelsConstant)) return Outcome::kNotApplied;
    BadPixels bad;
    const bool good =
        id == kFixBadPixelsConstant ? ParseBadConstant(in, bad) : ParseBadList(in, bad);
    if (!good) return Outcome::kMalformed;
    (list == 1 ? opcodes.as_stored : opcodes.linearized).push_back(std::move(bad));
    return Outcome::kTaken;
  }
  if (id == kGainMap && list != 1) {
    GainMap map;
    if (!ParseGainMap(in, map)) return Outcome::kMalformed;
    (list == 2 ? opcodes.gain_maps : opcodes.gain_maps_rgb).push_back(std::move(map));
    return Outcome::kTaken;
  }
  if (id == kWarpRectilinear && list == 3 && !opcodes.warp) {
    WarpRectilinear warp;
    if (!ParseWarp(in, warp)) return Outcome::kMalformed;
    opcodes.warp = std::move(warp);
    return Outcome::kTaken;
  }
  return Outcome::kNotApplied;
}

void Fix(const std::vector<BadPixels>& lists, const Cfa& cfa, int dx, int dy,
         Image<uint16_t>& mosaic, std::vector<std::string>& warnings) {
  if (lists.empty()) return;
  bool fixed = true;
  for (int c = 0; c < mosaic.planes(); ++c) {
    fixed = FixBadPixels(lists, cfa, dx, dy, mosaic.plane(c)) && fixed;
  }
  if (!fixed) {
    warnings.push_back(
        fmt::format("the lists of bad pixels name more than {:.0f} % of the picture and are not "
                    "applied",
                    100 * kMostBadPixels));
  }
}

// A map over the three-plane picture as maps over the mosaic: one for each cell of the CFA, which
// it meets with the gain of that cell's colour.
void ToMosaic(const GainMap& map, const RawFrame& frame, std::vector<GainMap>& to) {
  const int period = frame.cfa.size;
  for (int i = 0; i < period * period; ++i) {
    const int color = frame.cfa.IsMono() ? 0 : static_cast<int>(frame.cfa.color[i]);
    if (color < map.plane || color >= map.plane + map.planes) continue;
    GainMap cell = map;
    const int dx = ((i % period - map.area.x) % period + period) % period;
    const int dy = ((i / period - map.area.y) % period + period) % period;
    if (dx >= map.area.width || dy >= map.area.height) continue;
    cell.area = {map.area.x + dx, map.area.y + dy, map.area.width - dx, map.area.height - dy};
    cell.row_pitch = cell.col_pitch = period;
    cell.plane = 0;
    cell.planes = cell.map_planes = 1;
    const int source = std::min(color - map.plane, map.map_planes - 1);
    cell.gain.resize(size_t(map.points_v) * map.points_h);
    for (size_t k = 0; k < cell.gain.size(); ++k)
      cell.gain[k] = map.gain[k * map.map_planes + source];
    to.push_back(std::move(cell));
  }
}

// Cuts the area of a map to the picture; false when nothing is left.
bool ClipTo(const RawFrame& frame, GainMap& map) {
  if (map.area.x >= frame.width() || map.area.y >= frame.height()) return false;
  map.area.width = std::min(map.area.width, frame.width() - map.area.x);
  map.area.height = std::min(map.area.height, frame.height() - map.area.y);
  return true;
}

}  // namespace

void ParseOpcodeList(std::span<const uint8_t> bytes, int list, Opcodes& opcodes,
                     std::vector<std::string>& warnings) {
  Reader in(bytes);
  const uint32_t count = in.U32();
  if (!in.ok() || count > kMaxOpcodes) {
    warnings.push_back(fmt::format("opcode list {} is damaged and was not used", list));
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t id = in.U32();
    in.U32();  // DNG version that introduced it
    const uint32_t flags = in.U32(), size = in.U32();
    const auto data = in.Block(size);
    if (!in.ok()) {
      warnings.push_back(
          fmt::format("opcode list {} is cut off after {} of {} opcodes", list, i, count));
      return;
    }
    switch (Take(id, data, list, opcodes)) {
      case Outcome::kTaken:
        break;
      case Outcome::kMalformed:
        warnings.push_back(fmt::format("opcode {} of list {} is malformed and was not applied",
                                       OpcodeName(id), list));
        opcodes.others.push_back(OpcodeName(id));
        break;
      case Outcome::kNotApplied:
        opcodes.others.push_back(OpcodeName(id));
        if (!(flags & kOptional)) {
          warnings.push_back(fmt::format(
              "the file requires {} (opcode list {}), which is not applied", OpcodeName(id), list));
        }
    }
  }
}

Opcodes ReadOpcodes(const TiffFile& tiff, const TiffIfd& raw, std::vector<std::string>& warnings) {
  Opcodes opcodes;
  const uint16_t tags[3] = {tag::kOpcodeList1, tag::kOpcodeList2, tag::kOpcodeList3};
  for (int i = 0; i < 3; ++i) {
    if (!raw.Find(tags[i])) continue;
    const auto bytes = tiff.Bytes(raw, tags[i], kMaxListBytes);
    ParseOpcodeList(bytes, i + 1, opcodes, warnings);
  }
  return opcodes;
}

void FixBadPixelsAsStored(const Opcodes& opcodes, const Cfa& cfa, const Rect& active,
                          Image<uint16_t>& mosaic, std::vector<std::string>& warnings) {
  // The phase only matters for who is a neighbour of the same colour: distances of the CFA's
  // period.
  Fix(opcodes.as_stored, cfa, active.x % cfa.size, active.y % cfa.size, mosaic, warnings);
}

void TakeOpcodes(const Opcodes& opcodes, RawFrame& frame) {
  Fix(opcodes.linearized, frame.cfa, 0, 0, frame.mosaic, frame.warnings);
  std::vector<GainMap> maps = opcodes.gain_maps;
  for (const GainMap& map : opcodes.gain_maps_rgb) {
    if (frame.IsLinearRaw()) {
      maps.push_back(map);
    } else if (map.row_pitch == 1 && map.col_pitch == 1) {
      ToMosaic(map, frame, maps);
    } else {
      frame.other_opcodes.push_back("GainMap");
    }
  }
  for (GainMap& map : maps) {
    if (ClipTo(frame, map)) frame.gain_maps.push_back(std::move(map));
  }
  frame.warp = opcodes.warp;
  frame.other_opcodes.insert(frame.other_opcodes.end(), opcodes.others.begin(),
                             opcodes.others.end());
}

}  // namespace petzval
