// Metering and the program of times and ISOs.
#include "petzval/simulate/exposure/auto_exposure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace petzval::simulate {
namespace {

constexpr double kShortestS = 1.0 / 16000, kLongestGivenS = 30;
constexpr double kBlurPx = 1.5;      // that moving pictures may have
constexpr double kQuietGain = 8;     // up to here ISO alone is raised
constexpr double kExtraGain = 4;     // ISO beyond the sensor's last entry
constexpr double kDarkFloor = 1e-4;  // of the mean: what is darker does not pull the grey down

struct Levels {
  double grey = 0;  // photoelectrons / (s m^2)
  double high = 0;
};

Levels LevelsOf(const Image<float>& picture, double percentile) {
  const int green = picture.planes() > 1 ? 1 : 0;
  std::vector<float> greens, largest;
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      float most = 0;
      bool good = true;
      for (int c = 0; c < picture.planes(); ++c) {
        const float v = picture.At(x, y, c);
        good &= std::isfinite(v);
        most = std::max(most, v);
      }
      const float g = picture.At(x, y, green);
      if (!good || g < 0) continue;
      greens.push_back(g);
      largest.push_back(most);
    }
  }
  Levels levels;
  if (greens.empty()) return levels;
  double mean = 0;
  for (const float g : greens) mean += g;
  mean /= static_cast<double>(greens.size());
  if (!(mean > 0)) return levels;
  double log = 0;
  for (const float g : greens) log += std::log(std::max<double>(g, kDarkFloor * mean));
  levels.grey = std::exp(log / static_cast<double>(greens.size()));
  const auto n = static_cast<double>(largest.size() - 1);
  const auto at = static_cast<ptrdiff_t>(std::clamp(percentile, 0.0, 100.0) / 100 * n);
  std::nth_element(largest.begin(), largest.begin() + at, largest.end());
  levels.high = largest[at];
  return levels;
}

}  // namespace

Result<ExposureSetting> Meter(const Image<float>& irradiance, const Sensor& sensor,
                              ReadoutMode mode, const MeterParams& params, double exposure_s,
                              double iso) {
  const Levels levels = LevelsOf(irradiance, params.percentile);
  if (!(levels.grey > 0))
    return Fail(ErrorCode::kInvalidInput, "the scene is dark: nothing to meter");
  const double base = sensor.gains.front().iso, most_iso = kExtraGain * sensor.gains.back().iso;
  PETZVAL_ASSIGN(const Readout readout, MakeReadout(sensor, mode, base));
  const double side_m = readout.pitch_mm * 1e-3, area = side_m * side_m;
  const double well = readout.full_scale_e;

  // Wanted: time x gain over the base ISO.
  const double for_grey = params.grey * well / (levels.grey * area);
  const double for_high = params.highlight * well / (levels.high * area);
  const double least = for_grey * std::exp2(-params.most_protection);
  const double wanted = std::min(for_grey, std::max(for_high, least)) * std::exp2(params.ev);

  ExposureSetting set;
  set.metered_e_s = levels.grey * area;
  const auto clamp_iso = [&](double v) { return std::clamp(std::round(v), base, most_iso); };
  const auto clamp_s = [&](double v) { return std::clamp(v, kShortestS, kLongestGivenS); };
  if (exposure_s > 0 && iso > 0) {
    set.exposure_s = exposure_s;
    set.iso = iso;
  } else if (exposure_s > 0) {
    set.exposure_s = exposure_s;
    set.iso = clamp_iso(wanted * base / exposure_s);
  } else if (iso > 0) {
    set.iso = iso;
    set.exposure_s = clamp_s(wanted * base / std::max(iso, base));
  } else {
    double still = 1 / std::max(params.equivalent_mm, 1.0);
    if (params.motion_px_s > 0) still = std::min(still, kBlurPx / params.motion_px_s);
    still = std::min(still, params.longest_s);
    double gain = wanted / still;
    // Beyond the quiet ISOs time and ISO share what is missing, as far as time may grow.
    if (gain > kQuietGain) {
      const double time =
          std::min(still * std::sqrt(gain / kQuietGain), std::max(params.longest_s, still));
      gain = wanted / time;
    }
    set.iso = clamp_iso(base * std::max(gain, 1.0));
    const double longest = set.iso < most_iso ? kLongestGivenS : params.longest_s;
    set.exposure_s = std::min(clamp_s(wanted * base / set.iso), longest);
  }
  return set;
}

}  // namespace petzval::simulate
