// Blur discs of points out of focus.
#include "petzval/optics/analysis/bokeh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/analysis/field_tracer.h"

namespace petzval::optics {
namespace {

constexpr int kRings = 10;

// The model with another object distance and image plane; fields become angles, the entrance pupil
// keeps its diameter.
LensModel Refocused(const LensModel& model, double object_mm, double image_shift_mm) {
  LensModel at = Defocused(model, image_shift_mm);
  at.lens.object_mm = at.system.object_mm = object_mm;
  at.lens.fields.kind = FieldKind::kAngleDeg;
  at.lens.aperture = {ApertureKind::kEntrancePupilDiameter, model.primary().epd};
  for (int w = 0; w < at.system.wavelengths(); ++w) {
    at.first_order[w] = ComputeFirstOrder(at.lens, at.system, w);
  }
  return at;
}

}  // namespace

std::optional<double> FocusShift(const LensModel& model, double object_mm) {
  const int w = model.system.primary;
  const bool infinite = std::isinf(object_mm);
  const ParaxialRay ray =
      TraceParaxial(model.system, w, infinite ? 1 : object_mm, infinite ? 0 : 1);
  const double u = ray.u_after.back();
  if (u == 0) return std::nullopt;
  const double shift = -ray.y.back() / u - model.system.surfaces.back().t;
  if (!std::isfinite(shift)) return std::nullopt;
  return shift;
}

Result<Bokeh> ComputeBokeh(const LensModel& model, double field, const BokehOptions& options) {
  if (options.grid < 8 || options.grid > 4096 || !(options.extent > 0)) {
    return Fail(ErrorCode::kInvalidInput, "a pupil grid has 8 to 4096 rows and an extent above 0");
  }
  if (!(options.object_mm > 0) || !std::isfinite(options.image_shift_mm)) {
    return Fail(ErrorCode::kInvalidInput, "a source stands in front of the lens");
  }
  const int w = options.wavelength >= 0 ? options.wavelength : model.system.primary;
  if (w >= model.system.wavelengths()) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("wavelength {} of {}", w + 1, model.system.wavelengths()));
  }
  // The direction that the field means for the lens as it stands.
  PETZVAL_ASSIGN(const Launcher as_given, Launcher::Create(model, field, w, options.launch));
  const double angle_deg = as_given.field_angle_rad() * 180 / std::numbers::pi;
  const LensModel at = Refocused(model, options.object_mm, options.image_shift_mm);
  PETZVAL_ASSIGN(
      const FieldTracer tracer,
      FieldTracer::Create(at, angle_deg, w, {.clip = options.clip, .launch = options.launch}));
  const PupilSymmetry symmetry = SymmetryOf(at, angle_deg);
  const ReducedPupil pupil = ReducedGrid(options.grid, false, options.extent, symmetry);
  const bool mirror_x = symmetry != PupilSymmetry::kNone;
  const bool mirror_y = symmetry == PupilSymmetry::kMirrorXY;

  Bokeh bokeh;
  bokeh.field = field;
  std::vector<double> x, y, weights;
  tracer.TraceInPieces(
      pupil.points, options.clip, [&](size_t first, const RayResults<double>& rays) {
        bokeh.rays += CountRays(rays.status, std::span(pupil.weights).subspan(first, rays.size()));
        for (size_t i = 0; i < rays.size(); ++i) {
          if (rays.status[i] != 0) continue;
          x.push_back(rays.x[i]);
          y.push_back(rays.y[i]);
          weights.push_back(pupil.weights[first + i]);
        }
      });
  if (bokeh.rays.ok == 0) return bokeh;
  const double count = bokeh.rays.ok;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!mirror_x) bokeh.centroid_x_mm += weights[i] * x[i] / count;
    if (!mirror_y) bokeh.centroid_y_mm += weights[i] * y[i] / count;
  }
  double xx = 0, yy = 0, largest = 0;
  bokeh.x_min_mm = bokeh.y_min_mm = INFINITY;
  bokeh.x_max_mm = bokeh.y_max_mm = -INFINITY;
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] -= bokeh.centroid_x_mm;
    y[i] -= bokeh.centroid_y_mm;
    xx += weights[i] * x[i] * x[i];
    yy += weights[i] * y[i] * y[i];
    largest = std::max(largest, x[i] * x[i] + y[i] * y[i]);
    bokeh.x_min_mm = std::min(bokeh.x_min_mm, mirror_x ? -std::abs(x[i]) : x[i]);
    bokeh.x_max_mm = std::max(bokeh.x_max_mm, mirror_x ? std::abs(x[i]) : x[i]);
    bokeh.y_min_mm = std::min(bokeh.y_min_mm, mirror_y ? -std::abs(y[i]) : y[i]);
    bokeh.y_max_mm = std::max(bokeh.y_max_mm, mirror_y ? std::abs(y[i]) : y[i]);
  }
  bokeh.sigma_x_mm = std::sqrt(xx / count);
  bokeh.sigma_y_mm = std::sqrt(yy / count);
  bokeh.rings.assign(kRings, 0);
  for (size_t i = 0; i < x.size(); ++i) {
    const double share = largest > 0 ? (x[i] * x[i] + y[i] * y[i]) / largest : 0;
    const int ring = std::min(kRings - 1, static_cast<int>(share * kRings));
    bokeh.rings[ring] += weights[i] / count;
  }
  if (options.keep_rays) {
    const auto keep = [&](double a, double b) {
      bokeh.x_mm.push_back(static_cast<float>(a));
      bokeh.y_mm.push_back(static_cast<float>(b));
    };
    for (size_t i = 0; i < x.size(); ++i) {
      keep(x[i], y[i]);
      const bool twice_x = mirror_x && x[i] != 0, twice_y = mirror_y && y[i] != 0;
      if (twice_x) keep(-x[i], y[i]);
      if (twice_y) keep(x[i], -y[i]);
      if (twice_x && twice_y) keep(-x[i], -y[i]);
    }
  }
  return bokeh;
}

BokehDisc RenderBokeh(const Bokeh& bokeh, int size, double half_width_mm) {
  BokehDisc disc;
  disc.size = std::clamp(size, 8, 1024);
  double half = half_width_mm;
  if (!(half > 0)) {
    half = 0;
    for (double e : {bokeh.x_min_mm, bokeh.x_max_mm, bokeh.y_min_mm, bokeh.y_max_mm}) {
      half = std::max(half, std::abs(e));
    }
    half *= 1.02;
  }
  if (!(half > 0)) half = 1e-3;
  disc.pitch_mm = 2 * half / disc.size;
  disc.values.assign(static_cast<size_t>(disc.size) * disc.size, 0.0f);
  // Each ray is shared by the four pixels around it.
  double sum = 0;
  for (size_t i = 0; i < bokeh.x_mm.size(); ++i) {
    const double u = (bokeh.x_mm[i] + half) / disc.pitch_mm - 0.5;
    const double v = (bokeh.y_mm[i] + half) / disc.pitch_mm - 0.5;
    const int column = static_cast<int>(std::floor(u)), row = static_cast<int>(std::floor(v));
    const double fu = u - column, fv = v - row;
    for (int k = 0; k < 4; ++k) {
      const int c = column + k % 2, r = row + k / 2;
      if (c < 0 || r < 0 || c >= disc.size || r >= disc.size) continue;
      const double share = (k % 2 ? fu : 1 - fu) * (k / 2 ? fv : 1 - fv);
      disc.values[static_cast<size_t>(r) * disc.size + c] += static_cast<float>(share);
      sum += share;
    }
  }
  if (sum > 0) {
    for (float& v : disc.values) v = static_cast<float>(v / sum);
  }
  return disc;
}

}  // namespace petzval::optics
