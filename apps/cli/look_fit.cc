// petzval look fit: a look learned from pictures before and after it.
#include "petzval/calibrate/taste/look_fit.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "answer.h"
#include "look_verbs.h"
#include "petzval/camera/output_names.h"

namespace petzval::cli {

using nlohmann::ordered_json;

namespace {

struct Arguments {
  std::vector<std::string> pairs;
  std::string output;
  calibrate::LookFitParams fit;
  bool overwrite = false;
};

ordered_json Statistics(const char* what, const calibrate::DeStatistics& s) {
  return {{"pictures", what},
          {"de2000_mean", Number(s.mean)},
          {"de2000_p95", Number(s.p95)},
          {"de2000_max", Number(s.max)}};
}

Status Run(Arguments a, const CommonOptions& common) {
  const std::string report = common.json == "-" ? "" : common.json;
  std::vector<std::string> outputs = {a.output, report};
  if (a.fit.residual_cube) {
    outputs.push_back(std::filesystem::path(a.output).replace_extension(".cube").string());
  }
  PETZVAL_RETURN_IF_ERROR(CheckOutputNames(a.pairs, outputs, a.overwrite));
  if (LowerSuffix(a.output) != ".toml") {
    return Fail(ErrorCode::kUnsupported, fmt::format("a look is a .toml file, not {}", a.output));
  }
  a.fit.name = std::filesystem::path(a.output).stem().string();
  std::vector<calibrate::LookPair> pairs;
  for (size_t i = 0; i + 1 < a.pairs.size(); i += 2) {
    PETZVAL_ASSIGN(calibrate::LookPair pair, calibrate::ReadLookPair(a.pairs[i], a.pairs[i + 1]));
    pairs.push_back(std::move(pair));
  }
  PETZVAL_ASSIGN(const calibrate::LookFit fit, calibrate::FitLook(pairs, a.fit));
  PETZVAL_RETURN_IF_ERROR(calibrate::WriteLookFit(fit, a.output));
  ordered_json rows = ordered_json::array();
  rows.push_back(Statistics("before and after", fit.untouched));
  rows.push_back(Statistics("with the look", fit.fitted));
  rows.push_back(Statistics("with the look, unseen", fit.held_out));
  if (fit.with_residual) rows.push_back(Statistics("with look and table", *fit.with_residual));
  ordered_json each = ordered_json::array();
  for (size_t i = 0; i < fit.pair.size(); ++i) {
    each.push_back({{"pair", fit.pair[i]}, {"de2000_mean", Number(fit.pair_mean[i])}});
  }
  return Deliver({{"look", a.output},
                  {"monochrome", fit.monochrome},
                  {"de2000_mean", Number(fit.fitted.mean)},
                  {"held_out_de2000_mean", Number(fit.held_out.mean)},
                  {"differences", std::move(rows)},
                  {"pairs", std::move(each)},
                  {"warnings", fit.warnings}},
                 common);
}

}  // namespace

Verb LookFitVerb(const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  Verb verb;
  verb.name = "fit";
  verb.summary =
      "a look learned from pairs of pictures: as the look natural renders, and as wanted";
  verb.options = {
      {"PICTURE",
       "pictures in pairs: before, after, before, after, ..",
       &a->pairs,
       "PICTURE...",
       0,
       0,
       {},
       true},
      {"-o,--output", "the look", &a->output, "LOOK.toml", 0, 0, {}, true},
      {"--cube", "learn what the parameters of a look cannot say as a table beside it",
       &a->fit.residual_cube, ""},
      {"--cube-size", "entries a side of that table", &a->fit.cube_size, "N", 2, 33},
      {"--force", "overwrite a look that exists", &a->overwrite, ""},
  };
  verb.usage_error = [a]() -> std::string {
    return a->pairs.size() % 2 == 0 ? ""
                                    : "pictures come in pairs: one before and one after the look";
  };
  verb.run = [a, &common] { return Run(*a, common); };
  return verb;
}

}  // namespace petzval::cli
