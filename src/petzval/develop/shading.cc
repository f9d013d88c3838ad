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
  return std::all_of(m.gain.begin(), m.gain.end(), [](float g) {
    return std::isfinite(g) && g >= Shading::kMinGain && g <= Shading::kMaxGain;
  });
}

// Whether pixel `i` of an axis is one that the map applies to.
bool Applies(int i, int begin, int size, int pitch) {
  return i >= begin && i < begin + size && (i - begin) % pitch == 0;
}

}  // namespace

Shading::Shading(const std::vector<GainMap>& maps, const MosaicSource& source,
                 std::vector<std::string>* warnings)
    : source_(source) {
  for (const GainMap& m : maps) {
    if (IsSane(m)) {
      maps_.push_back(&m);
    } else {
      warnings->push_back("a gain map of the file makes no sense and was left out");
    }
  }
  if (maps_.empty()) {
    ones_ = Image<float>(std::max(source.width, 64) + 1024, 1);
    ones_.Fill(1.0f);
    return;
  }
  // Maps that meet at a pixel multiply; those of other phases of the mosaic do not meet.
  for (int phase = 0; phase < 16; ++phase) {
    for (int p = 0; p < 3; ++p) {
      double most = 1, least = 1;
      for (const GainMap* m : maps_) {
        const auto meets = [](int at, int begin, int pitch) {
          return 4 % pitch != 0 || (at - begin) % pitch == 0;
        };
        if (!HasPlane(*m, p) || !meets(phase % 4, m->area.x, m->col_pitch) ||
            !meets(phase / 4, m->area.y, m->row_pitch)) {
          continue;
        }
        const auto [low, high] = std::minmax_element(m->gain.begin(), m->gain.end());
        most *= std::max(1.0f, *high);
        least *= std::min(1.0f, *low);
      }
      max_gain_ = std::clamp<double>(most, max_gain_, kMaxGain);
      min_gain_ = std::clamp<double>(least, kMinGain, min_gain_);
    }
  }
}

// Monochrome frames have one plane, however often it is looked at.
bool Shading::HasPlane(const GainMap& m, int p) const {
  const int plane = source_.mono ? 0 : p;
  return source_.bayer || (plane >= m.plane && plane < m.plane + m.planes);
}

// Into the top left of `out`: gains of the frame's pixels in the given columns and rows.
void Shading::FrameGain(int p, const std::vector<int>& columns, const std::vector<int>& rows,
                        Image<float>* out) const {
  const int width = static_cast<int>(columns.size()), height = static_cast<int>(rows.size());
  for (int y = 0; y < height; ++y) std::fill_n(out->row(y), width, 1.0f);
  std::vector<GridPosition> across(width);
  std::vector<uint8_t> on(width);
  for (const GainMap* m : maps_) {
    if (!HasPlane(*m, p)) continue;
    const int mp = m->map_planes;
    const int map_plane = std::clamp((source_.mono ? 0 : p) - m->plane, 0, mp - 1);
    for (int x = 0; x < width; ++x) {
      on[x] = Applies(columns[x], m->area.x, m->area.width, m->col_pitch);
      across[x] =
          Locate((columns[x] + 0.5) / source_.frame_width, m->origin_h, m->spacing_h, m->points_h);
    }
    for (int y = 0; y < height; ++y) {
      if (!Applies(rows[y], m->area.y, m->area.height, m->row_pitch)) continue;
      const GridPosition v =
          Locate((rows[y] + 0.5) / source_.frame_height, m->origin_v, m->spacing_v, m->points_v);
      const float* a = &m->gain[static_cast<size_t>(v.i0) * m->points_h * mp + map_plane];
      const float* b = &m->gain[static_cast<size_t>(v.i1) * m->points_h * mp + map_plane];
      float* to = out->row(y);
      for (int x = 0; x < width; ++x) {
        if (!on[x]) continue;
        const GridPosition& h = across[x];
        const float top = a[h.i0 * mp] + h.t * (a[h.i1 * mp] - a[h.i0 * mp]);
        const float bottom = b[h.i0 * mp] + h.t * (b[h.i1 * mp] - b[h.i0 * mp]);
        to[x] = std::clamp(to[x] * (top + v.t * (bottom - top)), kMinGain, kMaxGain);
      }
    }
  }
}

ImageView<const float> Shading::Gain(int p, const Rect& r, Image<float>* scratch) const {
  if (maps_.empty()) return {ones_.row(0), r.width, r.height, 0, r.x, r.y};
  const auto reserve = [](Image<float>* image, int width, int height) {
    if (image->width() >= width && image->height() >= height) return;
    *image = Image<float>(std::max(image->width(), width), std::max(image->height(), height));
  };
  reserve(scratch, r.width, r.height);
  const int bin = source_.bin;
  const auto axis = [bin](int begin, int count, int shift, int size, int first) {
    std::vector<int> at(static_cast<size_t>(count) * bin);
    for (int i = 0; i < count * bin; ++i) {
      at[i] = MirrorIndex(begin + i / bin - shift, size) * bin + first + i % bin;
    }
    return at;
  };
  const auto columns = axis(r.x, r.width, source_.shift_x, source_.width, source_.bin_x0);
  const auto rows = axis(r.y, r.height, source_.shift_y, source_.height, source_.bin_y0);
  if (bin == 1) {
    FrameGain(p, columns, rows, scratch);
  } else {
    // A binned pixel has the mean gain of its four.
    thread_local Image<float> fine;
    reserve(&fine, 2 * r.width, 2 * r.height);
    FrameGain(p, columns, rows, &fine);
    for (int y = 0; y < r.height; ++y) {
      const float *a = fine.row(2 * y), *b = fine.row(2 * y + 1);
      float* to = scratch->row(y);
      for (int x = 0; x < r.width; ++x) {
        to[x] = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
      }
    }
  }
  return {scratch->row(0), r.width, r.height, scratch->stride(), r.x, r.y};
}

void Shading::SquareGains(int y, int width, Image<float>* out) const {
  if (out->width() < width || out->planes() < 3) *out = Image<float>(width, 1, 3);
  thread_local Image<float> scratch;
  const Rect r = {0, 2 * y, 2 * width, source_.bayer ? 2 : 1};
  for (int c = 0; c < 3; ++c) {
    if (source_.bayer && c > 0) break;
    const auto gain = Gain(c, r, &scratch);
    const float* top = gain.row(0);
    if (!source_.bayer) {
      for (int x = 0; x < width; ++x) out->At(x, 0, c) = top[2 * x];
      continue;
    }
    const float* bottom = gain.row(1);
    for (int x = 0; x < width; ++x) {
      out->At(x, 0, 0) = top[2 * x];
      out->At(x, 0, 1) = 0.5f * (top[2 * x + 1] + bottom[2 * x]);
      out->At(x, 0, 2) = bottom[2 * x + 1];
    }
  }
}

}  // namespace petzval
