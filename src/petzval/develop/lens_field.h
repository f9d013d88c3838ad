// A lens profile laid over the pixels of a frame: where the lens puts light, and how much of it.
#ifndef PETZVAL_DEVELOP_LENS_FIELD_H_
#define PETZVAL_DEVELOP_LENS_FIELD_H_

#include <vector>

#include "petzval/develop/mosaic_source.h"
#include "petzval/develop/warp.h"
#include "petzval/optics/profile/lens_profile.h"

namespace petzval {

// The axis stands in the middle of the frame.
struct LensField {
  const optics::FocusState* state = nullptr;
  double center_x = 0, center_y = 0;  // shifted coordinates
  double half_diagonal = 1;           // px of the source

  // 0 in the middle, 1 at the profile's half diagonal.
  double RelativeRadius(double x, double y) const;
};

// Errors: kInvalidInput when the frame has not the pixels that the profile was baked for; a few
// columns or rows that a camera adds or cuts are forgiven. `profile` must outlive the field.
Result<LensField> MakeLensField(const optics::LensProfile& profile, double object_mm,
                                const MosaicSource& source);

// Distortion and lateral colour. A channel's detail is taken from the centroid of its spread. The
// picture is scaled so that it is filled, with as much of what was shot as possible.
RadialWarp MakeLensWarp(const LensField& field, const MosaicSource& source);

// The reciprocal of the shading, as the gain maps that a camera would have written.
std::vector<GainMap> MakeLensShading(const LensField& field, const MosaicSource& source);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_LENS_FIELD_H_
