// What a report looks at: fields, frequencies, distances, chosen from the lens.
#ifndef PETZVAL_OPTICS_PLOT_REPORT_PLAN_H_
#define PETZVAL_OPTICS_PLOT_REPORT_PLAN_H_

#include <string>
#include <vector>

#include "petzval/optics/analysis/sampling.h"
#include "petzval/optics/plot/report.h"

namespace petzval::optics {

struct ReportPlan {
  std::vector<double> fields;  // of the lens, at most kMaxFields of them
  std::vector<double> steps;   // evenly from the axis to the largest field; empty when that is 0
  SamplingOptions sampling;
  double image_radius_mm = 0;  // of the largest field, or of the image circle
  double max_cycles_per_mm = 0;
  std::vector<double> cycles_per_mm;   // for MTF over the field, three or so
  double focus_cycles_per_mm = 0;      // for MTF through focus
  double focus_range_mm = 0;           // +- shift
  double blur_object_mm = 0;           // 0: no blur discs (afocal lens)
  double wide_um = 0, wide_to_um = 0;  // range of wavelengths of the lens
};
inline constexpr int kMaxReportFields = 6;

// The model with its iris closed to the file's aperture: what is beyond the paraxial stop radius is
// clipped at the stop.
LensModel AtFileAperture(const LensModel& model);

ReportPlan PlanReport(const LensModel& model, const ReportOptions& options);

// Collects the pieces of a report.
class ReportBuilder {
 public:
  ReportBuilder(const LensModel& model, const ReportOptions& options);

  void AddDrawing();
  void AddRays();
  void AddWaves();
  void AddField();
  void AddMtf();
  void AddPictures();
  void AddTheory();
  LensReport Take();

 private:
  void Add(std::string section, std::string name, std::string title, std::string caption,
           std::string svg);
  void Warn(std::string sentence);
  // Warns once when rays missed a surface or were reflected totally; clipping is no failure.
  void CountLost(const std::string& what, const RayCounts& rays);
  std::string FieldName(double field) const;
  std::string Launching() const;  // part of captions: which pupil, what clips

  // One row of the summary table for each plan_.fields entry.
  struct Row {
    std::string spot_um, opd_waves, strehl, mtf_t, mtf_s, distortion, colour_um, light, angle;
  };
  std::vector<Row> rows_;
  const LensModel& model_;
  const ReportPlan plan_;
  LensReport report_;
};

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_REPORT_PLAN_H_
