// Drawing of one chart: grid, axes, bars, clipped lines, notes.
#include "petzval/optics/plot/chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace petzval::optics {
namespace {

constexpr double kTickSize = 10, kLabelSize = 11, kTitleSize = 11.5, kNoteSize = 10;
constexpr double kTickLength = 4;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void Add(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

struct Axes {
  Axis x, y;
};

Axes AxesOf(const Chart& chart) {
  Range x, y;
  for (const Series& s : chart.series) {
    for (const Point& p : s.points) {
      if (!std::isfinite(p.x) || !std::isfinite(p.y)) continue;
      if ((chart.x.log && p.x <= 0) || (chart.y.log && p.y <= 0)) continue;
      x.Add(p.x);
      y.Add(p.y);
    }
  }
  for (const Bar& bar : chart.bars) {
    x.Add(bar.x0);
    x.Add(bar.x1);
    y.Add(bar.y);
    if (!chart.y.log) y.Add(0);
  }
  return {MakeAxis(chart.x, x.low, x.high), MakeAxis(chart.y, y.low, y.high)};
}

Box PlotArea(const Chart& chart, const Axes& axes, const Box& box, const Margins& margins) {
  Box plot{box.x + margins.left, box.y + margins.top,
           std::max(10.0, box.width - margins.left - margins.right),
           std::max(10.0, box.height - margins.top - margins.bottom)};
  if (chart.equal_scale) {
    const double scale =
        std::min(plot.width / (axes.x.max - axes.x.min), plot.height / (axes.y.max - axes.y.min));
    const double width = scale * (axes.x.max - axes.x.min);
    const double height = scale * (axes.y.max - axes.y.min);
    plot = {plot.x + (plot.width - width) / 2, plot.y + (plot.height - height) / 2, width, height};
  }
  return plot;
}

class Plotter {
 public:
  Plotter(const Chart& chart, const Axes& axes, const Box& plot, Svg* svg)
      : chart_(chart), axes_(axes), plot_(plot), svg_(*svg) {}

  void Draw() {
    DrawGrid();
    for (const Bar& bar : chart_.bars) DrawBar(bar);
    DrawReferences();
    for (const Series& series : chart_.series) DrawSeries(series);
    DrawAxes();
    DrawNotes();
  }

 private:
  double X(double v) const { return plot_.x + plot_.width * axes_.x.At(v); }
  double Y(double v) const { return plot_.bottom() - plot_.height * axes_.y.At(v); }

  void DrawGrid() {
    for (const Tick& tick : axes_.x.ticks) {
      if (!axes_.x.Holds(tick.value)) continue;
      svg_.Line({X(tick.value), plot_.y}, {X(tick.value), plot_.bottom()}, StrokePen(kGrid, 0.8));
    }
    for (const Tick& tick : axes_.y.ticks) {
      if (!axes_.y.Holds(tick.value)) continue;
      svg_.Line({plot_.x, Y(tick.value)}, {plot_.right(), Y(tick.value)}, StrokePen(kGrid, 0.8));
    }
    if (!chart_.zero_lines) return;
    if (!axes_.x.log && axes_.x.min < 0 && axes_.x.max > 0) {
      svg_.Line({X(0), plot_.y}, {X(0), plot_.bottom()}, StrokePen(kAxisGrey, 0.9));
    }
    if (!axes_.y.log && axes_.y.min < 0 && axes_.y.max > 0) {
      svg_.Line({plot_.x, Y(0)}, {plot_.right(), Y(0)}, StrokePen(kAxisGrey, 0.9));
    }
  }

  void DrawBar(const Bar& bar) {
    const double base = axes_.y.log ? axes_.y.min : std::clamp(0.0, axes_.y.min, axes_.y.max);
    const double left = std::clamp(X(bar.x0), plot_.x, plot_.right());
    const double right = std::clamp(X(bar.x1), plot_.x, plot_.right());
    const double top = std::clamp(Y(bar.y), plot_.y, plot_.bottom());
    if (!std::isfinite(left + right + top)) return;
    svg_.Rectangle({left, std::min(top, Y(base)), right - left, std::abs(Y(base) - top)},
                   FillPen(bar.color));
  }

  void DrawReferences() {
    for (const Reference& line : chart_.references) {
      const Pen pen = StrokePen(line.style.color, line.style.width, line.style.dash);
      const Axis& axis = line.vertical ? axes_.x : axes_.y;
      if (!std::isfinite(line.value) || !axis.Holds(line.value)) continue;
      TextStyle text{.size = kNoteSize, .color = line.style.color, .halo = true};
      if (line.vertical) {
        const double x = X(line.value);
        svg_.Line({x, plot_.y}, {x, plot_.bottom()}, pen);
        const bool left = x + 5 + TextWidth(line.label, kNoteSize) > plot_.right();
        text.anchor = left ? Anchor::kEnd : Anchor::kStart;
        svg_.Text({x + (left ? -4 : 4), plot_.y + 11}, line.label, text);
      } else {
        const double y = Y(line.value);
        svg_.Line({plot_.x, y}, {plot_.right(), y}, pen);
        text.anchor = Anchor::kEnd;
        svg_.Text({plot_.right() - 4, y - plot_.y > 16 ? y - 4 : y + 11}, line.label, text);
      }
    }
  }

  void DrawSeries(const Series& series) {
    std::vector<Point> points;
    points.reserve(series.points.size());
    for (const Point& p : series.points) points.push_back({X(p.x), Y(p.y)});
    if (series.line) {
      for (const auto& piece : ClipPolyline(points, plot_)) {
        svg_.Polyline(piece, StrokePen(series.style.color, series.style.width, series.style.dash));
      }
    }
    if (series.dot_radius > 0) {
      std::erase_if(points, [&](const Point& p) {
        return !(p.x >= plot_.x - 0.01 && p.x <= plot_.right() + 0.01 && p.y >= plot_.y - 0.01 &&
                 p.y <= plot_.bottom() + 0.01);
      });
      svg_.Dots(points, series.dot_radius, series.style.color);
    }
  }

  void DrawAxes() {
    svg_.Rectangle(plot_, StrokePen(kAxisGrey, 0.9));
    double last_right = -1e9;
    for (const Tick& tick : axes_.x.ticks) {
      if (!axes_.x.Holds(tick.value)) continue;
      const double x = X(tick.value), half = TextWidth(tick.label, kTickSize) / 2;
      svg_.Line({x, plot_.bottom()}, {x, plot_.bottom() + kTickLength}, StrokePen(kAxisGrey, 0.9));
      if (x - half < last_right + 4) continue;
      svg_.Text({x, plot_.bottom() + kTickLength + 11}, tick.label,
                {.size = kTickSize, .color = kInk, .anchor = Anchor::kMiddle});
      if (!tick.label.empty()) last_right = x + half;
    }
    for (const Tick& tick : axes_.y.ticks) {
      if (!axes_.y.Holds(tick.value)) continue;
      const double y = Y(tick.value);
      svg_.Line({plot_.x - kTickLength, y}, {plot_.x, y}, StrokePen(kAxisGrey, 0.9));
      svg_.Text({plot_.x - kTickLength - 3, y + 3.5}, tick.label,
                {.size = kTickSize, .color = kInk, .anchor = Anchor::kEnd});
    }
    svg_.Text({plot_.center_x(), plot_.bottom() + kTickLength + 27}, axes_.x.label,
              {.size = kLabelSize, .anchor = Anchor::kMiddle});
    svg_.Text({plot_.x - kTickLength - 3 - TickWidth() - 8, plot_.center_y()}, axes_.y.label,
              {.size = kLabelSize, .anchor = Anchor::kMiddle, .rotate_deg = -90});
    svg_.Text({plot_.x, plot_.y - 7}, chart_.title, {.size = kTitleSize, .bold = true});
  }

  double TickWidth() const {
    double width = 0;
    for (const Tick& tick : axes_.y.ticks) {
      width = std::max(width, TextWidth(tick.label, kTickSize));
    }
    return width;
  }

  void DrawNotes() {
    const bool empty = chart_.bars.empty() &&
                       std::all_of(chart_.series.begin(), chart_.series.end(), [](const Series& s) {
                         return std::none_of(s.points.begin(), s.points.end(), [](const Point& p) {
                           return std::isfinite(p.x) && std::isfinite(p.y);
                         });
                       });
    if (empty) {
      svg_.Text({plot_.center_x(), plot_.center_y() + 4}, "no data",
                {.size = kLabelSize, .color = kGrey, .anchor = Anchor::kMiddle, .halo = true});
    }
    // Below the names of vertical lines.
    const bool named =
        std::any_of(chart_.references.begin(), chart_.references.end(),
                    [](const Reference& r) { return r.vertical && !r.label.empty(); });
    double y = plot_.y + (named ? 26 : 13);
    for (const std::string& note : chart_.notes) {
      svg_.Text({plot_.right() - 5, y}, note,
                {.size = kNoteSize, .color = kInk, .anchor = Anchor::kEnd, .halo = true});
      y += 13;
    }
  }

  const Chart& chart_;
  const Axes& axes_;
  const Box plot_;
  Svg& svg_;
};

}  // namespace

Margins MeasureChart(const Chart& chart) {
  const Axes axes = AxesOf(chart);
  double ticks = 0;
  for (const Tick& tick : axes.y.ticks) ticks = std::max(ticks, TextWidth(tick.label, kTickSize));
  Margins margins;
  margins.left = kTickLength + 3 + ticks + (axes.y.label.empty() ? 4 : 22);
  margins.top = chart.title.empty() ? 8 : 24;
  margins.bottom = kTickLength + 14 + (axes.x.label.empty() ? 2 : 18);
  // The last label on the x axis may stick out.
  const double last =
      axes.x.ticks.empty() ? 0 : TextWidth(axes.x.ticks.back().label, kTickSize) / 2;
  margins.right = std::max(12.0, last + 3);
  return margins;
}

void DrawChart(const Chart& chart, const Box& box, const Margins& margins, Svg* svg) {
  if (chart.blank) return;
  const Axes axes = AxesOf(chart);
  svg->BeginGroup("chart");
  Plotter(chart, axes, PlotArea(chart, axes, box, margins), svg).Draw();
  svg->EndGroup();
}

std::vector<std::vector<Point>> ClipPolyline(const std::vector<Point>& points, const Box& box) {
  std::vector<std::vector<Point>> pieces;
  bool open = false;  // the last piece ends at the start of the next segment
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const Point a = points[i], b = points[i + 1];
    if (!std::isfinite(a.x + a.y + b.x + b.y)) {
      open = false;
      continue;
    }
    // Liang and Barsky 1984: the part of the segment inside all four sides.
    double from = 0, to = 1;
    const double d[4] = {-(b.x - a.x), b.x - a.x, -(b.y - a.y), b.y - a.y};
    const double q[4] = {a.x - box.x, box.right() - a.x, a.y - box.y, box.bottom() - a.y};
    bool outside = false;
    for (int side = 0; side < 4; ++side) {
      if (d[side] == 0) {
        outside = outside || q[side] < -1e-9;
      } else if (d[side] < 0) {
        from = std::max(from, q[side] / d[side]);
      } else {
        to = std::min(to, q[side] / d[side]);
      }
    }
    if (outside || from > to) {
      open = false;
      continue;
    }
    const auto at = [&](double t) { return Point{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)}; };
    if (!open || from > 0) pieces.push_back({at(from)});
    pieces.back().push_back(at(to));
    open = to >= 1;
  }
  return pieces;
}

}  // namespace petzval::optics
