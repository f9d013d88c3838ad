// Checks of a sensor's numbers against physics.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "petzval/color/spectral.h"
#include "petzval/device/check.h"
#include "petzval/device/sensor_color.h"

namespace petzval {
namespace {

constexpr double kLumenPerWatt = 683.002;

// Electrons of the green channel for one lux second of equal-energy light, per pixel.
double ElectronsPerLuxSecond(const Sensor& sensor) {
  const SpectralDistribution one = ConstantSpectrum(1);
  const double lux = kLumenPerWatt * Integral(one, CieObserver1931()[1]);
  const double electrons = Integral(one, ChannelResponses(sensor, ResponseKind::kSpectral)[1]);
  const double side_m = sensor.pitch_um * 1e-6;
  return electrons * side_m * side_m / lux;
}

}  // namespace

std::vector<Finding> CheckSensor(const Sensor& sensor) {
  std::vector<Finding> list;
  const auto judge = [&](bool good, FindingLevel otherwise, const char* check,
                         std::string sentence) {
    list.push_back({good ? FindingLevel::kOk : otherwise, "sensor " + sensor.name, check,
                    std::move(sentence)});
  };
  const double range_dn = sensor.white_dn - sensor.black_dn;
  const SensorGain& base = sensor.gains.front();

  // Rounding to DN must not be the largest noise at the lowest ISO, nor hide it all at the highest.
  const double step_e = sensor.full_well_e / range_dn;
  judge(step_e / std::sqrt(12.0) <= 2 * base.read_noise_e, FindingLevel::kWarning, "converter",
        fmt::format("one DN is {:.3g} electrons at ISO {:g}, read noise {:.3g}", step_e, base.iso,
                    base.read_noise_e));
  const double dr = std::log2(sensor.full_well_e / base.read_noise_e);
  judge(dr > 8 && dr < 16, FindingLevel::kWarning, "dynamic range",
        fmt::format("full well {:g} over read noise {:.3g} electrons is {:.1f} stops at ISO {:g}",
                    sensor.full_well_e, base.read_noise_e, dr, base.iso));
  const double density = sensor.full_well_e / (sensor.pitch_um * sensor.pitch_um);
  judge(density > 300 && density < 20000, FindingLevel::kWarning, "full well",
        fmt::format("{:.0f} electrons a square micrometre (published pixels: 1000 to 10000)",
                    density));
  bool falls = true;
  for (size_t i = 1; i < sensor.gains.size(); ++i) {
    falls &= sensor.gains[i].read_noise_e <= sensor.gains[i - 1].read_noise_e;
  }
  judge(falls, FindingLevel::kWarning, "read noise",
        "read noise in electrons does not rise with the gain");
  if (!falls) list.back().sentence = "read noise in electrons rises with the gain";

  double most_v = 0;
  for (const SensorGain& gain : sensor.gains) {
    most_v =
        std::max(most_v, 1e-6 * gain.conversion_gain_uv_e * sensor.FullScaleElectrons(gain.iso));
  }
  if (most_v > 0) {
    judge(most_v > 0.2 && most_v < 2.0, FindingLevel::kWarning, "conversion gain",
          fmt::format("full scale is {:.2f} V at the pixel", most_v));
  }

  // ISO 12232: saturation-based speed = 78 / (lux seconds that saturate).
  const double lux_s = sensor.full_well_e / ElectronsPerLuxSecond(sensor);
  const double speed = 78 / lux_s;
  judge(speed > base.iso / 2.5 && speed < base.iso * 2.5, FindingLevel::kWarning, "speed",
        fmt::format("green saturates at {:.3g} lx s of equal-energy light, saturation-based speed "
                    "ISO {:.0f}, the lowest entry says ISO {:g}",
                    lux_s, speed, base.iso));
  double best = 0;
  for (int c = 0; c < 3; ++c) {
    for (double um = 0.38; um < 0.78; um += 0.005) {
      best = std::max(best, sensor.QuantumEfficiency(c, um));
    }
  }
  judge(best <= 0.95, FindingLevel::kWarning, "quantum efficiency",
        fmt::format("at most {:.2f} electrons a photon", best));
  if (sensor.unsourced.empty()) {
    judge(true, FindingLevel::kOk, "sources",
          fmt::format("every number has a source or is marked as assumed ({} assumed)",
                      sensor.assumed.size()));
  } else {
    judge(false, FindingLevel::kWarning, "sources",
          fmt::format("without source and not marked as assumed: {}",
                      fmt::join(sensor.unsourced, ", ")));
  }
  return list;
}

}  // namespace petzval
