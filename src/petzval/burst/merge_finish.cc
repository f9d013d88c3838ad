// The last step of a block: both estimates become one, and DN.
//
// The wide kernel averages more samples, but blurs. Two remedies: what the blur adds is computed
// from green (known at every site after the narrow estimate) by a second-order Taylor expansion
// with the moments of the samples' positions, and taken off where that says more than noise; and
// per pixel the narrow and the wide estimate are mixed by how much their difference exceeds its
// expected noise.
#include <algorithm>
#include <cmath>

#include "petzval/burst/finish_kernels.h"
#include "petzval/burst/merge_block.h"
#include "petzval/burst/merge_kernels.h"

namespace petzval::burst {
namespace {

struct Offset {
  int x, y;
};
constexpr Offset kOffsets[kNeighbours] = {{0, 0},  {-1, 0}, {1, 0},  {0, -1}, {0, 1},
                                          {-2, 0}, {2, 0},  {0, -2}, {0, 2},  {-1, -1},
                                          {1, -1}, {-1, 1}, {1, 1}};

}  // namespace

// Rows of the planes in which the mosaic neighbours of a phase lie (period 2).
static NeighbourRows RowsAround(const float* planes, int phase, int row) {
  NeighbourRows rows;
  for (int n = 0; n < kNeighbours; ++n) {
    const int x = phase % 2 + kOffsets[n].x + 2, y = phase / 2 + kOffsets[n].y + 2;
    rows[n] = planes + static_cast<ptrdiff_t>(y % 2 * 2 + x % 2) * kAccCols * kAccRows +
              (row + y / 2 - 1) * kAccCols + x / 2 - 1;
  }
  return rows;
}

// Second-order correction of the wide estimates; Bayer and monochrome only (in a quad Bayer mosaic
// the kernel sees few samples beyond the square of one colour).
void BlockMerger::CorrectWide() {
  for (int j = 1; j + 1 < kAccRows; ++j) {
    for (int p = 0; p < plan_.phases; ++p) {
      float* green = Acc(green_, p) + j * kAccCols;
      const float* narrow = Acc(narrow_, p) + j * kAccCols;
      if (plan_.colors == 1 || plan_.color_of[p] == 1) {
        std::copy(narrow, narrow + kAccCols, green);
      } else {
        GreenAtRedBlue(RowsAround(Acc(narrow_, 0), p, j), kAccCols, green);
      }
    }
  }
  float* energy = Acc(scratch_, kEnergy);
  float* spread = Acc(scratch_, kSpread);
  for (int j = 2; j + 2 < kAccRows; ++j) {
    const int row = j * kAccCols;
    for (int p = 0; p < plan_.phases; ++p) {
      const int c = plan_.class_of[p];
      const auto sum = [&](ClassSum k) { return Acc(sums_, c * kClassSums + k) + row; };
      CorrectionInput in;
      in.green = RowsAround(Acc(green_, 0), p, j);
      in.mx = sum(kMomentX);
      in.my = sum(kMomentY);
      in.mxx = sum(kMomentXX);
      in.mxy = sum(kMomentXY);
      in.myy = sum(kMomentYY);
      in.inverse_wide = sum(kDenWide);
      in.slope = Acc(slope_, plan_.color_of[p]) + row;
      in.inverse_noise = Acc(inverse_noise_, plan_.color_of[p]) + row;
      Correction(in, kAccCols, Acc(correction_, p) + row, energy + row, spread + row);
    }
  }
  BoxMean(energy, kAccCols, kAccRows, kAccCols, Acc(scratch_, kEnergyMean));
}

void BlockMerger::Finish(int qx, int qy) {
  std::fill(scratch_.begin(), scratch_.end(), 0.0f);
  const bool corrects = plan_.period == 2;
  const float share = 1.0f / plan_.phases;
  float* variance = Acc(scratch_, kVariance);
  float* expected = Acc(scratch_, kExpected);
  float* misfit = Acc(scratch_, kMisfit);
  const auto class_variance = [&](int c, int row) {
    const auto sum = [&](ClassSum k) { return Acc(sums_, c * kClassSums + k) + row; };
    return ClassVariance{sum(kVarNarrow), sum(kVarBoth), sum(kVarWide), sum(kDenNarrow),
                         sum(kDenWide)};
  };
  for (int c = 0; c < plan_.classes; ++c) {
    Invert(2 * kAccArea, Acc(sums_, c * kClassSums + kDenNarrow));
    const auto members =
        std::count(plan_.class_of.begin(), plan_.class_of.begin() + plan_.phases, c);
    AddVariance(class_variance(c, 0), share * static_cast<float>(members), kAccArea, variance,
                expected);
  }
  for (int c = 0; c < plan_.colors; ++c) {
    for (int j = 0; j < kAccRows; ++j) {
      const int wide = (j + kHighHalo) * kWideCols + kWideHalo, row = j * kAccCols;
      DescribeColor(Wide(level_, c) + wide, Wide(level_, plan_.colors == 1 ? 0 : 1) + wide,
                    plan_.noise_s[c], plan_.noise_o[c], kAccCols, Acc(inverse_noise_, c) + row,
                    Acc(slope_, c) + row);
    }
  }
  for (int p = 0; p < plan_.phases; ++p) {
    const int c = plan_.class_of[p];
    Scale(Acc(sums_, c * kClassSums + kDenNarrow), kAccArea, Acc(narrow_, p));
    Scale(Acc(sums_, c * kClassSums + kDenWide), kAccArea, Acc(wide_, p));
  }
  if (corrects) CorrectWide();
  for (int p = 0; p < plan_.phases; ++p) {
    const float* noise = Acc(inverse_noise_, plan_.color_of[p]);
    if (corrects) {
      ApplyCorrection(Acc(scratch_, kEnergyMean), Acc(scratch_, kSpread), variance,
                      Acc(correction_, p), Acc(narrow_, p), noise, kAccArea, Acc(wide_, p), misfit);
    } else {
      Misfit(Acc(narrow_, p), Acc(wide_, p), noise, kAccArea, misfit);
    }
  }
  BoxMean(misfit, kAccCols, kAccRows, kAccCols, Acc(scratch_, kMisfitMean));
  Excess(Acc(scratch_, kMisfitMean), expected, Acc(scratch_, kEnergyMean), Acc(scratch_, kSpread),
         variance, static_cast<float>(plan_.phases), kAccArea, Acc(scratch_, kExcess));
  std::fill(class_variance_.begin(), class_variance_.end(), 0.0f);
  for (int p = 0; p < plan_.phases; ++p) {
    const int c = plan_.class_of[p];
    Blend(Acc(wide_, p), Acc(scratch_, kExcess), class_variance(c, 0), share, kAccArea,
          Acc(narrow_, p), Acc(class_variance_, 2 * c), Acc(class_variance_, 2 * c + 1));
  }
  for (int c = 0; c < plan_.classes; ++c) {
    Add(Acc(class_variance_, 2 * c), kAccArea, Acc(scratch_, kRatio));
    Add(Acc(class_variance_, 2 * c + 1), kAccArea, Acc(scratch_, kCommon));
  }
  AnchorToReference();
  Store(qx, qy);
}

// Where the merge misses what the reference saw (stroke-wide detail at low noise, on which even the
// narrow kernel blurs), it gives way to the reference: no region may be worse than a single frame.
void BlockMerger::AnchorToReference() {
  float* misfit = Acc(scratch_, kMisfit);
  std::fill(misfit, misfit + kAccArea, 0.0f);
  for (int p = 0; p < plan_.phases; ++p) {
    Misfit(Acc(reference_, p), Acc(narrow_, p), Acc(inverse_noise_, plan_.color_of[p]), kAccArea,
           misfit);
  }
  BoxMean(misfit, kAccCols, kAccRows, kAccCols, Acc(scratch_, kMisfitMean));
  float* trust = Acc(scratch_, kTrust);
  Trust(Acc(scratch_, kMisfitMean), Acc(scratch_, kCommon), static_cast<float>(plan_.phases),
        kAccArea, Acc(scratch_, kRatio), trust);
  for (int p = 0; p < plan_.phases; ++p) {
    Anchor(Acc(reference_, p), trust, kAccArea, Acc(narrow_, p));
  }
  for (int c = 0; c < plan_.classes; ++c) {
    const auto members =
        std::count(plan_.class_of.begin(), plan_.class_of.begin() + plan_.phases, c);
    WorstVariance(trust, Acc(class_variance_, 2 * c), Acc(class_variance_, 2 * c + 1),
                  static_cast<float>(plan_.phases) / static_cast<float>(members), kAccArea,
                  Acc(scratch_, kWorst));
  }
}

void BlockMerger::Store(int qx, int qy) {
  const int cols = std::min(kInnerCols, quads_x_ - qx), rows = std::min(kInnerRows, quads_y_ - qy);
  const int period = plan_.period;
  const RawFrame& raw = *frames_[0].raw;
  for (int j = 0; j < rows; ++j) {
    const int at = (j + kHalo) * kAccCols + kHalo;
    const float* ratio = Acc(scratch_, kRatio) + at;
    const float* worst = Acc(scratch_, kWorst) + at;
    for (int py = 0; py < period; ++py) {
      const int y = (qy + j) * period + py;
      for (int px = 0; px < period; px += 2) {
        RowLevels levels;
        for (int k = 0; k < 2; ++k) {
          const int phase = py * period + px + k;
          const int color = plan_.colors == 1 ? 1 : plan_.color_of[phase];
          levels.black[k] = levels_.black[(y & 3) * 4 + ((px + k) & 3)];
          levels.range[k] = levels_.white[color] - levels.black[k];
          levels.clip[k] = raw.white_dn[color] - 0.5f;
          levels.noise[k] =
              plan_.noise_s[plan_.color_of[phase]] + plan_.noise_o[plan_.color_of[phase]];
        }
        const float* even = Acc(narrow_, py * period + px) + at;
        const float* odd = Acc(narrow_, py * period + px + 1) + at;
        const uint16_t* reference = raw.mosaic.row(y) + qx * period + px;
        uint16_t* out = output_->mosaic.row(y) + qx * period + px;
        if (period == 2) {
          StoreRow(even, odd, ratio, reference, levels, cols, out);
        } else {
          for (int i = 0; i < cols; ++i) {
            StoreRow(even + i, odd + i, ratio + i, reference + i * period, levels, 1,
                     out + i * period);
          }
        }
      }
    }
    const int half = period / 2;
    for (int i = 0; i < cols; ++i) {
      const uint8_t code = static_cast<uint8_t>(std::clamp(255 * worst[i] + 0.5f, 1.0f, 255.0f));
      for (int y = 0; y < half; ++y) {
        for (int x = 0; x < half; ++x) {
          output_->variance_ratio.row((qy + j) * half + y)[(qx + i) * half + x] = code;
        }
      }
    }
  }
}

}  // namespace petzval::burst
