// Tolerances: what errors of manufacture do to a lens, one at a time, all together, and what they
// may be.
#ifndef PETZVAL_OPTICS_DESIGN_TOLERANCE_H_
#define PETZVAL_OPTICS_DESIGN_TOLERANCE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "petzval/optics/design/perturb_system.h"

namespace petzval::optics {

// What the assembly line adjusts on each unit.
struct Compensators {
  bool focus = true;                // image plane along the axis
  bool image_tilt = false;          // image plane about the x axis
  std::optional<Element> decentre;  // one element, in x and y
};

struct ToleranceOptions {
  // Fields in the unit of the lens. Empty: 0, +-0.7, +-1 of the largest.
  std::vector<double> fields;
  int rings = 8;             // hexapolar rays: 217 with 8
  bool clip = true;          // clear diameters cut the bundles of the nominal lens
  double cycles_per_mm = 0;  // MTF at this frequency; 0: a quarter of the cutoff on axis
  Compensators compensators;
};

// Of one system, after compensation. MTF is the geometric one of all wavelengths times that of a
// perfect round pupil, the usual measure of tolerancing: good near and far from the limit, not
// exact between. A field where no ray arrives is empty.
struct ToleranceFigures {
  std::vector<std::optional<double>> rms_um;        // for each field, about the centroid
  std::vector<std::optional<double>> mtf_t, mtf_s;  // for each field
  double focus_mm = 0;                              // compensation done
  double image_tilt_deg = 0;
  double decentre_x_mm = 0, decentre_y_mm = 0;
  int failed_rays = 0;  // that pass the nominal lens but not this one

  // The worst field and azimuth; empty as soon as one field is.
  std::optional<double> WorstMtf() const;
  std::optional<double> WorstRms() const;
  // Root mean square over the fields.
  std::optional<double> MeanRms() const;
};

// `[[tolerance]]` of the lens, or when it has none the set of phone lenses: thickness +-3 um,
// decentre +-2 um, tilt +-0.04 deg of each element, form 0.2 um peak to valley. A tolerance of
// surface -1 stands for every surface or element that it fits. Errors: an unknown kind, a surface
// that it does not fit.
Result<std::vector<ErrorParameter>> ToleranceParameters(const Lens& lens);

// One error at its two limits, everything else nominal, by re-tracing.
struct SensitivityRow {
  ErrorParameter parameter;
  ToleranceFigures minus, plus;
  // What first-order displacements of the rays, from a tenth of the limit, say of plus: the check
  // that the tolerance is in the linear range. RMS over the fields.
  std::optional<double> predicted_plus_rms_um;
  // Loss of the worst MTF against the nominal lens, the larger of both signs; >= 0 means worse.
  std::optional<double> mtf_loss;
};
struct Sensitivity {
  std::vector<double> fields;
  double cycles_per_mm = 0;
  ToleranceFigures nominal;
  std::vector<SensitivityRow> rows;  // in the order of the parameters
  // sqrt of the sum of squared losses: what independent errors at their limits take together.
  std::optional<double> combined_mtf_loss;
};
Result<Sensitivity> ComputeSensitivity(const LensModel& model,
                                       const std::vector<ErrorParameter>& parameters,
                                       const ToleranceOptions& options = {});

// The limits with which each error takes the same share loss / sqrt(count) of the worst MTF,
// confirmed by re-tracing; bounded to [1/100, 20] times the limits given. `loss` > 0.
struct BudgetRow {
  ErrorParameter parameter;  // with the new limit
  double given_limit = 0;
  std::optional<double> mtf_loss;  // at the new limit
  bool bounded = false;            // the share was not reached inside the bounds
};
Result<std::vector<BudgetRow>> ComputeBudget(const LensModel& model,
                                             const std::vector<ErrorParameter>& parameters,
                                             double loss, const ToleranceOptions& options = {});

enum class ErrorDistribution {
  kUniform,  // within the limits; decentres and tilts uniform over the disc of that radius
  kNormal,   // the limits are two standard deviations, cut there
};
struct MonteCarloOptions {
  int systems = 1000;  // 1 .. 1e6
  uint64_t seed = 1;
  ErrorDistribution distribution = ErrorDistribution::kUniform;
  double required_mtf = 0;  // of every field and azimuth, for the yield; 0: no yield
};
struct MonteCarlo {
  std::vector<double> fields;
  double cycles_per_mm = 0;
  ToleranceFigures nominal;
  // For each system, in the order of the trials; empty where a field got no light.
  std::vector<std::optional<double>> worst_mtf, mean_rms_um;
  std::vector<double> focus_mm;
  std::optional<double> yield;  // share with worst MTF >= required_mtf
  int without_figure = 0;       // systems with a dark field: counted as failed in the yield
  int64_t failed_rays = 0;

  // MTF that this share of all systems reaches (0.5, 0.8, 0.9, 0.98 ...).
  std::optional<double> MtfReachedBy(double share) const;
};
// The same numbers for any number of threads.
Result<MonteCarlo> RunMonteCarlo(const LensModel& model,
                                 const std::vector<ErrorParameter>& parameters,
                                 const MonteCarloOptions& monte_carlo,
                                 const ToleranceOptions& options = {});

// `bins` equal bins over [low, high]; values outside count in the first and last.
struct Histogram {
  double low = 0, high = 1;
  std::vector<int> counts;
};
Histogram MakeHistogram(const std::vector<std::optional<double>>& values, int bins);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_TOLERANCE_H_
