// Data grids become colours; rows of rising y are turned upside down for the sheet.
#include "petzval/optics/plot/picture_figures.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/layout.h"
#include "petzval/optics/plot/tiles.h"

namespace petzval::optics {
namespace {

std::string Waves(double value) { return FormatValue(value, 3) + " λ"; }

Picture WavefrontPicture(const WavefrontMap& map, double range) {
  Picture picture(map.n, map.n);
  for (int y = 0; y < map.n; ++y) {
    for (int x = 0; x < map.n; ++x) {
      const size_t at = static_cast<size_t>(y) * map.n + x;
      if (!map.valid[at] || !std::isfinite(map.waves[at])) continue;
      picture.Set(x, map.n - 1 - y,
                  MapColor(ColorMap::kDiverging, 0.5 + 0.5 * map.waves[at] / range));
    }
  }
  return picture;
}

bool Complete(const WavefrontMap& map) {
  const size_t size = static_cast<size_t>(std::max(0, map.n)) * std::max(0, map.n);
  return size > 0 && map.waves.size() == size && map.valid.size() == size &&
         std::any_of(map.valid.begin(), map.valid.end(), [](uint8_t v) { return v != 0; });
}

// `values`: width * height, rows of rising y.
Picture LightPicture(std::span<const float> values, int width, int height, double peak, bool root) {
  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double v = values[static_cast<size_t>(y) * width + x] / peak;
      const double shown = std::isfinite(v) && v > 0 ? (root ? std::sqrt(v) : v) : 0;
      picture.Set(x, height - 1 - y, MapColor(ColorMap::kLight, shown));
    }
  }
  return picture;
}

double Peak(std::span<const float> values) {
  double peak = 0;
  for (const float v : values) {
    if (std::isfinite(v)) peak = std::max(peak, static_cast<double>(v));
  }
  return peak;
}

}  // namespace

std::string WavefrontFigure(const LensModel& model, std::span<const WavefrontMap> maps) {
  TileFigure figure{.title = "Wavefront maps of " + model.lens.name};
  if (maps.empty()) return EmptyFigure(figure.title, "no wavefront map");
  for (const WavefrontMap& map : maps) {
    figure.column_headings.push_back(FieldLabel(model.lens, map.field));
    Tile tile;
    if (!Complete(map)) {
      tile.lines = {"no ray arrives"};
      figure.tiles.push_back(std::move(tile));
      continue;
    }
    double range = 0;
    for (size_t i = 0; i < map.waves.size(); ++i) {
      if (map.valid[i] && std::isfinite(map.waves[i])) {
        range = std::max(range, std::abs(static_cast<double>(map.waves[i])));
      }
    }
    if (!(range > 0)) range = 1;
    if (map.rms_waves) tile.lines.push_back("RMS " + Waves(*map.rms_waves));
    if (map.peak_to_valley_waves) {
      tile.lines.push_back("P–V " + Waves(*map.peak_to_valley_waves));
    }
    if (map.strehl) tile.lines.push_back("Strehl " + FormatValue(*map.strehl, 3));
    tile.lines.push_back("colours ±" + Waves(range));
    tile.draw = [&map, range](const Box& box, Svg* svg) {
      DrawPicture(box, WavefrontPicture(map, range), true, svg);
      svg->Circle({box.center_x(), box.center_y()}, box.width / 2, StrokePen(kAxisGrey, 0.6));
    };
    figure.tiles.push_back(std::move(tile));
  }
  figure.columns = static_cast<int>(std::min<size_t>(maps.size(), 6));
  if (maps.size() > 6) figure.column_headings.clear();
  figure.tile = 150;
  return RenderTiles(figure);
}

std::string PsfFigure(const LensModel& model, std::span<const Psf> psfs) {
  TileFigure figure{.title = "Point spread functions of " + model.lens.name,
                    .background = "#000004"};
  if (psfs.empty()) return EmptyFigure(figure.title, "no point spread function");
  for (const Psf& psf : psfs) {
    figure.column_headings.push_back(FieldLabel(model.lens, psf.field));
    Tile tile;
    const double peak = Peak(psf.values);
    const size_t size = static_cast<size_t>(std::max(0, psf.width)) * std::max(0, psf.height);
    if (psf.values.size() != size || !(peak > 0)) {
      tile.lines = {"no light arrives"};
    } else {
      if (psf.strehl) tile.lines.push_back("Strehl " + FormatValue(*psf.strehl, 3));
      tile.draw = [&psf, peak](const Box& box, Svg* svg) {
        DrawPicture(box, LightPicture(psf.values, psf.width, psf.height, peak, true), true, svg);
        DrawTileScale(box, psf.width * psf.pitch_x_um, "µm", "#ffffff", svg);
      };
    }
    figure.tiles.push_back(std::move(tile));
  }
  figure.columns = static_cast<int>(std::min<size_t>(psfs.size(), 6));
  if (psfs.size() > 6) figure.column_headings.clear();
  figure.tile = 150;
  return RenderTiles(figure);
}

std::string BokehFigure(const LensModel& model, std::span<const double> fields,
                        std::span<const std::string> row_headings,
                        std::span<const BokehDisc> discs) {
  TileFigure figure{.title = "Blur discs of " + model.lens.name, .background = "#000004"};
  if (fields.empty() || discs.size() != fields.size() * row_headings.size() || discs.empty()) {
    return EmptyFigure(figure.title, "no blur discs");
  }
  figure.row_headings.assign(row_headings.begin(), row_headings.end());
  for (const double field : fields) {
    figure.column_headings.push_back(FieldLabel(model.lens, field));
  }
  for (size_t row = 0; row < row_headings.size(); ++row) {
    // Energy per area counts: a tile with larger pixels is no brighter.
    std::vector<double> densities;
    for (size_t i = row * fields.size(); i < (row + 1) * fields.size(); ++i) {
      const double area = discs[i].pitch_mm * discs[i].pitch_mm;
      for (const float v : discs[i].values) {
        if (v > 0 && std::isfinite(v) && area > 0) densities.push_back(v / area);
      }
    }
    // Caustics are bright without bound: the brightest percent may saturate.
    std::sort(densities.begin(), densities.end());
    const double peak = densities.empty() ? 0 : densities[densities.size() * 99 / 100];
    for (size_t i = row * fields.size(); i < (row + 1) * fields.size(); ++i) {
      const BokehDisc& disc = discs[i];
      Tile tile;
      const size_t size = static_cast<size_t>(std::max(0, disc.size)) * std::max(0, disc.size);
      const double full = peak * disc.pitch_mm * disc.pitch_mm;
      if (size > 0 && disc.values.size() == size && full > 0) {
        tile.draw = [&disc, full](const Box& box, Svg* svg) {
          DrawPicture(box, LightPicture(disc.values, disc.size, disc.size, full, false), true, svg);
          DrawTileScale(box, disc.size * disc.pitch_mm, "mm", "#ffffff", svg);
        };
      }
      figure.tiles.push_back(std::move(tile));
    }
  }
  figure.columns = static_cast<int>(fields.size());
  figure.tile = 150;
  return RenderTiles(figure);
}

}  // namespace petzval::optics
