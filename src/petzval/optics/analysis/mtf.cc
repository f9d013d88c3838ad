// MTF curves: one or many colours, over frequency, field and focus.
#include "petzval/optics/analysis/mtf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/analysis/otf.h"

namespace petzval::optics {

Result<std::vector<MtfCurve>> ComputeMtfThroughFocus(const LensModel& model, double field,
                                                     const std::vector<double>& cycles_per_mm,
                                                     const std::vector<double>& shifts_mm,
                                                     const MtfOptions& options) {
  const bool geometric = options.kind == MtfKind::kGeometric;
  const int grid = options.grid != 0 ? options.grid : geometric ? 256 : 192;
  if (grid < 8 || grid > 2048) {
    return Fail(ErrorCode::kInvalidInput, "a pupil grid has 8 to 2048 rows");
  }
  for (double f : cycles_per_mm) {
    if (!(f >= 0) || !std::isfinite(f)) {
      return Fail(ErrorCode::kInvalidInput, "a frequency is below 0 or not a number");
    }
  }
  for (double s : shifts_mm) {
    if (!std::isfinite(s)) return Fail(ErrorCode::kInvalidInput, "a focus shift is not a number");
  }
  PETZVAL_ASSIGN(const std::vector<double> weights,
                 WavelengthWeights(model.system, options.wavelength, options.weights));
  const int reference = options.wavelength >= 0 ? options.wavelength : model.system.primary;
  OtfRequest request{cycles_per_mm, shifts_mm, {}, grid};
  PETZVAL_ASSIGN(request.origin, TraceChief(model, field, reference, options.sampling));

  Otf sum = Otf::Zero(request);
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    if (weights[w] == 0) continue;
    PETZVAL_ASSIGN(const FieldTracer tracer,
                   FieldTracer::Create(model, field, w, options.sampling));
    if (geometric) {
      sum.Add(GeometricOtf(model, field, tracer, request), weights[w]);
    } else {
      PETZVAL_ASSIGN(Otf otf, DiffractionOtf(model, field, w, tracer, request));
      sum.Add(otf, weights[w]);
    }
  }
  std::vector<MtfCurve> curves;
  for (size_t s = 0; s < shifts_mm.size(); ++s) {
    MtfCurve curve;
    curve.field = field;
    curve.shift_mm = shifts_mm[s];
    curve.cycles_per_mm = cycles_per_mm;
    curve.rays = sum.rays;
    if (sum.norm > 0) {
      for (size_t f = 0; f < cycles_per_mm.size(); ++f) {
        // A grid holds a little more or less than the disc's area: not above 1.
        curve.tangential.push_back(std::min(1.0, std::abs(sum.tangential[s][f]) / sum.norm));
        curve.sagittal.push_back(std::min(1.0, std::abs(sum.sagittal[s][f]) / sum.norm));
      }
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

Result<MtfCurve> ComputeMtf(const LensModel& model, double field,
                            const std::vector<double>& cycles_per_mm, const MtfOptions& options) {
  PETZVAL_ASSIGN(std::vector<MtfCurve> curves,
                 ComputeMtfThroughFocus(model, field, cycles_per_mm, {0.0}, options));
  return std::move(curves.front());
}

Result<std::vector<MtfCurve>> ComputeMtfVsField(const LensModel& model,
                                                const std::vector<double>& fields,
                                                const std::vector<double>& cycles_per_mm,
                                                const MtfOptions& options) {
  std::vector<MtfCurve> curves;
  for (double field : fields) {
    PETZVAL_ASSIGN(MtfCurve curve, ComputeMtf(model, field, cycles_per_mm, options));
    curves.push_back(std::move(curve));
  }
  return curves;
}

double DiffractionLimitedMtf(double cycles_per_mm, double wavelength_um, double f_number) {
  const double relative = cycles_per_mm * wavelength_um * 1e-3 * std::abs(f_number);
  if (!(relative < 1)) return 0;
  return 2 / std::numbers::pi *
         (std::acos(relative) - relative * std::sqrt(1 - relative * relative));
}

}  // namespace petzval::optics
