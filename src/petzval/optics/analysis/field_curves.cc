// Where pairs of rays beside the chief ray cross.
#include "petzval/optics/analysis/field_curves.h"

#include <cmath>

#include "petzval/optics/analysis/distortion.h"

namespace petzval::optics {
namespace {

// The chief ray moved by (x, y, z) mm in the pupil: parallel, or from the same object point.
Ray Displaced(const LensModel& model, int wavelength, Ray ray, double x, double y, double z) {
  if (std::isinf(model.system.object_mm)) {
    ray.x += x;
    ray.y += y;
    ray.z += z;
    return ray;
  }
  const double way = (model.first_order[wavelength].epl - ray.z) / ray.n;
  const double dx = way * ray.l + x, dy = way * ray.m + y, dz = way * ray.n + z;
  const double length = std::sqrt(dx * dx + dy * dy + dz * dz);
  ray.l = dx / length;
  ray.m = dy / length;
  ray.n = dz / length;
  return ray;
}

// z where two lines v + z s meet; empty when they are parallel to rounding.
std::optional<double> Crossing(double v1, double s1, double v2, double s2) {
  const double difference = s1 - s2;
  if (!(std::abs(difference) > 1e-13)) return std::nullopt;
  return -(v1 - v2) / difference;
}

}  // namespace

std::vector<FieldFocus> ComputeFieldCurves(const LensModel& model,
                                           const std::vector<double>& fields, int wavelength,
                                           const SamplingOptions& options) {
  std::vector<FieldFocus> curves;
  const double delta = 1e-4 * model.first_order[wavelength].epd / 2;
  const std::vector<ChiefPoint> chiefs = ComputeChiefTable(model, fields, options);
  for (size_t i = 0; i < fields.size(); ++i) {
    FieldFocus& focus = curves.emplace_back();
    focus.field = fields[i];
    focus.chief_y_mm = chiefs[i].y_mm[wavelength];
    focus.distortion_percent = chiefs[i].distortion_percent;
    const auto launcher =
        Launcher::Create(model, fields[i], wavelength, options.launch.value_or(model.lens.launch));
    if (!launcher) continue;
    const Ray chief = launcher->At({0, 0});
    const double h = launcher->field_angle_rad();
    const auto trace = [&](double x, double q) {
      return TraceRay(model.system, wavelength,
                      Displaced(model, wavelength, chief, x, q * std::cos(h), -q * std::sin(h)),
                      false);
    };
    const RayResult right = trace(delta, 0), left = trace(-delta, 0);
    const RayResult up = trace(0, delta), down = trace(0, -delta);
    if (right.status == RayStatus::kOk && left.status == RayStatus::kOk) {
      focus.sagittal_mm = Crossing(right.x, right.l / right.n, left.x, left.l / left.n);
    }
    if (up.status == RayStatus::kOk && down.status == RayStatus::kOk) {
      focus.tangential_mm = Crossing(up.y, up.m / up.n, down.y, down.m / down.n);
    }
  }
  return curves;
}

}  // namespace petzval::optics
