// Figures made of square tiles (spots, maps, pictures) and the colour maps of pictures.
#ifndef PETZVAL_OPTICS_PLOT_TILES_H_
#define PETZVAL_OPTICS_PLOT_TILES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "petzval/optics/plot/chart.h"

namespace petzval::optics {

struct Tile {
  std::vector<std::string> lines;              // below the tile
  std::function<void(const Box&, Svg*)> draw;  // empty: the tile says "no data"
};

struct TileFigure {
  std::string title;                                       // for screen readers
  std::vector<std::string> column_headings, row_headings;  // empty: none
  int columns = 1;
  double tile = 170;                // px
  std::vector<Tile> tiles;          // row by row
  std::vector<LegendEntry> legend;  // above
  std::string footnote;
  std::string background = "#ffffff";  // of the tiles
};
std::string RenderTiles(const TileFigure& figure);

// A bar of nice length with its name in the lower left corner of a tile that is `width` units wide.
// `unit`: "µm".
void DrawTileScale(const Box& tile, double width, const std::string& unit, const std::string& color,
                   Svg* svg);

enum class ColorMap {
  kLight,      // black, violet, orange, white: light in the dark; lightness rises evenly
  kDiverging,  // blue, white, red: signed values about 0.5
};
std::array<uint8_t, 3> MapColor(ColorMap map, double value);  // value clamped to 0 .. 1

// An RGB picture, rows from the top.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  // width * height * 3

  Picture(int w, int h) : width(w), height(h), rgb(static_cast<size_t>(w) * h * 3, 255) {}
  void Set(int x, int y, std::array<uint8_t, 3> color);
};
// As a PNG in the drawing; nothing is drawn for an empty picture.
void DrawPicture(const Box& box, const Picture& picture, bool smooth, Svg* svg);

// A horizontal bar of a colour map with its two ends named.
void DrawColorBar(const Box& box, ColorMap map, const std::string& low, const std::string& high,
                  Svg* svg);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_TILES_H_
