// Whether what was measured on a camera can be true and is enough.
#ifndef PETZVAL_DEVICE_CHECK_CALIBRATION_H_
#define PETZVAL_DEVICE_CHECK_CALIBRATION_H_

#include <string>
#include <vector>

#include "petzval/device/check.h"

namespace petzval {

// Lights (daylight and tungsten; whites as their spectra have them), errors of the fits, hulls,
// glare, whether white is kept; noise and black level against the sensor (may be null), shading.
std::vector<Finding> CheckCalibration(const std::string& camera, const CameraCalibration& measured,
                                      const Sensor* sensor);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CHECK_CALIBRATION_H_
