// Tiles in a grid, pictures as embedded PNG.
#include "petzval/optics/plot/tiles.h"

#include <algorithm>
#include <cmath>

#include "petzval/image/png.h"

namespace petzval::optics {
namespace {

constexpr double kLine = 13, kGap = 14, kEdge = 8;

}  // namespace

std::string RenderTiles(const TileFigure& figure) {
  if (figure.tiles.empty()) return EmptyFigure(figure.title, "no data");
  const int count = static_cast<int>(figure.tiles.size());
  const int columns = std::clamp(figure.columns, 1, count);
  const int rows = (count + columns - 1) / columns;
  const double tile = figure.tile;
  double row_label = 0;
  for (const std::string& text : figure.row_headings) {
    row_label = std::max(row_label, TextWidth(text, 11, true) + 10);
  }
  size_t lines = 0;
  double text_width = 0;
  for (const Tile& t : figure.tiles) {
    lines = std::max(lines, t.lines.size());
    for (const std::string& line : t.lines) text_width = std::max(text_width, TextWidth(line, 10));
  }
  const double pitch_x = std::max(tile + kGap, text_width + 10);
  const double pitch_y = tile + kGap + kLine * static_cast<double>(lines);
  const double width = std::max(2 * kEdge + row_label + columns * pitch_x,
                                2 * kEdge + TextWidth(figure.footnote, 10));
  const double legend_height = LegendHeight(figure.legend, width - 2 * kEdge);
  const double heading = figure.column_headings.empty() ? 0 : 18;
  const double top = kEdge + legend_height + heading;
  Svg svg(width, top + rows * pitch_y + (figure.footnote.empty() ? 0 : 18), figure.title);
  DrawLegend(figure.legend, {kEdge, kEdge}, width - 2 * kEdge, &svg);
  for (int i = 0; i < count; ++i) {
    const int row = i / columns, column = i % columns;
    const Box box{kEdge + row_label + column * pitch_x + (pitch_x - tile) / 2, top + row * pitch_y,
                  tile, tile};
    if (row == 0 && column < static_cast<int>(figure.column_headings.size())) {
      svg.Text({box.center_x(), box.y - 6}, figure.column_headings[column],
               {.size = 11.5, .anchor = Anchor::kMiddle, .bold = true});
    }
    if (column == 0 && row < static_cast<int>(figure.row_headings.size())) {
      svg.Text({kEdge, box.center_y() + 4}, figure.row_headings[row], {.size = 11, .bold = true});
    }
    svg.BeginGroup("tile");
    svg.Rectangle(box, FillPen(figure.background));
    if (figure.tiles[i].draw) {
      figure.tiles[i].draw(box, &svg);
    } else {
      svg.Text({box.center_x(), box.center_y() + 4}, "no data",
               {.size = 11, .color = kGrey, .anchor = Anchor::kMiddle, .halo = true});
    }
    svg.Rectangle(box, StrokePen(kAxisGrey, 0.8));
    svg.EndGroup();
    double y = box.bottom() + kLine;
    for (const std::string& line : figure.tiles[i].lines) {
      svg.Text({box.center_x(), y}, line, {.size = 10, .anchor = Anchor::kMiddle});
      y += kLine;
    }
  }
  svg.Text({kEdge, svg.height() - 6}, figure.footnote, {.size = 10, .color = kGrey});
  return svg.Document();
}

void DrawTileScale(const Box& tile, double width, const std::string& unit, const std::string& color,
                   Svg* svg) {
  if (!(width > 0) || !std::isfinite(width)) return;
  // 1, 2 or 5 x 10^k, at most 0.4 of the tile.
  const double power = std::pow(10.0, std::floor(std::log10(0.4 * width)));
  const double lead = 0.4 * width / power;
  const double length = (lead >= 5 ? 5 : (lead >= 2 ? 2 : 1)) * power;
  const double px = length / width * tile.width;
  const Point left{tile.x + 7, tile.bottom() - 8};
  svg->Line(left, {left.x + px, left.y}, StrokePen(color, 1.6));
  svg->Text({left.x, left.y - 4}, FormatShort(length) + " " + unit,
            {.size = 9.5, .color = color, .halo = color != "#ffffff"});
}

std::array<uint8_t, 3> MapColor(ColorMap map, double value) {
  // Anchors at even steps; CIE lightness is close to linear along the first, symmetric in the
  // second.
  static constexpr double kLight[][3] = {{0, 0, 4},      {31, 12, 72},   {85, 15, 109},
                                         {136, 34, 106}, {186, 54, 85},  {227, 89, 51},
                                         {249, 140, 10}, {249, 201, 50}, {252, 255, 200}};
  static constexpr double kDiverging[][3] = {{28, 63, 138},   {62, 116, 183},  {130, 173, 216},
                                             {199, 220, 238}, {247, 247, 247}, {250, 215, 196},
                                             {233, 153, 118}, {200, 82, 66},   {138, 18, 36}};
  const auto& anchors = map == ColorMap::kLight ? kLight : kDiverging;
  if (!(value > 0)) value = 0;
  const double at = std::min(value, 1.0) * 8;
  const int i = std::min(static_cast<int>(at), 7);
  std::array<uint8_t, 3> color;
  for (int c = 0; c < 3; ++c) {
    const double v = anchors[i][c] + (at - i) * (anchors[i + 1][c] - anchors[i][c]);
    color[c] = static_cast<uint8_t>(std::lround(v));
  }
  return color;
}

void Picture::Set(int x, int y, std::array<uint8_t, 3> color) {
  std::copy(color.begin(), color.end(), rgb.begin() + 3 * (static_cast<size_t>(y) * width + x));
}

void DrawPicture(const Box& box, const Picture& picture, bool smooth, Svg* svg) {
  if (!SizeAllowed(picture.width, picture.height)) return;
  Image<uint16_t> pixels(picture.width, picture.height, 3);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < picture.height; ++y) {
      uint16_t* row = pixels.row(y, c);
      for (int x = 0; x < picture.width; ++x) {
        row[x] = picture.rgb[3 * (static_cast<size_t>(y) * picture.width + x) + c];
      }
    }
  }
  if (const auto png = EncodePng(pixels, 8)) svg->Picture(box, *png, smooth);
}

void DrawColorBar(const Box& box, ColorMap map, const std::string& low, const std::string& high,
                  Svg* svg) {
  Picture bar(64, 1);
  for (int x = 0; x < 64; ++x) bar.Set(x, 0, MapColor(map, x / 63.0));
  DrawPicture(box, bar, true, svg);
  svg->Rectangle(box, StrokePen(kAxisGrey, 0.6));
  svg->Text({box.x - 5, box.bottom() - 1}, low, {.size = 10, .anchor = Anchor::kEnd});
  svg->Text({box.right() + 5, box.bottom() - 1}, high, {.size = 10});
}

}  // namespace petzval::optics
