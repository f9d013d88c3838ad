// MergeBurst: reference, then align, hot pixels, merge.
#include "petzval/burst/burst.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>

#include "petzval/base/parallel.h"
#include "petzval/burst/align.h"
#include "petzval/burst/flicker.h"
#include "petzval/burst/frames.h"
#include "petzval/burst/hot_pixels.h"
#include "petzval/burst/levels.h"
#include "petzval/burst/merge.h"
#include "petzval/burst/pyramid.h"
#include "petzval/burst/same_scene.h"

namespace petzval {
namespace {

constexpr double kVisiblySharper = 1.5;  // ratio of gradient energies

using burst::AlignInput;
using burst::GlobalMotion;
using burst::MergeFrame;
using burst::MergeLevels;
using burst::MotionField;
using burst::OutputScale;
using burst::Pyramid;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double Exposure(const RawFrame& frame) { return frame.exif.exposure_s * frame.exif.iso; }

// Alignment of the chosen frames to the reference; guides live only here.
struct Alignment {
  int reference = 0;  // position among the chosen frames
  std::vector<MotionField> motion;
  std::vector<float> gain;
  std::vector<char> same;                    // shows what the reference shows
  std::vector<float> offset;                 // what their black levels lack, of their range
  std::vector<float> noise_ratio;            // see MergeFrame
  std::vector<std::vector<float>> row_gain;  // empty: no flicker
};

Alignment Align(const std::vector<RawFrame>& frames, const std::vector<int>& chosen,
                int wanted_reference) {
  const int n = static_cast<int>(chosen.size());
  Alignment result;
  result.motion.resize(n);
  result.gain.assign(n, 1);
  result.same.assign(n, 1);
  result.offset.assign(n, 0);
  result.noise_ratio.assign(n, 1);
  std::vector<Pyramid> pyramids(n);
  for (int k = 0; k < n; ++k) pyramids[k] = burst::BuildPyramid(frames[chosen[k]], 6);
  if (wanted_reference >= 0) {
    result.reference = wanted_reference;
  } else {
    std::array<double, 3> sharpness{};
    ParallelFor(std::min(n, 3), [&](int k) {
      sharpness[k] = burst::Sharpness(pyramids[k], frames[chosen[k]].noise);
    });
    for (int k = 1; k < std::min(n, 3); ++k) {
      // A later frame must be visibly sharper: noise and what the hand moves into view change the
      // energy of gradients by some tenths, a shaken frame has half of it or less.
      if (sharpness[k] > kVisiblySharper * sharpness[result.reference]) result.reference = k;
    }
  }
  const Pyramid& reference = pyramids[result.reference];
  const double typical = burst::MeanLevel(reference);
  ParallelFor(n, [&](int k) {
    if (k == result.reference) return;
    AlignInput input;
    input.reference = &reference;
    input.frame = &pyramids[k];
    input.gain = burst::RoughGain(reference, pyramids[k]);
    const NoiseLine own = burst::GuideNoise(frames[chosen[result.reference]]);
    const auto with_gain = [&] {
      const NoiseLine other = burst::GuideNoise(frames[chosen[k]]).AfterGain(input.gain);
      input.noise = {own.s + other.s, own.o + other.o};
    };
    with_gain();
    const GlobalMotion global = burst::AlignGlobal(input);
    const float dark = burst::BlackOffset(reference, pyramids[k], global, input.gain);
    if (dark != 0) {
      burst::AddOffset(dark, &pyramids[k]);
      result.offset[k] = dark;
      input.gain = burst::RoughGain(reference, pyramids[k]);
    }
    float error = 0;
    input.gain = burst::AlignedGain(reference, pyramids[k], global, input.gain, &error);
    // Equal within what the estimate can tell: frames stay exactly as they are.
    if (std::abs(input.gain - 1) < 0.003f + 4 * error) input.gain = 1;
    with_gain();
    result.same[k] = burst::ShowsSameScene(input, global);
    if (!result.same[k]) return;
    result.motion[k] = burst::AlignTiles(input, global);
    result.gain[k] = input.gain;
    const NoiseLine other = burst::GuideNoise(frames[chosen[k]]).AfterGain(input.gain);
    result.noise_ratio[k] =
        static_cast<float>(std::clamp(other.Variance(typical) / own.Variance(typical), 0.05, 20.0));
  });
  // The reference first, as RowGains wants it.
  std::vector<int> order{result.reference};
  for (int k = 0; k < n; ++k) {
    if (k != result.reference && result.same[k]) order.push_back(k);
  }
  std::vector<burst::FlickerFrame> flicker;
  for (const int k : order) {
    flicker.push_back({&pyramids[k], &result.motion[k].global, result.gain[k],
                       burst::GuideNoise(frames[chosen[k]])});
  }
  auto rows = burst::RowGains(flicker, frames[chosen[0]].height());
  if (!rows.empty()) {
    result.row_gain.resize(n);
    for (size_t i = 0; i < order.size(); ++i) result.row_gain[order[i]] = std::move(rows[i]);
  }
  return result;
}

// One frame is all there is.
void UseOnly(RawFrame* frame, int index, MergedBurst* merged) {
  merged->reference = index;
  merged->hot_pixels = FixHotPixels(frame);
  merged->frame = burst::PassThrough(*frame);
  merged->frames[index].used = true;
  merged->frames[index].mean_weight = 1;
}

// Leaves frames out that show something else, from both lists.
void LeaveOut(const std::vector<RawFrame>& frames, std::vector<int>* chosen, Alignment* alignment,
              std::vector<std::string>* warnings) {
  size_t kept = 0;
  int reference = 0;
  for (size_t k = 0; k < chosen->size(); ++k) {
    const int index = (*chosen)[k];
    if (!alignment->same[k]) {
      warnings->push_back(
          fmt::format("{} is left out: it does not show the same picture as the reference",
                      burst::NameOf(frames[index], index)));
      continue;
    }
    if (static_cast<int>(k) == alignment->reference) reference = static_cast<int>(kept);
    (*chosen)[kept] = index;
    if (kept != k) {  // a vector moved onto itself would be empty
      alignment->motion[kept] = std::move(alignment->motion[k]);
      alignment->gain[kept] = alignment->gain[k];
      alignment->offset[kept] = alignment->offset[k];
      alignment->noise_ratio[kept] = alignment->noise_ratio[k];
      if (!alignment->row_gain.empty()) {
        alignment->row_gain[kept] = std::move(alignment->row_gain[k]);
      }
    }
    ++kept;
  }
  chosen->resize(kept);
  alignment->reference = reference;
}

}  // namespace

Result<MergedBurst> MergeBurst(std::vector<RawFrame> frames, const BurstParams& params) {
  if (frames.empty()) return Fail(ErrorCode::kInvalidInput, "a burst needs at least one frame");
  MergedBurst merged;
  merged.frames.resize(frames.size());
  std::vector<int> chosen = burst::ChooseFrames(frames, &merged.warnings);
  if (chosen.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no frame of the burst has usable pixels");
  }
  if (chosen.size() > kMaxBurstFrames) {
    merged.warnings.push_back(
        fmt::format("only the first {} of {} frames are merged", kMaxBurstFrames, chosen.size()));
    chosen.resize(kMaxBurstFrames);
  }
  int wanted = -1;
  if (params.reference >= 0) {
    const auto it = std::find(chosen.begin(), chosen.end(), params.reference);
    if (it == chosen.end()) {
      merged.warnings.push_back(fmt::format(
          "frame {} cannot be the reference, the sharpest of the first is", params.reference));
    } else {
      wanted = static_cast<int>(it - chosen.begin());
    }
  }
  if (chosen.size() > 1 && frames[chosen[0]].IsLinearRaw()) {
    merged.warnings.push_back(
        "frames of demosaiced pixels (LinearRaw) are not merged, one of them is used");
    chosen = {chosen[std::max(wanted, 0)]};
    wanted = 0;
  }
  if (chosen.size() == 1) {
    UseOnly(&frames[chosen[0]], chosen[0], &merged);
    return merged;
  }

  double clock = Now();
  const auto lap = [&clock] {
    const double last = clock;
    clock = Now();
    return clock - last;
  };
  Alignment alignment = Align(frames, chosen, wanted);
  LeaveOut(frames, &chosen, &alignment, &merged.warnings);
  merged.align_s = lap();
  if (chosen.size() == 1) {
    UseOnly(&frames[chosen[0]], chosen[0], &merged);
    return merged;
  }
  const int n = static_cast<int>(chosen.size());
  const int ref = alignment.reference;
  RawFrame& reference = frames[chosen[ref]];
  for (int k = 0; k < n; ++k) {
    RawFrame& frame = frames[chosen[k]];
    const float range = (frame.white_dn[0] + 2 * frame.white_dn[1] + frame.white_dn[2]) / 4 -
                        std::accumulate(frame.black_dn.begin(), frame.black_dn.end(), 0.0f) / 16;
    for (float& black : frame.black_dn) black -= alignment.offset[k] * range;
  }
  merged.reference = chosen[ref];
  const int bin = burst::BinOf(reference.cfa);

  std::vector<MergeFrame> inputs(1);
  std::vector<int> order{ref};
  inputs[0].raw = &reference;
  for (int k = 0; k < n; ++k) {
    if (k == ref) continue;
    const RawFrame& frame = frames[chosen[k]];
    inputs.push_back(
        {&frame, &alignment.motion[k], alignment.gain[k], {}, alignment.noise_ratio[k]});
    if (!alignment.row_gain.empty()) inputs.back().row_gain = alignment.row_gain[k];
    order.push_back(k);
    const double told = Exposure(reference) > 0 && Exposure(frame) > 0
                            ? Exposure(reference) / Exposure(frame)
                            : 1.0;
    if (std::abs(alignment.gain[k] / told - 1) > 0.02) {
      merged.warnings.push_back(fmt::format(
          "{}: its level is {:.0f} % of what its exposure says against the reference, corrected",
          burst::NameOf(frame, chosen[k]), 100 * told / alignment.gain[k]));
    }
  }
  if (!alignment.row_gain.empty()) {
    inputs[0].row_gain = alignment.row_gain[ref];
    merged.warnings.push_back("bands of flickering light were evened out");
  }
  lap();
  std::vector<burst::HotFrame> hot;
  for (int k : order) {
    hot.push_back({&frames[chosen[k]], k == ref ? nullptr : &alignment.motion[k], alignment.gain[k],
                   alignment.row_gain.empty() ? nullptr : alignment.row_gain[k].data()});
  }
  merged.hot_pixels = burst::FixHotPixelsOverTime(hot, &merged.warnings);
  merged.hot_s = lap();
  const OutputScale scale = burst::ChooseOutputScale(reference);
  const MergeLevels levels = burst::ScaledLevels(reference, scale);
  merged.frame = burst::Header(reference);
  merged.frame.black_dn = levels.black;
  merged.frame.white_dn = levels.white;
  merged.frame.mosaic = Image<uint16_t>(reference.width(), reference.height());
  merged.variance_ratio = Image<uint8_t>((reference.width() + 1) / 2, (reference.height() + 1) / 2);
  burst::MergeOutput output{merged.frame.mosaic.view(), merged.variance_ratio.view(), {}};
  burst::MergeFrames(inputs, {.strength = std::clamp(params.strength, 0.25, 4.0)}, levels, &output);
  merged.merge_s = lap();
  for (int i = 0; i < n; ++i) {
    const int k = order[i];
    FrameUse& use = merged.frames[chosen[k]];
    use.used = true;
    use.gain = alignment.gain[k];
    use.mean_weight = output.mean_weight[i];
    if (k == ref) continue;
    if (use.mean_weight < 0.05) {
      merged.warnings.push_back(
          fmt::format("{}: hardly anything of it matches the reference, it adds next to nothing",
                      burst::NameOf(frames[chosen[k]], chosen[k])));
    }
    const GlobalMotion& g = alignment.motion[k].global;
    use.shift_x_px = g.tx * bin;
    use.shift_y_px = g.ty * bin;
    use.rotation_deg = std::atan2(g.turn, 1 + g.scale) * 180 / std::numbers::pi;
  }
  merged.frames_used = n;
  return merged;
}

}  // namespace petzval
