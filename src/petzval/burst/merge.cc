// Runs the blocks of a merge in parallel.
#include "petzval/burst/merge.h"

#include <algorithm>
#include <cmath>

#include "petzval/base/parallel.h"
#include "petzval/burst/merge_block.h"
#include "petzval/burst/merge_plan.h"

namespace petzval::burst {
namespace {

// Rows and columns beyond the last whole quad come from the reference alone.
void CopyRest(const MergeFrame& frame, int first_x, int first_y, const MergeLevels& levels,
              MergeOutput* output) {
  const RawFrame& raw = *frame.raw;
  for (int y = 0; y < raw.height(); ++y) {
    const float gain = frame.gain * (frame.row_gain.empty() ? 1.0f : frame.row_gain[y]);
    for (int x = y < first_y ? first_x : 0; x < raw.width(); ++x) {
      const int color = raw.cfa.IsMono() ? 1 : static_cast<int>(raw.cfa.At(x, y));
      const float black = raw.BlackAt(x, y);
      float v = gain * (raw.mosaic.At(x, y) - black) / std::max(1.0f, raw.white_dn[color] - black);
      if (raw.mosaic.At(x, y) >= raw.white_dn[color] - 0.5f) v = std::max(v, 1.0f);
      const float out_black = levels.black[(y & 3) * 4 + (x & 3)];
      output->mosaic.row(y)[x] = static_cast<uint16_t>(
          std::clamp(out_black + v * (levels.white[color] - out_black) + 0.5f, 0.0f, 65535.0f));
    }
  }
}

}  // namespace

void MergeFrames(const std::vector<MergeFrame>& frames, const MergeParams& params,
                 const MergeLevels& levels, MergeOutput* output) {
  const RawFrame& reference = *frames[0].raw;
  double turn = 0;
  for (const MergeFrame& f : frames) {
    if (f.motion) {
      const GlobalMotion& g = f.motion->global;
      turn = std::max(
          {turn, std::abs(g.turn) + std::abs(g.skew), std::abs(g.scale) + std::abs(g.stretch)});
    }
  }
  const MergePlan plan = MakePlan(reference, params.strength, turn);
  const int quads_x = reference.width() / plan.period;
  const int quads_y = reference.height() / plan.period;
  for (int y = 0; y < output->variance_ratio.height(); ++y) {
    std::fill_n(output->variance_ratio.row(y), output->variance_ratio.width(), uint8_t{255});
  }
  output->mean_weight.assign(frames.size(), 0);
  CopyRest(frames[0], quads_x * plan.period, quads_y * plan.period, levels, output);
  const int block_rows = (quads_y + kInnerRows - 1) / kInnerRows;
  // Sums per row of blocks, added up in order: the same for any number of threads.
  std::vector<std::vector<double>> weights(block_rows);
  ParallelFor(block_rows, [&](int j) {
    BlockMerger merger(plan, frames, levels, output);
    for (int x = 0; x < quads_x; x += kInnerCols) merger.Merge(x, j * kInnerRows);
    weights[j] = merger.weight_sum();
  });
  for (size_t k = 0; k < frames.size(); ++k) {
    double sum = 0;
    for (const auto& w : weights) sum += w[k];
    output->mean_weight[k] = quads_x > 0 && quads_y > 0 ? sum / quads_x / quads_y : 1.0;
  }
}

}  // namespace petzval::burst
