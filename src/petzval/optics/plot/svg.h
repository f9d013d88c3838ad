// A small SVG canvas: shapes, text and embedded pictures, same bytes for the same drawing.
#ifndef PETZVAL_OPTICS_PLOT_SVG_H_
#define PETZVAL_OPTICS_PLOT_SVG_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petzval/base/xml_text.h"

namespace petzval::optics {

// Pixels of the drawing (CSS px), y downwards.
struct Point {
  double x = 0, y = 0;
};
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  double center_x() const { return x + width / 2; }
  double center_y() const { return y + height / 2; }
};

// How a shape is drawn. Colours are "#rrggbb" or "none".
struct Pen {
  std::string stroke = "none";
  double width = 1;
  std::string dash;  // "" solid, else lengths as of stroke-dasharray: "6 3"
  std::string fill = "none";
  double opacity = 1;  // of the whole shape
};
Pen StrokePen(std::string color, double width = 1, std::string dash = "");
Pen FillPen(std::string color, double opacity = 1);

enum class Anchor { kStart, kMiddle, kEnd };
struct TextStyle {
  double size = 11;
  std::string color = "#1a1a1a";
  Anchor anchor = Anchor::kStart;
  bool bold = false, italic = false;
  bool halo = false;      // white rim, for text over lines
  double rotate_deg = 0;  // about the anchor point, clockwise
};

// At most two decimals, no trailing zeros, never "-0"; 0 for what is not finite (the shapes below
// leave such points out, so this is only the last guard).
std::string SvgNumber(double value);
std::string Base64(std::span<const uint8_t> bytes);

// Width of a line of text in the metrics of Helvetica and Arial. Other fonts differ by some
// percent.
double TextWidth(std::string_view text, double size, bool bold = false);

class Svg {
 public:
  // `title`: what screen readers and browsers show.
  Svg(double width, double height, std::string_view title);

  double width() const { return width_; }
  double height() const { return height_; }

  // Points that are not finite break a polyline and are left out of a polygon; a shape without
  // enough points is not drawn.
  void Line(Point a, Point b, const Pen& pen);
  void Polyline(std::span<const Point> points, const Pen& pen);
  void Polygon(std::span<const Point> points, const Pen& pen);
  // Several closed rings as one shape, even-odd filled.
  void Rings(std::span<const std::vector<Point>> rings, const Pen& pen);
  void Circle(Point center, double radius, const Pen& pen);
  void Rectangle(const Box& box, const Pen& pen);
  // Many equal dots as one path.
  void Dots(std::span<const Point> centers, double radius, const std::string& color);
  // `at` is on the base line.
  void Text(Point at, std::string_view text, const TextStyle& style = {});
  // `png`: a whole file. The picture fills `box`; pixels stay sharp-edged unless `smooth`.
  void Picture(const Box& box, std::span<const uint8_t> png, bool smooth);

  void BeginGroup(std::string_view css_class);
  void EndGroup();

  // The finished drawing; may be a file or stand inside HTML.
  std::string Document() const;

 private:
  void Append(const std::string& element);

  double width_, height_;
  std::string title_, body_;
  int depth_ = 0;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_SVG_H_
