// The file of a baked lens: little-endian, floats for tables, 16 bits for point spreads.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "petzval/base/file.h"
#include "petzval/base/nearest_name.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval::optics {
namespace {

constexpr char kMagic[8] = {'P', 'V', 'L', 'E', 'N', 'S', '0', '1'};
constexpr int64_t kMaxBytes = int64_t{32} << 20;
constexpr uint32_t kMaxName = 256;

// FNV-1a: finds a garbled file, is no protection against a forged one.
uint64_t Checksum(std::span<const uint8_t> bytes) {
  uint64_t h = 0xcbf29ce484222325u;
  for (const uint8_t b : bytes) h = (h ^ b) * 0x100000001b3u;
  return h;
}

struct Writer {
  std::vector<uint8_t> bytes;
  template <class T>
  void Integer(T v) {
    for (size_t i = 0; i < sizeof(T); ++i) {
      bytes.push_back(static_cast<uint8_t>(static_cast<uint64_t>(v) >> (8 * i)));
    }
  }
  // 7 bits a byte, the high bit says that more follow: most samples are small.
  void Short(uint32_t v) {
    for (; v >= 0x80; v >>= 7) bytes.push_back(static_cast<uint8_t>(v | 0x80));
    bytes.push_back(static_cast<uint8_t>(v));
  }
  void Number(double v) { Integer(std::bit_cast<uint64_t>(v)); }
  void Small(double v) { Integer(std::bit_cast<uint32_t>(static_cast<float>(v))); }
};

// Reads as long as there is something; afterwards `ok` tells whether it was enough.
struct Reader {
  std::span<const uint8_t> bytes;
  size_t at = 0;
  bool ok = true;

  template <class T>
  T Integer() {
    if (!ok || bytes.size() - at < sizeof(T)) {
      ok = false;
      return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < sizeof(T); ++i) v |= static_cast<uint64_t>(bytes[at + i]) << (8 * i);
    at += sizeof(T);
    return static_cast<T>(v);
  }
  uint32_t Short() {
    uint32_t v = 0;
    for (int shift = 0; shift < 21; shift += 7) {
      const auto byte = Integer<uint8_t>();
      v |= static_cast<uint32_t>(byte & 0x7f) << shift;
      if (!(byte & 0x80)) return v;
    }
    ok = false;
    return 0;
  }
  double Number() { return std::bit_cast<double>(Integer<uint64_t>()); }
  double Small() { return std::bit_cast<float>(Integer<uint32_t>()); }
};

// One half: the other is its mirror image. Roots of the weights in 16 bits: diffraction's rings
// hold light far out, a little in each sample.
void WritePsf(const BakedPsf& psf, Writer* w) {
  w->Integer(static_cast<uint8_t>(psf.size));
  const float most = *std::max_element(psf.weight.begin(), psf.weight.end());
  const int h = psf.size / 2;
  for (int y = -h; y <= h; ++y) {
    for (int x = 0; x <= h; ++x) {
      const double v = 0.5 * (psf.At(x, y) + psf.At(-x, y)) / most;
      w->Short(static_cast<uint32_t>(std::lround(65535 * std::sqrt(std::clamp(v, 0.0, 1.0)))));
    }
  }
}

BakedPsf ReadPsf(Reader* r) {
  BakedPsf psf;
  psf.size = r->Integer<uint8_t>();
  if (psf.size % 2 == 0) r->ok = false;
  const int h = psf.size / 2;
  // Nothing is allocated that the file does not hold.
  if (r->bytes.size() - r->at < static_cast<size_t>(psf.size) * (h + 1)) r->ok = false;
  if (!r->ok) return psf;
  psf.weight.resize(static_cast<size_t>(psf.size) * psf.size);
  double sum = 0;
  for (int y = 0; y < psf.size; ++y) {
    for (int x = 0; x <= h; ++x) {
      const double root = std::min(r->Short(), 65535u);
      const auto v = static_cast<float>(root * root);
      psf.weight[y * psf.size + h + x] = psf.weight[y * psf.size + h - x] = v;
      sum += x == 0 ? v : 2.0 * v;
    }
  }
  if (!r->ok || !(sum > 0)) {
    r->ok = false;
    return psf;
  }
  for (float& v : psf.weight) v = static_cast<float>(v / sum);
  return psf;
}

}  // namespace

std::vector<uint8_t> EncodeLensProfile(const LensProfile& profile) {
  Writer w;
  w.bytes.assign(std::begin(kMagic), std::end(kMagic));
  const std::string name = profile.lens.substr(0, kMaxName);
  w.Integer(static_cast<uint32_t>(name.size()));
  w.bytes.insert(w.bytes.end(), name.begin(), name.end());
  w.Integer(static_cast<uint32_t>(profile.sensor.width_px));
  w.Integer(static_cast<uint32_t>(profile.sensor.height_px));
  w.Number(profile.sensor.pitch_um);
  w.Integer(static_cast<uint8_t>(profile.sensor.quad_binned));
  w.Number(profile.focal_length_mm);
  w.Number(profile.f_number);
  w.Integer(static_cast<uint32_t>(profile.states.size()));
  for (const FocusState& s : profile.states) {
    w.Number(s.object_mm);
    for (const double v : s.ideal_px) w.Number(v);
    for (int c = 0; c < 3; ++c) {
      for (const double v : s.lateral_px[c]) w.Small(v);
      for (const double v : s.shading[c]) w.Small(v);
      for (const BakedPsf& psf : s.psf[c]) WritePsf(psf, &w);
    }
  }
  w.Integer(Checksum(w.bytes));
  return std::move(w.bytes);
}

Result<LensProfile> DecodeLensProfile(std::span<const uint8_t> bytes) {
  if (bytes.size() < sizeof(kMagic) ||
      !std::equal(std::begin(kMagic), std::end(kMagic) - 2, bytes.begin())) {
    return Fail(ErrorCode::kInvalidInput, "this is no lens profile");
  }
  if (!std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin())) {
    return Fail(ErrorCode::kUnsupported, "the lens profile is of another version");
  }
  const auto damaged = [] {
    return Fail(ErrorCode::kInvalidInput, "the lens profile is truncated or damaged");
  };
  if (bytes.size() < sizeof(kMagic) + 8) return damaged();
  Reader end{bytes.last(8)};
  if (end.Integer<uint64_t>() != Checksum(bytes.first(bytes.size() - 8))) return damaged();
  Reader r{bytes.subspan(sizeof(kMagic), bytes.size() - sizeof(kMagic) - 8)};
  LensProfile profile;
  const auto length = r.Integer<uint32_t>();
  if (!r.ok || length > kMaxName || length > r.bytes.size() - r.at) return damaged();
  const std::span<const uint8_t> name = r.bytes.subspan(r.at, length);
  profile.lens.assign(name.begin(), name.end());
  r.at += length;
  const auto width = r.Integer<uint32_t>(), height = r.Integer<uint32_t>();
  profile.sensor.width_px = static_cast<int>(std::min(width, 1u << 20));
  profile.sensor.height_px = static_cast<int>(std::min(height, 1u << 20));
  profile.sensor.pitch_um = r.Number();
  profile.sensor.quad_binned = r.Integer<uint8_t>() != 0;
  profile.focal_length_mm = r.Number();
  profile.f_number = r.Number();
  const auto states = r.Integer<uint32_t>();
  if (!r.ok || states > LensProfile::kMaxStates) return damaged();
  for (uint32_t i = 0; i < states && r.ok; ++i) {
    FocusState& s = profile.states.emplace_back();
    s.object_mm = r.Number();
    for (double& v : s.ideal_px) v = r.Number();
    for (int c = 0; c < 3; ++c) {
      for (double& v : s.lateral_px[c]) v = r.Small();
      for (double& v : s.shading[c]) v = r.Small();
      for (BakedPsf& psf : s.psf[c]) psf = ReadPsf(&r);
    }
  }
  if (!r.ok || r.at != r.bytes.size()) return damaged();
  if (const Status checked = CheckProfile(profile); !checked) {
    return Fail(checked.error().In("lens profile"));
  }
  return profile;
}

Result<LensProfile> ReadLensProfile(const std::string& path) {
  PETZVAL_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path, kMaxBytes));
  Result<LensProfile> profile = DecodeLensProfile(bytes);
  if (!profile) return Fail(profile.error().In(path));
  return profile;
}

Result<LensProfile> FindLensProfile(const std::string& name_or_path) {
  const bool is_path =
      name_or_path.find('/') != std::string::npos || name_or_path.find('.') != std::string::npos;
  if (is_path || FileSize(name_or_path)) return ReadLensProfile(name_or_path);
  std::vector<std::string> names;
  for (const EmbeddedProfile& profile : EmbeddedProfiles()) {
    if (profile.name == name_or_path) return DecodeLensProfile(profile.bytes);
    names.emplace_back(profile.name);
  }
  return Fail(ErrorCode::kInvalidInput,
              names.empty()
                  ? fmt::format("\"{}\" is no file, and no lens profile is built in", name_or_path)
                  : fmt::format("there is no lens profile \"{}\"; the nearest is \"{}\"",
                                name_or_path, NearestName(name_or_path, names)));
}

Status WriteLensProfile(const std::string& path, const LensProfile& profile) {
  PETZVAL_RETURN_IF_ERROR(CheckProfile(profile));
  return WriteFile(path, EncodeLensProfile(profile));
}

}  // namespace petzval::optics
