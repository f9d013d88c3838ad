// Tracing a pupil grid for wave sums.
#include "petzval/optics/analysis/pupil_field.h"

#include <cmath>

#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/phasor_kernels.h"

namespace petzval::optics {

std::optional<double> PupilField::Strehl() const {
  if (waves.empty()) return std::nullopt;
  const std::complex<double> sum = PhasorSum(waves.data(), nullptr, waves.size());
  return std::norm(sum / static_cast<double>(waves.size()));
}

Result<std::optional<PupilField>> TracePupilField(const LensModel& model, double field,
                                                  int wavelength, int n,
                                                  const SamplingOptions& options) {
  PETZVAL_ASSIGN(const FieldTracer tracer, FieldTracer::Create(model, field, wavelength, options));
  const auto sphere = ReferenceSphere::Create(model, wavelength, tracer.chief());
  const std::optional<PupilSlopes> slopes = MeasurePupilSlopes(tracer);
  if (!slopes) return std::optional<PupilField>();
  PupilField pupil;
  pupil.n = n;
  pupil.slopes = *slopes;
  pupil.chief = tracer.chief();
  pupil.lambda_mm = model.system.um[wavelength] * 1e-3;
  pupil.index = model.system.n[wavelength].back();
  const ReducedPupil grid = ReducedGrid(n, true, 1, PupilSymmetry::kNone);
  std::vector<double> waves;
  tracer.TraceInPieces(
      grid.points, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
        waves.assign(rays.size(), 0);
        if (sphere) sphere->Opd(rays, waves);
        for (size_t i = 0; i < rays.size(); ++i) {
          RayStatus status = static_cast<RayStatus>(rays.status[i]);
          if (status == RayStatus::kOk && !std::isfinite(waves[i])) status = RayStatus::kMissed;
          pupil.rays.Add(status);
          if (status != RayStatus::kOk) continue;
          pupil.column.push_back(grid.column[first + i]);
          pupil.row.push_back(grid.row[first + i]);
          pupil.x.push_back(rays.x[i]);
          pupil.y.push_back(rays.y[i]);
          pupil.l.push_back(rays.l[i]);
          pupil.m.push_back(rays.m[i]);
          pupil.path_waves.push_back((rays.opl[i] - pupil.chief.opl) / pupil.lambda_mm);
          if (sphere) pupil.waves.push_back(waves[i]);
        }
      });
  if (pupil.x.empty()) return std::optional<PupilField>();
  return std::optional<PupilField>(std::move(pupil));
}

}  // namespace petzval::optics
