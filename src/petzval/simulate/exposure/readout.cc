// What a sensor's numbers become in one readout mode at one ISO.
#include "petzval/simulate/exposure/readout.h"

#include <fmt/format.h>

#include <cmath>

namespace petzval::simulate {
namespace {

Cfa CfaOf(const Sensor& sensor, ReadoutMode mode) {
  Cfa cfa;
  if (sensor.cfa == CfaKind::kMono) {
    cfa.size = 1;
    cfa.color[0] = CfaColor::kMono;
    return cfa;
  }
  const bool quad = sensor.cfa == CfaKind::kQuadBayer && mode == ReadoutMode::kNative;
  const int block = quad ? 2 : 1;
  cfa.size = 2 * block;
  for (int y = 0; y < cfa.size; ++y) {
    for (int x = 0; x < cfa.size; ++x) {
      const char c = sensor.pattern[y / block * 2 + x / block];
      cfa.color[y * cfa.size + x] = c == 'R'   ? CfaColor::kRed
                                    : c == 'G' ? CfaColor::kGreen
                                               : CfaColor::kBlue;
    }
  }
  return cfa;
}

}  // namespace

Result<Readout> MakeReadout(const Sensor& sensor, ReadoutMode mode, double iso) {
  const bool binned = mode == ReadoutMode::kBinned;
  if (binned && sensor.cfa != CfaKind::kQuadBayer) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("sensor {} is not quad-Bayer and cannot be binned", sensor.name));
  }
  const double least = sensor.gains.front().iso / 2, most = 16 * sensor.gains.back().iso;
  if (!(iso >= least && iso <= most)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("ISO {:g} is outside {:g} to {:g} of sensor {}", iso, least, most,
                            sensor.name));
  }
  Readout r;
  r.mode = mode;
  const int step = binned ? 2 : 1;
  r.width = sensor.width_px / step;
  r.height = sensor.height_px / step;
  r.pitch_mm = sensor.pitch_um * 1e-3 * step;
  r.cfa = CfaOf(sensor, mode);
  r.sites = step * step;
  r.digital = binned && sensor.binning == Binning::kDigital;
  r.full_scale_e = r.sites * sensor.FullScaleElectrons(iso);
  r.full_well_e = r.sites * kWellHeadroom * sensor.full_well_e;
  const double range_dn = sensor.white_dn - sensor.black_dn;
  r.dn_per_e = range_dn / r.full_scale_e;
  // Four readings add their noise; the two of one row share that row's. Their mean is rounded
  // again.
  const double read = sensor.ReadNoiseElectrons(iso);
  r.read_noise_e = r.digital ? 2 * read : read;
  r.row_noise_e = r.digital ? std::sqrt(8.0) * sensor.row_noise_e : sensor.row_noise_e;
  const double rounding_dn2 = (r.digital ? 1 + 0.25 : 1) / 12;
  r.noise.s = 1 / r.full_scale_e;
  r.noise.o = (r.read_noise_e * r.read_noise_e + r.row_noise_e * r.row_noise_e) /
                  (r.full_scale_e * r.full_scale_e) +
              rounding_dn2 / (range_dn * range_dn);
  return r;
}

NoiseLine NoiseOf(const Readout& readout, const Sensor& sensor, double exposure_s) {
  NoiseLine line = readout.noise;
  line.o += readout.sites * sensor.dark_current_e_s * exposure_s /
            (readout.full_scale_e * readout.full_scale_e);
  return line;
}

}  // namespace petzval::simulate
