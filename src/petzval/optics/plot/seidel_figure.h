// Seidel sums of each surface as bars.
#ifndef PETZVAL_OPTICS_PLOT_SEIDEL_FIGURE_H_
#define PETZVAL_OPTICS_PLOT_SEIDEL_FIGURE_H_

#include <string>

#include "petzval/optics/analysis/seidel.h"

namespace petzval::optics {

// A panel for each of the five sums and two chromatic ones, in waves of the primary wavelength (mm
// / wavelength): a bar for each surface (its aspheric part inside) and one for the sum. No bar for
// a surface that third order does not describe, and then none for the sum; the footnote says so.
std::string SeidelFigure(const LensModel& model, const Seidel& seidel);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_SEIDEL_FIGURE_H_
