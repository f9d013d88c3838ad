// IlluminantData: 16-bit kind 0 (x, y) or 1 (count, first wavelength and step in nm, powers), all
// but kind and count as RATIONAL.
#include "petzval/capture/illuminant_data.h"

#include <cmath>
#include <vector>

#include "petzval/color/spectral.h"

namespace petzval {
namespace {

// Numbers one after the other from bytes whose number was checked before.
class Cursor {
 public:
  Cursor(const std::vector<uint8_t>& bytes, bool big) : p_(bytes.data()), big_(big) {}
  uint32_t Unsigned(int bytes) {
    uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | p_[big_ ? i : bytes - 1 - i];
    p_ += bytes;
    return value;
  }
  double Rational() {
    const double over = Unsigned(4);
    return over / Unsigned(4);
  }

 private:
  const uint8_t* p_;
  bool big_;
};

std::optional<Chromaticity> Checked(double x, double y) {
  if (!(x > 0.01 && y > 0.01 && x + y < 1)) return std::nullopt;
  return Chromaticity{x, y};
}

}  // namespace

std::optional<Chromaticity> ReadIlluminantData(const TiffFile& tiff, const TiffIfd& ifd,
                                               uint16_t tag) {
  constexpr size_t kMostSamples = 1000, kHead = 2 + 4 + 8 + 8;
  const auto bytes = tiff.Bytes(ifd, tag, kHead + 8 * kMostSamples);
  if (bytes.size() < 2 + 8 + 8) return std::nullopt;
  Cursor in(bytes, tiff.big_endian());
  const uint32_t kind = in.Unsigned(2);
  if (kind == 0) {
    const double x = in.Rational();
    return Checked(x, in.Rational());
  }
  if (kind != 1 || bytes.size() < kHead) return std::nullopt;
  const uint32_t samples = in.Unsigned(4);
  if (samples < 2 || samples > kMostSamples || bytes.size() < kHead + 8 * samples) {
    return std::nullopt;
  }
  const double first_nm = in.Rational(), step_nm = in.Rational();
  if (!(first_nm > 0 && first_nm < 1e4 && step_nm > 0 && step_nm < 1e3)) return std::nullopt;
  std::vector<double> nm, power;
  for (uint32_t i = 0; i < samples; ++i) {
    nm.push_back(first_nm + i * step_nm);
    power.push_back(in.Rational());
    if (!std::isfinite(power.back())) return std::nullopt;
  }
  const SpectralDistribution light = Resample(nm, power);
  const Vec3 xyz = XyzOfLight(light);
  if (!std::isfinite(xyz[0] + xyz[1] + xyz[2])) return std::nullopt;
  const Chromaticity white = ChromaticityFromXyz(xyz);
  return Checked(white.x, white.y);
}

}  // namespace petzval
