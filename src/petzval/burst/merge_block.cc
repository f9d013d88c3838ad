// One block of the merge.
#include "petzval/burst/merge_block.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "petzval/burst/merge_kernels.h"

namespace petzval::burst {
namespace {

constexpr int kWideArea = kWideCols * kWideRows;
constexpr int kPlaneArea = kPlaneCols * kPlaneRows;

// A clipped sample says "at least 1" at every gain: below 1 it would pass for a grey that differs
// from colour to colour after white balance.
void RaiseClipped(const uint16_t* source, int step, int count, float white, float* plane) {
  for (int i = 0; i < count; ++i) {
    if (source[i * step] >= white - 0.5f) plane[i] = std::max(plane[i], 1.0f);
  }
}

}  // namespace

BlockMerger::BlockMerger(const MergePlan& plan, const std::vector<MergeFrame>& frames,
                         const MergeLevels& levels, MergeOutput* output)
    : plan_(plan),
      frames_(frames),
      levels_(levels),
      output_(output),
      quads_x_(frames[0].raw->width() / plan.period),
      quads_y_(frames[0].raw->height() / plan.period),
      planes_(static_cast<size_t>(kPlaneArea) * plan.phases + 64),
      color_planes_(static_cast<size_t>(kPlaneArea) * plan.colors + 64),
      ref_color_(kWideArea * plan.colors),
      mean_(kWideArea * plan.colors),
      level_(kWideArea * plan.colors),
      inverse_variance_(kWideArea * plan.colors),
      diff_(kWideArea * plan.colors),
      box_(kWideArea * plan.colors),
      weight_(kWideArea),
      weights_(kWideArea * frames.size()),
      cell_sums_(static_cast<size_t>(CellsPerBlock()) * plan.classes * kClassSums * frames.size()),
      narrow_(static_cast<size_t>(kAccArea) * plan.phases),
      wide_(static_cast<size_t>(kAccArea) * plan.phases),
      sums_(static_cast<size_t>(kAccArea) * plan.classes * kClassSums),
      reference_(static_cast<size_t>(kAccArea) * plan.phases),
      green_(static_cast<size_t>(kAccArea) * (plan.period == 2 ? plan.phases : 0)),
      correction_(static_cast<size_t>(kAccArea) * (plan.period == 2 ? plan.phases : 0)),
      slope_(static_cast<size_t>(kAccArea) * plan.colors),
      inverse_noise_(static_cast<size_t>(kAccArea) * plan.colors),
      scratch_(static_cast<size_t>(kAccArea) * kScratchPlanes),
      class_variance_(static_cast<size_t>(kAccArea) * 2 * plan.classes),
      weight_sum_(frames.size()) {}

void BlockMerger::LoadPlanes(const MergeFrame& frame, int x, int y, int cols, int rows) {
  const RawFrame& raw = *frame.raw;
  const int period = plan_.period;
  plane_x_ = x;
  plane_y_ = y;
  // Quads inside the frame come from one sweep, the rest repeats the edge.
  const int x0 = std::clamp(x, 0, quads_x_ - 1);
  const int x1 = std::clamp(x + cols, x0 + 1, quads_x_);
  for (int j = 0; j < rows; ++j) {
    const int qy = std::clamp(y + j, 0, quads_y_ - 1);
    for (int py = 0; py < period; ++py) {
      const int row = qy * period + py;
      const uint16_t* source = raw.mosaic.row(row);
      const float row_gain = frame.row_gain.empty() ? 1.0f : frame.row_gain[row];
      for (int px = 0; px < period; px += 2) {
        float black[2], scale[2], whites[2];
        float* to[2];
        for (int k = 0; k < 2; ++k) {
          const int phase = py * period + px + k;
          const float white =
              raw.white_dn[raw.cfa.IsMono() ? 1 : static_cast<int>(raw.cfa.At(px + k, py))];
          whites[k] = white;
          black[k] = raw.BlackAt(px + k, row);
          scale[k] = frame.gain * row_gain / std::max(1.0f, white - black[k]);
          to[k] = Plane(phase) + j * kPlaneCols + (x0 - x);
        }
        if (period == 2) {
          SplitRow(source + 2 * x0, x1 - x0, black, scale, to[0], to[1]);
        } else {
          for (int i = 0; i < x1 - x0; ++i) {
            for (int k = 0; k < 2; ++k) {
              to[k][i] = (source[(x0 + i) * period + px + k] - black[k]) * scale[k];
            }
          }
        }
        for (int k = 0; k < 2 && frame.gain * row_gain < 1; ++k) {
          RaiseClipped(source + x0 * period + px + k, period, x1 - x0, whites[k], to[k]);
        }
      }
    }
  }
  for (int p = 0; p < plan_.phases; ++p) {
    for (int j = 0; j < rows; ++j) {
      float* row = Plane(p) + j * kPlaneCols;
      if (x < x0) std::fill(row, row + std::min(x0 - x, cols), row[x0 - x]);
      if (x + cols > x1) std::fill(row + std::max(0, x1 - x), row + cols, row[x1 - 1 - x]);
    }
  }
}

const float* BlockMerger::ColorPlane(int color, int cols, int rows) {
  int members[kMaxPhases], count = 0;
  for (int p = 0; p < plan_.phases; ++p) {
    if (plan_.color_of[p] == color) members[count++] = p;
  }
  if (count == 1) return Plane(members[0]);
  float* out = color_planes_.data() + static_cast<size_t>(color) * kPlaneArea;
  const float share = 1.0f / count;
  for (int j = 0; j < rows; ++j) {
    float* row = out + j * kPlaneCols;
    std::memset(row, 0, sizeof(float) * cols);
    for (int m = 0; m < count; ++m) {
      const float* p = Plane(members[m]) + j * kPlaneCols;
      for (int i = 0; i < cols; ++i) row[i] += share * p[i];
    }
  }
  return out;
}

void BlockMerger::PrepareReference() {
  const int margin = 2;
  LoadPlanes(frames_[0], wide_x_ - margin, wide_y_ - margin, kWideCols + 2 * margin,
             kWideRows + 2 * margin);
  for (int c = 0; c < plan_.colors; ++c) {
    const float* plane = ColorPlane(c, kWideCols + 2 * margin, kWideRows + 2 * margin);
    float* ref = Wide(ref_color_, c);
    for (int j = 0; j < kWideRows; ++j) {
      std::memcpy(ref + j * kWideCols, plane + (j + margin) * kPlaneCols + margin,
                  sizeof(float) * kWideCols);
    }
    float* square = Wide(diff_, c);
    float* mean = Wide(mean_, c);
    float* box = Wide(box_, c);
    Squares(ref, kWideArea, square);
    std::copy(ref, ref + kWideArea, mean);
    std::copy(square, square + kWideArea, box);
    BoxMean(ref, kWideCols, kWideRows, kWideCols, mean);
    BoxMean(square, kWideCols, kWideRows, kWideCols, box);
    const float per_quad = 1.0f / static_cast<float>(std::max(1, plan_.phases_of_color[c]));
    // 3 x 3 twice more: the level that noise is computed from.
    float* level = Wide(level_, c);
    float* twice = Wide(diff_, c);
    std::copy(mean, mean + kWideArea, twice);
    BoxMean(mean, kWideCols, kWideRows, kWideCols, twice);
    std::copy(twice, twice + kWideArea, level);
    BoxMean(twice, kWideCols, kWideRows, kWideCols, level);
    InverseVariance(mean, box, level, plan_.noise_s[c] * per_quad, plan_.noise_o[c] * per_quad,
                    kWideArea, Wide(inverse_variance_, c));
  }
  for (int p = 0; p < plan_.phases; ++p) {
    for (int j = 0; j < kAccRows; ++j) {
      std::memcpy(Acc(reference_, p) + j * kAccCols,
                  Plane(p) + (j + kHighHalo + margin) * kPlaneCols + kWideHalo + margin,
                  sizeof(float) * kAccCols);
    }
  }
}

bool BlockMerger::Weigh(const MergeFrame& frame, float* eroded) {
  const int period = plan_.period;
  // Motion of every cell; source region that holds most of them.
  const MotionField& motion = *frame.motion;
  const double middle_x = wide_x_ + kWideCols / 2.0, middle_y = wide_y_ + kWideRows / 2.0;
  const Shift base = motion.global.At(middle_x - 0.5, middle_y - 0.5);
  const int base_x = static_cast<int>(std::floor(std::clamp(base.x, -1e5, 1e5)));
  const int base_y = static_cast<int>(std::floor(std::clamp(base.y, -1e5, 1e5)));
  int min_x = kReach, max_x = -kReach, min_y = kReach, max_y = -kReach;
  bool any = false;
  for (int j = 0; j < CellsY(); ++j) {
    for (int i = 0; i < CellsX(); ++i) {
      CellMotion& cell = cells_[j * CellsX() + i];
      const int first_x = wide_x_ + i * plan_.cell;
      const int first_y = wide_y_ + kHighHalo + (j - 1) * plan_.cell;
      const Shift u = motion.At(first_x + (plan_.cell - 1) / 2.0, first_y + (plan_.cell - 1) / 2.0);
      cell.ux = u.x * period;
      cell.uy = u.y * period;
      const double dx = std::floor(u.x) - base_x, dy = std::floor(u.y) - base_y;
      cell.usable = std::abs(dx) < kReach - 1 && std::abs(dy) < kReach - 1;
      if (!cell.usable) continue;
      any = true;
      min_x = std::min(min_x, static_cast<int>(dx));
      max_x = std::max(max_x, static_cast<int>(dx));
      min_y = std::min(min_y, static_cast<int>(dy));
      max_y = std::max(max_y, static_cast<int>(dy));
    }
  }
  if (!any) return false;
  // Taps and bilinear samples reach one quad before and two after.
  const int cols = kWideCols + (max_x - min_x) + 4, rows = kWideRows + (max_y - min_y) + 4;
  const int from_x = wide_x_ + base_x + min_x - 1, from_y = wide_y_ + base_y + min_y - 1;
  if (from_x >= quads_x_ || from_y >= quads_y_ || from_x + cols <= 0 || from_y + rows <= 0) {
    return false;
  }
  LoadPlanes(frame, from_x, from_y, cols, rows);
  for (int c = 0; c < plan_.colors; ++c) {
    const float* plane = ColorPlane(c, cols, rows);
    for (int j = 0; j < CellsY(); ++j) {
      const int y0 = std::max(0, kHighHalo + (j - 1) * plan_.cell);
      const int y1 = std::min(kWideRows, kHighHalo + j * plan_.cell);
      for (int i = 0; i < CellsX(); ++i) {
        const CellMotion& cell = cells_[j * CellsX() + i];
        const size_t at = static_cast<size_t>(y0) * kWideCols + i * plan_.cell;
        if (!cell.usable) continue;
        const double qx = cell.ux / period, qy = cell.uy / period;
        const int ix = static_cast<int>(std::floor(qx)), iy = static_cast<int>(std::floor(qy));
        const float* p = plane + (wide_y_ + y0 + iy - plane_y_) * kPlaneCols +
                         (wide_x_ + i * plan_.cell + ix - plane_x_);
        WarpDifference(plan_.cell, p, kPlaneCols, static_cast<float>(qx - ix),
                       static_cast<float>(qy - iy), Wide(ref_color_, c) + at, Wide(diff_, c) + at,
                       kWideCols, y1 - y0);
      }
    }
    BoxMean(Wide(diff_, c), kWideCols, kWideRows, kWideCols, Wide(box_, c));
  }
  // The noise of the difference is that of both frames.
  const float noisier = 2 / (1 + frame.noise_ratio);
  Robustness(box_.data(), inverse_variance_.data(), plan_.colors, kWideArea, kWideArea,
             noisier / 16, 1 / frame.noise_ratio, weight_.data());
  // Nothing is known of what lies outside the frame.
  for (int j = 0; j < CellsY(); ++j) {
    const int y0 = std::max(0, kHighHalo + (j - 1) * plan_.cell);
    const int y1 = std::min(kWideRows, kHighHalo + j * plan_.cell);
    for (int i = 0; i < CellsX(); ++i) {
      const CellMotion& cell = cells_[j * CellsX() + i];
      const double left = wide_x_ + i * plan_.cell + cell.ux / period;
      const double top = wide_y_ + y0 + cell.uy / period;
      if (cell.usable && left >= 1 && top >= 1 && left + plan_.cell + 1 < quads_x_ &&
          top + (y1 - y0) + 1 < quads_y_) {
        continue;
      }
      for (int y = y0; y < y1; ++y) {
        const double sy = wide_y_ + y + cell.uy / period;
        for (int x = 0; x < plan_.cell; ++x) {
          const double sx = left + x;
          if (!cell.usable || sx < 1 || sy < 1 || sx + 2 > quads_x_ || sy + 2 > quads_y_) {
            weight_[y * kWideCols + i * plan_.cell + x] = 0;
          }
        }
      }
    }
  }
  Erode(weight_.data(), kWideCols, kWideRows, kWideCols, eroded);
  return true;
}

void BlockMerger::Accumulate(int slot, float noise_ratio) {
  const int period = plan_.period;
  CellTap cell_taps[16];
  const float* weights = Weights(slot);
  float* constant = CellSums(slot);
  for (int j = 0; j < kAccRows / plan_.cell; ++j) {
    for (int i = 0; i < kAccCols / plan_.cell; ++i, constant += plan_.classes * kClassSums) {
      const CellMotion& cell = cells_[(j + 1) * CellsX() + i + kWideHalo / plan_.cell];
      if (!cell.usable) {
        std::fill_n(constant, plan_.classes * kClassSums, 0.0f);
        continue;
      }
      const float* r =
          weights + (kHighHalo + j * plan_.cell) * kWideCols + kWideHalo + i * plan_.cell;
      const size_t at = static_cast<size_t>(j) * plan_.cell * kAccCols + i * plan_.cell;
      const int ix = static_cast<int>(std::floor(cell.ux));
      const int iy = static_cast<int>(std::floor(cell.uy));
      const int qx = ix >= 0 ? ix / period : -((period - 1 - ix) / period);
      const int qy = iy >= 0 ? iy / period : -((period - 1 - iy) / period);
      const int fx = static_cast<int>((cell.ux - ix) * kKernelSteps + 0.5);
      const int fy = static_cast<int>((cell.uy - iy) * kKernelSteps + 0.5);
      const auto &nx = plan_.narrow[fx], &ny = plan_.narrow[fy];
      const auto &wx = plan_.wide[fx], &wy = plan_.wide[fy];
      const float* origin = planes_.data() +
                            (wide_y_ + kHighHalo + j * plan_.cell + qy - plane_y_) * kPlaneCols +
                            (wide_x_ + kWideHalo + i * plan_.cell + qx - plane_x_);
      const int pattern = (iy - qy * period) * period + ix - qx * period;
      for (int phase = 0; phase < plan_.phases; ++phase) {
        const std::vector<Tap>& taps = plan_.taps[pattern * plan_.phases + phase];
        const int count = static_cast<int>(taps.size());
        for (int t = 0; t < count; ++t) {
          cell_taps[t] = {origin + taps[t].offset, nx[taps[t].column] * ny[taps[t].row],
                          wx[taps[t].column] * wy[taps[t].row]};
        }
        AccumulateCell(plan_.cell, cell_taps, count, kPlaneCols, r, kWideCols,
                       Acc(narrow_, phase) + at, Acc(wide_, phase) + at, kAccCols);
      }
      for (int c = 0; c < plan_.classes; ++c) {
        float* s = constant + c * kClassSums;
        std::fill_n(s, kClassSums, 0.0f);
        for (const TapRectangle& t : plan_.rectangles[pattern * plan_.classes + c]) {
          const AxisSums &x = plan_.axis[t.columns][fx], &y = plan_.axis[t.rows][fy];
          s[kDenNarrow] += x.n * y.n;
          s[kDenWide] += x.w * y.w;
          s[kMomentX] += x.wx * y.w;
          s[kMomentY] += x.w * y.wx;
          s[kMomentXX] += x.wxx * y.w;
          s[kMomentXY] += x.wx * y.wx;
          s[kMomentYY] += x.w * y.wxx;
          s[kVarNarrow] += noise_ratio * x.nn * y.nn;
          s[kVarBoth] += noise_ratio * x.nw * y.nw;
          s[kVarWide] += noise_ratio * x.ww * y.ww;
        }
      }
    }
  }
}

void BlockMerger::SumClasses(int slots) {
  const ptrdiff_t per_cell = plan_.classes * kClassSums;
  const ptrdiff_t per_slot = per_cell * (kAccCols / plan_.cell) * (kAccRows / plan_.cell);
  const float* constant = cell_sums_.data();
  for (int j = 0; j < kAccRows / plan_.cell; ++j) {
    for (int i = 0; i < kAccCols / plan_.cell; ++i, constant += per_cell) {
      const float* r =
          Weights(0) + (kHighHalo + j * plan_.cell) * kWideCols + kWideHalo + i * plan_.cell;
      const size_t at = static_cast<size_t>(j) * plan_.cell * kAccCols + i * plan_.cell;
      for (int c = 0; c < plan_.classes; ++c) {
        float* sums[kClassSums];
        for (int k = 0; k < kClassSums; ++k) sums[k] = Acc(sums_, c * kClassSums + k) + at;
        SumClass(plan_.cell, constant + c * kClassSums, per_slot, r, kWideArea, slots, kWideCols,
                 sums, kAccCols);
      }
    }
  }
}

void BlockMerger::Merge(int qx, int qy) {
  wide_x_ = qx - kHalo - kWideHalo;
  wide_y_ = qy - kHalo - kHighHalo;
  std::fill(narrow_.begin(), narrow_.end(), 0.0f);
  std::fill(wide_.begin(), wide_.end(), 0.0f);
  PrepareReference();
  std::fill_n(Weights(0), kWideArea, 1.0f);
  cells_.assign(static_cast<size_t>(CellsX()) * CellsY(), {});
  Accumulate(0, 1);
  const int cols = std::min(kInnerCols, quads_x_ - qx), rows = std::min(kInnerRows, quads_y_ - qy);
  weight_sum_[0] += static_cast<double>(cols) * rows;
  int slots = 1;
  for (size_t k = 1; k < frames_.size(); ++k) {
    if (!Weigh(frames_[k], Weights(slots))) continue;
    Accumulate(slots, frames_[k].noise_ratio);
    double sum = 0;
    for (int j = 0; j < rows; ++j) {
      const float* r = Weights(slots) + (j + kHalo + kHighHalo) * kWideCols + kHalo + kWideHalo;
      float line = 0;
      for (int i = 0; i < cols; ++i) line += r[i];
      sum += line;
    }
    weight_sum_[k] += sum * frames_[k].noise_ratio;
    ++slots;
  }
  SumClasses(slots);
  Finish(qx, qy);
}

}  // namespace petzval::burst
