// What changes over the field: foci, distortion, lateral colour, brightness, angle at the sensor.
#ifndef PETZVAL_OPTICS_PLOT_FIELD_FIGURES_H_
#define PETZVAL_OPTICS_PLOT_FIELD_FIGURES_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/optics/analysis/chromatic.h"
#include "petzval/optics/analysis/distortion.h"
#include "petzval/optics/analysis/field_curves.h"
#include "petzval/optics/analysis/vignetting.h"

namespace petzval::optics {

// Foci against the field (S solid, T dashed), for each wavelength that has a list in `curves` (same
// order as the wavelengths; empty lists are left out), beside distortion from `chiefs`: tan, and
// f-theta where a field is beyond 60 degrees.
std::string FieldCurvesFigure(const LensModel& model,
                              std::span<const std::vector<FieldFocus>> curves,
                              std::span<const ChiefPoint> chiefs);

// Image height of each wavelength minus that of the primary.
std::string LateralColourFigure(const LensModel& model, std::span<const ChiefPoint> chiefs);

// Angle of the chief ray at the image plane against the image height.
std::string ChiefAngleFigure(const LensModel& model, std::span<const ChiefPoint> chiefs);

// Brightness relative to the axis with cos^4 beside it; `nominal` (may be empty): nothing clips.
std::string IlluminationFigure(const LensModel& model, std::span<const IlluminationPoint> clipped,
                               std::span<const IlluminationPoint> nominal);

// Image of a square grid over the ideal one.
std::string DistortionGridFigure(const LensModel& model, const DistortionGrid& grid);

// Focus against wavelength, and axis crossing against pupil height (longitudinal aberration).
std::string AxialColourFigure(const LensModel& model, std::span<const ChromaticFocus> foci,
                              std::span<const LongitudinalAberration> heights);

// The shape of the clipped pupil of each field (masks kept) in the circle of the nominal one.
// `extent`: that of the options the masks were made with.
std::string PupilFigure(const LensModel& model, std::span<const ClippedPupil> pupils,
                        double extent);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_FIELD_FIGURES_H_
