// The two halves of a section: bundles of rays, and outlines of glass.
#ifndef PETZVAL_OPTICS_PLOT_SECTION_PARTS_H_
#define PETZVAL_OPTICS_PLOT_SECTION_PARTS_H_

#include <vector>

#include "petzval/optics/plot/section.h"

namespace petzval::optics {

// The drawing plane: local points of a surface (or of the image, the last frame) as (z, height).
struct SectionPlane {
  const std::vector<SurfaceFrame>* frames;
  bool height_is_x;

  // A point of the surface in the section: `height` along its own x or y, `sag` along its z.
  Point At(int frame, double height, double sag) const {
    return Project(frame, {height_is_x ? height : 0, height_is_x ? 0 : height, sag});
  }
  Point Project(int frame, const std::array<double, 3>& local) const {
    const auto global = (*frames)[frame].ToGlobal(local);
    return {global[2], height_is_x ? global[0] : global[1]};
  }
};

bool AirOnBothSides(const Lens& lens, int surface);
// Neither refracts nor reflects: only a place where the frame turns, or a stop within a medium.
bool IsDummy(const Lens& lens, int surface);

// Adds rays, counts and dark fields to the section; `reach` gets, for each surface, the largest
// distance from its vertex at which a ray of these fields passes, with a little room.
void TraceBundles(const LensModel& model, const SectionPlane& plane, int rays, Section* section,
                  std::vector<double>* reach);

// Adds lenses and mirrors. `reach`: semi-diameters to draw.
void BuildLenses(const LensModel& model, const SectionPlane& plane,
                 const std::vector<double>& reach, Section* section);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_PLOT_SECTION_PARTS_H_
