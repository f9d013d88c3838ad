// Seidel bars: small multiples over the surfaces.
#include "petzval/optics/plot/seidel_figure.h"

#include <algorithm>
#include <cmath>

#include "petzval/optics/plot/chart.h"

namespace petzval::optics {
namespace {

struct Term {
  const char* title;
  double SeidelTerms::*value;
};
constexpr Term kTerms[] = {
    {"S1 spherical aberration", &SeidelTerms::s1}, {"S2 coma", &SeidelTerms::s2},
    {"S3 astigmatism", &SeidelTerms::s3},          {"S4 Petzval curvature", &SeidelTerms::s4},
    {"S5 distortion", &SeidelTerms::s5},           {"C1 axial colour", &SeidelTerms::c1},
    {"C2 lateral colour", &SeidelTerms::c2}};

constexpr char kSurface[] = "#7ba6cf", kAspheric[] = "#d99a00", kSum[] = "#333f4d";

}  // namespace

std::string SeidelFigure(const LensModel& model, const Seidel& seidel) {
  Figure figure{.title = "Seidel sums of " + model.lens.name,
                .columns = 2,
                .panel_width = 440,
                .panel_height = 150};
  const size_t count = seidel.surfaces.size();
  if (count == 0) return EmptyFigure(figure.title, "no Seidel sums");
  const double per_wave = 1 / (model.system.um[model.system.primary] * 1e-3);
  const size_t stride = count > 24 ? 3 : (count > 14 ? 2 : 1);
  bool aspheric = false;
  for (const Term& term : kTerms) {
    const bool colour = term.value == &SeidelTerms::c1 || term.value == &SeidelTerms::c2;
    if (colour && model.system.wavelengths() < 2) continue;
    Chart chart{.title = term.title,
                .x = {.min = 0.2, .max = static_cast<double>(count) + 1.8},
                .y = {.label = "waves", .include_zero = true, .ticks = 4}};
    chart.zero_lines = true;
    for (size_t i = 0; i < count; ++i) {
      const double at = static_cast<double>(i) + 1;
      chart.x.tick_values.push_back(at);
      chart.x.tick_labels.push_back(i % stride == 0 ? std::to_string(i + 1) : "");
      const auto& gaps = seidel.incomplete;
      if (std::find(gaps.begin(), gaps.end(), static_cast<int>(i)) != gaps.end()) continue;
      const double value = seidel.surfaces[i].*term.value * per_wave;
      if (std::isfinite(value)) {
        chart.bars.push_back({at - 0.34, at + 0.34, value, kSurface});
      }
      const double part =
          i < seidel.aspheric.size() ? seidel.aspheric[i].*term.value * per_wave : 0;
      if (std::isfinite(part) && part != 0) {
        aspheric = true;
        chart.bars.push_back({at - 0.12, at + 0.12, part, kAspheric});
      }
    }
    const double last = static_cast<double>(count) + 1;
    const double sum = seidel.sum.*term.value * per_wave;
    if (seidel.complete() && std::isfinite(sum))
      chart.bars.push_back({last - 0.34, last + 0.34, sum, kSum});
    chart.x.tick_values.push_back(last);
    chart.x.tick_labels.push_back("Σ");
    figure.panels.push_back(std::move(chart));
  }
  figure.legend.push_back(
      {.label = "surface", .style = {.color = kSurface}, .line = false, .block = true});
  if (aspheric) {
    figure.legend.push_back({.label = "its aspheric part",
                             .style = {.color = kAspheric},
                             .line = false,
                             .block = true});
  }
  if (seidel.complete()) {
    figure.legend.push_back(
        {.label = "sum", .style = {.color = kSum}, .line = false, .block = true});
  }
  figure.footnote = seidel.note;
  return RenderFigure(figure);
}

}  // namespace petzval::optics
