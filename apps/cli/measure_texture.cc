// petzval measure texture: dead leaves, with a reference or by their statistics.
#include "measure_verbs.h"
#include "petzval/camera/measure_subject.h"
#include "petzval/measure/texture/texture_mtf.h"

namespace petzval::cli {

using nlohmann::ordered_json;

Result<MeasureAnswer> TextureAnswer(const MeasureArguments& a,
                                    const std::vector<measure::Subject>& subjects) {
  const measure::Subject& subject = subjects.front();
  measure::TextureOptions options;
  options.channel = ChannelOf(a);
  PETZVAL_ASSIGN(options.rois, RoisOf(a, subject));
  measure::TextureReport report;
  if (!a.reference.empty()) {
    PETZVAL_ASSIGN(const measure::Subject reference, ReadSubject(a.reference));
    PETZVAL_ASSIGN(report, measure::MeasureTexture(reference, subject, options));
  } else {
    measure::DeadLeavesChart chart;
    if (!a.grey.empty()) {
      PETZVAL_ASSIGN(chart.grey, ParseRect(a.grey, "--grey"));
    }
    PETZVAL_ASSIGN(report, measure::MeasureTextureOfChart(subject, chart, options));
  }
  ordered_json patches = ordered_json::array();
  for (const measure::TexturePatch& p : report.patches) {
    patches.push_back({{"roi", RectJson(p.roi)},
                       {"mtf50_cpp", Number(p.mtf50)},
                       {"mtf10_cpp", Number(p.mtf10)},
                       {"contrast", Number(p.contrast)},
                       {"contrast_gain", Number(p.contrast_gain)},
                       {"acutance", Numbers(p.acutance)},
                       {"shift_px", Numbers({p.motion.dx, p.motion.dy})},
                       {"f_cpp", Numbers(p.frequency)},
                       {"mtf", Numbers(p.mtf)},
                       {"power_mtf", Numbers(p.power_mtf)}});
  }
  return Answer(
      {{"pixels_per_degree", Numbers(options.pixels_per_degree)}, {"patches", std::move(patches)}},
      report.findings);
}

}  // namespace petzval::cli
