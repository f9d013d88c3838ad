// Whether a device can be what its file says: lenses, image circles, noise, baselines, sources.
#ifndef PETZVAL_DEVICE_CHECK_H_
#define PETZVAL_DEVICE_CHECK_H_

#include <string>
#include <vector>

#include "petzval/device/device.h"
#include "petzval/optics/lens/lens.h"

namespace petzval {

enum class FindingLevel { kOk, kWarning, kError };

struct Finding {
  FindingLevel level = FindingLevel::kOk;
  std::string subject;   // "camera wide", "sensor quad50-1um", "display", "device"
  std::string check;     // "lens", "image circle", "focal length", "f-number", "chief ray", ...
  std::string sentence;  // what was found, with the numbers
};

// Everything that can be checked without light: each camera's lens is there, is traced, covers the
// sensor, has the focal length and f-number of the file within 2 %, meets the micro-lenses at the
// angles they expect; the equivalent focal length follows; positions differ; noise is plausible;
// the display's density; every number has a source or is marked as assumed; calibrations (see
// check_calibration.h). In the file's order.
std::vector<Finding> CheckDevice(const Device& device);
std::vector<Finding> CheckSensor(const Sensor& sensor);

// Chief-ray angles of a lens at image heights from the axis outwards, for objects at infinity
// (green, degrees in the medium before the sensor; positive where the ray goes outwards).
struct ChiefAngles {
  std::vector<double> image_mm, deg;
  // Linear between entries; beyond the last it stays.
  double At(double height_mm) const;
};
// Up to `film_radius_mm` or as far as chief rays exist. Errors: kInvalidInput when there are none.
Result<ChiefAngles> LensChiefAngles(const optics::Lens& lens, double film_radius_mm);

}  // namespace petzval

#endif  // PETZVAL_DEVICE_CHECK_H_
