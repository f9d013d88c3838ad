// Field angles from angles, object heights and real image heights.
#include "petzval/optics/trace/field.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <optional>

namespace petzval::optics {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kMarch = 2 * kDegree;
constexpr double kLimit = 89.5 * kDegree;

// The angle at which `height`, continuous from 0 at 0, takes the value `target` first.
std::optional<double> SolveHeight(const std::function<std::optional<double>(double)>& height,
                                  double target, double sign) {
  double a = 0, fa = -target, b = 0, fb = fa, march = kMarch;
  while (fb * fa > 0 || b == 0) {
    double next = b + sign * march;
    std::optional<double> h;
    if (std::abs(next) <= kLimit) h = height(next);
    if (!h) {
      march /= 2;
      if (march < 1e-4 * kDegree) return std::nullopt;
      continue;
    }
    a = b, fa = fb;
    b = next, fb = *h - target;
    if (fb == 0) return b;
  }
  // Illinois variant of regula falsi: the bracket holds, the convergence is superlinear.
  int side = 0;
  for (int i = 0; i < 100 && std::abs(b - a) > 1e-16; ++i) {
    const double c = (a * fb - b * fa) / (fb - fa);
    const auto h = height(c);
    if (!h) return std::nullopt;
    const double fc = *h - target;
    if (std::abs(fc) <= 1e-13 * (1 + std::abs(target))) return c;
    if (fc * fb > 0) {
      b = c, fb = fc;
      if (side == 1) fa /= 2;
      side = 1;
    } else {
      a = c, fa = fc;
      if (side == -1) fb /= 2;
      side = -1;
    }
  }
  return std::abs(fa) < std::abs(fb) ? a : b;
}

Result<double> AngleOfImageHeight(const LensModel& model, double field, Launch launch) {
  if (field == 0) return 0.0;
  const int w = model.system.primary;
  const FirstOrder& first = model.first_order[w];
  ChiefFinder finder(model.system, first, w);
  const auto height = [&](double angle) -> std::optional<double> {
    AimPoint chief;
    if (launch == Launch::kRealStop) {
      const auto found = finder.At(angle);
      if (!found) return std::nullopt;
      chief = *found;
    }
    const Pencil pencil(model.system, first, angle);
    const RayResult ray = TraceRay(model.system, w, pencil.Through(chief.qx, chief.qy), false);
    if (ray.status != RayStatus::kOk) return std::nullopt;
    return ray.y;
  };
  // Which way the image moves: seen from a small field.
  const auto small = height(0.01 * kDegree);
  if (small && *small != 0) {
    const double sign = *small * field > 0 ? 1 : -1;
    if (const auto angle = SolveHeight(height, field, sign)) return *angle;
  }
  return Fail(ErrorCode::kInvalidInput,
              fmt::format("no chief ray reaches the image height {} mm", field));
}

}  // namespace

Result<double> FieldAngle(const LensModel& model, double field, Launch launch) {
  const double object = model.system.object_mm;
  switch (model.lens.fields.kind) {
    case FieldKind::kAngleDeg:
      if (!(std::abs(field) < 90)) {
        return Fail(ErrorCode::kInvalidInput,
                    fmt::format("a field angle of {} deg is not below 90", field));
      }
      return field * kDegree;
    case FieldKind::kObjectMm: {
      if (!std::isfinite(object)) {
        return Fail(ErrorCode::kInvalidInput,
                    "fields in object heights need an object at a finite distance");
      }
      return std::atan2(-field, object + model.primary().epl);
    }
    case FieldKind::kImageMm:
      return AngleOfImageHeight(model, field, launch);
  }
  return 0.0;
}

}  // namespace petzval::optics
