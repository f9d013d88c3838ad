// One photograph in many looks, side by side on one sheet.
#include "petzval/camera/look_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "petzval/camera/orientation.h"
#include "petzval/camera/scene_info.h"
#include "petzval/capture/reader.h"

namespace petzval {
namespace {

Status CheckSheet(const LookSheetParams& params) {
  if (params.columns < 1 || params.columns > kMaxSheetColumns) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a sheet has 1 to {} columns, not {}",
                                                      kMaxSheetColumns, params.columns));
  }
  if (params.tile_px < kMinTilePx || params.tile_px > kMaxTilePx) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a tile is {} to {} pixels, not {}",
                                                      kMinTilePx, kMaxTilePx, params.tile_px));
  }
  if (params.looks.size() > kMaxSheetLooks) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("a sheet holds {} looks, {} are named",
                                                      kMaxSheetLooks, params.looks.size()));
  }
  return {};
}

// Empty `names`: all looks.
Result<std::vector<Look>> LoadLooks(const std::vector<std::string>& names, const DevelopJob& job) {
  std::vector<Look> looks;
  const bool all = names.empty();
  for (const std::string& name : all ? LookNames() : names) {
    PETZVAL_ASSIGN(Look look, LoadLook(name));
    for (const auto& [key, value] : job.look_values) {
      PETZVAL_RETURN_IF_ERROR(SetLookValue(&look, key, value));
    }
    // Nobody asked for it by name.
    if (all && !job.develop.dcp && look.Text("tone_operator") == "profile") continue;
    looks.push_back(std::move(look));
  }
  return looks;
}

Result<MergedBurst> MergeInputs(const DevelopJob& job, const DevelopParams& develop,
                                Report* report) {
  if (job.inputs.empty() || job.inputs.size() > kMaxBurstFrames) {
    return Fail(ErrorCode::kInvalidInput, fmt::format("{} frames given; a shot has 1 to {}",
                                                      job.inputs.size(), kMaxBurstFrames));
  }
  std::vector<RawFrame> frames;
  for (const std::string& path : job.inputs) {
    PETZVAL_ASSIGN(RawFrame frame, ReadRaw(path));
    frames.push_back(std::move(frame));
  }
  PrepareFrames(develop, &frames);
  PETZVAL_ASSIGN(MergedBurst merged, MergeBurst(std::move(frames), job.burst));
  report->frames_used = merged.frames_used;
  for (const auto* list : {&merged.warnings, &merged.frame.warnings}) {
    report->warnings.insert(report->warnings.end(), list->begin(), list->end());
  }
  return merged;
}

}  // namespace

Result<LookSheet> MakeLookSheet(const DevelopJob& job, const LookSheetParams& params,
                                Report* report,
                                const std::function<void(std::string_view)>& on_step) {
  PETZVAL_RETURN_IF_ERROR(CheckSheet(params));
  PETZVAL_ASSIGN(const std::vector<Look> looks, LoadLooks(params.looks, job));
  DevelopParams develop = job.develop;
  PETZVAL_ASSIGN(develop.white_balance, ParseWhiteBalance(job.white_balance));
  PETZVAL_RETURN_IF_ERROR(LoadKnowledge(job.knowledge, &develop, &report->warnings));
  if (!job.lens_profile.empty()) {
    PETZVAL_ASSIGN(optics::LensProfile profile, optics::FindLensProfile(job.lens_profile));
    develop.lens_profile = std::make_shared<optics::LensProfile>(std::move(profile));
  }
  StepTimer timer(report, on_step);
  timer.Start(job.inputs.size() > 1 ? "read and merge" : "read");
  PETZVAL_ASSIGN(const MergedBurst merged, MergeInputs(job, develop, report));

  timer.Start("develop");
  // The user's exposure is the looks' affair.
  develop.exposure_ev = 0;
  PETZVAL_ASSIGN(const Developer developer,
                 Developer::Create(merged.frame, merged.variance_ratio.view(), develop));
  report->warnings.insert(report->warnings.end(), developer.info().warnings.begin(),
                          developer.info().warnings.end());
  const int width = developer.width(), height = developer.height();
  const double scale = std::min(1.0, static_cast<double>(params.tile_px) / std::max(width, height));
  const Image<float> small =
      ReducePicture(width, height, std::max(1, static_cast<int>(std::lround(width * scale))),
                    std::max(1, static_cast<int>(std::lround(height * scale))),
                    [&](const Rect& r, Image<float>* out) { developer.Render(r, out); });
  const int turn = merged.frame.orientation;

  timer.Start("render looks");
  const SceneInfo info =
      SceneOf(merged, developer, develop, job.develop.exposure_ev, job.auto_exposure);
  PETZVAL_ASSIGN(LookSheet sheet,
                 ArrangeLooks(looks, Upright(small, turn), Upright(developer.proxy(), turn), info,
                              job.space, params.columns));
  report->width_px = sheet.width;
  report->height_px = sheet.height;
  return sheet;
}

}  // namespace petzval
