// Launcher, tracer and chief ray of a field; the part of the pupil that symmetry leaves to trace.
#include "petzval/optics/analysis/field_tracer.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace petzval::optics {

Result<FieldTracer> FieldTracer::Create(const LensModel& model, double field, int wavelength,
                                        const SamplingOptions& options) {
  return Create(model, model, field, wavelength, options);
}

Result<FieldTracer> FieldTracer::Create(const LensModel& launched, const LensModel& traced,
                                        double field, int wavelength,
                                        const SamplingOptions& options) {
  if (wavelength < 0 || wavelength >= launched.system.wavelengths()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("wavelength {} of {}", wavelength + 1, launched.system.wavelengths()));
  }
  if (!std::isfinite(field)) return Fail(ErrorCode::kInvalidInput, "a field is not a number");
  PETZVAL_ASSIGN(
      Launcher launcher,
      Launcher::Create(launched, field, wavelength, options.launch.value_or(launched.lens.launch)));
  FieldTracer tracer(std::move(launcher), Tracer(traced.system, wavelength));
  tracer.clip_ = options.clip;
  tracer.chief_ = TraceRay(traced.system, wavelength, tracer.launcher_.At({0, 0}), false);
  if (tracer.chief_.status != RayStatus::kOk) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("no chief ray at field {:g} and {:g} um: it fails at surface {}", field,
                            traced.system.um[wavelength], tracer.chief_.surface + 1));
  }
  return tracer;
}

RayResults<double> FieldTracer::Trace(std::span<const PupilPoint> pupil) const {
  return Trace(pupil, clip_);
}

RayResults<double> FieldTracer::Trace(std::span<const PupilPoint> pupil, bool clip) const {
  RayResults<double> results;
  tracer_.Trace(launcher_.Batch(pupil), clip, &results);
  return results;
}

PupilSymmetry SymmetryOf(const LensModel& model, double field) {
  if (!IsSymmetric(model.system)) return PupilSymmetry::kNone;
  return field == 0 ? PupilSymmetry::kMirrorXY : PupilSymmetry::kMirrorX;
}

ReducedPupil ReducedGrid(int n, bool disc, double extent, PupilSymmetry symmetry) {
  ReducedPupil pupil;
  std::vector<double> at(n);
  for (int i = 0; i < n; ++i) at[i] = extent * ((2.0 * i + 1) / n - 1);
  // The upper half, with the middle line of an odd grid standing for itself.
  const int first = n / 2;
  const int row0 = symmetry == PupilSymmetry::kMirrorXY ? first : 0;
  const int column0 = symmetry == PupilSymmetry::kNone ? 0 : first;
  const size_t most = static_cast<size_t>(n - row0) * (n - column0);
  pupil.points.reserve(most);
  pupil.weights.reserve(most);
  pupil.column.reserve(most);
  pupil.row.reserve(most);
  for (int row = row0; row < n; ++row) {
    const double row_weight = row0 > 0 && !(n % 2 && row == first) ? 2 : 1;
    for (int column = column0; column < n; ++column) {
      const PupilPoint p = {at[column], at[row]};
      if (disc && p.x * p.x + p.y * p.y > extent * extent) continue;
      const bool twice = column0 > 0 && !(n % 2 && column == first);
      pupil.points.push_back(p);
      pupil.weights.push_back(twice ? 2 * row_weight : row_weight);
      pupil.column.push_back(column);
      pupil.row.push_back(row);
    }
  }
  return pupil;
}

RayCounts CountRays(std::span<const uint8_t> status, std::span<const double> weights) {
  RayCounts counts;
  for (size_t i = 0; i < status.size(); ++i) {
    for (int k = static_cast<int>(weights[i]); k > 0; --k) {
      counts.Add(static_cast<RayStatus>(status[i]));
    }
  }
  return counts;
}

Result<std::vector<double>> WavelengthWeights(const System& system, int wavelength,
                                              const std::vector<double>& weights) {
  const int count = system.wavelengths();
  if (wavelength >= count || wavelength < -1) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("wavelength {} of {}", wavelength + 1, count));
  }
  std::vector<double> w(count, 0.0);
  if (wavelength >= 0) {
    w[wavelength] = 1;
    return w;
  }
  if (!weights.empty() && static_cast<int>(weights.size()) != count) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("{} weights for {} wavelengths", weights.size(), count));
  }
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    w[i] = weights.empty() ? (system.weights.empty() ? 1.0 : system.weights[i]) : weights[i];
    if (!(w[i] >= 0) || !std::isfinite(w[i])) {
      return Fail(ErrorCode::kInvalidInput, "a wavelength has a weight below 0");
    }
    sum += w[i];
  }
  if (!(sum > 0)) return Fail(ErrorCode::kInvalidInput, "all wavelengths have weight 0");
  for (double& v : w) v /= sum;
  return w;
}

}  // namespace petzval::optics
