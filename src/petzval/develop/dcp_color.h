// A camera profile as the colour model of a file.
#ifndef PETZVAL_DEVELOP_DCP_COLOR_H_
#define PETZVAL_DEVELOP_DCP_COLOR_H_

#include <string>

#include "petzval/capture/raw_frame.h"
#include "petzval/color/dcp_profile.h"

namespace petzval {

// The profile's matrices with the AnalogBalance of the file and, where its signature is the
// profile's, the CameraCalibration of the body. CheckDcpProfile must hold.
DngColorModel ModelOfFile(const DcpProfile& profile, const DngColor& file);

// UniqueCameraModel of a profile and of a file differ: a sentence for the user; "" when they agree
// or one is not stated.
std::string DcpCameraMismatch(const DcpProfile& profile, const std::string& camera_model);

}  // namespace petzval

#endif  // PETZVAL_DEVELOP_DCP_COLOR_H_
