// Focus against wavelength and against pupil height.
#include "petzval/optics/analysis/chromatic.h"

#include <cmath>

namespace petzval::optics {
namespace {

std::optional<double> Finite(double v) {
  return std::isfinite(v) ? std::optional<double>(v) : std::nullopt;
}

// From the image plane to where an axial bundle's ray at pupil height py crosses the axis.
std::optional<double> AxisCrossing(const LensModel& model, int wavelength, double py) {
  const auto launcher = Launcher::Create(model, 0, wavelength);
  if (!launcher) return std::nullopt;
  const RayResult ray = TraceRay(model.system, wavelength, launcher->At({0, py}), false);
  if (ray.status != RayStatus::kOk || std::abs(ray.m) < 1e-13) return std::nullopt;
  return -ray.y * ray.n / ray.m;
}

}  // namespace

std::vector<ChromaticFocus> ComputeAxialColour(const LensModel& model) {
  std::vector<ChromaticFocus> table;
  for (int w = 0; w < model.system.wavelengths(); ++w) {
    const FirstOrder& first = model.first_order[w];
    ChromaticFocus& focus = table.emplace_back();
    focus.um = model.system.um[w];
    focus.efl_mm = Finite(first.efl);
    focus.bfl_mm = Finite(first.bfl);
    focus.paraxial_shift_mm = Finite(first.bfl - model.primary().bfl);
    focus.zone_shift_mm = AxisCrossing(model, w, 0.7);
    focus.marginal_shift_mm = AxisCrossing(model, w, 1);
  }
  return table;
}

Result<std::vector<ChromaticFocus>> ComputeChromaticFocalShift(const LensModel& model,
                                                               double min_um, double max_um,
                                                               int count) {
  if (!(min_um > 0) || !(max_um > min_um) || !std::isfinite(max_um) || count < 2 || count > 1000) {
    return Fail(ErrorCode::kInvalidInput,
                "a chromatic focal shift needs two wavelengths in order and 2 to 1000 steps");
  }
  std::vector<double> um;
  for (int i = 0; i < count; ++i) um.push_back(min_um + (max_um - min_um) * i / (count - 1));
  // The last one is the reference: the primary wavelength, and the pupil that it fixes.
  um.push_back(model.system.um[model.system.primary]);
  Lens lens = model.lens;
  lens.aperture = {ApertureKind::kEntrancePupilDiameter, model.primary().epd};
  PETZVAL_ASSIGN(const LensModel at, MakeModel(lens, um));
  std::vector<ChromaticFocus> table = ComputeAxialColour(at);
  const std::optional<double> reference = table.back().bfl_mm;
  table.pop_back();
  for (ChromaticFocus& focus : table) {
    focus.paraxial_shift_mm.reset();
    if (focus.bfl_mm && reference) focus.paraxial_shift_mm = *focus.bfl_mm - *reference;
  }
  return table;
}

std::vector<LongitudinalAberration> ComputeLongitudinalAberration(const LensModel& model,
                                                                  int count) {
  std::vector<LongitudinalAberration> table;
  for (int i = 1; i <= count; ++i) {
    LongitudinalAberration& at = table.emplace_back();
    at.pupil = static_cast<double>(i) / count;
    for (int w = 0; w < model.system.wavelengths(); ++w) {
      at.shift_mm.push_back(AxisCrossing(model, w, at.pupil));
    }
  }
  return table;
}

}  // namespace petzval::optics
