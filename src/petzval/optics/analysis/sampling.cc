// Counting of failed rays, chief rays, and models moved out of focus.
#include "petzval/optics/analysis/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace petzval::optics {

void RayCounts::Add(RayStatus status) {
  switch (status) {
    case RayStatus::kOk:
      ++ok;
      break;
    case RayStatus::kMissed:
      ++missed;
      break;
    case RayStatus::kTotalReflection:
      ++total_reflection;
      break;
    case RayStatus::kClipped:
      ++clipped;
      break;
  }
}

RayCounts& RayCounts::operator+=(const RayCounts& other) {
  ok += other.ok;
  missed += other.missed;
  total_reflection += other.total_reflection;
  clipped += other.clipped;
  return *this;
}

RayCounts CountRays(std::span<const uint8_t> status) {
  RayCounts counts;
  for (uint8_t s : status) counts.Add(static_cast<RayStatus>(s));
  return counts;
}

Result<RayResult> TraceChief(const LensModel& model, double field, int wavelength,
                             const SamplingOptions& options) {
  PETZVAL_ASSIGN(
      const Launcher launcher,
      Launcher::Create(model, field, wavelength, options.launch.value_or(model.lens.launch)));
  const RayResult chief = TraceRay(model.system, wavelength, launcher.At({0, 0}), false);
  if (chief.status != RayStatus::kOk) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("no chief ray at field {:g} and {:g} um: it fails at surface {}", field,
                            model.system.um[wavelength], chief.surface + 1));
  }
  return chief;
}

LensModel Defocused(const LensModel& model, double shift_mm) {
  LensModel moved = model;
  moved.system.surfaces.back().t += shift_mm;
  moved.lens.surfaces.back().thickness_mm += shift_mm;
  for (FirstOrder& f : moved.first_order) {
    f.xpl -= shift_mm;
    f.image_distance += shift_mm;
    f.total_track += shift_mm;
  }
  return moved;
}

bool IsSymmetric(const System& system) {
  return std::all_of(system.surfaces.begin(), system.surfaces.end(),
                     [](const TraceSurface& s) { return !s.motion && !s.edge && !s.toroid; });
}

std::vector<double> FieldSteps(const LensModel& model, int count, bool from_axis) {
  double largest = 0;
  for (double f : model.lens.fields.values) {
    if (std::abs(f) > std::abs(largest)) largest = f;
  }
  if (largest == 0) return {0.0};
  std::vector<double> fields;
  for (int i = from_axis ? 0 : 1; i <= count; ++i) fields.push_back(largest * i / count);
  return fields;
}

}  // namespace petzval::optics
