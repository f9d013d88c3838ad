// petzval measure noise and dynamic-range.
#include <fmt/format.h>

#include "measure_chart.h"
#include "measure_verbs.h"
#include "petzval/camera/measure_subject.h"
#include "petzval/measure/noise/dynamic_range.h"
#include "petzval/measure/noise/noise_spectrum.h"
#include "petzval/measure/noise/patch_noise.h"
#include "petzval/measure/noise/photon_transfer.h"
#include "petzval/measure/noise/visual_noise.h"

namespace petzval::cli {

using measure::Subject;
using nlohmann::ordered_json;

namespace {

Result<std::vector<Subject>> Darks(const MeasureArguments& a) {
  std::vector<Subject> darks;
  for (const std::string& path : a.darks) {
    PETZVAL_ASSIGN(Subject dark, ReadSubject(path));
    darks.push_back(std::move(dark));
  }
  return darks;
}

// Patches that were asked for: of a chart, or the region; none: flat areas are searched.
Result<std::vector<Rect>> Patches(const MeasureArguments& a, const Subject& subject) {
  if (!a.chart.empty()) return GreyRois(a, subject);
  if (!a.corners.empty()) {
    return Fail(ErrorCode::kInvalidInput, "--corners needs --chart NAME");
  }
  return RoisOf(a, subject);
}

std::vector<measure::Channel> ChannelsOf(const MeasureArguments& a, const Subject& subject) {
  if (!subject.raw() || a.channel != "luminance") return {ChannelOf(a)};
  if (subject.mono) return {measure::Channel::kGreen};
  return {measure::Channel::kRed, measure::Channel::kGreen, measure::Channel::kBlue};
}

ordered_json TransferJson(const measure::PhotonTransfer& t) {
  ordered_json channels = ordered_json::array();
  for (const measure::ChannelTransfer& c : t.channels) {
    if (!c.known) continue;
    channels.push_back({{"channel", ChannelName(c.channel)},
                        {"gain_e_per_dn", Number(c.gain_e_per_dn)},
                        {"gain_standard_error", Number(c.gain_standard_error)},
                        {"read_noise_e", Number(c.read_noise_e)},
                        {"read_noise_standard_error", Number(c.read_noise_standard_error)},
                        {"read_noise_dn", Number(c.read_noise_dn)},
                        {"full_well_e", Number(c.full_well_e)},
                        {"saturation_dn", Number(c.saturation_dn)},
                        {"bend", Number(c.bend)}});
  }
  return {{"gain_e_per_dn", Number(t.gain_e_per_dn)},
          {"read_noise_e", Number(t.read_noise_e)},
          {"full_well_e", Number(t.full_well_e)},
          {"prnu_pct", Number(100 * t.prnu)},
          {"transfer", std::move(channels)}};
}

// How many exposures the frames have.
int Series(const measure::PhotonTransfer& transfer) {
  int last = 0;
  for (const measure::TransferPoint& point : transfer.points) last = std::max(last, point.series);
  return last + 1;
}

ordered_json PatchJson(const measure::PatchNoise& p) {
  return {{"roi", RectJson(p.roi)},
          {"channel", ChannelName(p.channel)},
          {"frames", p.frames},
          {"mean", Number(p.mean)},
          {"total_snr", Number(p.total_snr)},
          {"temporal_snr", Number(p.temporal_snr)},
          {"fixed_snr", Number(p.fixed_snr)},
          {"total_sd", Number(std::sqrt(p.total_variance))},
          {"temporal_row_variance", Number(p.temporal.row)},
          {"temporal_column_variance", Number(p.temporal.column)},
          {"temporal_pixel_variance", Number(p.temporal.pixel)},
          {"fixed_row_variance", Number(p.fixed.row)},
          {"fixed_column_variance", Number(p.fixed.column)},
          {"fixed_pixel_variance", Number(p.fixed.pixel)},
          {"shading", Number(p.shading)},
          {"clipped", Number(p.clipped)}};
}

Result<measure::PatchNoiseReport> PatchNoiseOf(const MeasureArguments& a,
                                               const std::vector<Subject>& subjects) {
  measure::PatchNoiseOptions options;
  PETZVAL_ASSIGN(options.rois, Patches(a, subjects.front()));
  options.channels = ChannelsOf(a, subjects.front());
  return measure::MeasurePatchNoise(subjects, options);
}

void Note(const Error& error, MeasureAnswer* answer) {
  answer->json["warnings"].push_back(error.message);
}

}  // namespace

Result<MeasureAnswer> NoiseAnswer(const MeasureArguments& a, const std::vector<Subject>& subjects) {
  MeasureAnswer answer = Answer(ordered_json::object(), {});
  std::optional<Error> first;
  int answered = 0;
  const auto take = [&](auto result, auto&& json) {
    if (result) {
      ++answered;
      Append(Answer(json(*result), result->findings), &answer);
    } else {
      if (!first) first = result.error();
      Note(result.error(), &answer);
    }
  };
  const Subject& subject = subjects.front();
  PETZVAL_ASSIGN(const std::vector<Rect> rois, RoisOf(a, subject));
  if (subject.raw() && subjects.size() >= 2) {
    PETZVAL_ASSIGN(const std::vector<Subject> darks, Darks(a));
    measure::PhotonTransferOptions options;
    options.rois = rois;
    const auto transfer = measure::MeasurePhotonTransfer(subjects, darks, options);
    take(transfer, TransferJson);
    // Frames of several exposures are no repetition of one picture, which patches would need.
    if (transfer && Series(*transfer) > 1) return answer;
  }
  take(PatchNoiseOf(a, subjects), [](const measure::PatchNoiseReport& report) {
    ordered_json patches = ordered_json::array();
    for (const measure::PatchNoise& p : report.patches) patches.push_back(PatchJson(p));
    return ordered_json{{"patches", std::move(patches)}};
  });
  if (answered == 0) return Fail(*first);
  PETZVAL_ASSIGN(const std::vector<Rect> patches, Patches(a, subject));
  if (!subject.raw()) {
    measure::VisualNoiseOptions options;
    options.rois = patches;
    take(measure::MeasureVisualNoise(subject, options),
         [](const measure::VisualNoiseReport& report) {
           ordered_json list = ordered_json::array();
           for (const measure::PatchVisualNoise& p : report.patches) {
             list.push_back({{"roi", RectJson(p.roi)},
                             {"pixels_per_degree", Number(p.pixels_per_degree)},
                             {"lightness", Number(p.lightness)},
                             {"visual_noise", Number(p.visual_noise)}});
           }
           return ordered_json{{"visual_noise", std::move(list)}};
         });
  }
  take(measure::MeasureNoiseSpectrum(subjects, patches, ChannelOf(a)),
       [](const measure::NoiseSpectrum&) { return ordered_json::object(); });
  return answer;
}

Result<MeasureAnswer> DynamicRangeAnswer(const MeasureArguments& a,
                                         const std::vector<Subject>& subjects) {
  const Subject& subject = subjects.front();
  measure::DynamicRange range;
  if (subject.raw() && subjects.size() >= 2 && a.chart.empty()) {
    PETZVAL_ASSIGN(const std::vector<Subject> darks, Darks(a));
    measure::PhotonTransferOptions options;
    PETZVAL_ASSIGN(options.rois, RoisOf(a, subject));
    PETZVAL_ASSIGN(const measure::PhotonTransfer transfer,
                   measure::MeasurePhotonTransfer(subjects, darks, options));
    PETZVAL_ASSIGN(range, measure::DynamicRangeOf(transfer));
  } else {
    PETZVAL_ASSIGN(const measure::PatchNoiseReport noise, PatchNoiseOf(a, subjects));
    PETZVAL_ASSIGN(range, measure::DynamicRangeOfPatches(
                              noise.patches, std::isfinite(subject.clip) ? subject.clip : 1));
  }
  return Answer({{"stops_snr1", Number(range.stops_snr1)},
                 {"stops_snr10", Number(range.stops_snr10)},
                 {"level_snr1", Number(range.level_snr1)},
                 {"level_snr10", Number(range.level_snr10)}},
                range.findings);
}

}  // namespace petzval::cli
