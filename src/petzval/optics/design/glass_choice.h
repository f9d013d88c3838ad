// From model glasses to real ones: nearest neighbours with re-optimisation, then pairwise swaps.
#ifndef PETZVAL_OPTICS_DESIGN_GLASS_CHOICE_H_
#define PETZVAL_OPTICS_DESIGN_GLASS_CHOICE_H_

#include <functional>
#include <string>
#include <vector>

#include "petzval/optics/design/optimise.h"

namespace petzval::optics {

// Convex hull of (nd, vd) of real glasses, counter-clockwise with vd to the right and nd upwards:
// for MeritSpec::glass_hull. Glasses without dispersion are left out.
std::vector<GlassPoint> GlassHull(const std::vector<Glass>& glasses);

// Of the built-in catalogue: the glasses, or the plastics.
std::vector<Glass> CatalogueGlasses(bool plastics);

// Pg,F of a glass less that of the normal line through K7 and F2, 0.6438 - 0.001682 vd.
double PartialDispersionDeviation(const Glass& glass);

struct GlassChoiceOptions {
  std::vector<int> surfaces;      // whose medium is chosen; empty: those with nd or vd varied
  std::vector<Glass> candidates;  // empty: the catalogue's glasses
  int nearest = 4;                // candidates tried for each element
  // Distance: sqrt((dnd / scale_nd)^2 + (dvd / scale_vd)^2 + (dP / scale_p)^2), dP the departure
  // from the normal line.
  double scale_nd = 0.01, scale_vd = 1.5, scale_p = 0.02;
  bool swaps = true;
  int iterations = 60;  // of each trial
  int final_iterations = 300;
  std::function<bool(const std::string& step, double merit)> progress;  // false stops
};

struct GlassChoice {
  int surface = 0;
  double model_nd = 0, model_vd = 0;
  std::string glass;
  double nd = 0, vd = 0, p_gf = 0, p_gf_deviation = 0;
};

struct GlassChoiceResult {
  Lens lens;  // without nd and vd among its variables at the chosen surfaces
  MeritReport report;
  std::vector<GlassChoice> choices;
};

// `lens` should be optimised with model glasses before. Deterministic; runs on all threads. Errors:
// as Optimise, and when no candidate covers the wavelengths of the lens.
Result<GlassChoiceResult> ChooseGlasses(const Lens& lens, const MeritSpec& merit,
                                        const GlassChoiceOptions& options);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_GLASS_CHOICE_H_
