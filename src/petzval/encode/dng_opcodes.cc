// Big-endian serialisation of the opcodes that a frame carries.
#include "petzval/encode/dng_opcodes.h"

#include <bit>

namespace petzval {
namespace {

class BigEndian {
 public:
  void U32(uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_.push_back(static_cast<uint8_t>(v >> shift));
  }
  void I32(int v) { U32(static_cast<uint32_t>(v)); }
  void F32(float v) { U32(std::bit_cast<uint32_t>(v)); }
  void F64(double v) {
    const auto bits = std::bit_cast<uint64_t>(v);
    U32(static_cast<uint32_t>(bits >> 32));
    U32(static_cast<uint32_t>(bits));
  }
  void Append(const BigEndian& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
  }
  size_t size() const { return bytes_.size(); }
  std::vector<uint8_t> Take() { return std::move(bytes_); }

 private:
  std::vector<uint8_t> bytes_;
};

constexpr uint32_t kWarpRectilinear = 1, kGainMap = 9;

void AppendOpcode(uint32_t id, const BigEndian& parameters, BigEndian* out) {
  out->U32(id);
  out->U32(0x01030000);  // since DNG 1.3
  out->U32(0);           // flags: neither optional nor skipped for previews
  out->U32(static_cast<uint32_t>(parameters.size()));
  out->Append(parameters);
}

}  // namespace

std::vector<uint8_t> SerializeGainMaps(const std::vector<GainMap>& maps) {
  if (maps.empty()) return {};
  BigEndian out;
  out.U32(static_cast<uint32_t>(maps.size()));
  for (const GainMap& map : maps) {
    BigEndian p;
    for (const int v :
         {map.area.y, map.area.x, map.area.y + map.area.height, map.area.x + map.area.width,
          map.plane, map.planes, map.row_pitch, map.col_pitch, map.points_v, map.points_h}) {
      p.I32(v);
    }
    for (const double v : {map.spacing_v, map.spacing_h, map.origin_v, map.origin_h}) p.F64(v);
    p.I32(map.map_planes);
    for (const float gain : map.gain) p.F32(gain);
    AppendOpcode(kGainMap, p, &out);
  }
  return out.Take();
}

std::vector<uint8_t> SerializeWarp(const WarpRectilinear& warp) {
  BigEndian p;
  p.U32(static_cast<uint32_t>(warp.plane.size()));
  for (const WarpRectilinear::Plane& plane : warp.plane) {
    for (const double v : plane.radial) p.F64(v);
    for (const double v : plane.tangential) p.F64(v);
  }
  p.F64(warp.center_x);
  p.F64(warp.center_y);
  BigEndian out;
  out.U32(1);
  AppendOpcode(kWarpRectilinear, p, &out);
  return out.Take();
}

}  // namespace petzval
