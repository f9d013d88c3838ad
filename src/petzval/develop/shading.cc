// Evaluates gain maps per pixel: bilinear between the points of their grids, as DNG 1.7 says.
#include "petzval/develop/shading.h"

#include <algorithm>
#include <cmath>

namespace petzval {
namespace {

// `relative`: position of the pixel centre, 0..1 over the active area.
Shading::GridPosition Locate(double relative, double origin, double spacing, int points) {
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
  // Columns are located once; maps of one grid share them.
  for (const GainMap* m : maps_) {
    across_of_.push_back(-1);
    for (size_t k = 0; k + 1 < across_of_.size(); ++k) {
      const GainMap& other = *maps_[k];
      if (other.points_h == m->points_h && other.spacing_h == m->spacing_h &&
          other.origin_h == m->origin_h) {
        across_of_.back() = across_of_[k];
      }
    }
    if (across_of_.back() >= 0) continue;
    across_of_.back() = static_cast<int>(across_.size());
    auto& across = across_.emplace_back(source.frame_width);
    for (int x = 0; x < source.frame_width; ++x) {
      across[x] = Locate((x + 0.5) / source.frame_width, m->origin_h, m->spacing_h, m->points_h);
    }
  }
  FindDisjoint();
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

// The usual case, which is fast: one map for each site of the mosaic, or for each plane, all with
// the same rows of points.
void Shading::FindDisjoint() {
  if (maps_.empty()) return;
  disjoint_ = true;
  for (const GainMap* m : maps_) {
    disjoint_ = disjoint_ && 4 % m->row_pitch == 0 && 4 % m->col_pitch == 0 && m->area.x < 4 &&
                m->area.y < 4 && m->area.x + m->area.width >= source_.frame_width &&
                m->area.y + m->area.height >= source_.frame_height &&
                m->points_v == maps_[0]->points_v && m->spacing_v == maps_[0]->spacing_v &&
                m->origin_v == maps_[0]->origin_v;
  }
  for (int p = 0; p < 3 && disjoint_; ++p) {
    for (int site = 0; site < 16 && disjoint_; ++site) {
      const auto rules = [&](const GainMap* m) {
        return HasPlane(*m, p) && Applies(site % 4, m->area.x, m->area.width, m->col_pitch) &&
               Applies(site / 4, m->area.y, m->area.height, m->row_pitch);
      };
      disjoint_ = std::count_if(maps_.begin(), maps_.end(), rules) == 1;
    }
  }
}

const Shading::GridPosition* Shading::Across(const GainMap& m) const {
  size_t i = 0;
  while (maps_[i] != &m) ++i;
  return across_[across_of_[i]].data();
}

Shading::GridPosition Shading::Down(const GainMap& m, int row) const {
  return Locate((row + 0.5) / source_.frame_height, m.origin_v, m.spacing_v, m.points_v);
}

// Monochrome frames have one plane, however often it is looked at.
bool Shading::HasPlane(const GainMap& m, int p) const {
  const int plane = source_.mono ? 0 : p;
  return source_.bayer || (plane >= m.plane && plane < m.plane + m.planes);
}

// The map that rules pixel (column, row) of the frame when every pixel has one and only one.
const GainMap* Shading::MapAt(int p, int column, int row) const {
  for (const GainMap* m : maps_) {
    if (HasPlane(*m, p) && Applies(column, m->area.x, m->area.width, m->col_pitch) &&
        Applies(row, m->area.y, m->area.height, m->row_pitch)) {
      return m;
    }
  }
  return nullptr;
}

// Into the top left of `out`: gains of the frame's pixels in the given columns and rows.
void Shading::FrameGain(int p, const std::vector<int>& columns, const std::vector<int>& rows,
                        Image<float>* out) const {
  const int width = static_cast<int>(columns.size()), height = static_cast<int>(rows.size());
  // What is interpolated along two rows of a grid serves all rows between them.
  struct Between {
    int last = -1;
    std::vector<float> above, below;
  };
  const auto along = [&](const GainMap& m, int p_map, const GridPosition* across, int i, int x) {
    const GridPosition& h = across[columns[x]];
    const int mp = m.map_planes;
    const float* a = &m.gain[static_cast<size_t>(i) * m.points_h * mp + p_map];
    return a[h.i0 * mp] + h.t * (a[h.i1 * mp] - a[h.i0 * mp]);
  };
  const auto map_plane = [&](const GainMap& m) {
    return std::clamp((source_.mono ? 0 : p) - m.plane, 0, m.map_planes - 1);
  };
  if (disjoint_) {
    Between phases[4];
    for (int y = 0; y < height; ++y) {
      Between& between = phases[rows[y] & 3];
      const GridPosition v = Down(*maps_[0], rows[y]);
      if (v.i0 != between.last) {
        between.last = v.i0;
        between.above.resize(width);
        between.below.resize(width);
        const GainMap* of_column[4];
        const GridPosition* across[4];
        for (int k = 0; k < 4; ++k) {
          of_column[k] = MapAt(p, k, rows[y] & 3);
          across[k] = Across(*of_column[k]);
        }
        for (int x = 0; x < width; ++x) {
          const int k = columns[x] & 3;
          const GainMap& m = *of_column[k];
          between.above[x] = along(m, map_plane(m), across[k], v.i0, x);
          between.below[x] = along(m, map_plane(m), across[k], v.i1, x);
        }
      }
      float* to = out->row(y);
      const float *top = between.above.data(), *bottom = between.below.data();
      for (int x = 0; x < width; ++x) {
        const float gain = top[x] + v.t * (bottom[x] - top[x]);
        to[x] = std::min(std::max(gain, kMinGain), kMaxGain);
      }
    }
    return;
  }
  for (int y = 0; y < height; ++y) std::fill_n(out->row(y), width, 1.0f);
  std::vector<float> on(width);
  for (const GainMap* m : maps_) {
    if (!HasPlane(*m, p)) continue;
    for (int x = 0; x < width; ++x) {
      on[x] = Applies(columns[x], m->area.x, m->area.width, m->col_pitch);
    }
    Between between{-1, std::vector<float>(width), std::vector<float>(width)};
    for (int y = 0; y < height; ++y) {
      if (!Applies(rows[y], m->area.y, m->area.height, m->row_pitch)) continue;
      const GridPosition v = Down(*m, rows[y]);
      if (v.i0 != between.last) {
        between.last = v.i0;
        for (int x = 0; x < width; ++x) {
          between.above[x] = along(*m, map_plane(*m), Across(*m), v.i0, x);
          between.below[x] = along(*m, map_plane(*m), Across(*m), v.i1, x);
        }
      }
      float* to = out->row(y);
      const float *top = between.above.data(), *bottom = between.below.data();
      const float* apply = on.data();
      for (int x = 0; x < width; ++x) {
        const float gain = top[x] + v.t * (bottom[x] - top[x]);
        const float product = to[x] * (apply[x] != 0 ? gain : 1.0f);
        to[x] = std::min(std::max(product, kMinGain), kMaxGain);
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
