// Shapes of clipped pupils.
#include <cmath>

#include "petzval/optics/plot/contour.h"
#include "petzval/optics/plot/field_figures.h"
#include "petzval/optics/plot/layout.h"
#include "petzval/optics/plot/tiles.h"

namespace petzval::optics {

std::string PupilFigure(const LensModel& model, std::span<const ClippedPupil> pupils,
                        double extent) {
  TileFigure figure{.title = "Clipped pupils of " + model.lens.name};
  if (pupils.empty() || !(extent > 0)) return EmptyFigure(figure.title, "no clipped pupil");
  for (const ClippedPupil& pupil : pupils) {
    figure.column_headings.push_back(FieldLabel(model.lens, pupil.field));
    Tile tile;
    const int n = static_cast<int>(std::lround(std::sqrt(static_cast<double>(pupil.mask.size()))));
    if (n < 2 || static_cast<size_t>(n) * n != pupil.mask.size() || !(pupil.area > 0)) {
      tile.lines = {"no ray passes"};
    } else {
      const double share = pupil.area_over_axis.value_or(std::nan(""));
      tile.lines = {"area " + FormatFixed(100 * pupil.area, 1) + " % of the nominal",
                    FormatFixed(100 * share, 1) + " % of the axis"};
    }
    const int index = static_cast<int>(&pupil - pupils.data());
    tile.draw = [&pupil, n, extent, index](const Box& box, Svg* svg) {
      std::vector<std::vector<Point>> rings;
      if (n >= 2) rings = MaskOutline(pupil.mask, n, n, n / 130);
      const double scale = n > 0 ? box.width / n : 0;
      for (auto& ring : rings) {
        for (Point& p : ring) p = {box.x + scale * p.x, box.bottom() - scale * p.y};
      }
      const std::string color = FieldStyle(index).color;
      Pen pen = FillPen(color, 0.28);
      svg->Rings(rings, pen);
      svg->Rings(rings, StrokePen(color, 1.4));
      svg->Circle({box.center_x(), box.center_y()}, box.width / (2 * extent),
                  StrokePen(kGrey, 0.9, "3 3"));
    };
    figure.tiles.push_back(std::move(tile));
  }
  figure.columns = static_cast<int>(std::min<size_t>(pupils.size(), 6));
  if (pupils.size() > 6) figure.column_headings.clear();
  figure.tile = 140;
  figure.legend = {{"pupil of the file's aperture", {.color = kGrey, .dash = "3 3", .width = 1}}};
  return RenderTiles(figure);
}

}  // namespace petzval::optics
