// Modulation against frequency, field and focus.
#ifndef PETZVAL_OPTICS_PLOT_MTF_FIGURES_H_
#define PETZVAL_OPTICS_PLOT_MTF_FIGURES_H_

#include <span>
#include <string>
#include <vector>

#include "petzval/optics/analysis/mtf.h"

namespace petzval::optics {

// One colour for each field, T dashed and S solid; the diffraction limit of the axis (weighted over
// the lens's wavelengths) in grey.
std::string MtfFigure(const LensModel& model, std::span<const MtfCurve> fields);

// One colour for each frequency (the same in all curves), one curve for each field.
std::string MtfVsFieldFigure(const LensModel& model, std::span<const MtfCurve> fields);

// `fields[i]`: curves of one field over the image shift; the frequency is entry `frequency` of
// their lists.
std::string MtfThroughFocusFigure(const LensModel& model,
                                  std::span<const std::vector<MtfCurve>> fields, int frequency = 0);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_MTF_FIGURES_H_
