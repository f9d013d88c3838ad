// From measured shots of one light to colours that a fit is made from.
#ifndef PETZVAL_CALIBRATE_CHART_TRAINING_H_
#define PETZVAL_CALIBRATE_CHART_TRAINING_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/calibrate/chart/measured_shot.h"
#include "petzval/calibrate/fit/color_fit.h"

namespace petzval::calibrate {

// What the patches of a chart are under a light: XYZ adapted to D50, in the chart's order.
struct PatchReferences {
  std::vector<Vec3> xyz, lab;
  Chromaticity white = kWhiteD50;     // of the light
  std::vector<std::string> warnings;  // colours known under D50 only
};
// Errors: kInvalidInput for an unknown edition.
Result<PatchReferences> FindReferences(const measure::Chart& chart, const std::string& edition,
                                       const ChartLight& light);

// A shot and the model that explains it.
struct ModelledShot {
  const MeasuredShot* shot = nullptr;
  ChartModel model;
  double score = 0;  // LeaveOneOutScore, more for greys off the model
};

std::vector<Vec3> XyzOfSamples(const ChartSamples& samples, const PatchReferences& references);

// Mean CIEDE2000 of patches that were left out of the model of the shot and of a quick fit (least
// squares, root polynomial of degree 2). In at most 24 parts.
Result<double> LeaveOneOutScore(const MeasuredShot& shot, const PatchReferences& references,
                                const ModelShape& shape);

// The simplest model that no other beats in ModelledShot::score by more than 1 % for each parameter
// that it has more; an even light if a flat was given.
Result<ModelledShot> ChooseModel(const MeasuredShot& shot, const PatchReferences& references);
// The same shot with a model of the given shape.
Result<ModelledShot> FitShape(const MeasuredShot& shot, const PatchReferences& references,
                              const ModelShape& shape);

// Balanced colours, means over the shots. `left_out`: a patch that no model is fitted to, but whose
// colour is there; -1: none. `patch`, if not null, gets the index in the chart of each colour.
Result<TrainingSet> MakeTraining(std::span<const ModelledShot> shots,
                                 const PatchReferences& references, int left_out = -1,
                                 std::vector<int>* patch = nullptr);

// CIEDE2000 of each colour of the training under a fit made without it, and without it in the
// models of the shots. `sets[i]`: MakeTraining with the patch of colour i left out.
Result<std::vector<double>> NestedLeaveOneOut(ColorFitKind kind, std::span<const TrainingSet> sets);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_TRAINING_H_
