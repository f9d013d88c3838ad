// The little paraxial optics that files need: they state things relative to paraxial quantities.
#ifndef PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_
#define PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_

#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// Poses are ignored, mirrors fold the axis onto itself. Lengths in mm, primary wavelength.
struct FileParaxial {
  double efl_mm = 0;          // 0: afocal
  double image_mm = 0;        // paraxial image of the object, from the last vertex
  double pupil_at_stop = 0;   // radius at the stop of an axial ray that has radius 1 in the
                              // entrance pupil; 0: the stop is not imaged
  double working_epd_mm = 0;  // entrance pupil for which the marginal ray leaves with slope 1/2,
                              // that is for a working f-number of 1; 0: afocal
};

// Errors: kInvalidInput of a glass. `lens` must have surfaces and a stop and wavelength in range.
Result<FileParaxial> ComputeFileParaxial(const Lens& lens);

// Curvature at the vertex, the r^2 term included; without Q terms, which no foreign file has.
double VertexCurvature(const Surface& surface);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_
