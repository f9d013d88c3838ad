// Relative illumination and the clipped pupil.
#include "petzval/optics/analysis/vignetting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "petzval/optics/analysis/field_tracer.h"
#include "petzval/optics/analysis/phasor_kernels.h"
#include "petzval/optics/analysis/pupil_jacobian.h"

namespace petzval::optics {
namespace {

Status CheckGrid(int grid, double extent) {
  if (grid < 8 || grid > 4096) {
    return Fail(ErrorCode::kInvalidInput, "a pupil grid has 8 to 4096 rows");
  }
  if (!(extent > 0) || !(extent <= 100)) {
    return Fail(ErrorCode::kInvalidInput, "a pupil grid reaches over 0 to 100 pupil radii");
  }
  return {};
}

// The rays of a reduced grid that arrive.
struct Passing {
  std::vector<PupilPoint> points;
  std::vector<double> weights;  // of the grid points each stands for
  std::vector<double> x, y;     // mm in the image plane
  std::vector<size_t> index;    // in the reduced grid
  RayCounts rays;
};
Passing TracePassing(const FieldTracer& tracer, const ReducedPupil& pupil) {
  Passing passing;
  tracer.TraceInPieces(
      pupil.points, tracer.clip(), [&](size_t first, const RayResults<double>& rays) {
        passing.rays +=
            CountRays(rays.status, std::span(pupil.weights).subspan(first, rays.size()));
        for (size_t i = 0; i < rays.size(); ++i) {
          if (rays.status[i] != 0) continue;
          passing.points.push_back(pupil.points[first + i]);
          passing.weights.push_back(pupil.weights[first + i]);
          passing.x.push_back(rays.x[i]);
          passing.y.push_back(rays.y[i]);
          passing.index.push_back(first + i);
        }
      });
  return passing;
}

// Integral of the Jacobian, in units of grid cells.
double Illumination(const FieldTracer& tracer, const Passing& passing) {
  const std::vector<double> jacobian = PupilJacobian(tracer, passing.points);
  double sum = 0;
  for (size_t i = 0; i < jacobian.size(); ++i) sum += passing.weights[i] * jacobian[i];
  return sum;
}

void FillMoments(const Passing& passing, PupilSymmetry symmetry, ClippedPupil* pupil) {
  const bool mirror_x = symmetry != PupilSymmetry::kNone;
  const bool mirror_y = symmetry == PupilSymmetry::kMirrorXY;
  double sum = 0, px = 0, py = 0, x = 0, y = 0;
  pupil->x_min = pupil->y_min = INFINITY;
  pupil->x_max = pupil->y_max = -INFINITY;
  for (size_t i = 0; i < passing.points.size(); ++i) {
    const double w = passing.weights[i];
    const PupilPoint& p = passing.points[i];
    sum += w;
    px += w * p.x;
    py += w * p.y;
    x += w * passing.x[i];
    y += w * passing.y[i];
    pupil->x_min = std::min(pupil->x_min, p.x);
    pupil->x_max = std::max(pupil->x_max, p.x);
    pupil->y_min = std::min(pupil->y_min, p.y);
    pupil->y_max = std::max(pupil->y_max, p.y);
  }
  if (mirror_x) pupil->x_min = -pupil->x_max;
  if (mirror_y) pupil->y_min = -pupil->y_max;
  pupil->centroid_x = mirror_x ? 0 : px / sum;
  pupil->centroid_y = mirror_y ? 0 : py / sum;
  x = mirror_x ? 0 : x / sum;
  y = mirror_y ? 0 : y / sum;
  double xx = 0, yy = 0;
  for (size_t i = 0; i < passing.points.size(); ++i) {
    xx += passing.weights[i] * (passing.x[i] - x) * (passing.x[i] - x);
    yy += passing.weights[i] * (passing.y[i] - y) * (passing.y[i] - y);
  }
  // On the axis of a rotationally symmetric lens both are the same up to the grid.
  pupil->sigma_x_um = 1e3 * std::sqrt(xx / sum);
  pupil->sigma_y_um = 1e3 * std::sqrt(yy / sum);
  pupil->rms_centroid_um = 1e3 * std::sqrt((xx + yy) / sum);
}

void FillMtf(const Passing& passing, PupilSymmetry symmetry, const RayResult& chief,
             const std::vector<double>& cycles_per_mm, ClippedPupil* pupil) {
  const double sum = pupil->rays.ok;
  std::vector<double> turns(passing.x.size());
  const auto modulation = [&](const std::vector<double>& at, double origin, double frequency,
                              bool mirrored) {
    for (size_t i = 0; i < at.size(); ++i) turns[i] = -frequency * (at[i] - origin);
    const auto total = PhasorSum(turns.data(), passing.weights.data(), turns.size());
    return (mirrored ? std::abs(total.real()) : std::abs(total)) / sum;
  };
  for (double f : cycles_per_mm) {
    pupil->mtf_tangential.push_back(
        modulation(passing.y, chief.y, f, symmetry == PupilSymmetry::kMirrorXY));
    pupil->mtf_sagittal.push_back(
        modulation(passing.x, chief.x, f, symmetry != PupilSymmetry::kNone));
  }
}

std::vector<uint8_t> Mask(const Passing& passing, const ReducedPupil& grid, int n,
                          PupilSymmetry symmetry) {
  std::vector<uint8_t> mask(static_cast<size_t>(n) * n, 0);
  for (const size_t i : passing.index) {
    const int column = grid.column[i], row = grid.row[i];
    const auto set = [&](int c, int r) { mask[static_cast<size_t>(r) * n + c] = 1; };
    set(column, row);
    if (symmetry != PupilSymmetry::kNone) set(n - 1 - column, row);
    if (symmetry != PupilSymmetry::kMirrorXY) continue;
    set(column, n - 1 - row);
    set(n - 1 - column, n - 1 - row);
  }
  return mask;
}

}  // namespace

Result<std::vector<IlluminationPoint>> ComputeRelativeIllumination(
    const LensModel& model, const std::vector<double>& fields, const IlluminationOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckGrid(options.grid, options.extent));
  const auto at = [&](double field) -> Result<IlluminationPoint> {
    PETZVAL_ASSIGN(const FieldTracer tracer,
                   FieldTracer::Create(model, field, model.system.primary, options.sampling));
    const Passing passing = TracePassing(
        tracer, ReducedGrid(options.grid, options.disc, options.extent, SymmetryOf(model, field)));
    IlluminationPoint point;
    point.field = field;
    point.rays = passing.rays;
    // Without clipping the whole disc is asked for: where geometry lets only part of it through,
    // the integral has no value.
    const bool whole = options.sampling.clip || passing.rays.failed() == 0;
    if (passing.rays.ok > 0 && whole) point.relative = Illumination(tracer, passing);
    return point;
  };
  PETZVAL_ASSIGN(const IlluminationPoint axis, at(0));
  std::vector<IlluminationPoint> points;
  for (double field : fields) {
    IlluminationPoint point = axis;
    if (field != 0) point = at(field).value_or(IlluminationPoint{.field = field});
    if (!axis.relative || !(*axis.relative > 0)) {
      point.relative.reset();
    } else if (point.relative) {
      *point.relative /= *axis.relative;
    }
    points.push_back(point);
  }
  return points;
}

Result<std::vector<ClippedPupil>> ComputeVignetting(const LensModel& model,
                                                    const std::vector<double>& fields,
                                                    const ClippedPupilOptions& options) {
  PETZVAL_RETURN_IF_ERROR(CheckGrid(options.grid, options.extent));
  const double cell = 2 * options.extent / options.grid;
  const auto at = [&](double field, double* illumination) -> Result<ClippedPupil> {
    PETZVAL_ASSIGN(const FieldTracer tracer,
                   FieldTracer::Create(model, field, model.system.primary,
                                       {.clip = true, .launch = options.launch}));
    const PupilSymmetry symmetry = SymmetryOf(model, field);
    const ReducedPupil grid = ReducedGrid(options.grid, false, options.extent, symmetry);
    const Passing passing = TracePassing(tracer, grid);
    ClippedPupil pupil;
    pupil.field = field;
    pupil.rays = passing.rays;
    pupil.area = passing.rays.ok * cell * cell / std::numbers::pi;
    if (options.keep_mask) pupil.mask = Mask(passing, grid, options.grid, symmetry);
    *illumination = 0;
    if (passing.rays.ok == 0) return pupil;
    *illumination = Illumination(tracer, passing);
    FillMoments(passing, symmetry, &pupil);
    FillMtf(passing, symmetry, tracer.chief(), options.cycles_per_mm, &pupil);
    return pupil;
  };
  double axis_illumination = 0;
  PETZVAL_ASSIGN(const ClippedPupil axis, at(0, &axis_illumination));
  std::vector<ClippedPupil> pupils;
  for (double field : fields) {
    ClippedPupil pupil = axis;
    double illumination = axis_illumination;
    if (field != 0) {
      Result<ClippedPupil> found = at(field, &illumination);
      if (!found) {
        pupils.push_back({.field = field});
        continue;
      }
      pupil = *std::move(found);
    }
    if (axis.area > 0) pupil.area_over_axis = pupil.area / axis.area;
    if (axis_illumination > 0) pupil.relative_illumination = illumination / axis_illumination;
    pupils.push_back(std::move(pupil));
  }
  return pupils;
}

}  // namespace petzval::optics
