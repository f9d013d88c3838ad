// SVG output: elements as text with few decimals, so that drawings are small and repeatable.
#include "petzval/optics/plot/svg.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace petzval::optics {
namespace {

bool Finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }

std::string Attributes(const Pen& pen) {
  std::string text = fmt::format(" fill=\"{}\"", pen.fill);
  if (pen.stroke != "none") {
    text += fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", pen.stroke, SvgNumber(pen.width));
    if (!pen.dash.empty()) text += fmt::format(" stroke-dasharray=\"{}\"", pen.dash);
  }
  if (pen.opacity < 1) text += fmt::format(" opacity=\"{}\"", SvgNumber(pen.opacity));
  return text;
}

std::string Pair(Point p) { return SvgNumber(p.x) + " " + SvgNumber(p.y); }

// "M x y L x y ..." without points that round to the one before.
std::string PathData(std::span<const Point> points, bool closed) {
  std::string data, last;
  int count = 0;
  for (const Point& p : points) {
    std::string pair = Pair(p);
    if (pair == last) continue;
    data += (count == 0 ? "M" : (count == 1 ? "L" : " ")) + pair;
    last = std::move(pair);
    ++count;
  }
  if (count < 2) return "";
  return closed ? data + "Z" : data;
}

std::vector<Point> FinitePoints(std::span<const Point> points) {
  std::vector<Point> finite;
  for (const Point& p : points) {
    if (Finite(p)) finite.push_back(p);
  }
  return finite;
}

}  // namespace

Pen StrokePen(std::string color, double width, std::string dash) {
  return {.stroke = std::move(color), .width = width, .dash = std::move(dash)};
}

Pen FillPen(std::string color, double opacity) {
  return {.fill = std::move(color), .opacity = opacity};
}

std::string SvgNumber(double value) {
  if (!std::isfinite(value)) return "0";
  if (std::abs(value) > 1e7) value = std::copysign(1e7, value);
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Base64(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t word =
        bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    out += kDigits[word >> 18 & 63];
    out += kDigits[word >> 12 & 63];
    out += left > 1 ? kDigits[word >> 6 & 63] : '=';
    out += left > 2 ? kDigits[word & 63] : '=';
  }
  return out;
}

Svg::Svg(double width, double height, std::string_view title)
    : width_(std::isfinite(width) ? width : 1),
      height_(std::isfinite(height) ? height : 1),
      title_(title) {}

void Svg::Append(const std::string& element) {
  body_.append(2 * (depth_ + 1), ' ');
  body_ += element;
  body_ += '\n';
}

void Svg::Line(Point a, Point b, const Pen& pen) {
  if (!Finite(a) || !Finite(b)) return;
  Append(fmt::format("<path d=\"M{}L{}\"{}/>", Pair(a), Pair(b), Attributes(pen)));
}

void Svg::Polyline(std::span<const Point> points, const Pen& pen) {
  std::string data;
  for (size_t begin = 0; begin < points.size();) {
    size_t end = begin;
    while (end < points.size() && Finite(points[end])) ++end;
    data += PathData(points.subspan(begin, end - begin), false);
    begin = end + 1;
  }
  if (data.empty()) return;
  Append(fmt::format("<path d=\"{}\"{} stroke-linejoin=\"round\"/>", data, Attributes(pen)));
}

void Svg::Polygon(std::span<const Point> points, const Pen& pen) {
  const std::string data = PathData(FinitePoints(points), true);
  if (data.empty()) return;
  Append(fmt::format("<path d=\"{}\"{} stroke-linejoin=\"round\"/>", data, Attributes(pen)));
}

void Svg::Rings(std::span<const std::vector<Point>> rings, const Pen& pen) {
  std::string data;
  for (const auto& ring : rings) data += PathData(FinitePoints(ring), true);
  if (data.empty()) return;
  Append(fmt::format("<path d=\"{}\"{} fill-rule=\"evenodd\"/>", data, Attributes(pen)));
}

void Svg::Circle(Point center, double radius, const Pen& pen) {
  if (!Finite(center) || !std::isfinite(radius) || radius <= 0) return;
  Append(fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>", SvgNumber(center.x),
                     SvgNumber(center.y), SvgNumber(radius), Attributes(pen)));
}

void Svg::Rectangle(const Box& box, const Pen& pen) {
  if (!Finite({box.x, box.y}) || !(box.width >= 0) || !(box.height >= 0)) return;
  Append(fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>", SvgNumber(box.x),
                     SvgNumber(box.y), SvgNumber(box.width), SvgNumber(box.height),
                     Attributes(pen)));
}

void Svg::Dots(std::span<const Point> centers, double radius, const std::string& color) {
  // A line of no length with a round cap is a dot: much shorter than a circle element for each.
  std::string data;
  for (const Point& p : centers) {
    if (Finite(p)) data += "M" + Pair(p) + "h0";
  }
  if (data.empty()) return;
  Append(fmt::format(
      "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"/>",
      data, color, SvgNumber(2 * radius)));
}

void Svg::Text(Point at, std::string_view text, const TextStyle& style) {
  if (!Finite(at) || text.empty()) return;
  std::string attributes =
      fmt::format(" x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"", SvgNumber(at.x),
                  SvgNumber(at.y), SvgNumber(style.size), style.color);
  if (style.anchor != Anchor::kStart) {
    attributes +=
        style.anchor == Anchor::kMiddle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  }
  if (style.bold) attributes += " font-weight=\"bold\"";
  if (style.italic) attributes += " font-style=\"italic\"";
  if (style.halo) {
    attributes +=
        " stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
  }
  if (style.rotate_deg != 0) {
    attributes +=
        fmt::format(" transform=\"rotate({} {})\"", SvgNumber(style.rotate_deg), Pair(at));
  }
  Append(fmt::format("<text{}>{}</text>", attributes, EscapeXml(text)));
}

void Svg::Picture(const Box& box, std::span<const uint8_t> png, bool smooth) {
  if (!Finite({box.x, box.y}) || !(box.width > 0) || !(box.height > 0) || png.empty()) return;
  Append(
      fmt::format("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
                  "preserveAspectRatio=\"none\"{} href=\"data:image/png;base64,{}\"/>",
                  SvgNumber(box.x), SvgNumber(box.y), SvgNumber(box.width), SvgNumber(box.height),
                  smooth ? "" : " style=\"image-rendering:pixelated\"", Base64(png)));
}

void Svg::BeginGroup(std::string_view css_class) {
  Append(fmt::format("<g class=\"{}\">", EscapeXml(css_class)));
  ++depth_;
}

void Svg::EndGroup() {
  if (depth_ == 0) return;
  --depth_;
  Append("</g>");
}

std::string Svg::Document() const {
  std::string closing;
  for (int i = 0; i < depth_; ++i) closing += "</g>";
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', "
      "sans-serif\" role=\"img\">\n  <title>{2}</title>\n"
      "  <rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{3}{4}</svg>\n",
      SvgNumber(width_), SvgNumber(height_), EscapeXml(title_), body_, closing);
}

}  // namespace petzval::optics
