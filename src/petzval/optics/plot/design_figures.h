// Figures of design work: tolerance histogram, optimisation trace, glass map.
#ifndef PETZVAL_OPTICS_PLOT_DESIGN_FIGURES_H_
#define PETZVAL_OPTICS_PLOT_DESIGN_FIGURES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "petzval/optics/glass/glass.h"
#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

struct HistogramOptions {
  std::string title;                  // "Yield of d1_wide"
  std::string quantity;               // axis label with unit: "MTF at 250 cycles/mm, 0.7 field"
  int bins = 0;                       // 0: square root of the number of values, 8 .. 40
  std::optional<double> nominal;      // of the perfect lens
  std::optional<double> requirement;  // the yield is printed beside it
  bool pass_above = true;             // values >= requirement pass; false: values <= requirement
};
// Values that are not finite are counted as failed systems and reported in the figure, not shown.
std::string ToleranceHistogram(std::span<const double> values, const HistogramOptions& options);

struct NamedSeries {
  std::string name;
  std::vector<double> x, y;  // of the same length
};
// Merit (or several quantities) against iterations or seconds; logarithmic where the values span
// more than a factor of 30 and are positive.
std::string OptimisationTrace(const std::string& title, const std::string& x_label,
                              const std::string& y_label, std::span<const NamedSeries> series);

// nd against vd (falling to the right, as glass maps are drawn): the catalogue as small dots, the
// glasses of the lens named. Glasses without dispersion are left out.
std::string GlassMap(const std::string& title, std::span<const Glass> catalogue,
                     std::span<const Glass> used);
// The different media of a lens in order of their first use; unknown ones are left out.
std::vector<Glass> GlassesOf(const Lens& lens);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_DESIGN_FIGURES_H_
