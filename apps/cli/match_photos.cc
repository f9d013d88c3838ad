// petzval match --photos: a look learned from pairs of photographs of two cameras.
#include "petzval/camera/match_photos.h"

#include <fmt/format.h>

#include <filesystem>

#include "calibrate_verbs.h"
#include "petzval/camera/output_names.h"
#include "progress.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

ordered_json Row(const char* what, const calibrate::DeStatistics& s) {
  return {{"pictures", what},
          {"de2000_mean", Number(s.mean)},
          {"de2000_p95", Number(s.p95)},
          {"de2000_max", Number(s.max)}};
}

}  // namespace

Status RunPhotoMatch(const PhotoMatchArguments& a, const CommonOptions& common) {
  if (LowerSuffix(a.look) != ".toml") {
    return Fail(ErrorCode::kUnsupported, fmt::format("a look is a .toml file, not {}", a.look));
  }
  const std::string table = std::filesystem::path(a.look).replace_extension(".cube").string();
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames(
      a.photos, {a.look, table, common.json == "-" ? "" : common.json}, a.overwrite));
  PhotoMatchJob job;
  job.camera = a.camera;
  job.reference = a.reference;
  job.look_name = std::filesystem::path(a.look).stem().string();
  for (size_t i = 0; i + 1 < a.photos.size(); i += 2) {
    job.pairs.push_back({a.photos[i], a.photos[i + 1]});
  }
  PhotoMatch match;
  {
    Progress progress(common.quiet);
    PETZVAL_ASSIGN(match, MatchPhotos(job, [&](std::string_view name) { progress.Step(name); }));
  }
  PETZVAL_RETURN_IF_ERROR(WritePhotoMatch(match, a.look));
  ordered_json pairs = ordered_json::array();
  for (const MatchedPhoto& p : match.photos) {
    pairs.push_back({{"exposure_ev", Number(p.exposure_ev)},
                     {"natural_mean", Number(p.natural_mean)},
                     {"look_mean", Number(p.look_mean)},
                     {"left_out_mean", Number(p.left_out_mean)},
                     {"camera", p.name}});
  }
  ordered_json rows = ordered_json::array();
  rows.push_back(Row("the look natural", match.natural));
  rows.push_back(Row("the learned look", match.rendered));
  rows.push_back(Row("at each picture's exposure", match.fitted));
  rows.push_back(Row("the same, pictures left out", match.left_out));
  return Deliver({{"camera", a.camera},
                  {"reference", a.reference},
                  {"method", "photos"},
                  {"look", a.look},
                  {"table", table},
                  {"de2000_mean", Number(match.rendered.mean)},
                  {"left_out_de2000_mean", Number(match.left_out.mean)},
                  {"differences", std::move(rows)},
                  {"pairs", std::move(pairs)},
                  {"warnings", match.warnings}},
                 common);
}

}  // namespace petzval::cli
