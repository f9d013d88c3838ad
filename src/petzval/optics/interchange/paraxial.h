// What foreign files state relative to paraxial quantities of the lens at its object distance.
#ifndef PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_
#define PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_

#include "petzval/optics/lens/lens.h"
#include "petzval/optics/trace/first_order.h"

namespace petzval::optics {

// Lengths in mm at the primary wavelength; nan where the quantity does not exist. Poses are
// ignored, mirrors fold the axis onto itself.
struct FileParaxial {
  FirstOrder first_order;
  double image_mm;        // paraxial image of the object, from the last vertex
  double working_epd_mm;  // entrance pupil of which the marginal ray leaves with slope 1/2: that of
                          // a working f-number of 1
};

// Errors: those of CheckLens.
Result<FileParaxial> ComputeFileParaxial(const Lens& lens);

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_INTERCHANGE_PARAXIAL_H_
