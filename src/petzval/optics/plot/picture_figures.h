// Wavefront maps, point spread functions and blur discs as pictures.
#ifndef PETZVAL_OPTICS_PLOT_PICTURE_FIGURES_H_
#define PETZVAL_OPTICS_PLOT_PICTURE_FIGURES_H_

#include <span>
#include <string>

#include "petzval/optics/analysis/bokeh.h"
#include "petzval/optics/analysis/opd.h"
#include "petzval/optics/analysis/psf.h"

namespace petzval::optics {

// One tile for each map, each with its own colour range: blue below, white at, red above the chief
// ray's wavefront.
std::string WavefrontFigure(const LensModel& model, std::span<const WavefrontMap> maps);

// One tile for each field, all of one size in um (the PSFs should have the same pitch and size).
// Brightness is the square root of the energy, each tile to its own peak.
std::string PsfFigure(const LensModel& model, std::span<const Psf> psfs);

// Blur discs: a row for each entry of `row_headings`, a column for each of `fields`; discs[row *
// fields + column]. All discs of a row should have one pitch. Linear brightness, to the peak of the
// brightest percent of the row. The caller scales values so that equal light has equal sums.
std::string BokehFigure(const LensModel& model, std::span<const double> fields,
                        std::span<const std::string> row_headings,
                        std::span<const BokehDisc> discs);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_PICTURE_FIGURES_H_
