// Noise lines by ISO from photon transfer.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "petzval/calibrate/frames/frame_checks.h"
#include "petzval/calibrate/frames/frames.h"
#include "petzval/measure/noise/photon_transfer.h"

namespace petzval::calibrate {
namespace {

using measure::ChannelTransfer;
using measure::PhotonTransfer;
using measure::Subject;

constexpr double kClipped = 0.01, kFlicker = 0.01;
constexpr double kNoLight = 0.003;  // of full scale
constexpr int kGoodLevels = 4, kGoodFrames = 4;
constexpr double kPoor = 0.05;  // relative standard error of a gain

bool ByIso(const Subject& a, const Subject& b) { return a.iso < b.iso; }

std::span<const Subject> OfIso(const std::vector<Subject>& frames, double iso) {
  const auto first =
      std::find_if(frames.begin(), frames.end(), [&](const Subject& s) { return s.iso == iso; });
  const auto last =
      std::find_if(first, frames.end(), [&](const Subject& s) { return s.iso != iso; });
  return {first, last};
}

// A scene may be dark for the most part; then some of it is brighter.
bool IsDark(const Subject& frame) {
  const FrameLevels levels = LevelsOf(frame);
  return levels.brightest() + levels.range < kNoLight;
}

// What the frames of one ISO say of the light.
void WarnOfFrames(std::span<const Subject> frames, const std::string& iso,
                  std::vector<std::string>* warnings) {
  std::map<double, std::vector<double>> by_exposure;
  std::vector<std::string> clipped;
  for (const Subject& frame : frames) {
    const FrameLevels levels = LevelsOf(frame);
    by_exposure[frame.exposure_s].push_back(levels.mean[1]);
    if (levels.clipped > kClipped) clipped.push_back(frame.path);
  }
  if (!clipped.empty()) {
    warnings->push_back(
        fmt::format("{}: {} of {} frames are clipped in part, which counts for "
                    "nothing: {}",
                    iso, clipped.size(), frames.size(), clipped.front()));
  }
  int levels = 0;
  for (const auto& [exposure, means] : by_exposure) {
    const auto [least, most] = std::minmax_element(means.begin(), means.end());
    ++levels;
    // Without times in the files frames of several exposures stand together here.
    if (exposure > 0 && *most > (1 + kFlicker) * *least) {
      warnings->push_back(
          fmt::format("{}: the light flickers by {:.1f} % between frames of equal "
                      "exposure",
                      iso, 100 * (*most / *least - 1)));
    }
  }
  if (by_exposure.size() == 1 && by_exposure.begin()->first == 0) return;
  if (levels < kGoodLevels && static_cast<int>(frames.size()) < kGoodFrames * levels) {
    warnings->push_back(
        fmt::format("{}: {} frames of {} exposures are few: four exposures, two "
                    "frames each, tell more",
                    iso, frames.size(), levels));
  }
}

NoiseOfIso Summary(const PhotonTransfer& transfer, const Subject& first) {
  NoiseOfIso out;
  const double scale = first.white_dn - first.black_dn;
  out.line = transfer.noise.plane;
  for (int c = 0; c < 3; ++c) {
    const ChannelTransfer& channel = transfer.channels[first.mono ? 1 : c];
    if (first.mono) out.line[c] = transfer.noise.plane[1];
    out.known[c] = channel.known;
    out.line_error[c] = {std::nan(""), std::nan("")};
    if (!channel.known) continue;
    out.line_error[c].s = out.line[c].s * channel.gain_standard_error / channel.gain_e_per_dn;
    out.line_error[c].o = 2 * channel.read_noise_dn * channel.read_noise_standard_error /
                          (channel.gain_e_per_dn * scale * scale);
  }
  out.gain_e_per_dn = transfer.gain_e_per_dn;
  out.full_scale_e = transfer.gain_e_per_dn * scale;
  out.read_noise_e = transfer.read_noise_e;
  return out;
}

}  // namespace

Result<NoiseFromFrames> CalibrateNoise(std::vector<Subject> frames, std::vector<Subject> darks) {
  if (frames.empty()) return Fail(ErrorCode::kInvalidInput, "no frames with light were given");
  NoiseFromFrames out;
  bool no_iso = false;
  for (std::vector<Subject>* all : {&frames, &darks}) {
    for (Subject& frame : *all) {
      PETZVAL_RETURN_IF_ERROR(CheckRaw(frame));
      PETZVAL_RETURN_IF_ERROR(CheckAlike(frames.front(), frame));
      if (frame.iso > 0) continue;
      frame.iso = 100;
      no_iso = true;
    }
  }
  if (no_iso) out.warnings.push_back("files without an ISO count as ISO 100");
  for (const Subject& dark : darks) PETZVAL_RETURN_IF_ERROR(CheckDark(dark));
  std::stable_sort(frames.begin(), frames.end(), ByIso);
  std::stable_sort(darks.begin(), darks.end(), ByIso);

  for (size_t i = 0; i < frames.size();) {
    const double iso = frames[i].iso;
    const std::span<const Subject> own = OfIso(frames, iso), own_darks = OfIso(darks, iso);
    i += own.size();
    const std::string name = fmt::format("ISO {:g}", iso);
    if (std::all_of(own.begin(), own.end(), IsDark)) {
      return Fail(ErrorCode::kInvalidInput,
                  own.front().path + ": there is no light in the frames of " + name);
    }
    WarnOfFrames(own, name, &out.warnings);
    if (own_darks.size() < 2) {
      out.warnings.push_back(
          fmt::format("{}: {} dark frames; two or more make the read noise "
                      "certain",
                      name, own_darks.size()));
    }
    auto transfer = measure::MeasurePhotonTransfer(own, own_darks, {});
    if (!transfer) return Fail(std::move(transfer).error().In(name));
    NoiseOfIso one = Summary(*transfer, own.front());
    one.iso = iso;
    one.frames = static_cast<int>(own.size());
    one.darks = static_cast<int>(own_darks.size());
    for (int c = 0; c < 3; ++c) {
      if (one.known[c] && one.line_error[c].s > kPoor * one.line[c].s) {
        out.warnings.push_back(fmt::format("{}: the shot noise is known to {:.0f} % only", name,
                                           100 * one.line_error[c].s / one.line[c].s));
        break;
      }
    }
    NoiseCalibration::Entry entry;
    entry.iso = iso;
    entry.noise.plane = one.line;
    entry.full_scale_e = one.full_scale_e;
    entry.read_noise_e = std::isfinite(one.read_noise_e) ? one.read_noise_e : 0;
    out.noise.entries.push_back(entry);
    out.isos.push_back(one);
  }
  for (const Subject& dark : darks) {
    if (!OfIso(frames, dark.iso).empty()) continue;
    out.warnings.push_back(
        fmt::format("{}: a dark of ISO {:g}, of which there is no flat, counts "
                    "for nothing",
                    dark.path, dark.iso));
  }
  out.noise.source =
      fmt::format("photon transfer on {} frames and {} darks", frames.size(), darks.size());
  return out;
}

}  // namespace petzval::calibrate
