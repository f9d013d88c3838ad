// Between the lights that a camera was calibrated under: white points, neutrals, fits.
#ifndef PETZVAL_DEVICE_CALIBRATED_LIGHTS_H_
#define PETZVAL_DEVICE_CALIBRATED_LIGHTS_H_

#include <vector>

#include "petzval/color/dng_color.h"
#include "petzval/device/calibration.h"

namespace petzval {

// A calibrated light as DNG states it: ColorMatrix and ForwardMatrix from `matrix`, `white` and
// `neutral`, so that the neutral is what the camera sees of the white.
DngCalibration DngCalibrationOf(const LightCalibration& light);

// Lights along the inverse colour temperature: the model of DNG for any number of lights.
class CalibratedLights {
 public:
  // `lights`: at least one; must outlive this.
  explicit CalibratedLights(const std::vector<const LightCalibration*>& lights);
  // Those of a class, or all when the class is none; thermal ones before all others when there is
  // no such class (see TransformFor).
  static CalibratedLights Of(const ColorCalibration& color, std::optional<LightClass> light_class);

  // Where a light lies: (1 - share) * lower + share * upper. Clamped at the ends.
  struct Place {
    const LightCalibration *lower, *upper;
    double share = 0;
  };
  Place At(Chromaticity white) const;

  // Camera RGB of white under `white`, green = 1, and back by iteration (see DngColorModel).
  Vec3 NeutralFromWhite(Chromaticity white) const;
  Chromaticity WhiteFromNeutral(const Vec3& neutral) const;

  // The outermost lights, the lower colour temperature first.
  const LightCalibration& first() const { return *entries_.front().light; }
  const LightCalibration& last() const { return *entries_.back().light; }

 private:
  struct Entry {
    const LightCalibration* light;
    double inverse_k;      // 1 / CCT
    Mat3 camera_from_xyz;  // ColorMatrix
  };
  struct Bracket {
    size_t lower = 0, upper = 0;
    double share = 0;
  };
  Bracket Find(Chromaticity white) const;
  Mat3 CameraFromXyz(Chromaticity white) const;

  std::vector<Entry> entries_;  // descending 1 / CCT
};

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CALIBRATED_LIGHTS_H_
