// Local optimisation of a lens: merit, damped least squares, and the lens that comes out.
//
//   Lens lens = ...;                            // with lens.vary, .pickups, .solves
//   lens.vary.push_back({{"c", 2}});            // surfaces from 0
//   lens.vary.push_back({{"t", 3}, 0.3, 1.5});  // limits in mm
//   lens.vary.push_back({{"A4", 2}});
//   MeritSpec merit;
//   merit.operands = {{OperandKind::kEfl, Relation::kHold, 5.68},
//                     {OperandKind::kGlassThickness, Relation::kAtLeast, 0.25},
//                     {OperandKind::kTotalTrack, Relation::kAtMost, 7.6}};
//   auto result = Optimise(lens, merit, {});
//   WriteFile("better.toml", LensToml(result->lens));
#ifndef PETZVAL_OPTICS_DESIGN_OPTIMISE_H_
#define PETZVAL_OPTICS_DESIGN_OPTIMISE_H_

#include <functional>
#include <string>
#include <vector>

#include "petzval/optics/design/least_squares.h"
#include "petzval/optics/design/merit.h"
#include "petzval/optics/design/merit_spec.h"

namespace petzval::optics {

struct OptimiseProgress {
  int iteration = 0;
  double merit = 0;  // root of the sum of squares, mm
  double damping = 0;
};

struct OptimiseOptions {
  int max_iterations = 300;
  double first_damping = 1e-3;
  double tolerance = 1e-8;  // share of the cost that steps must gain, or it stops after some
  int patience = 8;
  double target_merit = 0;  // stop when reached
  // Set the clear semi-diameters of the result to what the rays use times this; 0: leave them.
  double semi_diameter_margin = 0;
  // Where rays of the start do not get through: begin with as much of aperture and field as does,
  // and grow both in about so many stages (Yang, Fu, Heidrich 2024). 0: none.
  int curriculum_stages = 0;
  // Not empty: the best lens so far is written there (LensToml), and to `checkpoint` + ".state"
  // what is needed to go on, every so many seconds and at the end.
  std::string checkpoint;
  double checkpoint_seconds = 5;
  int iterations_done = 0;  // of a run that is resumed: counted on
  // After each step; false interrupts and keeps the best lens so far.
  std::function<bool(const OptimiseProgress&)> progress;
};

struct OptimiseResult {
  Lens lens;
  MeritReport before, after;
  StopReason reason = StopReason::kConverged;
  int iterations = 0, evaluations = 0;
  double damping = 0;
};

// Errors: as MeritFunction::Create.
Result<OptimiseResult> Optimise(const Lens& lens, const MeritSpec& merit,
                                const OptimiseOptions& options);

// Goes on where a run with `options.checkpoint` = `path` stopped: lens, damping and count come from
// its files. Errors: as ReadLensFile, and for a state file that is missing or damaged.
Result<OptimiseResult> ResumeOptimise(const std::string& path, const MeritSpec& merit,
                                      OptimiseOptions options);

// Minimises a merit function from x: the curriculum, then the whole. Used by Optimise and by the
// searches; `damped.progress` is called in all stages.
DampedResult Minimise(MeritFunction& function, std::vector<double> x, int curriculum_stages,
                      const DampedOptions& damped);

// Clear semi-diameters as rays at the rim of the pupil use them, over the fields of the lens, times
// `margin`; 0 stays where no ray arrives. The stop keeps a given size that sets the aperture.
Result<Lens> WithUsedSemiDiameters(const Lens& lens, double margin);

// One line per operand and the fields' RMS, for people.
std::string MeritText(const MeritReport& report);
std::string StopReasonText(StopReason reason);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_OPTIMISE_H_
