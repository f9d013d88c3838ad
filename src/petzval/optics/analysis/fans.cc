// Transverse and wave aberration of single rays and of fans.
#include "petzval/optics/analysis/fans.h"

#include <fmt/format.h>

#include "petzval/optics/analysis/field_tracer.h"
#include "petzval/optics/analysis/opd.h"

namespace petzval::optics {
namespace {

std::vector<RayError> Errors(const FieldTracer& tracer, const Result<ReferenceSphere>& sphere,
                             std::span<const PupilPoint> pupil) {
  const RayResults<double> rays = tracer.Trace(pupil);
  std::vector<RayError> errors(pupil.size());
  for (size_t i = 0; i < pupil.size(); ++i) {
    RayError& e = errors[i];
    e.pupil = pupil[i];
    e.status = static_cast<RayStatus>(rays.status[i]);
    if (e.status != RayStatus::kOk) continue;
    e.dx_um = (rays.x[i] - tracer.chief().x) * 1e3;
    e.dy_um = (rays.y[i] - tracer.chief().y) * 1e3;
    if (!sphere) continue;
    e.opd_waves = sphere->Opd({.x = rays.x[i],
                               .y = rays.y[i],
                               .l = rays.l[i],
                               .m = rays.m[i],
                               .n = rays.n[i],
                               .opl = rays.opl[i]});
  }
  return errors;
}

}  // namespace

Result<std::vector<RayError>> ComputeRayErrors(const LensModel& model, double field, int wavelength,
                                               std::span<const PupilPoint> pupil,
                                               const SamplingOptions& options) {
  PETZVAL_ASSIGN(const FieldTracer tracer, FieldTracer::Create(model, field, wavelength, options));
  return Errors(tracer, ReferenceSphere::Create(model, wavelength, tracer.chief()), pupil);
}

Result<FieldFans> ComputeFans(const LensModel& model, double field, int points,
                              const SamplingOptions& options) {
  if (points < 3 || points > 10001) {
    return Fail(ErrorCode::kInvalidInput, "a fan has 3 to 10001 rays");
  }
  PETZVAL_ASSIGN(const RayResult primary, TraceChief(model, field, model.system.primary, options));
  std::vector<PupilPoint> tangential(points), sagittal(points);
  for (int i = 0; i < points; ++i) {
    const double p = (2.0 * i - (points - 1)) / (points - 1);
    tangential[i] = {0, p};
    sagittal[i] = {p, 0};
  }
  FieldFans fans;
  fans.field = field;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    const auto tracer = FieldTracer::Create(model, field, w, options);
    if (!tracer) {
      fans.rays.missed += 2 * points;
      continue;
    }
    const auto sphere = ReferenceSphere::Create(model, w, tracer->chief());
    WavelengthFans f;
    f.wavelength = w;
    f.chief_dx_um = (tracer->chief().x - primary.x) * 1e3;
    f.chief_dy_um = (tracer->chief().y - primary.y) * 1e3;
    f.tangential = Errors(*tracer, sphere, tangential);
    f.sagittal = Errors(*tracer, sphere, sagittal);
    for (const auto* fan : {&f.tangential, &f.sagittal}) {
      for (const RayError& e : *fan) fans.rays.Add(e.status);
    }
    fans.fans.push_back(std::move(f));
  }
  return fans;
}

}  // namespace petzval::optics
