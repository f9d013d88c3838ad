// Evaluates gain maps per pixel: bilinear between the points of their grids, as DNG 1.7 says.
#include "petzval/develop/shading.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// Where a pixel lies between the points of one axis of a grid.
struct GridPosition {
  int i0 = 0, i1 = 0;
  float t = 0;
};

// `relative`: position of the pixel centre, 0..1 over the active area.
GridPosition Locate(double relative, double origin, double spacing, int points) {
  if (points <= 1 || !(spacing > 0)) return {};
  const double p = std::clamp((relative - origin) / spacing, 0.0, points - 1.0);
  const int i = std::min(static_cast<int>(p), points - 2);
  return {i, i + 1, static_cast<float>(p - i)};
}

bool IsSane(const GainMap& m) {
  if (m.points_v < 1 || m.points_h < 1 || m.map_planes < 1) return false;
  if (m.row_pitch < 1 || m.col_pitch < 1 || m.area.width < 1 || m.area.height < 1) return false;
  if (m.gain.size() < static_cast<size_t>(m.points_v) * m.points_h * m.map_planes) return false;
  return std::all_of(m.gain.begin(), m.gain.end(),
                     [](float g) { return std::isfinite(g) && g >= 0.05f && g <= 64.0f; });
}

}  // namespace

Shading::Shading(const std::vector<GainMap>& maps, const MosaicSource& source,
                 std::vector<std::string>* warnings)
    : source_(source) {
  for (const GainMap& m : maps) {
    if (!IsSane(m)) {
      warnings->push_back("a gain map of the file makes no sense and was left out");
      continue;
    }
    maps_.push_back(&m);
    max_gain_ = std::max<double>(max_gain_, *std::max_element(m.gain.begin(), m.gain.end()));
  }
  if (maps_.empty()) {
    ones_ = Image<float>(std::max(source.width, 64) + 1024, 1);
    ones_.Fill(1.0f);
  }
}

ImageView<const float> Shading::Gain(int p, const Rect& r, Image<float>* scratch) const {
  if (maps_.empty()) return {ones_.row(0), r.width, r.height, 0, r.x, r.y};
  if (scratch->width() < r.width || scratch->height() < r.height) {
    *scratch =
        Image<float>(std::max(scratch->width(), r.width), std::max(scratch->height(), r.height));
  }
  for (int y = 0; y < r.height; ++y) std::fill_n(scratch->row(y), r.width, 1.0f);
  // Positions are those of the frame's pixels; a binned pixel is centred between four of them.
  const int bin = source_.bin;
  const int frame_width = source_.width * bin, frame_height = source_.height * bin;
  std::vector<GridPosition> columns(r.width);
  for (const GainMap* m : maps_) {
    if (!source_.bayer && (p < m->plane || p >= m->plane + m->planes)) continue;
    const int map_plane = std::clamp(p - m->plane, 0, m->map_planes - 1);
    const auto applies = [bin](int i, int begin, int size, int pitch) {
      // A binned pixel takes the maps of its first one: quads share their gains.
      const int pixel = i * bin;
      return pixel >= begin && pixel < begin + size && (bin > 1 || (pixel - begin) % pitch == 0);
    };
    std::vector<uint8_t> on(r.width);
    for (int x = 0; x < r.width; ++x) {
      const int ux = MirrorIndex(r.x + x - source_.shift_x, source_.width);
      on[x] = applies(ux, m->area.x, m->area.width, m->col_pitch);
      columns[x] =
          Locate((ux * bin + 0.5 * bin) / frame_width, m->origin_h, m->spacing_h, m->points_h);
    }
    const int mp = m->map_planes;
    for (int y = 0; y < r.height; ++y) {
      const int uy = MirrorIndex(r.y + y - source_.shift_y, source_.height);
      if (!applies(uy, m->area.y, m->area.height, m->row_pitch)) continue;
      const GridPosition v =
          Locate((uy * bin + 0.5 * bin) / frame_height, m->origin_v, m->spacing_v, m->points_v);
      const float* a = &m->gain[static_cast<size_t>(v.i0) * m->points_h * mp + map_plane];
      const float* b = &m->gain[static_cast<size_t>(v.i1) * m->points_h * mp + map_plane];
      float* out = scratch->row(y);
      for (int x = 0; x < r.width; ++x) {
        if (!on[x]) continue;
        const GridPosition& h = columns[x];
        const float top = a[h.i0 * mp] + h.t * (a[h.i1 * mp] - a[h.i0 * mp]);
        const float bottom = b[h.i0 * mp] + h.t * (b[h.i1 * mp] - b[h.i0 * mp]);
        out[x] *= top + v.t * (bottom - top);
      }
    }
  }
  return {scratch->row(0), r.width, r.height, scratch->stride(), r.x, r.y};
}

}  // namespace petzval
