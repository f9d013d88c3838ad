// One panel of a figure: axes with series, bars, reference lines and notes.
#ifndef PETZVAL_OPTICS_PLOT_CHART_H_
#define PETZVAL_OPTICS_PLOT_CHART_H_

#include <string>
#include <vector>

#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/style.h"
#include "petzval/optics/plot/svg.h"

namespace petzval::optics {

// Points in the units of the axes; a point that is not finite interrupts the line.
struct Series {
  std::string label;  // in the legend of the figure; "" has no entry
  std::vector<Point> points;
  LineStyle style;
  bool line = true;
  double dot_radius = 0;  // px; 0: no dots
};

// A filled rectangle from x0 to x1 and from 0 (or the axis) to y.
struct Bar {
  double x0 = 0, x1 = 1, y = 0;
  std::string color;
};

// A line across the plot at one value, named at its end.
struct Reference {
  bool vertical = false;
  double value = 0;
  std::string label;
  LineStyle style = {.color = kGrey, .dash = "3 3", .width = 1};
};

struct Chart {
  std::string title;
  AxisSpec x, y;
  std::vector<Bar> bars;
  std::vector<Series> series;
  std::vector<Reference> references;
  std::vector<std::string> notes;  // lines in the upper right corner
  bool zero_lines = false;         // where x = 0 and y = 0
  bool equal_scale = false;        // one unit is as long on both axes: the plot area shrinks
  bool blank = false;              // keeps its place in a figure and draws nothing
};

// Room around the plot area.
struct Margins {
  double left = 0, right = 0, top = 0, bottom = 0;
};
Margins MeasureChart(const Chart& chart);

// Draws `chart` into `box` with its plot area `margins` inside it.
void DrawChart(const Chart& chart, const Box& box, const Margins& margins, Svg* svg);

// `points` cut to `box`: the pieces inside, in order.
std::vector<std::vector<Point>> ClipPolyline(const std::vector<Point>& points, const Box& box);

struct LegendEntry {
  std::string label;
  LineStyle style;
  bool line = true;       // a piece of line
  double dot_radius = 0;  // and/or a dot
  bool block = false;     // or a filled square, for bars
};
// Entries flow in rows of at most `width` px; returns the height used (0 without entries).
double DrawLegend(const std::vector<LegendEntry>& entries, Point top_left, double width, Svg* svg);
double LegendHeight(const std::vector<LegendEntry>& entries, double width);

// Panels in a grid under a common legend, all plot areas alike.
struct Figure {
  std::string title;  // for screen readers; the caption belongs to the text around the figure
  std::vector<Chart> panels;
  int columns = 1;
  double panel_width = 300, panel_height = 220;
  std::vector<LegendEntry> legend;  // empty: made from the labels of the series, each once
  std::string footnote;             // small grey line at the bottom
};
std::string RenderFigure(const Figure& figure);

// A figure that only says why there is none.
std::string EmptyFigure(const std::string& title, const std::string& sentence);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_CHART_H_
