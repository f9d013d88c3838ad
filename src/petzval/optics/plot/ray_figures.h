// Ray fans, wave fans and spot diagrams.
#ifndef PETZVAL_OPTICS_PLOT_RAY_FIGURES_H_
#define PETZVAL_OPTICS_PLOT_RAY_FIGURES_H_

#include <span>
#include <string>

#include "petzval/optics/analysis/fans.h"
#include "petzval/optics/analysis/spot.h"

namespace petzval::optics {

// A column for each field: tangential above, sagittal below, all wavelengths, one common scale.
// Origin of all wavelengths is the primary chief ray, so that lateral colour shows as an offset.
std::string FanFigure(const LensModel& model, std::span<const FieldFans> fields);
// The same with the wave aberration in waves, each wavelength about its own reference sphere.
std::string OpdFanFigure(const LensModel& model, std::span<const FieldFans> fields);

struct SpotFigureOptions {
  bool per_wavelength = true;  // a row for each wavelength below the row of all together
};
// A column for each field, one common scale, centred on the common centroid; the circle is the
// Airy disc.
std::string SpotFigure(const LensModel& model, std::span<const FieldSpot> fields,
                       const SpotFigureOptions& options = {});

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_RAY_FIGURES_H_
