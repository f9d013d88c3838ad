// Frames before and after the merge.
#include "petzval/burst/frames.h"

#include <fmt/format.h>

#include <algorithm>

#include "petzval/base/parallel.h"

namespace petzval::burst {
namespace {

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

}  // namespace

std::string NameOf(const RawFrame& frame, size_t index) {
  return frame.path.empty() ? fmt::format("frame {}", index) : frame.path;
}

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

RawFrame PassThrough(const RawFrame& in) {
  const OutputScale scale = ChooseOutputScale(in);
  const MergeLevels levels = ScaledLevels(in, scale);
  RawFrame out = Header(in);
  out.black_dn = levels.black;
  out.white_dn = levels.white;
  out.mosaic = Image<uint16_t>(in.width(), in.height(), in.mosaic.planes());
  ParallelFor(in.height(), [&](int y) {
    for (int c = 0; c < in.mosaic.planes(); ++c) {
      const uint16_t* p = in.mosaic.row(y, c);
      uint16_t* q = out.mosaic.row(y, c);
      for (int x = 0; x < in.width(); ++x) {
        q[x] = static_cast<uint16_t>(
            std::clamp(p[x] * scale.factor + scale.offset + 0.5f, 0.0f, 65535.0f));
      }
    }
  });
  return out;
}

}  // namespace petzval::burst
