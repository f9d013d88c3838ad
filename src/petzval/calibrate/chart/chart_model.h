// How the signals of a chart shot come about: camera, uneven light, stray light; fitted jointly.
#ifndef PETZVAL_CALIBRATE_CHART_CHART_MODEL_H_
#define PETZVAL_CALIBRATE_CHART_CHART_MODEL_H_

#include <span>
#include <vector>

#include "petzval/base/matrix.h"
#include "petzval/base/result.h"

namespace petzval::calibrate {

// Patches of one shot that can be used; all vectors of one length.
struct ChartSamples {
  std::vector<int> patch;            // index in the chart
  std::vector<Vec3> raw;             // linear signal, black = 0
  std::vector<Vec3> relative_error;  // standard error of the mean / the mean
  std::vector<double> x, y;          // place on the chart: -1..1 from left to right, top to bottom
  size_t size() const { return raw.size(); }
};

// How much the light may vary over the chart.
struct ModelShape {
  int order = 0;              // of the polynomial of the logarithm of the light: 0 even, 1..3
  int color_order = 0;        // of red and blue against green: 0 or 1
  bool sloped_glare = false;  // stray light that is a plane: only for charts with many greys
  int parameters() const;     // beyond the even light
  friend bool operator==(const ModelShape&, const ModelShape&) = default;
};

// raw = light(x, y) * (camera_from_xyz * xyz) + offset(x, y) for each colour, light = 1 in the
// middle. XYZ relative to D50.
struct ChartModel {
  ModelShape shape;
  Mat3 camera_from_xyz = Mat3::Identity();
  Vec3 offset{};
  std::vector<double> light, red, blue;  // coefficients of log light; of red, blue over green
  double slope_x = 0, slope_y = 0;       // of the stray light, relative

  Vec3 LightAt(double x, double y) const;
  Vec3 OffsetAt(double x, double y) const;
  Vec3 White() const;  // signal of the perfect diffuser in the middle, without stray light
  Vec3 Glare() const;  // stray light as a share of White() + stray light
  // Without uneven and stray light, balanced: (1, 1, 1) = perfect diffuser.
  Vec3 Balanced(const Vec3& raw, double x, double y) const;
};

// Which samples a fit leaves out: those with index % folds == fold. folds 0: none.
struct Fold {
  size_t folds = 0, fold = 0;
  bool Has(size_t i) const { return folds > 0 && i % folds == fold; }
};

// Robust least squares (Levenberg-Marquardt; residuals relative to the signal, weighted by how well
// a matrix can describe the colour: greys best, loss 2 sqrt(1 + z^2) - 2). `xyz`: what the patches
// are, D50, as many as samples. `start`: from here; null: from an even light.
// Errors: kInvalidInput for too few samples or colours that do not determine a matrix.
Result<ChartModel> FitChartModel(const ChartSamples& samples, std::span<const Vec3> xyz,
                                 const ModelShape& shape, const Fold& left_out = {},
                                 const ChartModel* start = nullptr);
// The value of that loss over all samples.
double ModelLoss(const ChartModel& model, const ChartSamples& samples, std::span<const Vec3> xyz);

// How well the greys agree with the model: rms of their deviations beyond the errors of their
// means, weighted by 1 / Y, relative to the greys; the worst colour. `greys`: of `samples`.
double GreyResidual(const ChartModel& model, const ChartSamples& samples, std::span<const Vec3> xyz,
                    std::span<const size_t> greys);

}  // namespace petzval::calibrate

#endif  // PETZVAL_CALIBRATE_CHART_CHART_MODEL_H_
