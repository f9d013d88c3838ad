// The order of the main line: capture, burst, develop, look, encode.
#include "petzval/camera/develop_photo.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "petzval/base/parallel.h"
#include "petzval/camera/framed_picture.h"
#include "petzval/camera/output_names.h"
#include "petzval/camera/scene_info.h"
#include "petzval/camera/strip_renderer.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

constexpr int kLinearBits = 32;

// In the order of OutputSpace.
constexpr const char* kSpaceNames[] = {"srgb", "p3", "rec2020-pq", "rec2020-hlg", "llog"};

PictureSpace PictureSpaceOf(OutputSpace space) {
  switch (space) {
    case OutputSpace::kSrgb:
      return PictureSpace::kSrgb;
    case OutputSpace::kDisplayP3:
      return PictureSpace::kDisplayP3;
    case OutputSpace::kRec2020Pq:
      return PictureSpace::kRec2020Pq;
    case OutputSpace::kRec2020Hlg:
      return PictureSpace::kRec2020Hlg;
    case OutputSpace::kLLog:
      break;
  }
  return PictureSpace::kRec2020LLog;
}

// Everything that can be refused before a byte is read.
Status CheckJob(const DevelopJob& job) {
  if (job.inputs.empty() || job.inputs.size() > kMaxBurstFrames) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} frames given; a shot has 1 to {}",
                                                      job.inputs.size(), kMaxBurstFrames));
  }
  if (job.mode == CaptureMode::kSnapshot && job.inputs.size() != 1) {
    return Fail(ErrorCode::kInvalidInput,
                fmt::format("a snapshot is one frame, {} were given", job.inputs.size()));
  }
  if (job.output.empty() && job.merged_dng.empty() && job.linear_tif.empty()) {
    return Fail(ErrorCode::kInvalidInput, "no output is named");
  }
  if (!job.lens_profile.empty() && !job.develop.lens_correction) {
    return Fail(ErrorCode::kInvalidInput,
                "a lens cannot be corrected and left as it is at the same time");
  }
  const std::string report = job.report_json == "-" ? "" : job.report_json;
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames(
      job.inputs, {job.output, job.merged_dng, job.linear_tif, report}, job.overwrite));
  if (!job.output.empty()) PETZVAL_RETURN_IF_ERROR(CheckPicturePath(job.output, job.encode));
  if (!job.output.empty() && IsHighRange(PictureSpaceOf(job.space)) && job.encode.bits != 16) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a picture in {} needs 16 bits (PNG or TIFF)",
                                                      kSpaceNames[static_cast<int>(job.space)]));
  }
  if (!job.linear_tif.empty()) {
    PETZVAL_RETURN_IF_ERROR(CheckPicturePath(job.linear_tif, {.bits = kLinearBits}));
  }
  if (!job.merged_dng.empty() && LowerSuffix(job.merged_dng) != ".dng") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("the merged mosaic {} must be named *.dng", job.merged_dng));
  }
  return {};
}

// The frames of a shot that could be read, and where they stand in the report.
struct Frames {
  std::vector<RawFrame> raw;
  std::vector<int> index;  // raw[i] is input index[i]
};

// Reads all frames in parallel. A burst loses its unreadable frames with a warning; when nothing
// could be read the error of the first frame is the answer.
Result<Frames> ReadFrames(const std::vector<std::string>& paths, Report* report) {
  const int n = static_cast<int>(paths.size());
  std::vector<std::optional<Result<RawFrame>>> read(n);
  ParallelFor(n, [&](int i) { read[i].emplace(ReadRaw(paths[i])); });
  Frames frames;
  for (int i = 0; i < n; ++i) {
    report->frames.push_back({.path = paths[i]});
    if (*read[i]) {
      frames.raw.push_back(std::move(**read[i]));
      frames.index.push_back(i);
    } else if (n > 1) {
      report->warnings.push_back("frame left out: " + read[i]->error().message);
    }
    if (std::find(paths.begin(), paths.begin() + i, paths[i]) != paths.begin() + i) {
      report->warnings.push_back(fmt::format("{} is named twice", paths[i]));
    }
  }
  if (frames.raw.empty()) {
    report->warnings.clear();
    Error error = read.front()->error();
    if (n > 1) error.message += fmt::format(" (and no other of the {} frames could be read)", n);
    return Fail(std::move(error));
  }
  return frames;
}

// The place among the frames that could be read of the reference that the user wants.
int ReferenceAmong(const Frames& frames, int wanted, Report* report) {
  if (wanted < 0) return -1;
  const auto found = std::find(frames.index.begin(), frames.index.end(), wanted);
  if (found != frames.index.end()) return static_cast<int>(found - frames.index.begin());
  report->warnings.push_back(
      fmt::format("{} cannot be the reference, another frame is", report->frames[wanted].path));
  return -1;
}

void ReportFrames(const MergedBurst& merged, const std::vector<int>& index, Report* report) {
  report->frames_used = merged.frames_used;
  for (size_t i = 0; i < merged.frames.size(); ++i) {
    const FrameUse& use = merged.frames[i];
    Report::Frame& frame = report->frames[index[i]];
    frame = {frame.path,     use.used,       static_cast<int>(i) == merged.reference,
             use.shift_x_px, use.shift_y_px, use.rotation_deg,
             use.gain,       use.mean_weight};
  }
}

// Writes the merged mosaic with the noise profile of the merged pixels instead of one frame's.
Status WriteMergedDng(const std::string& path, MergedBurst* merged) {
  const NoiseModel one_frame = merged->frame.noise;
  const double ratio = MeanVarianceRatio(*merged);
  for (NoiseLine& line : merged->frame.noise.plane) line = {ratio * line.s, ratio * line.o};
  Status written = WriteDng(path, merged->frame);
  merged->frame.noise = one_frame;
  return written;
}

// What the user asked for; what develop and look decided comes later.
void ReportJob(DevelopJob* job, const Look& look, Report* report) {
  auto& out = report->parameters;
  const auto text = [&](const char* name, const char* value) {
    out.emplace_back(name, std::string(value));
  };
  text("mode", report->frames_used > 1 ? "burst" : "snapshot");
  for (const BoundParameter& p : BindParameters(job)) {
    out.emplace_back(p.description.name, *p.value);
  }
  out.emplace_back("white-balance", job->white_balance);
  out.emplace_back("lens-correction", job->develop.lens_correction);
  // Only when asked for, so that other pictures keep the bytes of their metadata.
  if (job->develop.lens_profile) {
    out.emplace_back("lens-correct", job->develop.lens_profile->lens);
  }
  out.emplace_back("auto-exposure", job->auto_exposure);
  out.emplace_back("look", look.name);
  for (const auto& [name, value] : look.values) out.emplace_back("look." + name, value);
  for (const auto& [name, list] : look.lists) {
    out.emplace_back("look." + name, fmt::format("{:g}", fmt::join(list, ",")));
  }
  for (const auto& [name, value] : look.texts) {
    if (!value.empty()) out.emplace_back("look." + name, value);
  }
  text("space", kSpaceNames[static_cast<int>(job->space)]);
  out.emplace_back("bits", static_cast<double>(job->encode.bits));
  out.emplace_back("quality", static_cast<double>(job->encode.jpeg_quality));
  text("subsampling", job->encode.subsampling == ChromaSubsampling::k444   ? "444"
                      : job->encode.subsampling == ChromaSubsampling::k422 ? "422"
                                                                           : "420");
}

void ReportDecisions(const DevelopInfo& info, double chosen_exposure_ev, Report* report) {
  auto& out = report->parameters;
  if (info.lens_noise_gain) out.emplace_back("lens-noise-gain", *info.lens_noise_gain);
  out.emplace_back("color", info.color);
  if (info.light_class) {
    out.emplace_back("light-class", std::string(LightClassName(*info.light_class)));
  }
  out.emplace_back("white-balance-kelvin", info.kelvin_k);
  out.emplace_back("white-balance-tint", info.tint);
  out.emplace_back("white-gain-red", info.white_gain[0]);
  out.emplace_back("white-gain-blue", info.white_gain[2]);
  out.emplace_back("chosen-exposure-ev", chosen_exposure_ev);
}

std::vector<std::pair<std::string, std::string>> AsText(const Report& report) {
  std::vector<std::pair<std::string, std::string>> text;
  for (const auto& [name, value] : report.parameters) {
    text.emplace_back(name, std::visit([](const auto& v) { return fmt::format("{}", v); }, value));
  }
  return text;
}

Result<Look> LookOf(const DevelopJob& job) {
  PETZVAL_ASSIGN(Look look, LoadLook(job.look));
  for (const auto& [name, value] : job.look_values) {
    PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, name, value));
  }
  return look;
}

void Append(const std::vector<std::string>& from, std::vector<std::string>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

Status DevelopPhoto(DevelopJob job, Report* report,
                    const std::function<void(std::string_view)>& on_step,
                    const std::function<void(double)>& on_fraction) {
  PETZVAL_RETURN_IF_ERROR(CheckJob(job));
  PETZVAL_ASSIGN(const Look look, LookOf(job));
  PETZVAL_ASSIGN(job.develop.white_balance, ParseWhiteBalance(job.white_balance));
  PETZVAL_RETURN_IF_ERROR(LoadKnowledge(job.knowledge, &job.develop, &report->warnings));
  if (!job.lens_profile.empty()) {
    PETZVAL_ASSIGN(optics::LensProfile profile, optics::FindLensProfile(job.lens_profile));
    job.develop.lens_profile = std::make_shared<optics::LensProfile>(std::move(profile));
  }

  StepTimer timer(report, on_step);
  timer.Start("read");
  PETZVAL_ASSIGN(Frames frames, ReadFrames(job.inputs, report));

  timer.Start(frames.raw.size() > 1 ? "merge" : "prepare");
  BurstParams burst = job.burst;
  burst.reference = ReferenceAmong(frames, job.burst.reference, report);
  PrepareFrames(job.develop, &frames.raw);
  PETZVAL_ASSIGN(MergedBurst merged, MergeBurst(std::move(frames.raw), burst));
  const RawFrame& frame = merged.frame;
  ReportFrames(merged, frames.index, report);
  Append(merged.warnings, &report->warnings);
  const bool color_known =
      job.develop.dcp ||
      (job.develop.calibration && (job.develop.calibration->color || !job.develop.match.empty()));
  for (const std::string& warning : frame.warnings) {
    // What the file says of colour does not matter then.
    if (color_known && warning.find("colour matri") != std::string::npos) continue;
    report->warnings.push_back(warning);
  }
  ReportJob(&job, look, report);
  const Orientation turn{frame.orientation, frame.width(), frame.height()};
  report->width_px = turn.width();
  report->height_px = turn.height();

  if (!job.merged_dng.empty()) {
    timer.Start("write merged mosaic");
    PETZVAL_RETURN_IF_ERROR(WriteMergedDng(job.merged_dng, &merged));
    report->outputs.push_back(job.merged_dng);
  }
  if (job.output.empty() && job.linear_tif.empty()) return {};

  timer.Start("analyse");
  DevelopParams develop = job.develop;
  // The user's exposure is the look's affair: scene-linear files keep the exposure of the sensor.
  develop.exposure_ev = 0;
  develop.sharpening *= look.Get("sharpening");
  PETZVAL_ASSIGN(const Developer developer,
                 Developer::Create(frame, merged.variance_ratio.view(), develop));
  Append(developer.info().warnings, &report->warnings);

  timer.Start("tone");
  const SceneInfo scene =
      SceneOf(merged, developer, job.develop, job.develop.exposure_ev, job.auto_exposure);
  PETZVAL_ASSIGN(const Rendering rendering,
                 Rendering::Create(look, developer.proxy(), developer.width(), developer.height(),
                                   scene, job.space));
  ReportDecisions(developer.info(), rendering.exposure_ev(), report);
  // As the picture is seen: the default crop, turned.
  const Orientation shown{frame.orientation, developer.width(), developer.height()};
  FramePlan frame_plan;
  if (IsHighRange(PictureSpaceOf(job.space))) {
    if (look.Text("frame") != "none") {
      report->warnings.push_back("a picture of high range gets no frame");
    }
  } else {
    PETZVAL_ASSIGN(frame_plan,
                   PlanFrame(look, shown.width(), shown.height(), CaptionOf(frame.exif)));
  }

  const auto write = [&](const std::string& path, const EncodeParams& params,
                         const char* step) -> Status {
    if (path.empty()) return {};
    timer.Start(step);
    StripRenderer strips(developer, rendering, frame.orientation, on_fraction);
    PixelSource source = strips.Source();
    if (frame_plan.needed && params.bits != kLinearBits) {
      PETZVAL_ASSIGN(source, FramePicture(source, frame_plan));
    }
    PictureMetadata metadata;
    metadata.exif = frame.exif;
    metadata.parameters = AsText(*report);
    metadata.space =
        params.bits == kLinearBits ? PictureSpace::kLinearRec2020 : PictureSpaceOf(job.space);
    PETZVAL_RETURN_IF_ERROR(EncodePicture(path, source, params, metadata));
    report->outputs.push_back(path);
    report->width_px = source.width;
    report->height_px = source.height;
    return {};
  };
  PETZVAL_RETURN_IF_ERROR(write(job.linear_tif, {.bits = kLinearBits}, "write linear picture"));
  return write(job.output, job.encode, "develop and encode");
}

}  // namespace petzval
