// Figures of several charts: the legend above, panels in a grid with plot areas alike.
#include <algorithm>

#include "petzval/optics/plot/chart.h"

namespace petzval::optics {
namespace {

constexpr double kSize = 10.5, kRow = 18, kSample = 26, kGap = 20, kEdge = 8;

double EntryWidth(const LegendEntry& entry) {
  const double sample = entry.line ? kSample : 10;
  return sample + 6 + TextWidth(entry.label, kSize);
}

// Calls place(entry, x, row) for each; returns the number of rows.
template <class F>
int Flow(const std::vector<LegendEntry>& entries, double width, F place) {
  double x = 0;
  int row = 0;
  for (const LegendEntry& entry : entries) {
    const double w = EntryWidth(entry);
    if (x > 0 && x + w > width) {
      x = 0;
      ++row;
    }
    place(entry, x, row);
    x += w + kGap;
  }
  return entries.empty() ? 0 : row + 1;
}

std::vector<LegendEntry> LegendOf(const Figure& figure) {
  std::vector<LegendEntry> entries = figure.legend;
  if (!entries.empty()) return entries;
  for (const Chart& chart : figure.panels) {
    for (const Series& s : chart.series) {
      if (s.label.empty()) continue;
      const bool known = std::any_of(entries.begin(), entries.end(),
                                     [&](const LegendEntry& e) { return e.label == s.label; });
      if (!known) entries.push_back({s.label, s.style, s.line, s.dot_radius});
    }
  }
  return entries;
}

}  // namespace

double LegendHeight(const std::vector<LegendEntry>& entries, double width) {
  return kRow * Flow(entries, width, [](const LegendEntry&, double, int) {});
}

double DrawLegend(const std::vector<LegendEntry>& entries, Point at, double width, Svg* svg) {
  const int rows = Flow(entries, width, [&](const LegendEntry& entry, double dx, int row) {
    const double x = at.x + dx, y = at.y + kRow * row + kRow / 2;
    double sample = kSample;
    if (entry.line) {
      svg->Line({x, y}, {x + kSample, y},
                StrokePen(entry.style.color, std::max(1.4, entry.style.width), entry.style.dash));
    } else {
      sample = 10;
    }
    if (entry.block) svg->Rectangle({x, y - 5, 10, 10}, FillPen(entry.style.color));
    if (entry.dot_radius > 0) {
      const Point center[] = {{x + sample / 2, y}};
      svg->Dots(center, std::max(2.0, entry.dot_radius), entry.style.color);
    }
    svg->Text({x + sample + 6, y + 3.7}, entry.label, {.size = kSize});
  });
  return kRow * rows;
}

std::string RenderFigure(const Figure& figure) {
  if (figure.panels.empty()) return EmptyFigure(figure.title, "no data");
  const int count = static_cast<int>(figure.panels.size());
  const int columns = std::clamp(figure.columns, 1, count);
  const int rows = (count + columns - 1) / columns;
  Margins margins;
  for (const Chart& chart : figure.panels) {
    const Margins m = MeasureChart(chart);
    margins = {std::max(margins.left, m.left), std::max(margins.right, m.right),
               std::max(margins.top, m.top), std::max(margins.bottom, m.bottom)};
  }
  const double width = 2 * kEdge + columns * figure.panel_width;
  const auto legend = LegendOf(figure);
  const double legend_height = LegendHeight(legend, width - 2 * kEdge - margins.left);
  const double foot = figure.footnote.empty() ? 0 : 18;
  const double height = 2 * kEdge + legend_height + rows * figure.panel_height + foot;
  Svg svg(width, height, figure.title);
  DrawLegend(legend, {kEdge + margins.left, kEdge}, width - 2 * kEdge - margins.left, &svg);
  for (int i = 0; i < count; ++i) {
    const Box box{kEdge + (i % columns) * figure.panel_width,
                  kEdge + legend_height + (i / columns) * figure.panel_height, figure.panel_width,
                  figure.panel_height};
    DrawChart(figure.panels[i], box, margins, &svg);
  }
  svg.Text({kEdge + margins.left, height - kEdge - 3}, figure.footnote,
           {.size = 10, .color = kGrey});
  return svg.Document();
}

std::string EmptyFigure(const std::string& title, const std::string& sentence) {
  Svg svg(std::max(300.0, TextWidth(sentence, 12) + 40), 60, title);
  svg.Text({20, 35}, sentence, {.size = 12, .color = kGrey});
  return svg.Document();
}

}  // namespace petzval::optics
