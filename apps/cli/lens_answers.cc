// What the analyses of `petzval lens` share: rows over the field, their warnings, option structs.
#include "lens_answers.h"

#include <fmt/format.h>

#include <cmath>

#include "petzval/optics/plot/axis.h"
#include "petzval/optics/plot/report_plan.h"

namespace petzval::cli {

using nlohmann::ordered_json;
using optics::LensModel;

void FieldRows::Warn(double field, const std::string& what) {
  warnings_.push_back(fmt::format("field {:g}: {}", field, what));
}

void FieldRows::CountLost(double field, const optics::RayCounts& rays) {
  if (rays.failed() == 0) return;
  std::string reasons;
  const auto add = [&](int count, const char* reason) {
    if (count == 0) return;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
  };
  add(rays.clipped, "clipped");
  add(rays.missed, "miss a surface");
  add(rays.total_reflection, "totally reflected");
  Warn(field, fmt::format("{} of {} rays do not arrive: {}", rays.failed(), rays.total(), reasons));
}

void FieldRows::Add(double field, Result<ordered_json> row) {
  if (row) {
    ordered_json whole = {{"field", field}};
    whole.update(*row);
    if (!model_row_) model_row_ = rows_.size();
    rows_.push_back(std::move(whole));
  } else {
    if (!error_) error_ = row.error();
    warnings_.push_back(row.error().message);
    rows_.push_back({{"field", field}});
  }
}

LensAnswer FieldRows::Finish(ordered_json answer) && {
  if (!model_row_ && error_) return Fail(*error_);
  for (ordered_json& row : rows_) {
    if (row.size() > 1) continue;
    for (const auto& [key, value] : rows_[*model_row_].items()) {
      if (key != "field") row[key] = nullptr;
    }
  }
  answer["fields"] = rows_;
  answer["warnings"] = warnings_;
  return answer;
}

ordered_json SeidelJson(const optics::SeidelTerms* terms) {
  if (!terms) {
    ordered_json nulls;
    for (const char* name : {"s1", "s2", "s3", "s4", "s5", "c1", "c2"}) nulls[name] = nullptr;
    return nulls;
  }
  const optics::SeidelTerms& s = *terms;
  return {{"s1", Number(s.s1)}, {"s2", Number(s.s2)}, {"s3", Number(s.s3)}, {"s4", Number(s.s4)},
          {"s5", Number(s.s5)}, {"c1", Number(s.c1)}, {"c2", Number(s.c2)}};
}

optics::PsfOptions PsfOptionsOf(const LensArguments& a, const AnalysisOptions& options) {
  optics::PsfOptions psf;
  psf.kind = options.kind == "geometric" ? optics::PsfKind::kGeometric
             : options.kind == "fft"     ? optics::PsfKind::kFft
                                         : optics::PsfKind::kHuygens;
  psf.size = options.size;
  psf.pitch_um = options.pitch_um;
  psf.sampling = a.sampling();
  return psf;
}

optics::MtfOptions MtfOptionsOf(const LensArguments& a, const AnalysisOptions& options) {
  optics::MtfOptions mtf;
  mtf.kind =
      options.kind == "geometric" ? optics::MtfKind::kGeometric : optics::MtfKind::kDiffraction;
  mtf.sampling = a.sampling();
  return mtf;
}

Result<std::vector<double>> FrequenciesOf(const AnalysisOptions& options, const LensModel& model) {
  if (!options.frequencies.empty()) return ParseNumbers(options.frequencies, "--frequency");
  const double last = optics::PlanReport(model, {}).max_cycles_per_mm;
  if (!(last > 0)) {
    return Fail(ErrorCode::kInvalidInput,
                "an afocal lens has no spatial frequencies at an image; give --frequency");
  }
  const double step = optics::NiceStep(last, 8);
  std::vector<double> frequencies;
  for (int i = 1; i * step <= last * (1 + 1e-9); ++i) frequencies.push_back(i * step);
  return frequencies;
}

Result<FocusSeries> FocusSeriesOf(const AnalysisOptions& options, const LensModel& model,
                                  int points) {
  const optics::ReportPlan plan = optics::PlanReport(model, {});
  FocusSeries series;
  const double range = options.range_um > 0 ? options.range_um / 1000 : plan.focus_range_mm;
  if (!(range > 0)) {
    return Fail(ErrorCode::kInvalidInput, "an afocal lens has no depth of focus; give --range");
  }
  for (int i = 0; i < points; ++i) {
    series.shifts_mm.push_back((2.0 * i / (points - 1) - 1) * range);
  }
  if (!options.frequencies.empty()) {
    PETZVAL_ASSIGN(series.cycles_per_mm, ParseNumbers(options.frequencies, "--frequency"));
  } else if (plan.focus_cycles_per_mm > 0) {
    series.cycles_per_mm = {plan.focus_cycles_per_mm};
  }
  return series;
}

}  // namespace petzval::cli
