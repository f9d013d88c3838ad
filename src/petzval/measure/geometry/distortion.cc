// Distortion figures from the fitted model.
#include "petzval/measure/geometry/distortion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/geometry/distortion_fit.h"

namespace petzval::measure {
namespace {

// The centre is believed when its standard error is below this, half diagonals.
constexpr double kMaxCentreError = 0.01, kMaxCentre = 0.5;
// With less distortion than this anywhere, pixels, it has no centre to speak of.
constexpr double kMinBend = 1;

class Measurement {
 public:
  Measurement(const Subject& subject, const DistortionParams& params)
      : params_(params),
        width_(subject.width()),
        height_(subject.height()),
        half_(0.5 * std::hypot(width_, height_)),
        raw_(subject.raw()) {}

  Result<DistortionReport> Run(DotGrid grid) {
    fit_ = FitDistortion(grid.points, 0.5 * width_, 0.5 * height_, half_, false);
    if (!fit_.converged) {
      return Fail(ErrorCode::kInvalidInput,
                  "no distortion can be fitted: the points lie on a line or are too few");
    }
    if (params_.free_centre && LargestBend(grid) > kMinBend) {
      DistortionFit free = FitDistortion(grid.points, 0.5 * width_, 0.5 * height_, half_, true);
      if (free.converged && free.centre_error < kMaxCentreError &&
          std::hypot(free.model.cx, free.model.cy) < kMaxCentre) {
        fit_ = free;
        report_.centre_fitted = true;
      }
    }
    report_.k1 = fit_.model.k1;
    report_.k2 = fit_.model.k2;
    report_.centre_x_px = 0.5 * width_ + fit_.model.cx * half_;
    report_.centre_y_px = 0.5 * height_ + fit_.model.cy * half_;
    report_.residual_rms_px = fit_.rms * half_;
    report_.residual_max_px = fit_.max * half_;
    MeasureLocal(grid);
    MeasureTv();
    MeasureChart(grid);
    report_.grid = std::move(grid);
    WriteFindings();
    return std::move(report_);
  }

 private:
  double LargestBend(const DotGrid& grid) const {
    double largest = 0;
    for (const GridPoint& p : grid.points) {
      const auto ideal = fit_.model.Ideal(p.column, p.row);
      const auto seen = fit_.model.Distort(ideal);
      largest = std::max(largest, half_ * std::hypot(seen.x - ideal.x, seen.y - ideal.y));
    }
    return largest;
  }

  void MeasureLocal(const DotGrid& grid) {
    for (const GridPoint& p : grid.points) {
      const auto ideal = fit_.model.Ideal(p.column, p.row);
      const double r = std::hypot(ideal.x - fit_.model.cx, ideal.y - fit_.model.cy);
      const double local = 100 * r * r * (fit_.model.k1 + r * r * fit_.model.k2);
      if (std::fabs(local) > std::fabs(report_.max_local_percent)) {
        report_.max_local_percent = local;
        report_.r_of_max = r;
      }
      const double x = (p.x_px - 0.5 * width_) / half_, y = (p.y_px - 0.5 * height_) / half_;
      report_.covered_r = std::max(report_.covered_r, std::hypot(x, y));
    }
  }

  void MeasureTv() {
    const double corner = fit_.model.UndistortRadius(1);
    if (!std::isfinite(corner)) {
      report_.tv_percent = report_.smia_tv_percent = std::nan("");
      return;
    }
    const double side = height_ / (2 * half_);  // the picture's upper edge
    const double ideal = side * corner,
                 middle =
                     ideal * (1 + ideal * ideal * (fit_.model.k1 + ideal * ideal * fit_.model.k2));
    report_.smia_tv_percent = 100 * (side - middle) / middle;
    report_.tv_percent = 0.5 * report_.smia_tv_percent;
  }

  void MeasureChart(const DotGrid& grid) {
    int c0 = grid.points[0].column, c1 = c0, r0 = grid.points[0].row, r1 = r0;
    for (const GridPoint& p : grid.points) {
      c0 = std::min(c0, p.column);
      c1 = std::max(c1, p.column);
      r0 = std::min(r0, p.row);
      r1 = std::max(r1, p.row);
    }
    const auto a = fit_.model.Ideal(c0, r0), b = fit_.model.Ideal(c1, r0),
               c = fit_.model.Ideal(c0, r1), d = fit_.model.Ideal(c1, r1);
    const auto length = [](auto p, auto q) { return std::hypot(q.x - p.x, q.y - p.y); };
    const double top = length(a, b), bottom = length(c, d), left = length(a, c),
                 right = length(b, d);
    report_.keystone_vertical_percent = 200 * (top - bottom) / (top + bottom);
    report_.keystone_horizontal_percent = 200 * (left - right) / (left + right);
    // Down is positive in pixels.
    report_.rotation_deg = -std::atan2(b.y - a.y + d.y - c.y, b.x - a.x + d.x - c.x) * 180 / M_PI;
  }

  void WriteFindings() {
    const DotGrid& grid = report_.grid;
    auto& figures = report_.findings.figures;
    const std::string conditions =
        fmt::format("{}, {}", raw_ ? "RAW, green" : "luminance",
                    grid.kind == GridKind::kDots ? "dots" : "checkerboard");
    const auto add = [&](const char* name, double value, const char* unit) -> Figure& {
      Figure figure;
      figure.name = name;
      figure.value = value;
      figure.unit = unit;
      figure.n = fit_.used;
      figure.conditions = conditions;
      figure.definition = std::string("distortion.") + name;
      figures.push_back(figure);
      return figures.back();
    };
    add("k1", report_.k1, "");
    add("k2", report_.k2, "");
    for (const auto& [name, value] :
         {std::pair("tv", report_.tv_percent), {"smia_tv", report_.smia_tv_percent}}) {
      Figure& figure = add(name, value, "%");
      if (!figure.known()) figure.note = "the model turns back before the corner of the picture";
    }
    add("max_local", report_.max_local_percent, "%").conditions +=
        fmt::format(", at {:.2f} of the half diagonal", report_.r_of_max);
    add("keystone_vertical", report_.keystone_vertical_percent, "%");
    add("keystone_horizontal", report_.keystone_horizontal_percent, "%");
    add("rotation", report_.rotation_deg, "degrees");
    add("residual", report_.residual_rms_px, "px");
    auto& warnings = report_.findings.warnings;
    if (grid.clipped > 0) {
      warnings.push_back(fmt::format(
          "{} dots have clipped samples around them: expose the chart darker", grid.clipped));
    }
    if (report_.covered_r < 0.85) {
      warnings.push_back(fmt::format(
          "the grid reaches {:.0f} % of the half diagonal: figures of the corners are extrapolated",
          100 * report_.covered_r));
    }
    if (report_.residual_rms_px > 0.5) {
      warnings.push_back(
          fmt::format("the points lie {:.2f} px (rms) off the model: the chart is not flat or the "
                      "distortion is not radial",
                      report_.residual_rms_px));
    }
    if (fit_.left_out > 0) {
      warnings.push_back(fmt::format("{} points far off the model were left out", fit_.left_out));
    }
    Curve curve{"local_distortion", "r (1 = corner)", "(r' - r) / r, percent", {}, {}};
    for (int i = 0; i <= 50; ++i) {
      const double r = i / 50.0, r2 = r * r;
      curve.x.push_back(r);
      curve.y.push_back(100 * r2 * (report_.k1 + r2 * report_.k2));
    }
    report_.findings.curves.push_back(std::move(curve));
  }

  const DistortionParams& params_;
  double width_, height_, half_;
  bool raw_;
  DistortionFit fit_;
  DistortionReport report_;
};

}  // namespace

Result<DistortionReport> MeasureDistortion(const Subject& subject, const DistortionParams& params) {
  PETZVAL_ASSIGN(DotGrid grid, FindDotGrid(subject, params.grid));
  return Measurement(subject, params).Run(std::move(grid));
}

}  // namespace petzval::measure
