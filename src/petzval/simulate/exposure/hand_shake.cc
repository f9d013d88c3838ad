// Sums of sines: band-limited noise that is known at every moment.
#include "petzval/simulate/exposure/hand_shake.h"

#include <cmath>

#include "petzval/base/random.h"

namespace petzval::simulate {
namespace {

constexpr uint64_t kShakeStream = 0x5a4e;
constexpr int kDriftWaves = 14, kTremorWaves = 10;
constexpr double kDriftLowHz = 0.3, kDriftHighHz = 5, kTremorLowHz = 8, kTremorHighHz = 12;

Mat3 Rotation(const std::array<double, 3>& deg) {
  Mat3 r = Mat3::Identity();
  for (int axis = 0; axis < 3; ++axis) {
    const double a = deg[axis] * M_PI / 180, c = std::cos(a), s = std::sin(a);
    const int i = (axis + 1) % 3, j = (axis + 2) % 3;
    Mat3 one = Mat3::Identity();
    one[i][i] = one[j][j] = c;
    one[i][j] = -s;
    one[j][i] = s;
    r = one * r;
  }
  return r;
}

}  // namespace

ShakeParams ShakeParams::Times(double factor) const {
  ShakeParams p = *this;
  p.drift_deg *= factor;
  p.tremor_deg *= factor;
  p.drift_mm *= factor;
  p.tremor_mm *= factor;
  return p;
}

HandShake::HandShake(const ShakeParams& params, uint64_t seed) {
  for (int axis = 0; axis < 6; ++axis) {
    Random random(seed, kShakeStream + static_cast<uint64_t>(axis));
    std::vector<Wave>& waves = waves_[axis];
    // `power`: amplitudes go as 1 / f^power; `rms` of the band.
    const auto band = [&](int count, double low, double high, double power, double rms) {
      const size_t first = waves.size();
      double sum = 0;
      for (int i = 0; i < count; ++i) {
        Wave w;
        w.hz = low * std::pow(high / low, (i + random.Uniform()) / count);
        w.phase = 2 * M_PI * random.Uniform();
        w.amplitude = random.Uniform(0.5, 1) / std::pow(w.hz, power);
        sum += w.amplitude * w.amplitude / 2;
        waves.push_back(w);
      }
      for (size_t i = first; i < waves.size(); ++i) waves[i].amplitude *= rms / std::sqrt(sum);
    };
    const double share = axis == 2 ? params.roll_share : 1;
    band(kDriftWaves, kDriftLowHz, kDriftHighHz, 1,
         axis < 3 ? share * params.drift_deg : params.drift_mm);
    band(kTremorWaves, kTremorLowHz, kTremorHighHz, 0,
         axis < 3 ? share * params.tremor_deg : params.tremor_mm);
  }
  start_ = At(0);
}

HandShake::Motion HandShake::At(double s) const {
  Motion m;
  for (int axis = 0; axis < 6; ++axis) {
    double sum = 0;
    for (const Wave& w : waves_[axis]) {
      sum += w.amplitude * std::sin(2 * M_PI * w.hz * s + w.phase);
    }
    (axis < 3 ? m.deg[axis] : m.mm[axis - 3]) = sum;
  }
  return m;
}

CameraPose HandShake::Pose(const CameraPose& rig, const Vec3& offset_mm, double s) const {
  const Motion now = At(s);
  std::array<double, 3> deg;
  Vec3 shift;
  for (int i = 0; i < 3; ++i) {
    deg[i] = now.deg[i] - start_.deg[i];
    shift[i] = now.mm[i] - start_.mm[i];
  }
  CameraPose pose;
  pose.world_from_camera = rig.world_from_camera * Rotation(deg);
  const Vec3 moved = rig.world_from_camera * shift, sits = pose.world_from_camera * offset_mm;
  for (int i = 0; i < 3; ++i) pose.position_mm[i] = rig.position_mm[i] + moved[i] + sits[i];
  return pose;
}

}  // namespace petzval::simulate
