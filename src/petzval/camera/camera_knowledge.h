// What is known about a camera beside its RAW files: a calibrated device, a DCP profile, the light.
#ifndef PETZVAL_CAMERA_CAMERA_KNOWLEDGE_H_
#define PETZVAL_CAMERA_CAMERA_KNOWLEDGE_H_

#include <string>
#include <vector>

#include "petzval/base/result.h"
#include "petzval/develop/develop.h"
#include "petzval/device/device.h"

namespace petzval {

// As the user says it; empty: nothing.
struct CameraKnowledge {
  std::string device;       // name of data/devices or a .toml file
  std::string camera;       // of the device; not needed when one is calibrated
  std::string match;        // reference camera whose rendering is wanted, see ColorCalibration
  std::string dcp;          // a camera profile, .dcp or a DNG that holds one
  std::string light_class;  // "thermal", "led", ..: of the scene
};

// The one calibrated camera of a device that is meant. Errors: kInvalidInput naming those there
// are.
Result<std::string> CalibratedCamera(const Device& device, const std::string& camera);

// Puts it into `params`; `warnings` gets what was distrusted. Errors: one sentence for a device,
// camera, match or class that is not there, for a profile that cannot be read, and for a profile
// together with a match.
Status LoadKnowledge(const CameraKnowledge& knowledge, DevelopParams* params,
                     std::vector<std::string>* warnings);

// What `params` know of the frames as they were read, put to use before they are merged: the black
// level of a calibration, where that of the files is absent or absurd.
void PrepareFrames(const DevelopParams& params, std::vector<RawFrame>* frames);

}  // namespace petzval

#endif  // PETZVAL_CAMERA_CAMERA_KNOWLEDGE_H_
