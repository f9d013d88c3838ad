// Wave aberration: reference sphere, samples, maps, Strehl ratio.
#include "petzval/optics/analysis/opd.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "petzval/optics/analysis/field_tracer.h"
#include "petzval/optics/analysis/phasor_kernels.h"

namespace petzval::optics {

Result<ReferenceSphere> ReferenceSphere::Create(const LensModel& model, int wavelength,
                                                const RayResult& chief) {
  ReferenceSphere sphere;
  sphere.x_ = chief.x;
  sphere.y_ = chief.y;
  // No number where the paraxial chief ray leaves parallel to the axis: the pupil is at infinity.
  const double xpl = model.first_order[wavelength].xpl;
  const double radius =
      std::isnan(xpl) ? std::numeric_limits<double>::infinity() : std::abs(xpl / chief.n);
  if (!(radius > 1e-9)) {
    return Fail(ErrorCode::kInvalidInput,
                "the exit pupil stands in the image plane, so there is no reference sphere");
  }
  sphere.radius_ = std::min(radius, 1e150);  // its square stays a number
  sphere.side_ = xpl / chief.n > 0 ? 1 : -1;
  sphere.index_ = model.system.n[wavelength].back();
  sphere.per_mm_ = 1e3 / model.system.um[wavelength];
  sphere.chief_opl_ = chief.opl;
  return sphere;
}

std::optional<double> ReferenceSphere::Opd(const RayResult& ray) const {
  if (ray.status != RayStatus::kOk) return std::nullopt;
  double waves = 0;
  SphereOpd({x_, y_, radius_, side_, index_, per_mm_, chief_opl_}, &ray.x, &ray.y, &ray.l, &ray.m,
            &ray.opl, 1, &waves);
  if (!std::isfinite(waves)) return std::nullopt;
  return waves;
}

void ReferenceSphere::Opd(const RayResults<double>& rays, std::span<double> waves) const {
  SphereOpd({x_, y_, radius_, side_, index_, per_mm_, chief_opl_}, rays.x.data(), rays.y.data(),
            rays.l.data(), rays.m.data(), rays.opl.data(), rays.size(), waves.data());
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) waves[i] = std::numeric_limits<double>::quiet_NaN();
  }
}

Result<OpdSamples> ComputeOpd(const LensModel& model, double field, int wavelength,
                              std::span<const PupilPoint> pupil, const SamplingOptions& options) {
  PETZVAL_ASSIGN(const FieldTracer tracer, FieldTracer::Create(model, field, wavelength, options));
  PETZVAL_ASSIGN(const ReferenceSphere sphere,
                 ReferenceSphere::Create(model, wavelength, tracer.chief()));
  OpdSamples samples;
  samples.radius_mm = sphere.radius_mm();
  std::vector<double> waves;
  tracer.TraceInPieces(pupil, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
    waves.resize(rays.size());
    sphere.Opd(rays, waves);
    for (size_t i = 0; i < rays.size(); ++i) {
      RayStatus status = static_cast<RayStatus>(rays.status[i]);
      // A line that passes beside the sphere has no place in it.
      if (status == RayStatus::kOk && !std::isfinite(waves[i])) status = RayStatus::kMissed;
      samples.rays.Add(status);
      if (status != RayStatus::kOk) continue;
      samples.pupil.push_back(pupil[first + i]);
      samples.waves.push_back(waves[i]);
    }
  });
  return samples;
}

std::optional<double> OpdRms(const OpdSamples& samples) {
  if (samples.waves.empty()) return std::nullopt;
  double mean = 0, sum = 0;
  for (double w : samples.waves) mean += w;
  mean /= static_cast<double>(samples.waves.size());
  for (double w : samples.waves) sum += (w - mean) * (w - mean);
  return std::sqrt(sum / static_cast<double>(samples.waves.size()));
}

std::optional<double> OpdPeakToValley(const OpdSamples& samples) {
  if (samples.waves.empty()) return std::nullopt;
  const auto [low, high] = std::minmax_element(samples.waves.begin(), samples.waves.end());
  return *high - *low;
}

Result<WavefrontMap> ComputeWavefrontMap(const LensModel& model, double field, int wavelength,
                                         int n, const SamplingOptions& options) {
  if (n < 4 || n > 2048)
    return Fail(ErrorCode::kInvalidInput, "a wavefront map has 4 to 2048 rows");
  const std::vector<PupilPoint> pupil = MidpointGrid(n, true);
  PETZVAL_ASSIGN(const OpdSamples samples, ComputeOpd(model, field, wavelength, pupil, options));
  WavefrontMap map;
  map.field = field;
  map.wavelength = wavelength;
  map.n = n;
  map.waves.assign(static_cast<size_t>(n) * n, 0);
  map.valid.assign(static_cast<size_t>(n) * n, 0);
  map.rays = samples.rays;
  for (size_t i = 0; i < samples.waves.size(); ++i) {
    const int column = static_cast<int>(std::floor((samples.pupil[i].x + 1) / 2 * n));
    const int row = static_cast<int>(std::floor((samples.pupil[i].y + 1) / 2 * n));
    const size_t at = static_cast<size_t>(row) * n + column;
    map.waves[at] = static_cast<float>(samples.waves[i]);
    map.valid[at] = 1;
  }
  map.rms_waves = OpdRms(samples);
  map.peak_to_valley_waves = OpdPeakToValley(samples);
  if (!samples.waves.empty()) {
    const std::complex<double> sum = PhasorSum(samples.waves.data(), nullptr, samples.waves.size());
    map.strehl = std::norm(sum / static_cast<double>(samples.waves.size()));
  }
  return map;
}

Result<std::optional<double>> ComputeStrehl(const LensModel& model, double field, int wavelength,
                                            int n, const SamplingOptions& options) {
  if (n < 4 || n > 2048) return Fail(ErrorCode::kInvalidInput, "a pupil grid has 4 to 2048 rows");
  PETZVAL_ASSIGN(const FieldTracer tracer, FieldTracer::Create(model, field, wavelength, options));
  PETZVAL_ASSIGN(const ReferenceSphere sphere,
                 ReferenceSphere::Create(model, wavelength, tracer.chief()));
  const ReducedPupil pupil = ReducedGrid(n, true, 1, SymmetryOf(model, field));
  std::complex<double> sum = 0;
  double count = 0;
  std::vector<double> waves, weights;
  tracer.TraceInPieces(pupil.points, tracer.clip(),
                       [&](size_t first, const RayResults<double>& rays) {
                         waves.resize(rays.size());
                         weights.resize(rays.size());
                         sphere.Opd(rays, waves);
                         for (size_t i = 0; i < rays.size(); ++i) {
                           weights[i] = std::isfinite(waves[i]) ? pupil.weights[first + i] : 0;
                           if (weights[i] == 0) waves[i] = 0;
                           count += weights[i];
                         }
                         sum += PhasorSum(waves.data(), weights.data(), waves.size());
                       });
  if (count == 0) return std::optional<double>();
  return std::optional<double>(std::norm(sum / count));
}

}  // namespace petzval::optics
