// Elements moved as bodies and radii changed: what the image does.
#include "petzval/optics/analysis/perturb.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "petzval/optics/analysis/field_tracer.h"

namespace petzval::optics {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<std::array<double, 3>, 3>;

Vector Apply(const Matrix& m, const Vector& v) {
  Vector r{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) r[i] += m[i][j] * v[j];
  }
  return r;
}
Matrix Product(const Matrix& a, const Matrix& b) {
  Matrix r{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) r[i][j] += a[i][k] * b[k][j];
    }
  }
  return r;
}
Matrix Transposed(const Matrix& a) {
  Matrix r{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) r[i][j] = a[j][i];
  }
  return r;
}

// About x, then about the y of the space that stands still; right-handed.
Matrix Rotation(const ElementMotion& motion) {
  const double a = motion.tilt_x_deg * std::numbers::pi / 180;
  const double b = motion.tilt_y_deg * std::numbers::pi / 180;
  const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b);
  const Matrix about_x = {{{1, 0, 0}, {0, ca, -sa}, {0, sa, ca}}};
  const Matrix about_y = {{{cb, 0, sb}, {0, 1, 0}, {-sb, 0, cb}}};
  return Product(about_y, about_x);
}

std::optional<double> RmsAboutCentroid(const RayResults<double>& rays) {
  double count = 0, x = 0, y = 0, sum = 0;
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) continue;
    count += 1;
    x += rays.x[i];
    y += rays.y[i];
  }
  if (count == 0) return std::nullopt;
  x /= count;
  y /= count;
  for (size_t i = 0; i < rays.size(); ++i) {
    if (rays.status[i] != 0) continue;
    sum += (rays.x[i] - x) * (rays.x[i] - x) + (rays.y[i] - y) * (rays.y[i] - y);
  }
  return 1e3 * std::sqrt(sum / count);
}

}  // namespace

std::vector<Element> FindElements(const Lens& lens, bool cemented) {
  std::vector<Element> elements;
  const int count = static_cast<int>(lens.surfaces.size());
  for (int i = 0; i < count; ++i) {
    if (lens.surfaces[i].mirror && lens.surfaces[i].medium.empty()) {
      elements.push_back({i, i});
      continue;
    }
    if (lens.surfaces[i].medium.empty()) continue;
    int last = i + 1;
    while (cemented && last < count - 1 && !lens.surfaces[last].medium.empty()) ++last;
    if (last >= count) break;  // glass up to the image
    elements.push_back({i, last});
    if (cemented) i = last;
  }
  return elements;
}

Result<LensModel> MovedElement(const LensModel& model, const Element& element,
                               const ElementMotion& motion) {
  if (element.first < 0 || element.last < element.first || element.last >= model.system.size()) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("no element from surface {} to {}",
                                                      element.first + 1, element.last + 1));
  }
  LensModel moved = model;
  const Matrix rotation = Rotation(motion), back = Transposed(rotation);
  double way = 0;  // from the pivot to the vertex of surface i, before the motion
  for (int i = element.first; i <= element.last; ++i) {
    TraceSurface& surface = moved.system.surfaces[i];
    const FrameMotion before = surface.motion.value_or(FrameMotion{});
    if (before.carries) {
      return Fail(
          ErrorCode::kUnsupported,
          fmt::format("surface {} carries what follows and cannot move as part of an element",
                      i + 1));
    }
    // Where the nominal vertex goes, and the pose of the file after it.
    const Vector vertex = Apply(rotation, {0, 0, way}), pose = Apply(rotation, before.offset_mm);
    FrameMotion after;
    after.offset_mm = {vertex[0] + pose[0] + motion.shift_x_mm,
                       vertex[1] + pose[1] + motion.shift_y_mm,
                       vertex[2] - way + pose[2] + motion.shift_z_mm};
    after.rotation = Product(before.rotation, back);
    surface.motion = after;
    way += surface.t;
  }
  return moved;
}

Result<ElementEffect> ComputeElementEffect(const LensModel& model, const Element& element,
                                           const ElementMotion& motion, int rings,
                                           const SamplingOptions& options) {
  if (rings < 1 || rings > 200) return Fail(ErrorCode::kInvalidInput, "a spot has 1 to 200 rings");
  PETZVAL_ASSIGN(const LensModel moved, MovedElement(model, element, motion));
  ElementEffect effect;
  effect.element = element;
  effect.motion = motion;
  const int w = model.system.primary;
  const std::vector<PupilPoint> pupil = HexapolarGrid(rings);
  const auto rms = [&](double field) -> std::optional<double> {
    const auto tracer = FieldTracer::Create(model, moved, field, w, options);
    if (!tracer) return std::nullopt;
    return RmsAboutCentroid(tracer->Trace(pupil));
  };
  const auto before = TraceChief(model, 0, w, options);
  const auto after = FieldTracer::Create(model, moved, 0, w, options);
  if (before && after) {
    effect.axis_chief_x_um = 1e3 * (after->chief().x - before->x);
    effect.axis_chief_y_um = 1e3 * (after->chief().y - before->y);
  }
  effect.axis_rms_um = rms(0);
  const double field = FieldSteps(model, 1, false).front();
  effect.plus_rms_um = rms(field);
  effect.minus_rms_um = rms(-field);
  return effect;
}

std::vector<FirstOrderChange> ComputeRadiusSensitivity(const LensModel& model,
                                                       double radius_factor) {
  std::vector<FirstOrderChange> changes;
  const FirstOrder& before = model.primary();
  if (!std::isfinite(before.efl) || !(radius_factor > 0)) return changes;
  System system = model.system;
  for (int i = 0; i < system.size(); ++i) {
    if (system.surfaces[i].c == 0) continue;
    system.surfaces[i].c = model.system.surfaces[i].c / radius_factor;
    const FirstOrder after = ComputeFirstOrder(model.lens, system, system.primary);
    system.surfaces[i].c = model.system.surfaces[i].c;
    if (!std::isfinite(after.efl) || !std::isfinite(after.bfl)) continue;
    changes.push_back({i, after.efl - before.efl, after.bfl - before.bfl});
  }
  return changes;
}

}  // namespace petzval::optics
