// One block of the merge.
#include "petzval/burst/merge_block.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "petzval/burst/merge_kernels.h"

namespace petzval::burst {
namespace {

constexpr int kWideArea = kWideCols * kWideRows, kAccArea = kAccCols * kAccRows;
constexpr int kPlaneArea = kPlaneCols * kPlaneRows;
// Aliasing lets honest frames differ by this share of the local variance of the scene.
constexpr float kTextureAllowance = 0.02f;

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
      inverse_variance_(kWideArea * plan.colors),
      diff_(kWideArea * plan.colors),
      box_(kWideArea * plan.colors),
      weight_(kWideArea),
      eroded_(kWideArea),
      narrow_(static_cast<size_t>(kAccArea) * plan.phases),
      wide_(static_cast<size_t>(kAccArea) * plan.phases),
      sums_(static_cast<size_t>(kAccArea) * plan.classes * kClassSums),
      spread_(kAccArea),
      spread_mean_(kAccArea),
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
        float black[2], scale[2];
        float* to[2];
        for (int k = 0; k < 2; ++k) {
          const int phase = py * period + px + k;
          const float white =
              raw.white_dn[raw.cfa.IsMono() ? 1 : static_cast<int>(raw.cfa.At(px + k, py))];
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
    for (int i = 0; i < kWideArea; ++i) square[i] = ref[i] * ref[i];
    std::copy(ref, ref + kWideArea, mean);
    std::copy(square, square + kWideArea, box);
    BoxMean(ref, kWideCols, kWideRows, kWideCols, mean);
    BoxMean(square, kWideCols, kWideRows, kWideCols, box);
    const float per_quad = 1.0f / std::max(1, plan_.phases_of_color[c]);
    float* inverse = Wide(inverse_variance_, c);
    for (int i = 0; i < kWideArea; ++i) {
      const float x = std::max(mean[i], 0.0f);
      const float var = (plan_.noise_s[c] * x + plan_.noise_o[c]) * per_quad;
      const float texture = std::max(0.0f, box[i] - mean[i] * mean[i] - var);
      inverse[i] = 1.0f / (2 * var / 9 + kTextureAllowance * texture);
    }
  }
}

bool BlockMerger::Weigh(const MergeFrame& frame) {
  const int period = plan_.period;
  // Motion of every cell; source region that holds most of them.
  const MotionField& motion = *frame.motion;
  const double middle_x = wide_x_ + kWideCols / 2.0, middle_y = wide_y_ + kWideRows / 2.0;
  const Shift base = motion.global.At(middle_x - 0.5, middle_y - 0.5);
  const int base_x = static_cast<int>(std::floor(std::clamp(base.x, -1e5, 1e5)));
  const int base_y = static_cast<int>(std::floor(std::clamp(base.y, -1e5, 1e5)));
  int min_x = kReach, max_x = -kReach, min_y = kReach, max_y = -kReach;
  bool any = false;
  for (int j = 0; j < kCellsY; ++j) {
    for (int i = 0; i < kCellsX; ++i) {
      CellMotion& cell = cells_[j * kCellsX + i];
      const int first_x = wide_x_ + i * kCellCols;
      const int first_y = wide_y_ + kHighHalo + (j - 1) * kCellRows;
      const Shift u = motion.At(first_x + (kCellCols - 1) / 2.0, first_y + (kCellRows - 1) / 2.0);
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
    for (int j = 0; j < kCellsY; ++j) {
      const int y0 = std::max(0, kHighHalo + (j - 1) * kCellRows);
      const int y1 = std::min(kWideRows, kHighHalo + j * kCellRows);
      for (int i = 0; i < kCellsX; ++i) {
        const CellMotion& cell = cells_[j * kCellsX + i];
        const size_t at = static_cast<size_t>(y0) * kWideCols + i * kCellCols;
        if (!cell.usable) continue;
        const double qx = cell.ux / period, qy = cell.uy / period;
        const int ix = static_cast<int>(std::floor(qx)), iy = static_cast<int>(std::floor(qy));
        const float* p = plane + (wide_y_ + y0 + iy - plane_y_) * kPlaneCols +
                         (wide_x_ + i * kCellCols + ix - plane_x_);
        WarpDifference(p, kPlaneCols, static_cast<float>(qx - ix), static_cast<float>(qy - iy),
                       Wide(ref_color_, c) + at, Wide(diff_, c) + at, kWideCols, y1 - y0);
      }
    }
    BoxMean(Wide(diff_, c), kWideCols, kWideRows, kWideCols, Wide(box_, c));
  }
  // The frame's own noise relative to the reference's, shot noise.
  const float noisier = 2 / (1 + frame.gain);
  Robustness(box_.data(), inverse_variance_.data(), plan_.colors, kWideArea, kWideArea,
             noisier / 16, 1 / std::max(frame.gain, 0.05f), weight_.data());
  // Nothing is known of what lies outside the frame.
  for (int j = 0; j < kCellsY; ++j) {
    const int y0 = std::max(0, kHighHalo + (j - 1) * kCellRows);
    const int y1 = std::min(kWideRows, kHighHalo + j * kCellRows);
    for (int i = 0; i < kCellsX; ++i) {
      const CellMotion& cell = cells_[j * kCellsX + i];
      const double left = wide_x_ + i * kCellCols + cell.ux / period;
      const double top = wide_y_ + y0 + cell.uy / period;
      if (cell.usable && left >= 1 && top >= 1 && left + kCellCols + 1 < quads_x_ &&
          top + (y1 - y0) + 1 < quads_y_) {
        continue;
      }
      for (int y = y0; y < y1; ++y) {
        const double sy = wide_y_ + y + cell.uy / period;
        for (int x = 0; x < kCellCols; ++x) {
          const double sx = left + x;
          if (!cell.usable || sx < 1 || sy < 1 || sx + 2 > quads_x_ || sy + 2 > quads_y_) {
            weight_[y * kWideCols + i * kCellCols + x] = 0;
          }
        }
      }
    }
  }
  Erode(weight_.data(), kWideCols, kWideRows, kWideCols, eroded_.data());
  return true;
}

void BlockMerger::Accumulate() {
  Tap taps[16];
  CellTap cell_taps[16];
  for (int j = 0; j < kAccRows / kCellRows; ++j) {
    for (int i = 0; i < kAccCols / kCellCols; ++i) {
      const CellMotion& cell = cells_[(j + 1) * kCellsX + i + kWideHalo / kCellCols];
      if (!cell.usable) continue;
      const float* r =
          eroded_.data() + (kHighHalo + j * kCellRows) * kWideCols + kWideHalo + i * kCellCols;
      const size_t at = static_cast<size_t>(j) * kCellRows * kAccCols + i * kCellCols;
      const float* origin = planes_.data() +
                            (wide_y_ + kHighHalo + j * kCellRows - plane_y_) * kPlaneCols +
                            (wide_x_ + kWideHalo + i * kCellCols - plane_x_);
      for (int phase = 0; phase < plan_.phases; ++phase) {
        const int count = MakeTaps(plan_, phase, cell.ux, cell.uy, taps);
        if (count == 0) continue;
        float constant[kClassSums] = {};
        for (int t = 0; t < count; ++t) {
          cell_taps[t] = {origin + static_cast<ptrdiff_t>(taps[t].plane) * kPlaneArea +
                              taps[t].dy * kPlaneCols + taps[t].dx,
                          taps[t].narrow, taps[t].wide};
          constant[kDenNarrow] += taps[t].narrow;
          constant[kDenWide] += taps[t].wide;
          constant[kVarNarrow] += taps[t].narrow * taps[t].narrow;
          constant[kVarBoth] += taps[t].narrow * taps[t].wide;
          constant[kVarWide] += taps[t].wide * taps[t].wide;
        }
        AccumulateCell(cell_taps, count, kPlaneCols, r, kWideCols, Acc(narrow_, phase) + at,
                       Acc(wide_, phase) + at, kAccCols);
        const int c = plan_.class_of[phase];
        if (plan_.class_phase[c] != phase) continue;
        float* sums[kClassSums];
        for (int k = 0; k < kClassSums; ++k) sums[k] = Acc(sums_, c * kClassSums + k) + at;
        AccumulateClass(constant, r, kWideCols, sums, kAccCols);
      }
    }
  }
}

void BlockMerger::Finish(int qx, int qy) {
  // Narrow and wide estimates; their difference against its expected noise.
  std::fill(spread_.begin(), spread_.end(), 0.0f);
  for (int p = 0; p < plan_.phases; ++p) {
    const int c = plan_.class_of[p], color = plan_.color_of[p];
    float* narrow = Acc(narrow_, p);
    float* wide = Acc(wide_, p);
    const float* den_narrow = Acc(sums_, c * kClassSums + kDenNarrow);
    const float* den_wide = Acc(sums_, c * kClassSums + kDenWide);
    const float* mean = Wide(mean_, color);
    const float s = plan_.noise_s[color], o = plan_.noise_o[color];
    for (int j = 0; j < kAccRows; ++j) {
      const float* m = mean + (j + kHighHalo) * kWideCols + kWideHalo;
      for (int i = 0; i < kAccCols; ++i) {
        const int at = j * kAccCols + i;
        narrow[at] /= den_narrow[at];
        wide[at] /= den_wide[at];
        const float d = wide[at] - narrow[at];
        spread_[at] += d * d / (s * std::max(m[i], 0.0f) + o);
      }
    }
  }
  BoxMean(spread_.data(), kAccCols, kAccRows, kAccCols, spread_mean_.data());
  const int cols = std::min(kInnerCols, quads_x_ - qx), rows = std::min(kInnerRows, quads_y_ - qy);
  const int period = plan_.period;
  const RawFrame& raw = *frames_[0].raw;
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < cols; ++i) {
      const int at = (j + kHalo) * kAccCols + i + kHalo;
      float vn[kMaxPhases], vb[kMaxPhases], vw[kMaxPhases], expected = 0;
      for (int c = 0; c < plan_.classes; ++c) {
        const auto sum = [&](ClassSum k) { return Acc(sums_, c * kClassSums + k)[at]; };
        const float dn = 1 / sum(kDenNarrow), dw = 1 / sum(kDenWide);
        vn[c] = sum(kVarNarrow) * dn * dn;
        vb[c] = sum(kVarBoth) * dn * dw;
        vw[c] = sum(kVarWide) * dw * dw;
      }
      for (int p = 0; p < plan_.phases; ++p) {
        const int c = plan_.class_of[p];
        expected += vn[c] + vw[c] - 2 * vb[c];
      }
      const float excess = std::max(0.0f, spread_mean_[at] - expected) / plan_.phases;
      float ratio = 0;
      for (int p = 0; p < plan_.phases; ++p) {
        const int c = plan_.class_of[p], color = plan_.color_of[p];
        const float noise = vn[c] + vw[c] - 2 * vb[c];
        const float a = std::clamp((vn[c] - vb[c]) / (noise + excess + 1e-6f), 0.0f, 1.0f);
        const float x = Acc(narrow_, p)[at] + a * (Acc(wide_, p)[at] - Acc(narrow_, p)[at]);
        ratio += (1 - a) * (1 - a) * vn[c] + 2 * a * (1 - a) * vb[c] + a * a * vw[c];
        const int mx = (qx + i) * period + p % period, my = (qy + j) * period + p / period;
        const float black = levels_.black[(my & 3) * 4 + (mx & 3)];
        const float white = levels_.white[plan_.colors == 1 ? 1 : color];
        output_->mosaic.row(my)[mx] =
            static_cast<uint16_t>(std::clamp(black + x * (white - black) + 0.5f, 0.0f, 65535.0f));
      }
      const uint8_t code =
          static_cast<uint8_t>(std::clamp(255 * ratio / plan_.phases + 0.5f, 1.0f, 255.0f));
      const int half = period / 2;
      for (int y = 0; y < half; ++y) {
        for (int x = 0; x < half; ++x) {
          output_->variance_ratio.row((qy + j) * half + y)[(qx + i) * half + x] = code;
        }
      }
    }
  }
  (void)raw;
}

void BlockMerger::Merge(int qx, int qy) {
  wide_x_ = qx - kHalo - kWideHalo;
  wide_y_ = qy - kHalo - kHighHalo;
  std::fill(narrow_.begin(), narrow_.end(), 0.0f);
  std::fill(wide_.begin(), wide_.end(), 0.0f);
  std::fill(sums_.begin(), sums_.end(), 0.0f);
  PrepareReference();
  std::fill(eroded_.begin(), eroded_.end(), 1.0f);
  cells_.fill({});
  Accumulate();
  const int cols = std::min(kInnerCols, quads_x_ - qx), rows = std::min(kInnerRows, quads_y_ - qy);
  weight_sum_[0] += static_cast<double>(cols) * rows;
  for (size_t k = 1; k < frames_.size(); ++k) {
    if (!Weigh(frames_[k])) continue;
    Accumulate();
    double sum = 0;
    for (int j = 0; j < rows; ++j) {
      const float* r = eroded_.data() + (j + kHalo + kHighHalo) * kWideCols + kHalo + kWideHalo;
      float line = 0;
      for (int i = 0; i < cols; ++i) line += r[i];
      sum += line;
    }
    weight_sum_[k] += sum * std::max(frames_[k].gain, 0.05f);
  }
  Finish(qx, qy);
}

}  // namespace petzval::burst
