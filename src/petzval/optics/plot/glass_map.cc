// The glass map with labels that keep out of each other's way.
#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"
#include "petzval/optics/plot/design_figures.h"

namespace petzval::optics {
namespace {

struct Spot2 {
  double nd = 0, vd = 0;
  std::string name;
};

std::vector<Spot2> WithDispersion(std::span<const Glass> glasses) {
  std::vector<Spot2> spots;
  for (const Glass& glass : glasses) {
    const auto nd = glass.Index(kLineD_um);
    const double vd = glass.AbbeNumber();
    if (!nd || !(vd > 0) || !std::isfinite(vd) || vd > 150) continue;
    const size_t slash = glass.name.find('/');
    spots.push_back(
        {*nd, vd, slash == std::string::npos ? glass.name : glass.name.substr(slash + 1)});
  }
  return spots;
}

}  // namespace

std::vector<Glass> GlassesOf(const Lens& lens) {
  std::vector<Glass> glasses;
  for (const Surface& surface : lens.surfaces) {
    if (surface.medium.empty()) continue;
    auto glass = lens.Medium(surface.medium);
    if (!glass) continue;
    const bool known = std::any_of(glasses.begin(), glasses.end(),
                                   [&](const Glass& g) { return g.name == glass->name; });
    if (!known) glasses.push_back(std::move(*glass));
  }
  return glasses;
}

std::string GlassMap(const std::string& title, std::span<const Glass> catalogue,
                     std::span<const Glass> used) {
  const auto dots = WithDispersion(catalogue), named = WithDispersion(used);
  if (dots.empty() && named.empty()) return EmptyFigure(title, "no glass with dispersion");
  constexpr double kWidth = 640, kHeight = 430, kSize = 10;
  double low_v = 1e9, high_v = 0, low_n = 1e9, high_n = 0;
  for (const auto* list : {&dots, &named}) {
    for (const Spot2& s : *list) {
      low_v = std::min(low_v, s.vd), high_v = std::max(high_v, s.vd);
      low_n = std::min(low_n, s.nd), high_n = std::max(high_n, s.nd);
    }
  }
  // The chart's x runs to the right; a glass map's vd runs to the left: plot -vd, label vd.
  const double from = std::floor((low_v - 1) / 5) * 5, to = std::ceil((high_v + 1) / 5) * 5;
  Chart chart{.x = {.label = "Abbe number νd", .min = -to, .max = -from},
              .y = {.label = "refractive index nd",
                    .min = std::floor((low_n - 0.01) * 20) / 20,
                    .max = std::ceil((high_n + 0.01) * 20) / 20,
                    .ticks = 7}};
  const double step = to - from > 40 ? 10 : 5;
  for (double v = std::floor(to / step) * step; v >= from - 1e-9; v -= step) {
    chart.x.tick_values.push_back(-v);
    chart.x.tick_labels.push_back(FormatFixed(v, 0));
  }
  Series background{
      .label = "catalogue", .style = {.color = "#b9c0c8"}, .line = false, .dot_radius = 1.3};
  Series mine{
      .label = "this lens", .style = {.color = "#d3541b"}, .line = false, .dot_radius = 3.2};
  for (const Spot2& s : dots) background.points.push_back({-s.vd, s.nd});
  for (const Spot2& s : named) mine.points.push_back({-s.vd, s.nd});
  std::vector<LegendEntry> legend;
  if (!dots.empty()) legend.push_back({"catalogue", background.style, false, 2});
  if (!named.empty()) legend.push_back({"this lens", mine.style, false, 3.2});
  chart.series = {std::move(background), std::move(mine)};

  Svg svg(kWidth, kHeight, title);
  const Margins margins = MeasureChart(chart);
  const double head = DrawLegend(legend, {8 + margins.left, 6}, kWidth, &svg) + 6;
  const Box box{8, head, kWidth - 16, kHeight - head - 4};
  DrawChart(chart, box, margins, &svg);
  const Box plot{box.x + margins.left, box.y + margins.top,
                 box.width - margins.left - margins.right,
                 box.height - margins.top - margins.bottom};
  const auto place = [&](const Spot2& s) {
    return Point{
        plot.x + plot.width * (to - s.vd) / (to - from),
        plot.bottom() - plot.height * (s.nd - *chart.y.min) / (*chart.y.max - *chart.y.min)};
  };
  // Names in the first of eight places around the dot that is free.
  std::vector<Box> taken;
  for (const Spot2& s : named) taken.push_back({place(s).x - 4, place(s).y - 4, 8, 8});
  const auto free = [&](const Box& b) {
    return b.x >= plot.x && b.right() <= plot.right() && b.y >= plot.y &&
           b.bottom() <= plot.bottom() &&
           std::none_of(taken.begin(), taken.end(), [&](const Box& t) {
             return b.x < t.right() && t.x < b.right() && b.y < t.bottom() && t.y < b.bottom();
           });
  };
  for (const Spot2& s : named) {
    const Point p = place(s);
    const double w = TextWidth(s.name, kSize);
    const Point offsets[] = {{6, -5},     {6, 5},   {-w - 6, -5}, {-w - 6, 5},   {-w / 2, -17},
                             {-w / 2, 7}, {8, -16}, {8, 16},      {-w - 8, -16}, {-w - 8, 16}};
    for (const Point& o : offsets) {
      const Box b{p.x + o.x, p.y + o.y - 5, w, 11};
      if (!free(b)) continue;
      svg.Text({b.x, b.y + 9}, s.name, {.size = kSize, .halo = true});
      taken.push_back(b);
      break;
    }
  }
  return svg.Document();
}

}  // namespace petzval::optics
