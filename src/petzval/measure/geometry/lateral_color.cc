// Positions of dots in red and blue against green.
#include "petzval/measure/geometry/lateral_color.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/measure/geometry/least_squares.h"

namespace petzval::measure {
namespace {

constexpr double kMinShare = 0.5;  // of the dots that a channel must show

LateralChannel Compare(const std::vector<GridPoint>& green, const std::vector<GridPoint>& other,
                       const Subject& subject) {
  const double mx = 0.5 * subject.width(), my = 0.5 * subject.height();
  const double half = std::hypot(mx, my);
  LateralChannel channel;
  NormalEquations<4> equations;  // a0, a1, shift of the plane
  for (size_t i = 0; i < green.size(); ++i) {
    if (!std::isfinite(green[i].x_px) || !std::isfinite(other[i].x_px)) {
      ++channel.lost;
      continue;
    }
    LateralShift s;
    s.x_px = green[i].x_px;
    s.y_px = green[i].y_px;
    s.dx_px = other[i].x_px - s.x_px;
    s.dy_px = other[i].y_px - s.y_px;
    const double x = (s.x_px - mx) / half, y = (s.y_px - my) / half;
    s.r = std::hypot(x, y);
    const double nx = s.r > 0 ? x / s.r : 1, ny = s.r > 0 ? y / s.r : 0;
    s.radial_px = s.dx_px * nx + s.dy_px * ny;
    s.tangential_px = s.dy_px * nx - s.dx_px * ny;
    const double r2 = s.r * s.r;
    equations.Add({x, x * r2, 1, 0}, s.dx_px);
    equations.Add({y, y * r2, 0, 1}, s.dy_px);
    channel.max_px = std::max(channel.max_px, std::hypot(s.dx_px, s.dy_px));
    channel.mean_px += std::hypot(s.dx_px, s.dy_px);
    channel.shifts.push_back(s);
  }
  const double n = static_cast<double>(channel.shifts.size());
  channel.mean_px /= std::max(1.0, n);
  channel.max_percent = 100 * channel.max_px / half;
  std::array<double, 4> fit{};
  if (!equations.Solve(&fit)) return channel;
  channel.radial_fit = {fit[0], fit[1]};
  channel.mean_dx_px = fit[2];
  channel.mean_dy_px = fit[3];
  double sum = 0;
  for (const LateralShift& s : channel.shifts) {
    const double x = (s.x_px - mx) / half, y = (s.y_px - my) / half;
    const double f = fit[0] + fit[1] * s.r * s.r;
    sum += std::pow(s.dx_px - f * x - fit[2], 2) + std::pow(s.dy_px - f * y - fit[3], 2);
  }
  channel.residual_rms_px = std::sqrt(sum / (2 * std::max(1.0, n)));
  return channel;
}

void WriteFindings(const Subject& subject, LateralColorReport* report) {
  auto& findings = report->findings;
  if (report->grid.clipped > 0) {
    findings.warnings.push_back(fmt::format(
        "{} dots have clipped samples around them: expose the chart darker", report->grid.clipped));
  }
  for (const bool blue : {false, true}) {
    const LateralChannel& channel = blue ? report->blue : report->red;
    const std::string name = blue ? "blue" : "red";
    const auto add = [&](const std::string& what, double value, const char* unit) {
      Figure figure;
      figure.name = name + "_" + what;
      figure.value = value;
      figure.unit = unit;
      figure.n = static_cast<int>(channel.shifts.size());
      figure.conditions = subject.raw() ? "RAW, against green" : "against green";
      figure.definition = "chroma." + what;
      findings.figures.push_back(figure);
    };
    add("max", channel.max_px, "px");
    add("max_share", channel.max_percent, "% of centre to corner");
    add("mean", channel.mean_px, "px");
    add("radial_at_corner", channel.radial_fit[0] + channel.radial_fit[1], "px");
    add("shift", std::hypot(channel.mean_dx_px, channel.mean_dy_px), "px");
    add("residual", channel.residual_rms_px, "px");
    if (channel.lost > 0) {
      findings.warnings.push_back(fmt::format("{} dots are not seen in {}", channel.lost, name));
    }
    Curve curve{name + "_radial", "r (1 = corner)", "displacement outwards, px", {}, {}};
    for (int i = 0; i <= 50; ++i) {
      const double r = i / 50.0;
      curve.x.push_back(r);
      curve.y.push_back(r * (channel.radial_fit[0] + channel.radial_fit[1] * r * r));
    }
    findings.curves.push_back(std::move(curve));
  }
}

}  // namespace

Result<LateralColorReport> MeasureLateralColor(const Subject& subject,
                                               const DotGridParams& params) {
  if (subject.mono) {
    return Fail(ErrorCode::kInvalidInput,
                "lateral colour needs a picture in colour, this one is monochrome");
  }
  DotGridParams dots = params;
  if (dots.kind == GridKind::kCheckerboard) {
    return Fail(ErrorCode::kInvalidInput, "lateral colour is measured on a grid of dots");
  }
  dots.kind = GridKind::kDots;
  LateralColorReport report;
  PETZVAL_ASSIGN(report.grid, FindDotGrid(subject, dots));
  const std::vector<GridPoint> green = DotsInChannel(subject, report.grid, Channel::kGreen);
  report.red = Compare(green, DotsInChannel(subject, report.grid, Channel::kRed), subject);
  report.blue = Compare(green, DotsInChannel(subject, report.grid, Channel::kBlue), subject);
  const double needed = std::max(8.0, kMinShare * static_cast<double>(report.grid.points.size()));
  for (const LateralChannel* channel : {&report.red, &report.blue}) {
    if (static_cast<double>(channel->shifts.size()) < needed) {
      return Fail(ErrorCode::kInvalidInput,
                  fmt::format("only {} of {} dots are seen in both green and {}: the others are "
                              "too faint",
                              channel->shifts.size(), report.grid.points.size(),
                              channel == &report.red ? "red" : "blue"));
    }
  }
  WriteFindings(subject, &report);
  return report;
}

}  // namespace petzval::measure
