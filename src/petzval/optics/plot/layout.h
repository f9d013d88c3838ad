// The section drawing of a lens with ray bundles.
#ifndef PETZVAL_OPTICS_PLOT_LAYOUT_H_
#define PETZVAL_OPTICS_PLOT_LAYOUT_H_

#include <string>

#include "petzval/optics/plot/section.h"

namespace petzval::optics {

struct LayoutOptions {
  double width = 920;       // px, 200 .. 10000
  double max_height = 460;  // px of the drawing without its legend
  SectionOptions section;
  bool label_lenses = true;  // L1, L2 .. in the order of light
  bool dimensions = true;    // total track and scale bar
};

// Glass is tinted by its dispersion (the higher nu_d the lighter), plates are paler. Every bundle
// has the colour of its field; the chief ray is the heavier line. Nothing is drawn for rays that
// fail; a field without any ray is named in the legend.
std::string LayoutFigure(const LensModel& model, const LayoutOptions& options = {});
std::string DrawSection(const Section& section, const LensModel& model,
                        const LayoutOptions& options);

// "12 of 390 rays are stopped by clear diameters, 3 are lost." or "" when all arrive.
std::string LostRaysNote(const RayCounts& rays);

// "14°", "3.2 mm": a field of the lens in its unit.
std::string FieldLabel(const Lens& lens, double field);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_LAYOUT_H_
