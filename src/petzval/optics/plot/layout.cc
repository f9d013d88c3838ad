// Drawing of a section: glass, rays cut to the sheet, stop, image, dimension line and scale bar.
#include "petzval/optics/plot/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"

namespace petzval::optics {
namespace {

struct Bounds {
  double x0 = kInfinity, x1 = -kInfinity, y0 = kInfinity, y1 = -kInfinity;
  void Add(Point p) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) return;
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  void Add(const std::vector<Point>& points) {
    for (const Point& p : points) Add(p);
  }
  bool empty() const { return !(x0 <= x1 && y0 <= y1); }
};

std::string GlassTint(const SectionLens& lens) {
  if (lens.plate) return "#eef1f4";
  if (lens.vd <= 0) return "#dfe9f3";
  const double t = std::clamp((lens.vd - 20) / 50, 0.0, 1.0);  // 0 flint, 1 crown
  const auto mix = [t](int flint, int crown) {
    return static_cast<int>(std::lround(flint + t * (crown - flint)));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(0xbc, 0xe6), mix(0xcd, 0xf0), mix(0xe2, 0xfa));
}

class SectionDrawing {
 public:
  SectionDrawing(const Section& section, const LensModel& model, const LayoutOptions& options)
      : section_(section), model_(model), options_(options) {}

  std::string Draw() {
    CutLeadIn();
    Bounds bounds;
    for (const SectionLens& lens : section_.lenses) bounds.Add(lens.outline);
    for (const auto& mirror : section_.mirrors) bounds.Add(mirror);
    for (const auto& mark : section_.stop) bounds.Add({mark[0], mark[1]});
    for (const auto& path : paths_) bounds.Add(path);
    bounds.Add(section_.image);
    if (bounds.empty()) return EmptyFigure(Title(), "nothing to draw: the lens has no extent");
    double width = std::clamp(options_.width, 200.0, 10000.0);
    const double pad = 14, top = options_.label_lenses ? 20 : 8;
    const double w = std::max(bounds.x1 - bounds.x0, 1e-6);
    const double h = std::max(bounds.y1 - bounds.y0, 1e-6);
    scale_ = std::min((width - 2 * pad) / w, std::max(60.0, options_.max_height) / h);
    if (!std::isfinite(scale_))
      return EmptyFigure(Title(), "nothing to draw: the lens is too large");
    width = std::min(width, std::max(420.0, scale_ * w + 2 * pad));
    offset_ = {(width - scale_ * w) / 2 - scale_ * bounds.x0, top + scale_ * bounds.y1};
    const double bottom = top + scale_ * h;
    const auto legend = Legend();
    const double scale_bar_room = options_.dimensions ? 190 : 0;
    const double legend_width = std::max(150.0, width - 2 * pad - scale_bar_room);
    const double dimension_height = options_.dimensions ? 30 : 8;
    const double height =
        bottom + dimension_height + std::max(22.0, LegendHeight(legend, legend_width)) + 6;
    svg_.emplace(width, height, Title());
    DrawGlassAndRays();
    if (options_.label_lenses) LabelLenses();
    if (options_.dimensions) {
      DrawTrack(bottom + 14);
      DrawScaleBar(width - pad, bottom + dimension_height + 10);
    }
    DrawLegend(legend, {pad, bottom + dimension_height}, legend_width, &*svg_);
    return svg_->Document();
  }

 private:
  Point To(Point p) const { return {offset_.x + scale_ * p.x, offset_.y - scale_ * p.y}; }
  std::vector<Point> To(const std::vector<Point>& points) const {
    std::vector<Point> out;
    out.reserve(points.size());
    for (const Point& p : points) out.push_back(To(p));
    return out;
  }

  std::string Title() const { return "Section of " + model_.lens.name; }

  // Rays come from far away: shows only a short way before the first surface.
  void CutLeadIn() {
    Bounds glass;
    for (const SectionLens& lens : section_.lenses) glass.Add(lens.outline);
    for (const auto& mirror : section_.mirrors) glass.Add(mirror);
    glass.Add(section_.axis);
    if (glass.empty()) glass.Add(Point{0, 0});
    const double size = std::max({glass.x1 - glass.x0, 0.5 * (glass.y1 - glass.y0), 1e-6});
    const double lead = 0.13 * size;
    double front = kInfinity;
    for (const SectionLens& lens : section_.lenses) {
      for (const Point& p : lens.outline) front = std::min(front, p.x);
    }
    if (!std::isfinite(front)) front = glass.x0;
    for (const SectionRay& ray : section_.rays) {
      std::vector<Point> path = ray.path;
      if (path.size() < 2) continue;
      const Point d{path[1].x - path[0].x, path[1].y - path[0].y};
      const double length = std::hypot(d.x, d.y);
      if (length > 0 && std::isfinite(length)) {
        double way = 1.8 * lead;
        // To a common plane in front of the lens where the ray is not too oblique.
        if (d.x > 0.3 * length) way = std::min(way, (path[1].x - (front - lead)) * length / d.x);
        way = std::clamp(way, 0.3 * lead, 2.5 * lead);
        way = std::min(way, length);
        path[0] = {path[1].x - way * d.x / length, path[1].y - way * d.y / length};
      }
      paths_.push_back(std::move(path));
    }
    front_ = front - lead;
  }

  void DrawGlassAndRays() {
    Svg& svg = *svg_;
    svg.BeginGroup("axis");
    auto axis = section_.axis;
    if (!axis.empty()) axis.insert(axis.begin(), {front_, axis.front().y});
    svg.Polyline(To(axis), StrokePen("#a6a6a6", 0.8, "10 3 2 3"));
    svg.EndGroup();
    svg.BeginGroup("glass");
    for (const SectionLens& lens : section_.lenses) {
      svg.Polygon(To(lens.outline), FillPen(GlassTint(lens)));
    }
    svg.EndGroup();
    svg.BeginGroup("rays");
    size_t next = 0;
    for (const SectionRay& ray : section_.rays) {
      if (ray.path.size() < 2) continue;
      const LineStyle style = FieldStyle(ray.field);
      svg.Polyline(To(paths_[next++]), StrokePen(style.color, ray.chief ? 1.25 : 0.75, style.dash));
    }
    svg.EndGroup();
    // Outlines over the rays, so that the glass stays crisp.
    svg.BeginGroup("outlines");
    for (const SectionLens& lens : section_.lenses) {
      svg.Polygon(To(lens.outline), StrokePen("#26384a", 1.1));
    }
    for (const auto& mirror : section_.mirrors) DrawMirror(mirror);
    for (const auto& mark : section_.stop) DrawStop(mark);
    svg.Polyline(To(section_.image), StrokePen(kInk, 1.8));
    svg.EndGroup();
  }

  void DrawMirror(const std::vector<Point>& profile) {
    const auto points = To(profile);
    svg_->Polyline(points, StrokePen("#26384a", 1.8));
  }

  void DrawStop(const std::array<Point, 2>& mark) {
    const Point a = To(mark[0]), b = To(mark[1]);
    svg_->Line(a, b, StrokePen(kInk, 2.6));
    // A short foot at the rim, as stops are drawn.
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    if (!(length > 0)) return;
    const Point side{-(b.y - a.y) / length * 3.5, (b.x - a.x) / length * 3.5};
    svg_->Line({a.x - side.x, a.y - side.y}, {a.x + side.x, a.y + side.y}, StrokePen(kInk, 1.4));
  }

  void LabelLenses() {
    constexpr double kSize = 10;
    struct Label {
      double x, y, half;
    };
    std::vector<Label> placed;
    int number = 0;
    for (const SectionLens& lens : section_.lenses) {
      if (!lens.plate && !lens.prism) ++number;
      Bounds bounds;
      bounds.Add(To(lens.outline));
      if (bounds.empty() || lens.plate || lens.prism) continue;
      const std::string text = fmt::format("L{}", number);
      const double half = TextWidth(text, kSize) / 2 + 2;
      const TextStyle style{
          .size = kSize, .color = "#3c5166", .anchor = Anchor::kMiddle, .halo = true};
      if (lens.turned) {
        const Label label{bounds.x1 + 4 + half, (bounds.y0 + bounds.y1) / 2 + 3.5, half};
        placed.push_back(label);
        svg_->Text({label.x, label.y}, text, style);
        continue;
      }
      // Above the middle of its upper edge.
      double sum = 0;
      int count = 0;
      for (const Point& p : To(lens.outline)) {
        if (p.y < bounds.y0 + 0.02 * (bounds.y1 - bounds.y0) + 0.5) sum += p.x, ++count;
      }
      Label label{sum / count, bounds.y0 - 4.5, half};
      // Beside a label that is in the way if that is near enough, else above it.
      for (int tries = 0; tries < 6; ++tries) {
        const auto hit = std::find_if(placed.begin(), placed.end(), [&](const Label& other) {
          return std::abs(other.x - label.x) < other.half + label.half - 0.01 &&
                 std::abs(other.y - label.y) < 11;
        });
        if (hit == placed.end()) break;
        const double beside = hit->x + hit->half + label.half;
        if (beside - sum / count < 10) {
          label.x = beside;
        } else {
          label.y = hit->y - 11.5;
        }
      }
      label.y = std::max(label.y, 9.0);
      placed.push_back(label);
      svg_->Text({label.x, label.y}, text, style);
    }
  }

  void DrawTrack(double y) {
    if (section_.axis.size() < 2) return;
    const double total = section_.total_track_mm;
    if (section_.folded) {
      svg_->Text({14, y + 4}, "path from the first vertex to the image " + Length(total),
                 {.size = 10.5});
      return;
    }
    const double a = To(section_.axis.front()).x, b = To(section_.axis.back()).x;
    if (!(b - a > 30)) return;
    svg_->Line({a, y - 7}, {a, y + 7}, StrokePen(kGrey, 0.8));
    svg_->Line({b, y - 7}, {b, y + 7}, StrokePen(kGrey, 0.8));
    const std::string text = "total track " + Length(total);
    const double room = TextWidth(text, 10.5) / 2 + 6, middle = (a + b) / 2;
    const bool inside = b - a > 2 * room + 30;
    if (inside) {
      svg_->Line({a, y}, {middle - room, y}, StrokePen(kGrey, 0.8));
      svg_->Line({middle + room, y}, {b, y}, StrokePen(kGrey, 0.8));
    } else {
      svg_->Line({a, y}, {b, y}, StrokePen(kGrey, 0.8));
    }
    for (const double side : {1.0, -1.0}) {
      const double tip = side > 0 ? a : b;
      const Point head[] = {{tip, y}, {tip + side * 7, y - 2.4}, {tip + side * 7, y + 2.4}};
      svg_->Polygon(head, FillPen(kGrey));
    }
    svg_->Text({inside ? middle : b + 8, y + 3.7}, text,
               {.size = 10.5, .anchor = inside ? Anchor::kMiddle : Anchor::kStart});
  }

  void DrawScaleBar(double right, double y) {
    double length = NiceStep(110 / scale_, 1);
    if (length * scale_ > 165) length /= 2;
    const double w = length * scale_;
    const double x = right - w;
    svg_->Line({x, y}, {right, y}, StrokePen(kInk, 2));
    svg_->Text({x - 6, y + 3.7}, Length(length), {.size = 10.5, .anchor = Anchor::kEnd});
  }

  static std::string Length(double mm) { return FormatShort(mm, mm >= 100 ? 5 : 4) + " mm"; }

  std::vector<LegendEntry> Legend() const {
    std::vector<LegendEntry> entries;
    for (int i = 0; i < static_cast<int>(section_.fields.size()); ++i) {
      std::string label = FieldLabel(model_.lens, section_.fields[i]);
      if (std::count(section_.dark_fields.begin(), section_.dark_fields.end(), i)) {
        label += " (no ray arrives)";
      }
      entries.push_back({label, FieldStyle(i)});
    }
    return entries;
  }

  const Section& section_;
  const LensModel& model_;
  const LayoutOptions& options_;
  std::vector<std::vector<Point>> paths_;  // of the rays that are drawn, in order
  std::optional<Svg> svg_;
  double scale_ = 1, front_ = 0;
  Point offset_;
};

}  // namespace

std::string FieldLabel(const Lens& lens, double field) {
  const std::string number = FormatShort(field, 4);
  return lens.fields.kind == FieldKind::kAngleDeg ? number + "°" : number + " mm";
}

std::string LostRaysNote(const RayCounts& rays) {
  const int lost = rays.missed + rays.total_reflection;
  if (rays.failed() == 0) return "";
  if (lost == 0) {
    return fmt::format("{} of {} rays are stopped by clear diameters.", rays.clipped, rays.total());
  }
  std::string text =
      fmt::format("{} of {} rays are lost (miss a surface or reflect totally)", lost, rays.total());
  if (rays.clipped > 0) {
    text += fmt::format(", {} are stopped by clear diameters", rays.clipped);
  }
  return text + ".";
}

std::string DrawSection(const Section& section, const LensModel& model,
                        const LayoutOptions& options) {
  return SectionDrawing(section, model, options).Draw();
}

std::string LayoutFigure(const LensModel& model, const LayoutOptions& options) {
  return DrawSection(ComputeSection(model, options.section), model, options);
}

}  // namespace petzval::optics
