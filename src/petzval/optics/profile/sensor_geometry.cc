// Limits of sensors, and the bells of their filters.
#include "petzval/optics/profile/sensor_geometry.h"

#include <fmt/format.h>

#include <cmath>

namespace petzval::optics {

double SensorGeometry::half_diagonal_px() const { return 0.5 * std::hypot(width_px, height_px); }

Status CheckSensor(const SensorGeometry& s) {
  const auto side = [](int n) { return n >= 1 && n <= 65535; };
  if (!side(s.width_px) || !side(s.height_px)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a sensor of {} x {} pixels makes no sense", s.width_px, s.height_px));
  }
  if (!(s.pitch_um >= 0.1 && s.pitch_um <= 100)) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a pixel pitch of {} um is outside 0.1..100", s.pitch_um));
  }
  return {};
}

double SensorResponse::At(int channel, double um) const {
  if (um < min_um || um > max_um) return 0;
  const Bell& b = bell[channel];
  const double u = (um - b.peak_um) / (um < b.peak_um ? b.below_um : b.above_um);
  return std::exp(-0.5 * u * u);
}

}  // namespace petzval::optics
