// Chief rays over the field: distortion, lateral colour, angles, wide-angle tables.
#include "petzval/optics/analysis/distortion.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace petzval::optics {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

Launch LaunchOf(const LensModel& model, const SamplingOptions& options) {
  return options.launch.value_or(model.lens.launch);
}

// Image height that first-order optics at the primary wavelength predicts.
double ParaxialHeight(const LensModel& model, double angle_rad) {
  const FirstOrder& first = model.primary();
  if (std::isinf(model.system.object_mm)) return first.efl * std::tan(angle_rad);
  return -first.magnification * (model.system.object_mm + first.epl) * std::tan(angle_rad);
}

ChiefPoint PointAt(const LensModel& model, double field, const SamplingOptions& options) {
  const System& system = model.system;
  ChiefPoint point;
  point.field = field;
  point.y_mm.resize(system.wavelengths());
  double angle = 0;
  bool known = false;
  for (int w = 0; w < system.wavelengths(); ++w) {
    const auto launcher = Launcher::Create(model, field, w, LaunchOf(model, options));
    if (!launcher) continue;
    angle = launcher->field_angle_rad();
    known = true;
    const RayResult chief = TraceRay(system, w, launcher->At({0, 0}), false);
    if (chief.status != RayStatus::kOk) continue;
    point.y_mm[w] = chief.y;
    if (w == system.primary) {
      point.image_angle_deg = std::atan2(std::hypot(chief.l, chief.m), chief.n) / kDegree;
    }
  }
  if (!known) return point;
  point.angle_deg = angle / kDegree;
  const auto& y = point.y_mm[system.primary];
  const double paraxial = ParaxialHeight(model, angle);
  if (std::isfinite(paraxial)) {
    point.paraxial_y_mm = paraxial;
    if (angle == 0) {
      point.distortion_percent = 0;
    } else if (y && paraxial != 0) {
      point.distortion_percent = 100 * (*y / paraxial - 1);
    }
    if (std::isinf(system.object_mm)) {
      if (angle == 0) {
        point.f_theta_percent = 0;
      } else if (y) {
        point.f_theta_percent = 100 * (*y / (model.primary().efl * angle) - 1);
      }
    }
  }
  if (point.y_mm.front() && point.y_mm.back()) {
    point.lateral_colour_um = 1e3 * (*point.y_mm.front() - *point.y_mm.back());
  }
  return point;
}

}  // namespace

std::vector<ChiefPoint> ComputeChiefTable(const LensModel& model, const std::vector<double>& fields,
                                          const SamplingOptions& options) {
  std::vector<ChiefPoint> table;
  for (double field : fields) table.push_back(PointAt(model, field, options));
  return table;
}

std::vector<std::optional<WideChief>> ComputeWideChief(const LensModel& model,
                                                       const std::vector<double>& fields) {
  const int w = model.system.primary;
  std::vector<std::optional<WideChief>> table;
  for (double field : fields) {
    table.emplace_back();
    const auto launcher = Launcher::Create(model, field, w, Launch::kRealStop);
    if (!launcher) continue;
    std::vector<RayHit> hits;
    const RayResult ray = TraceRay(model.system, w, launcher->At({0, 0}), false, &hits);
    if (ray.status != RayStatus::kOk || hits.empty()) continue;
    const double h = launcher->field_angle_rad();
    WideChief chief;
    chief.angle_deg = h / kDegree;
    chief.y_mm = ray.y;
    chief.pupil_shift_mm = launcher->chief_shift_y_mm();
    chief.surface1_y_mm = hits.front().y;
    chief.surface1_z_mm = hits.front().z;
    // On the axis the limit of the paraxial region.
    chief.height_over_f_theta = h == 0 ? 1 : ray.y / (model.primary().efl * h);
    if (!std::isfinite(chief.height_over_f_theta)) chief.height_over_f_theta = 0;
    table.back() = chief;
  }
  return table;
}

Result<DistortionGrid> ComputeDistortionGrid(const LensModel& model, int n,
                                             const SamplingOptions& options) {
  if (n < 3 || n > 101 || n % 2 == 0) {
    return Fail(ErrorCode::kInvalidInput, "a distortion grid has 3 to 101 lines, an odd number");
  }
  if (!IsSymmetric(model.system)) {
    return Fail(ErrorCode::kUnsupported,
                "a distortion grid of a lens that is not rotationally symmetric");
  }
  double largest = 0;
  for (double f : model.lens.fields.values) largest = std::max(largest, std::abs(f));
  const int w = model.system.primary;
  PETZVAL_ASSIGN(const Launcher edge,
                 Launcher::Create(model, largest, w, LaunchOf(model, options)));
  const double tan_edge = std::tan(std::abs(edge.field_angle_rad()));
  if (!(tan_edge > 0)) {
    return Fail(ErrorCode::kInvalidInput, "a distortion grid needs a field beyond the axis");
  }
  // A radial profile through the angles of the grid: the lens's own field unit may not be angles.
  LensModel angles = model;
  angles.lens.fields.kind = FieldKind::kAngleDeg;
  DistortionGrid grid;
  grid.n = n;
  const size_t count = static_cast<size_t>(n) * n;
  for (auto* v : {&grid.ideal_x_mm, &grid.ideal_y_mm, &grid.x_mm, &grid.y_mm}) v->resize(count);
  grid.valid.assign(count, 0);
  const int middle = n / 2;
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column) {
      const size_t i = static_cast<size_t>(row) * n + column;
      const double tx = tan_edge / std::numbers::sqrt2 * (column - middle) / middle;
      const double ty = tan_edge / std::numbers::sqrt2 * (row - middle) / middle;
      const double t = std::hypot(tx, ty), angle = std::atan(t);
      const double ideal = ParaxialHeight(model, angle);
      const double cx = t == 0 ? 0 : tx / t, cy = t == 0 ? 0 : ty / t;
      if (std::isfinite(ideal)) {
        grid.ideal_x_mm[i] = cx * ideal;
        grid.ideal_y_mm[i] = cy * ideal;
      }
      const auto launcher = Launcher::Create(angles, angle / kDegree, w, LaunchOf(model, options));
      if (!launcher) continue;
      const RayResult chief = TraceRay(model.system, w, launcher->At({0, 0}), false);
      if (chief.status != RayStatus::kOk) continue;
      grid.x_mm[i] = cx * chief.y;
      grid.y_mm[i] = cy * chief.y;
      grid.valid[i] = 1;
    }
  }
  return grid;
}

}  // namespace petzval::optics
