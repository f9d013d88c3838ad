// MergeBurst: which frames, which reference, then align, hot pixels, merge.
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
#include "petzval/burst/hot_pixels.h"
#include "petzval/burst/levels.h"
#include "petzval/burst/merge.h"
#include "petzval/burst/pyramid.h"

namespace petzval {
namespace {

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

std::string NameOf(const RawFrame& frame, size_t index) {
  return frame.path.empty() ? fmt::format("frame {}", index) : frame.path;
}

bool Usable(const RawFrame& frame) {
  if (frame.mosaic.empty()) return false;
  const float black = *std::max_element(frame.black_dn.begin(), frame.black_dn.end());
  const float white = *std::min_element(frame.white_dn.begin(), frame.white_dn.end());
  return white > black;
}

// Why two frames cannot be of one burst, or nullptr.
const char* Difference(const RawFrame& a, const RawFrame& b) {
  if (a.width() != b.width() || a.height() != b.height()) return "another size";
  if (a.IsLinearRaw() != b.IsLinearRaw()) return "another kind of pixels";
  if (!a.IsLinearRaw() && !(a.cfa == b.cfa)) return "another colour filter array";
  if (a.exif.make != b.exif.make || a.exif.model != b.exif.model) return "another camera";
  return nullptr;
}

// Keeps the largest group of frames of one kind (the earlier one wins a tie).
std::vector<int> ChooseFrames(const std::vector<RawFrame>& frames,
                              std::vector<std::string>* warnings) {
  int best = -1, best_count = 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (!Usable(frames[i])) continue;
    int count = 0;
    for (const RawFrame& f : frames) count += Usable(f) && !Difference(frames[i], f);
    if (count > best_count) {
      best_count = count;
      best = static_cast<int>(i);
    }
  }
  std::vector<int> chosen;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (!Usable(frames[i])) {
      warnings->push_back(fmt::format("{} is left out: it has no pixels or no range of levels",
                                      NameOf(frames[i], i)));
    } else if (const char* why = Difference(frames[best], frames[i])) {
      warnings->push_back(
          fmt::format("{} is left out: it has {} than most frames", NameOf(frames[i], i), why));
    } else {
      chosen.push_back(static_cast<int>(i));
    }
  }
  return chosen;
}

double Exposure(const RawFrame& frame) { return frame.exif.exposure_s * frame.exif.iso; }

// One frame is all there is: levels to 16 bits.
void PassThrough(const RawFrame& in, const OutputScale& scale, RawFrame* out) {
  ParallelFor(in.height(), [&](int y) {
    for (int c = 0; c < in.mosaic.planes(); ++c) {
      const uint16_t* p = in.mosaic.row(y, c);
      uint16_t* q = out->mosaic.row(y, c);
      for (int x = 0; x < in.width(); ++x) {
        q[x] = static_cast<uint16_t>(
            std::clamp(p[x] * scale.factor + scale.offset + 0.5f, 0.0f, 65535.0f));
      }
    }
  });
}

// Everything of a frame but its pixels.
RawFrame Header(const RawFrame& frame) {
  RawFrame out;
  out.path = frame.path;
  out.cfa = frame.cfa;
  out.default_crop = frame.default_crop;
  out.orientation = frame.orientation;
  out.baseline_exposure_ev = frame.baseline_exposure_ev;
  out.color = frame.color;
  out.noise = frame.noise;
  out.noise_from_file = frame.noise_from_file;
  out.gain_maps = frame.gain_maps;
  out.warp = frame.warp;
  out.other_opcodes = frame.other_opcodes;
  out.exif = frame.exif;
  out.warnings = frame.warnings;
  return out;
}

// Alignment of the chosen frames to the reference; guides live only here.
struct Alignment {
  int reference = 0;  // position among the chosen frames
  std::vector<MotionField> motion;
  std::vector<float> gain;
  std::vector<float> offset;                 // what their black levels lack, of their range
  std::vector<std::vector<float>> row_gain;  // empty: no flicker
};

Alignment Align(const std::vector<RawFrame>& frames, const std::vector<int>& chosen,
                int wanted_reference) {
  const int n = static_cast<int>(chosen.size());
  Alignment result;
  result.motion.resize(n);
  result.gain.assign(n, 1);
  result.offset.assign(n, 0);
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
      // A later frame must be visibly sharper; frames of one shot differ by chance.
      if (sharpness[k] > 1.05 * sharpness[result.reference]) result.reference = k;
    }
  }
  const Pyramid& reference = pyramids[result.reference];
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
    result.motion[k] = burst::AlignTiles(input, global);
    result.gain[k] = input.gain;
  });
  // The reference first, as RowGains wants it; then back in the order of the frames.
  std::vector<burst::FlickerFrame> flicker{
      {&reference, nullptr, 1, burst::GuideNoise(frames[chosen[result.reference]])}};
  for (int k = 0; k < n; ++k) {
    if (k == result.reference) continue;
    flicker.push_back({&pyramids[k], &result.motion[k].global, result.gain[k],
                       burst::GuideNoise(frames[chosen[k]])});
  }
  auto rows = burst::RowGains(flicker, frames[chosen[0]].height());
  if (!rows.empty()) {
    std::rotate(rows.begin(), rows.begin() + 1, rows.begin() + result.reference + 1);
    result.row_gain = std::move(rows);
  }
  return result;
}

}  // namespace

Result<MergedBurst> MergeBurst(std::vector<RawFrame> frames, const BurstParams& params) {
  if (frames.empty()) return Fail(ErrorCode::kInvalidInput, "a burst needs at least one frame");
  MergedBurst merged;
  merged.frames.resize(frames.size());
  std::vector<int> chosen = ChooseFrames(frames, &merged.warnings);
  if (chosen.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no frame of the burst has usable pixels");
  }
  constexpr size_t kMostFrames = 30;
  if (chosen.size() > kMostFrames) {
    merged.warnings.push_back(
        fmt::format("only the first {} of {} frames are merged", kMostFrames, chosen.size()));
    chosen.resize(kMostFrames);
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
    merged.reference = chosen[0];
    RawFrame& only = frames[chosen[0]];
    merged.hot_pixels = FixHotPixels(&only);
    const OutputScale scale = burst::ChooseOutputScale(only);
    const MergeLevels levels = burst::ScaledLevels(only, scale);
    merged.frame = Header(only);
    merged.frame.black_dn = levels.black;
    merged.frame.white_dn = levels.white;
    merged.frame.mosaic = Image<uint16_t>(only.width(), only.height(), only.mosaic.planes());
    PassThrough(only, scale, &merged.frame);
    merged.frames[chosen[0]] = {.used = true, .mean_weight = 1};
    return merged;
  }

  double clock = Now();
  const auto lap = [&clock] {
    const double last = clock;
    clock = Now();
    return clock - last;
  };
  const Alignment alignment = Align(frames, chosen, wanted);
  merged.align_s = lap();
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
    inputs.push_back({&frame, &alignment.motion[k], alignment.gain[k], {}});
    if (!alignment.row_gain.empty()) inputs.back().row_gain = alignment.row_gain[k];
    order.push_back(k);
    const double told = Exposure(reference) > 0 && Exposure(frame) > 0
                            ? Exposure(reference) / Exposure(frame)
                            : 1.0;
    if (std::abs(alignment.gain[k] / told - 1) > 0.02) {
      merged.warnings.push_back(fmt::format(
          "{}: its level is {:.0f} % of what its exposure says against the reference, corrected",
          NameOf(frame, chosen[k]), 100 * told / alignment.gain[k]));
    }
  }
  if (!alignment.row_gain.empty()) {
    inputs[0].row_gain = alignment.row_gain[ref];
    merged.warnings.push_back("bands of flickering light were evened out");
  }
  lap();
  std::vector<burst::HotFrame> hot;
  for (int k : order) {
    hot.push_back(
        {&frames[chosen[k]], k == ref ? nullptr : &alignment.motion[k], alignment.gain[k]});
  }
  merged.hot_pixels = burst::FixHotPixelsOverTime(hot);
  merged.hot_s = lap();
  const OutputScale scale = burst::ChooseOutputScale(reference);
  const MergeLevels levels = burst::ScaledLevels(reference, scale);
  merged.frame = Header(reference);
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
    const GlobalMotion& g = alignment.motion[k].global;
    use.shift_x_px = g.tx * bin;
    use.shift_y_px = g.ty * bin;
    use.rotation_deg = std::atan2(g.turn, 1 + g.scale) * 180 / std::numbers::pi;
  }
  merged.frames_used = n;
  return merged;
}

}  // namespace petzval
